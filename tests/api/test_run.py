"""A run answers, and a logbook opened later answers the same."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import engineroom as er
from engineroom.errors import DataError, LogbookError, OptionError, ShapeError


@pytest.fixture(scope="module")
def data() -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(8)
    x = generator.normal(size=(100, 3))
    return x, (x[:, 0] * x[:, 1] > 0).astype(int)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory, data: tuple[np.ndarray, np.ndarray]) -> Path:
    path = tmp_path_factory.mktemp("runs") / "r.logbook"
    network = er.Network(er.Dense(8, "tanh"), er.Dense(2))
    er.train(network, *data, logbook=path, steps=100, name="first")
    er.train(network, *data, logbook=path, steps=60, optimizer=er.SGD(lr=0.1, momentum=0.9), standardize=True)
    return path


def test_an_opened_run_answers_as_the_fresh_one(path: Path, data: tuple[np.ndarray, np.ndarray]) -> None:
    fresh = er.train(er.Network(er.Dense(8, "tanh"), er.Dense(2)), *data, steps=100)
    opened = er.open(path).runs[0]
    assert (opened.name, opened.number, opened.status, opened.steps) == ("first", 1, "completed", 100)
    np.testing.assert_array_equal(opened.loss, fresh.loss)
    for name, values in fresh.validation.items():
        np.testing.assert_array_equal(opened.validation[name], values)
    assert opened.metrics == fresh.metrics
    assert opened.best == fresh.best
    assert opened.network == fresh.network
    assert str(opened.plan) == str(fresh.plan)
    for step in (0, 1, 57, 100):
        for name, weights in fresh.at(step).weights.items():
            np.testing.assert_array_equal(opened.at(step).weights[name], weights)
    np.testing.assert_array_equal(opened.predict(data[0]), fresh.predict(data[0]))
    assert opened.verify().ok


def test_both_engines_replay_the_same_bits(path: Path) -> None:
    native, reference = er.open(path).runs[1], er.open(path, engine="reference").runs[1]
    assert reference.verify().ok
    assert reference.at(33).same_bits(native.at(33))


def test_the_view_of_a_logbook(path: Path) -> None:
    view = er.open(str(path))
    assert [run.number for run in view.runs] == [1, 2]
    assert view.run().number == 2
    assert view.run(1).name == "first"
    assert view.contains_rows
    assert "contains rows of training data" in str(view)
    assert repr(view) == f"<Logbook {str(path)!r}: 2 runs>"
    with pytest.raises(LogbookError, match="has no run 3: it holds 2 runs"):
        view.run(3)


def test_a_run_in_words(path: Path) -> None:
    run = er.open(path).runs[0]
    assert repr(run) == f"<Run 1 in {str(path)!r}: completed, 100 steps>"
    text = str(run)
    assert text.startswith("run 1 (first): completed after 100 steps (34 epochs)\n")
    assert "80 rows to train on, 20 held out" in text
    assert f"{run.loss[-1]:.6g} at step 100" in text
    assert f"held out   accuracy {100 * run.metrics['accuracy']:.1f} %, loss " in text


def test_amounts_of_a_run_in_words_have_their_unit() -> None:
    table = {"size": list(range(60)), "price": [f"€{1000 * size + 0.5}" for size in range(60)]}
    run = er.train(table, target="price", steps=20)
    miss = run.metrics["rmse"]
    assert f"held out   usual miss (RMSE) €{miss:,.0f}, mean miss (MAE) €" in str(run)
    assert f"explained (R²) {100 * run.metrics['r2']:.1f} %" in str(run)


def test_at_by_step_and_by_epoch(path: Path) -> None:
    run = er.open(path).runs[0]
    assert run.at(epoch=0).step == 3
    assert run.at(epoch=33).step == 100
    assert set(run.at(3).slots) >= {"dense1.weight.m", "dense1.weight.v"}
    for wrong in ({}, {"step": 1, "epoch": 1}):
        with pytest.raises(OptionError, match="at takes a step or an epoch"):
            run.at(**wrong)
    with pytest.raises(OptionError, match="has no step 101"):
        run.at(101)


def test_trace_and_why(path: Path) -> None:
    run = er.open(path).runs[0]
    one = run.trace("dense1.weight[2, 5]")
    assert one.shape == (101,)
    assert one[57] == run.at(57).weights["dense1.weight"][2, 5]
    both = run.trace(["dense1.weight[2, 5]", "dense2.bias[0]"])
    np.testing.assert_array_equal(both[:, 0], one)
    answer = run.why("dense1.weight[2, 5]", step=57)
    assert (np.float32(answer.old), np.float32(answer.new)) == (one[56], one[57])
    assert "dense1.weight[2, 5]" in str(answer)
    fewer = run.why("dense1.weight[2, 5]", step=57, top=1)
    assert len(fewer.gradient.up) <= 1 and len(fewer.gradient.down) <= 1


@pytest.mark.parametrize("name", ["x[0, 0]", "dense1.z[0, 0]", "dense1.weight.grad[0, 0]"])
def test_what_is_no_part_of_a_state_has_no_trace(path: Path, name: str) -> None:
    with pytest.raises(er.errors.OptionError, match="trace follows weights, biases and optimizer slots"):
        er.open(path).runs[0].trace(name)


def test_rows_given_to_predict_are_checked(path: Path, data: tuple[np.ndarray, np.ndarray]) -> None:
    run = er.open(path).runs[1]
    assert set(run.predict(data[0])) <= {0, 1}
    with pytest.raises(ShapeError, match="X has rows of 2 values, the network was trained on rows of 3"):
        run.predict(data[0][:, :2])
    with pytest.raises(DataError, match="NaN"):
        run.predict([[1.0, np.nan, 2.0]])


def test_rows_left_out_are_relinked(tmp_path: Path, data: tuple[np.ndarray, np.ndarray]) -> None:
    path = tmp_path / "r.logbook"
    run = er.train(er.Network(er.Dense(2)), *data, logbook=path, steps=30, include_rows=False)
    bare = er.open(path)
    assert not bare.contains_rows
    np.testing.assert_array_equal(bare.runs[0].loss, run.loss)
    np.testing.assert_array_equal(bare.runs[0].at(30).values, run.at(30).values)
    np.testing.assert_array_equal(bare.runs[0].predict(data[0]), run.predict(data[0]))
    with pytest.raises(DataError, match="only their digest; give the file or arrays"):
        bare.runs[0].why(step=3)
    linked = er.open(path, data=data)
    assert linked.runs[0].verify().ok
    with pytest.raises(DataError, match="not the rows of the run"):
        er.open(path, data=(data[0][::-1], data[1]))


def test_no_such_logbook(tmp_path: Path) -> None:
    with pytest.raises(LogbookError, match="there is no file"):
        er.open(tmp_path / "none.logbook")

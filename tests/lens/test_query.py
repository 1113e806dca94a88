"""What is asked in hindsight is what the steps computed, whatever the way to it."""

from __future__ import annotations

import re
import sys
from typing import Any

import numpy as np
import pytest

from engineroom.errors import DataError, OptionError, UnknownNameError
from engineroom.lens import _query as query_module
from engineroom.lens import inquire, query, steps_asked, stream
from engineroom.network import Network
from engineroom.ops import Adam, CrossEntropy, Dense, RMSProp
from engineroom.run import Changes, Record, asked_for, fork_run, train_run


@pytest.fixture(scope="module")
def record(train: Any) -> Record:
    x = np.random.default_rng(3).normal(size=(50, 4))
    y = (x[:, 0] > 0).astype(int)
    network = Network(Dense(6, "relu"), Dense(5, "tanh"), Dense(2))
    return train(network, x, y, CrossEntropy(), Adam(lr=0.05), steps=23, batch_size=16, target_kind="classes")


@pytest.mark.parametrize("name", ["dense1.weight", "dense2.weight.grad", "dense1.a", "dense2.z.grad", "loss.examples"])
def test_buffers_are_those_of_the_step(record: Record, name: str) -> None:
    answer = query(record, [name]).values[name]
    for t in (1, 4, 16, 23):
        wanted = record.examine(t).read(name)
        here = answer[t - 1][tuple(slice(n) for n in wanted.shape)]
        np.testing.assert_array_equal(here, wanted)
        assert np.isnan(answer[t - 1]).sum() == answer[t - 1].size - wanted.size


def test_many_at_once(record: Record) -> None:
    names = [
        "dense1.weight[3, 5]", "dense1.weight.grad.norm", "dense2.weight.update_ratio", "dense1.dead",
        "dense2.saturated", "dense1.weight.m", "loss",
    ]  # fmt: skip
    answer = query(record, names, range(3, 20, 4))
    assert answer.steps == (3, 7, 11, 15, 19)
    for i, t in enumerate(answer.steps):
        step = record.examine(t)
        old, new = step.before["dense2.weight"], step.after["dense2.weight"]
        a1, a2 = step.read("dense1.a"), step.read("dense2.a")
        wanted = [
            step.after["dense1.weight"][3, 5],
            np.linalg.norm(step.read("dense1.weight.grad")),
            np.linalg.norm(new - old) / np.linalg.norm(old),
            sum(not a1[:, u].any() for u in range(6)),
            sum(bool((np.abs(a2[:, u]) > 0.99).all()) for u in range(5)),
            step.after["dense1.weight.m"],
            record.loss[t - 1],
        ]
        for name, value in zip(names, wanted, strict=True):
            np.testing.assert_allclose(answer.values[name][i], value, rtol=1e-12)
    shown = [line.split() for line in str(query(record, names[1:], range(3, 20, 4))).splitlines() if line]
    assert shown[0] == ["step", *names[1:4]]
    assert shown[2] == ["7", *(f"{answer.values[name][1]:.6g}" for name in names[1:4])]


def test_few_numbers_are_printed_and_the_rows_of_a_batch_have_their_own(record: Record) -> None:
    # Step 4 ends an epoch: 2 of 50 rows are left for it.
    answer = query(record, ["loss.examples", "dense2.bias", "dense1.a"], range(4, 5))
    rows, losses = record.dataset.row_numbers[record.rows(4)].tolist(), record.examine(4).read("loss.examples")
    lines = [line.split() for line in str(answer).splitlines()]
    assert lines[:2] == [["loss.examples"], ["step", "row", "value"]]
    assert lines[2:5] == [*(["4", str(r), f"{v:.6g}"] for r, v in zip(rows, losses, strict=True)), []]
    assert lines[5:7] == [["dense2.bias"], ["step", "element", "value"]]
    assert lines[7:12] == [["4", f"[{i}]", f"{v:.6g}"] for i, v in enumerate(answer.values["dense2.bias"][0])]
    # What is too much is told in a line: the first layer has 16 rows of 6 units.
    seen = answer.values["dense1.a"][np.isfinite(answer.values["dense1.a"])]
    assert lines[13] == ["asked", "shape", "least", "greatest", "first", "last"]
    assert lines[14] == ["dense1.a", "1", "x", "16", "x", "6", f"{seen.min():.6g}", f"{seen.max():.6g}"]


def test_many_steps_are_told_in_a_line(record: Record) -> None:
    losses = record.loss[:21]
    (head, line) = str(query(record, "loss", range(1, 22))).splitlines()
    assert head.split() == ["asked", "shape", "least", "greatest", "first", "last"]
    assert line.split() == ["loss", "21", *(f"{v:.6g}" for v in (losses.min(), losses.max(), losses[0], losses[-1]))]
    assert len(str(query(record, "loss", range(1, 21))).splitlines()) == 21


def test_weights_at_rest_at_0_move_by_nothing_beside_themselves() -> None:
    network = Network(Dense(3, "relu", init="zeros"), Dense(1, init="zeros"))
    record = train_run(*asked_for(network, np.eye(4), np.arange(4.0), validation=None, steps=3, standardize=False))
    answer = query(record, ["dense1.weight.update_ratio", "dense2.weight.update_ratio", "dense1.weight.norm"]).values
    assert answer["dense1.weight.norm"].tolist() == [0, 0, 0]
    assert answer["dense1.weight.update_ratio"].tolist() == answer["dense2.weight.update_ratio"].tolist() == [0, 0, 0]


def test_over_a_family(record: Record) -> None:
    fork = fork_run(record, 10, Changes(optimizer=RMSProp(lr=0.01), batch_size=20), steps=6)
    answer = query(fork, ["dense1.weight", "dense1.weight.square", "dense1.weight.update_ratio"]).values
    for t in range(1, 17):
        np.testing.assert_array_equal(answer["dense1.weight"][t - 1], fork.maker(t).at(t)["dense1.weight"])
    assert np.isnan(answer["dense1.weight.square"][:10]).all()
    assert np.isfinite(answer["dense1.weight.square"][10:]).all()
    assert np.isfinite(answer["dense1.weight.update_ratio"]).all()


def test_steps(record: Record) -> None:
    assert steps_asked(record, None) == range(1, 24)
    assert steps_asked(record, slice(5)) == range(1, 5)
    assert steps_asked(record, slice(-3, None)) == range(21, 24)
    assert steps_asked(record, 7) == range(7, 8)
    with pytest.raises(OptionError, match="no step 24"):
        steps_asked(record, range(1, 25))
    with pytest.raises(OptionError, match="upwards"):
        steps_asked(record, range(5, 1, -1))


def test_what_cannot_be_asked(record: Record) -> None:
    with pytest.raises(UnknownNameError):
        query(record, ["dense1.wieght"])
    with pytest.raises(OptionError, match="dense2 has none"):
        query(record, ["dense2.dead"])
    with pytest.raises(OptionError):
        query(record, ["y"])
    with pytest.raises(OptionError, match="nothing was asked for"):
        query(record, [])
    for wrong in (3, [3], None):
        with pytest.raises(OptionError, match="named by text such as"):
            query(record, wrong)  # type: ignore[arg-type]
    for steps in ("5", 1.5, [1, 2], slice("a"), True):
        with pytest.raises(OptionError, match="steps must be a range"):
            query(record, "loss", steps)  # type: ignore[arg-type]
    for block in (0, 2.0, True):
        with pytest.raises(OptionError, match="block must be"):
            stream(record, "loss", block=block)  # type: ignore[arg-type]


def test_every_kind_of_thing_by_hand(record: Record) -> None:
    """Activations, error signals, gradients, optimizer state, losses of examples, and their norms, worked in NumPy."""
    names = [
        "x", "dense1.z", "dense1.a", "dense2.a", "loss.examples", "dense3.z.grad", "dense2.z.grad",
        "dense3.weight.grad", "dense3.bias.grad", "dense3.weight.m", "dense3.weight.v", "dense2.z.grad.norm",
        "dense1.a.norm", "dense3.weight.m.norm", "dense3.z.grad[2, 1]", "dense1.a[0, 4]",
    ]  # fmt: skip
    t = 4  # a batch of 2 rows beside those of 16
    got = {name: array[0] for name, array in query(record, names, t).values.items()}
    before, rows = record.at(t - 1), record.rows(t)
    x = record.dataset.x[rows].astype(float)
    n = len(rows)
    assert n == 2 and np.isnan(got["x"][n:]).all()
    w1, b1, w2, b2, w3, b3 = (
        before[f"dense{i}.{k}"].astype(float) for i in (1, 2, 3) for k in ("weight", "bias")
    )  # fmt: skip
    z1 = x @ w1 + b1
    a1 = np.maximum(z1, 0)
    a2 = np.tanh(a1 @ w2 + b2)
    z3 = a2 @ w3 + b3
    p = np.exp(z3) / np.exp(z3).sum(1, keepdims=True)
    one_hot = np.eye(2)[record.dataset.y[rows]]
    e3 = (p - one_hot) / n
    e2 = (e3 @ w3.T) * (1 - a2**2)
    m, v = before["dense3.weight.m"].astype(float), before["dense3.weight.v"].astype(float)
    g = a2.T @ e3
    wanted = {
        "x": x, "dense1.z": z1, "dense1.a": a1, "dense2.a": a2, "loss.examples": -np.log((p * one_hot).sum(1)),
        "dense3.z.grad": e3, "dense2.z.grad": e2, "dense3.weight.grad": g, "dense3.bias.grad": e3.sum(0),
        "dense3.weight.m": 0.9 * m + 0.1 * g, "dense3.weight.v": 0.999 * v + 0.001 * g**2,
        "dense2.z.grad.norm": np.sqrt((e2**2).sum()), "dense1.a.norm": np.sqrt((a1**2).sum()),
        "dense3.weight.m.norm": np.sqrt(((0.9 * m + 0.1 * g) ** 2).sum()),
    }  # fmt: skip
    for name, value in wanted.items():
        here = got[name][tuple(slice(k) for k in np.shape(value))] if np.ndim(value) else got[name]
        np.testing.assert_allclose(here, value, rtol=2e-5, atol=1e-7, err_msg=name)
    assert np.isnan(got["dense3.z.grad[2, 1]"])
    np.testing.assert_allclose(got["dense1.a[0, 4]"], a1[0, 4], rtol=1e-5)


def test_a_stream_is_the_answer_in_blocks(record: Record) -> None:
    names = ["dense1.weight", "loss", "loss.examples", "dense1.weight.update_ratio"]
    whole = query(record, names, range(2, 23, 3))
    told: list[tuple[int, int]] = []
    parts = list(stream(record, names, range(2, 23, 3), block=3, progress=lambda *at: told.append(at)))
    assert [len(part.steps) for part in parts] == [3, 3, 1] and told == [(i, 7) for i in range(1, 8)]
    assert sum((part.steps for part in parts), ()) == whole.steps
    for name in names:
        np.testing.assert_array_equal(np.concatenate([part[name] for part in parts]), whole[name])


def test_other_questions_between_the_blocks(record: Record) -> None:
    whole = query(record, "dense1.weight")
    for part in stream(record, "dense1.weight", block=4):
        record.at(23 - part.steps[0] % 5)
        record.examine(3).read("dense1.z")
        np.testing.assert_array_equal(part["dense1.weight"], whole["dense1.weight"][part.steps[0] - 1 : part.steps[-1]])


def test_a_stream_makes_no_step_before_it_is_asked_for(record: Record) -> None:
    told: list[int] = []
    parts = stream(record, "dense1.a.norm", block=5, progress=lambda done, _: told.append(done))
    assert told == []
    next(parts)
    assert told == [1, 2, 3, 4, 5]


def test_more_than_memory_holds_is_refused_and_streams(record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(query_module, "_ROOM", 10_000)
    monkeypatch.setattr(query_module, "_BLOCK", 1_000)
    assert inquire(record, ["dense1.weight", "loss"]).step_bytes == 24 * 8 + 8
    with pytest.raises(OptionError, match="take it in blocks"):
        query(record, ["dense1.weight", "x", "dense1.a"])
    assert [len(part.steps) for part in stream(record, ["dense1.weight", "loss"])] == [5, 5, 5, 5, 3]


@pytest.mark.parametrize("kind", ["pandas", "polars", "pyarrow"])
def test_frames(record: Record, kind: Any) -> None:
    answer = query(record, ["loss", "dense3.weight", "dense1.dead"], range(1, 4))
    frame = answer.to_frame(kind)
    assert type(frame).__module__.split(".")[0] == kind
    columns = frame.to_pydict() if kind == "pyarrow" else {name: frame[name].to_list() for name in frame.columns}
    cells = [f"dense3.weight[{i}, {o}]" for i in range(5) for o in range(2)]
    assert list(columns) == ["step", "loss", *cells, "dense1.dead"]
    assert columns["step"] == [1, 2, 3] and columns["loss"] == record.loss[:3].tolist()
    assert columns["dense3.weight[3, 1]"] == answer["dense3.weight"][:, 3, 1].tolist()


def test_frames_that_cannot_be_made(record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = query(record, "loss", 1)
    with pytest.raises(OptionError, match="pandas, polars, pyarrow, got 'excel'"):
        answer.to_frame("excel")  # type: ignore[arg-type]
    monkeypatch.setitem(sys.modules, "narwhals", None)
    with pytest.raises(DataError, match=r"engineroom\[standard\]"):
        answer.to_frame("pandas")


def test_the_recorded_loss_needs_no_replay(record: Record) -> None:
    twin = record.apart()
    np.testing.assert_array_equal(query(twin, "loss", range(3, 20, 5))["loss"], record.loss[2:19:5])
    assert twin._engine is None
    assert query(record, "loss", range(5, 5))["loss"].shape == (0,)


@pytest.mark.parametrize("name", ["val_loss", "lr", "rows", "loss.exampels", ""])
def test_what_a_query_knows_nothing_of_is_answered_by_what_it_knows(record: Record, name: str) -> None:
    with pytest.raises(UnknownNameError) as caught:
        query(record, name)
    assert caught.value.args == (
        f"a query knows nothing called {name!r}; it knows loss, loss.examples, parameters such as dense1.weight, of "
        "each its .grad, .m, .v and .update_ratio, of each layer, such as dense1, its .z, .a, .z.grad, .a.grad, .dead "
        "and .saturated, and of any of these arrays an element or its .norm",
    )
    for known in (
        "loss",
        "loss.examples",
        "dense1.weight.m",
        "dense1.weight.update_ratio",
        "dense1.a.grad.norm",
        "loss.examples[1]",
    ):
        query(record, known, 1)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("dense2.weight[1, 4].grad", "dense2.weight.grad[1, 4]"),
        ("dense2.weight[1, 4].m", "dense2.weight.m[1, 4]"),
        ("dense1.z[0, 1].grad", "dense1.z.grad[0, 1]"),
        ("dense2.weight[1, 4].norm", "dense2.weight.norm"),
        ("dense2.weight.gard", "dense2.weight.grad"),
    ],
)
def test_near_misses(record: Record, name: str, meant: str) -> None:
    with pytest.raises(UnknownNameError, match=re.escape(f"did you mean {meant!r}?")):
        query(record, name)
    query(record, meant, 1)

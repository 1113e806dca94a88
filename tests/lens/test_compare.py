"""Two runs side by side: every figure against its own definition, worked from states and predictions."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
import pytest

import engineroom as er
from engineroom.errors import OptionError
from engineroom.lens import compare
from engineroom.run import Record
from engineroom.show import facts_text

Teach: TypeAlias = Callable[..., er.Run]


@pytest.fixture(scope="module")
def data() -> tuple[Any, Any]:
    random = np.random.default_rng(9)
    x = random.normal(size=(90, 4))
    return x, np.array(["ash", "birch", "cedar"])[np.argmax(x[:, :3] + random.normal(size=(90, 3)), axis=1)]


@pytest.fixture(scope="module")
def run(data: tuple[Any, Any]) -> er.Run:
    return er.train(er.Network(er.Dense(6, "tanh"), er.Dense(3)), *data, steps=80, optimizer=er.Adam(lr=0.02))


@pytest.fixture(scope="module")
def fork(run: er.Run) -> er.Run:
    return run.fork(at=30, lr=0.1, drop_examples=[int(run.dataset.row_numbers[run.dataset.training[2]])], steps=40)


def test_a_weight_that_was_set_fades_as_the_lesson_says(teach: Teach) -> None:
    run = teach()
    twin = run.fork(at=20, set={"dense1.weight[0, 0]": 3.0})
    answer = run.compare(twin, points=7)
    # By hand: the target is 2 and each step leaves 1 - 28/300 of the way to it.
    keeps = 1 - 28 / 300
    ours = [2 - 2 * keeps**t for t in answer.points]
    apart = [(1 + 2 * keeps**20) * keeps ** (t - 20) for t in answer.points]
    assert answer.points == (20, 25, 30, 35, 40, 45, 50) and answer.shared == 20
    assert answer.parting is not None and (answer.parting.state, answer.parting.begins) == (20, 2)
    assert answer.parting.second == 3.0 and answer.parting.name == "dense1.weight[0, 0]"
    for gap in answer.gaps:
        np.testing.assert_allclose(gap.distance, apart, rtol=1e-12)
        np.testing.assert_allclose(gap.relative, np.array(apart) / ours, rtol=1e-12)
    # The rows are 1, 2 and 3, so the predictions are sqrt(14/3) of that apart.
    assert answer.predictions is not None and answer.sides is None and answer.sampled == 3
    np.testing.assert_allclose(answer.predictions, np.array(apart) * np.sqrt(14 / 3), rtol=1e-12)
    assert answer.loss_step == 21
    assert answer.beside is not None and not answer.beside.decides
    assert [m.row for m in answer.beside.moved] == [2, 1, 0]
    np.testing.assert_allclose([m.by for m in answer.beside.moved], np.array([3, 2, 1]) * apart[-1], rtol=1e-12)
    assert answer.beside.moved[0].target == 6.0
    assert "They part in state 20, where run 2 begins with weights that were set" in str(answer)


def test_figures_of_a_fork(run: er.Run, fork: er.Run, data: tuple[Any, Any]) -> None:
    answer = run.compare(fork, points=9, rows=20, top=4)
    assert answer.common == 70 and answer.steps == (80, 70)
    assert answer.parting is not None and answer.parting.state == 31
    assert answer.points == (30, 35, 40, 45, 50, 55, 60, 65, 70)
    assert [gap.name for gap in answer.gaps] == [
        "all weights", "dense1.weight", "dense1.bias", "dense2.weight", "dense2.bias",
    ]  # fmt: skip
    sample = np.linspace(0, 89, 20).round().astype(int)
    for i, t in enumerate(answer.points):
        a, b = run.at(t).weights, fork.at(t).weights
        gaps = {n: (np.linalg.norm(a[n].astype(float) - b[n]), np.linalg.norm(a[n].astype(float))) for n in a}
        gaps["all weights"] = (
            np.sqrt(sum(d**2 for d, _ in gaps.values())), np.sqrt(sum(n**2 for _, n in gaps.values()))
        )  # fmt: skip
        for gap in answer.gaps:
            distance, length = gaps[gap.name]
            np.testing.assert_allclose(gap.distance[i], distance, rtol=1e-10)
            np.testing.assert_allclose(gap.relative[i], distance / length, rtol=1e-10)
        p, q = (r.predict_proba(data[0][sample], at=t).astype(float) for r in (run, fork))
        assert answer.predictions is not None and answer.sides is not None
        np.testing.assert_allclose(answer.predictions[i], np.sqrt(np.mean((p - q) ** 2)), rtol=1e-6)
        one, two = (r.predict(data[0][sample], at=t) for r in (run, fork))
        assert answer.sides[i] == np.mean(one != two)


def test_examples_that_change_side(run: er.Run, fork: er.Run, data: tuple[Any, Any]) -> None:
    beside = run.compare(fork, points=2, top=3).beside
    assert beside is not None and beside.states == (80, 70) and beside.rows == 90 and beside.decides
    x, y = data
    one, two = run.predict(x), fork.predict(x)
    changed = np.flatnonzero(one != two)
    assert len(changed) > 3 and beside.changed == tuple(changed.tolist())
    right = (one == y)[changed], (two == y)[changed]
    assert beside.right == (
        np.sum(right[0] & ~right[1]), np.sum(~right[0] & right[1]), np.sum(~right[0] & ~right[1])
    )  # fmt: skip
    by = np.abs(run.predict_proba(x) - fork.predict_proba(x)).max(axis=1)
    wanted = sorted(changed, key=lambda row: -by[row])[:3]
    assert [m.row for m in beside.moved] == wanted
    for m in beside.moved:
        assert (m.target, m.first, m.second) == (y[m.row], one[m.row], two[m.row])
        assert m.by == pytest.approx(by[m.row], rel=1e-6)


def test_what_an_example_was_to_each_run(run: er.Run, fork: er.Run) -> None:
    beside = run.compare(fork, points=1, top=90).beside
    whole = fork.compare(run, points=1, top=90).beside
    assert beside is not None and whole is not None
    dropped = fork.record.segment.dropped[0]
    for m in beside.moved:
        here = "training" if m.row in run.dataset.training else "held out"
        assert m.roles == (here, "dropped" if m.row == dropped else here)
    assert whole.moved[0].roles[::-1] == beside.moved[0].roles
    assert (whole.moved[0].first, whole.moved[0].second) == (beside.moved[0].second, beside.moved[0].first)


def test_runs_that_never_part(run: er.Run, data: tuple[Any, Any]) -> None:
    twin = er.train(er.Network(er.Dense(6, "tanh"), er.Dense(3)), *data, steps=55, optimizer=er.Adam(lr=0.02))
    answer = run.compare(twin, points=5)
    assert answer.parting is None and answer.differences == () and answer.loss_step is None
    assert answer.points == (0, 14, 28, 41, 55)
    assert all((gap.distance == 0).all() and (gap.relative == 0).all() for gap in answer.gaps)
    assert "They never part" in str(answer) and "goes on for 25 steps more" in str(answer)


def test_a_schedule_that_a_fork_goes_on_with_is_no_difference(data: tuple[Any, Any]) -> None:
    run = er.train(er.Network(er.Dense(3)), *data, steps=20, optimizer=er.SGD(lr=er.Cosine(0.05)))
    fork = run.fork(at=10, drop_examples=[int(run.dataset.row_numbers[run.dataset.training[2]])])
    assert [difference.what for difference in run.compare(fork).differences] == ["training data"]
    longer = er.train(er.Network(er.Dense(3)), *data, steps=30, optimizer=er.SGD(lr=er.Cosine(0.05)))
    (other,) = run.compare(longer).differences
    assert (other.what, other.first, other.second) == ("lr", "cosine from 0.05, steps 20", "cosine from 0.05, steps 30")


def test_the_same_run(run: er.Run) -> None:
    answer = run.compare(run)
    assert (answer.shared, answer.parting, answer.points) == (None, None, ())
    assert "They are the same run." in str(answer)


def test_comparing_leaves_the_runs_as_they_are(run: er.Run, fork: er.Run) -> None:
    before = [run.at(t) for t in (3, 33, 66)], [fork.at(t) for t in (3, 33, 66)]
    run.compare(fork, points=6)
    for r, states in zip((run, fork), before, strict=True):
        assert all(r.at(s.step).same_bits(s) for s in states) and r.verify().ok


def test_other_networks(run: er.Run, data: tuple[Any, Any]) -> None:
    wide = er.train(er.Network(er.Dense(7, "tanh"), er.Dense(3)), *data, steps=20, optimizer=er.SGD())
    answer = run.compare(wide, points=3)
    assert answer.parting is None and answer.gaps == ()
    assert answer.cannot == (
        "weights are not compared, as the networks have other parameters: "
        "dense1.weight is 4 x 6 in the first and 4 x 7 in the second",
    )
    assert answer.predictions is not None and len(answer.predictions) == 3 and answer.loss_step == 1
    assert {(d.what, d.first, d.second) for d in answer.differences} == {
        ("network", "Network(Dense(6, 'tanh'), Dense(3))", "Network(Dense(7, 'tanh'), Dense(3))"),
        ("lr", "0.02", "0.01"),
        ("optimizer", "adam", "sgd"),
    }
    one, two = (er.train(er.Network(*[er.Dense(3)] * n), *data, steps=5) for n in (1, 2))
    assert one.compare(two, points=1).cannot[0].endswith("dense2.bias is only in the second")
    assert two.compare(one, points=1).cannot[0].endswith("dense2.bias is only in the first")
    assert (one.compare(two, points=1).first, one.compare(two, points=1).second) == (
        "run 1, the first", "run 1, the second",
    )  # fmt: skip


def test_another_target(run: er.Run, data: tuple[Any, Any]) -> None:
    number = er.train(er.Network(er.Dense(6, "tanh"), er.Dense(3)), data[0], data[0][:, :3], steps=20)
    answer = run.compare(number, points=3)
    assert answer.predictions is None and answer.beside is None and answer.sampled == 0
    assert "predictions are not compared: the runs predict y (3 classes) and y0, y1, y2 (numbers)" in answer.cannot
    assert len(answer.gaps) == 5


def test_other_rows_and_the_same_rows_prepared_otherwise(data: tuple[Any, Any]) -> None:
    x, y = data
    network = er.Network(er.Dense(3))
    plain = er.train(network, x, y, steps=5)
    prepared = er.train(network, x, y, steps=5, standardize=True, seed=4, dtype="float64")
    answer = plain.compare(prepared, points=2)
    assert answer.beside is not None and answer.beside.rows == 90
    np.testing.assert_array_equal(answer.beside.changed, np.flatnonzero(plain.predict(x) != prepared.predict(x)))
    half = x.copy()
    half[::2] += 1
    partly = plain.compare(er.train(network, half, y, steps=5), points=2).beside
    assert partly is not None and partly.rows == 45
    other = plain.compare(er.train(network, x + 1, y, steps=5), points=2)
    assert other.cannot == ("predictions are not compared: the runs do not know the same rows",)


def test_yes_or_no_and_numbers_with_a_unit() -> None:
    x = np.random.default_rng(0).normal(size=(60, 2))
    y = x[:, 0] > x[:, 1] ** 2
    runs = [er.train(er.Network(er.Dense(1)), x, y, loss="binary_cross_entropy", steps=s) for s in (3, 40)]
    beside = runs[0].compare(runs[1], points=2).beside
    assert beside is not None and beside.states == (3, 40)
    np.testing.assert_array_equal(beside.changed, np.flatnonzero(runs[0].predict(x) != runs[1].predict(x)))
    scaled = [er.train(er.Network(er.Dense(1)), x, 1000 * x[:, 0], standardize=True, steps=s) for s in (3, 40)]
    moved = scaled[0].compare(scaled[1], points=2, top=60).beside
    assert moved is not None and moved.changed == ()
    by = np.abs(scaled[0].predict(x) - scaled[1].predict(x))
    assert [m.row for m in moved.moved] == np.argsort(-by, kind="stable").tolist()
    np.testing.assert_allclose([m.by for m in moved.moved], np.sort(by)[::-1], rtol=1e-12)
    np.testing.assert_allclose([m.target for m in moved.moved], [1000 * x[m.row, 0] for m in moved.moved], rtol=1e-4)


def test_a_run_that_reached_infinity(teach: Teach) -> None:
    run = teach()
    flown = run.fork(at=5, lr=1e200)
    assert flown.status == "nonfinite"
    answer = run.compare(flown, points=20)
    assert answer.parting is not None and answer.parting.state == 6 and answer.common == flown.steps
    assert not np.isfinite(answer.gaps[0].distance[-1])
    json.loads(facts_text(answer.to_dict()), parse_constant=lambda literal: pytest.fail(literal))


def test_runs_that_fly_apart_are_compared_in_79_columns() -> None:
    random = np.random.default_rng(0)
    x = random.normal(size=(80, 3))
    run = er.train(er.Network(er.Dense(1)), x, x.sum(1), steps=40, optimizer=er.SGD(lr=0.01))
    for at, lr in ((10, 1e9), (10, 1e5), (20, 1e7)):
        flown = run.fork(at=at, lr=lr)
        assert flown.status == "nonfinite"
        lines = str(run.compare(flown)).splitlines()
        assert max(map(len, lines)) <= 79
        steps = next(line for line in lines if line.startswith("  after step")).split()[2:]
        assert len(steps) >= 2 and [int(steps[0]), int(steps[-1])] == [at, flown.steps]


def test_runs_of_other_lengths_have_their_losses_read_in_the_last_step_that_both_have(teach: Teach) -> None:
    # By hand: the target is 2, each step leaves k of the way to it, and the loss before step t is 14/3 * (2 k^(t-1))^2.
    slow, fast = teach(steps=50), teach(steps=7, lr=0.02)
    answer = slow.compare(fast)
    expected = [14 / 3 * (2 * k**6) ** 2 for k in (1 - 28 / 300, 1 - 56 / 300)]
    np.testing.assert_allclose(answer.losses, expected, rtol=1e-12)  # type: ignore[arg-type]
    assert answer.losses == fast.compare(slow).losses[::-1]
    said = " ".join(str(answer).split())
    assert f"first differ in step 2; those of step 7 are {expected[0]:.4g} and {expected[1]:.4g}." in said
    assert "the last ones are" in " ".join(str(slow.compare(teach(lr=0.02))).split())


def test_losses_of_different_kinds_are_not_compared(teach: Teach, run: er.Run) -> None:
    one = teach()
    robust = one.fork(at=20, loss="huber")
    answer = one.compare(robust)
    assert (answer.losses, answer.loss_step) == ((None, None), None)
    assert "losses are not compared, as they are of different kinds: mse in the first and huber in the second" in (
        answer.cannot
    )
    assert "recorded losses" not in str(answer) and "Losses are not compared" in str(answer)
    other = one.compare(one.fork(at=20, loss=er.Huber(delta=0.5))), robust.compare(one.fork(at=20, loss=er.Huber(2)))
    assert other[0].losses == other[1].losses == (None, None)
    assert other[1].cannot == ("losses are not compared, as both are huber with other numbers",)


def test_text_and_facts(run: er.Run, fork: er.Run) -> None:
    told: list[tuple[int, int]] = []
    answer = run.compare(fork, points=4, progress=lambda *at: told.append(at))
    far = answer.common - 30
    assert told == [(far + point - 30, 2 * far) for point in answer.points] and told[-1] == (2 * far, 2 * far)
    lines = str(answer).splitlines()
    assert max(map(len, lines)) <= 79 and lines[0] == "run 1 beside run 2"
    assert "They part in state 31, by step 31" in str(answer)
    facts = json.loads(facts_text(answer.to_dict()))
    assert facts["parting"]["state"] == 31 and facts["points"] == list(answer.points)
    assert facts["gaps"]["dense1.bias"]["distance"] == answer.gaps[2].distance.tolist()
    assert answer.beside is not None and facts["beside"]["changed"] == list(answer.beside.changed)
    assert {d["what"] for d in facts["differences"]} == {"lr", "training data"}


@pytest.mark.filterwarnings("ignore:.* is .* in every row")
def test_the_search_for_the_parting_tells_how_far_it_is() -> None:
    # Other batches measure other losses, so that only the weights can tell.
    told: list[tuple[int, int]] = []
    first, second = (
        er.train(er.Network(er.Dense(1, init="zeros")), [[0.0]] * 4, [0.0] * 4, loss="mse", seed=seed, batch_size=2,
                 steps=40, validation=None)
        for seed in (0, 1)
    )  # fmt: skip
    answer = first.compare(second, points=2, progress=lambda *at: told.append(at))
    assert answer.parting is None and told == [*((t, 80) for t in range(1, 41)), (40, 80), (80, 80)]


def test_what_cannot_be_compared(run: er.Run) -> None:
    for wrong in (3, "run", run.record):
        with pytest.raises(OptionError, match="compare takes another run"):
            run.compare(wrong)  # type: ignore[arg-type]
    for name in ("points", "rows", "top"):
        for value in (0, 1.5, True, "x"):
            with pytest.raises(OptionError, match=f"{name} must be a whole number"):
                compare(run.record, run.record, **{name: value})


def test_runs_of_several_files(run: er.Run, data: tuple[Any, Any], tmp_path: Any) -> None:
    def made(name: str, **more: Any) -> Record:
        path = tmp_path / name
        er.train(er.Network(er.Dense(3)), *data, steps=9, logbook=path, **more)
        return er.open(path).runs[0].record

    a, b = made("a.logbook"), made("b.logbook", include_rows=False)
    answer = compare(a, a.apart(), points=2)
    assert answer.shared is None
    assert compare(a, er.open(tmp_path / "a.logbook").runs[0].record, points=2).shared is None
    again = made("c.logbook")
    answer = compare(a, again, points=2)
    assert (answer.first, answer.second) == ("run 1 of a.logbook", "run 1 of c.logbook")
    assert answer.shared == 0 and answer.parting is None
    with pytest.raises(er.errors.DataError, match="only their digest"):
        compare(a, b)


def test_amounts_have_their_unit_and_weights_the_digits_of_their_type() -> None:
    size = np.arange(40.0, 100.0)
    table = {"size": size.tolist(), "price": [f"${1500 * s:,.0f}" for s in size]}
    runs = [
        er.train(
            er.Network(er.Dense(4, law), er.Dense(1)), table, target="price", steps=60, optimizer=optimizer, seed=3
        )
        for law, optimizer in (("relu", er.Adam(lr=er.Cosine(0.01, warmup=5))), ("tanh", er.Adam(lr=0.02)))
    ]
    answer = runs[0].compare(runs[1], points=3)
    text = str(answer)
    said = " ".join(text.split())
    assert answer.unit == "$" and answer.metrics == (runs[0].metrics, runs[1].metrics)
    a, b = (f"${run.metrics['rmse']:,.0f}" for run in runs)
    assert f"the first run is usually off by {a}, the second on its own by {b}." in said
    assert answer.parting is not None and answer.parting.dtypes == ("float32", "float32")
    for value in (answer.parting.first, answer.parting.second):
        assert str(np.float32(value)) in said and repr(value) not in said
    assert answer.beside is not None and f"${answer.beside.moved[0].target:,.0f}" in text
    line = next(line.split() for line in text.splitlines() if line.startswith("  predictions"))
    assert all(cell.startswith("$") for cell in line[1:]) and "e+" not in text
    # Nothing is cut: what is long goes on in the next line.
    assert (
        "cosine from 0.01, steps 60," in said
        and " warmup 5 " in said
        and "Dense(4, 'relu')" in said
        and "..." not in text
    )
    assert max(map(len, text.splitlines())) <= 79


def test_many_differences_end_in_an_ellipsis_after_whole_words(run: er.Run) -> None:
    names = [f"dense1.weight[{i}, {j}]" for i in range(2) for j in range(6)]
    wild = run.fork(at=30, set=dict.fromkeys(names, 0.123456789), steps=1)
    lines = str(run.compare(wild, points=2)).splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("  set"))
    assert lines[start].split()[:2] == ["set", "nothing"] and lines[start + 5].endswith(" ...")
    assert max(map(len, lines)) <= 79 and not lines[start + 6].startswith(" " * 10)


def test_predictions_that_move_have_the_digits_that_show_it() -> None:
    size = np.arange(40.0, 100.0)
    table = {"size": size.tolist(), "weight": [f"{0.02 * s:.3f} kg" for s in size]}
    run = er.train(er.Network(er.Dense(1)), table, target="weight", steps=1002, lr=0.05)
    # The last two steps at another learning rate move them by millionths.
    lines = str(run.compare(run.fork(at=1000, lr=0.0005), points=2)).splitlines()
    assert max(map(len, lines)) <= 79
    start = next(i for i, line in enumerate(lines) if line.split()[:2] == ["row", "part"])
    rows = [line.split()[-8:] for line in lines[start + 1 :] if line.endswith(" kg")]
    assert len(rows) > 5
    smallest = min(float(cells[-2].strip("kg")) for cells in rows)
    for cells in rows:
        _, first, second, by = (float(cell) for cell in cells[::2])
        assert abs(abs(first - second) - by) < 0.02 * smallest
        assert len({len(cell.partition(".")[2]) for cell in cells[2:6:2]}) == 1
    # Each column has its points in line.
    points = {tuple(i for i, sign in enumerate(line) if sign == ".") for line in lines[start + 1 :][: len(rows)]}
    assert len(points) == 1
    # Moves below the digits of a float32 add no digits that say nothing.
    tiny = str(run.compare(run.fork(at=1000, lr=1e-6), points=2)).splitlines()
    assert "e-0" in tiny[-1] and max(map(len, tiny)) <= 79


def test_dates_are_told_as_dates_and_differences_in_days() -> None:
    days = np.arange(120)
    table = {"ordered": days * 1.0, "due": [str(np.datetime64("2024-01-01") + int(3 * day)) for day in days]}
    runs = [er.train(er.Network(er.Dense(1)), table, target="due", steps=30, lr=lr, seed=1) for lr in (0.01, 0.2)]
    answer = runs[0].compare(runs[1])
    text = str(answer)
    assert "days since" not in text and "is usually off by" in text
    assert answer.beside is not None
    moved = answer.beside.moved[0]
    row = next(line for line in text.splitlines() if line.strip().startswith(f"{moved.row} ") and "-" in line)
    told = [
        str(np.datetime64("1970-01-01") + round(float(np.ravel(value)[0])))
        for value in (moved.target, moved.first, moved.second)
    ]
    assert row.split()[-5:-2] == told and row.endswith(" days")

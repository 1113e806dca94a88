"""Numbers over a run's steps; long questions about them tell how far they are, and so can be given up."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import engineroom as er
from engineroom.errors import CancelledError, OptionError, UnknownNameError
from engineroom.run import Record
from engineroom.run import _summaries as summaries
from engineroom.show.page._answers import ANSWERS
from engineroom.show.page._asks import CycleAsk, SeriesAsk, TraceAsk
from engineroom.show.page._steps import _buckets, _losses

WEIGHT = "dense1.weight[0, 0]"


@pytest.fixture(scope="module")
def record() -> Record:
    network = er.Network(er.Dense(1, bias=False, init="zeros"))
    return er.train(network, [1, 2, 3], [2, 4, 6], optimizer=er.SGD(lr=0.01), steps=600).record


@pytest.mark.parametrize(
    ("name", "ask"),
    [("trace", lambda run: TraceAsk(run, [WEIGHT])), ("series", lambda run: SeriesAsk(run, [WEIGHT]))],
    ids=["trace", "series"],
)
def test_the_path_of_a_weight_tells_how_far_its_replay_is(
    record: Record, name: str, ask: Callable[[int], TraceAsk | SeriesAsk]
) -> None:
    told: list[tuple[int, int]] = []
    ANSWERS[name].answer(record, ask(record.number), lambda done, total: told.append((done, total)))
    assert told[-1] == (600, 600) and [done for done, _ in told] == sorted({done for done, _ in told})

    def given_up(done: int, total: int) -> None:
        raise CancelledError("the question was taken back")

    with pytest.raises(CancelledError):
        ANSWERS[name].answer(record, ask(record.number), given_up)


@pytest.mark.parametrize(("first", "last"), [(1, 4000), (1200, 3333), (1700, 1900), (3000, 4000)])
def test_the_losses_of_a_long_run_and_its_fork_are_told_in_stretches_of_equal_length(
    first: int, last: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    x = np.random.default_rng(1).normal(size=(40, 2))
    network = er.Network(er.Dense(3, "tanh"), er.Dense(1))
    whole = er.train(network, x, x[:, :1], steps=4000, batch_size=7, seed=2, validation=None)
    # Where a fork begins, a span of steps may end: 2,560 = 10 * 256.
    fork = whole.fork(at=2560, lr=0.002)
    true = fork.loss.copy()
    monkeypatch.setattr(summaries, "KEPT", 1500)
    again = er.train(network, x, x[:, :1], steps=4000, batch_size=7, seed=2, validation=None).fork(at=2560, lr=0.002)
    assert again.record.parent is not None and again.record.parent.recorded.kept_until == 1500
    columns = ANSWERS["series"].answer(again.record, SeriesAsk(again.number, ["loss"], first, last, 60), None).columns
    ends = columns["loss.x"].astype(int)
    for few in ((2001, 2001), (2551, 2600)):
        exact = ANSWERS["series"].answer(again.record, SeriesAsk(again.number, ["loss"], *few, 60), None).columns
        assert exact["loss.x"].tolist() == list(range(few[0], few[1] + 1))
        assert exact["loss.last"].tolist() == true[few[0] - 1 : few[1]].tolist(), "the loss of another step is told"
    assert 10 < len(ends) <= 60 and (np.diff(ends) > 0).all() and first <= ends[0] and ends[-1] == last
    lengths = np.diff(ends)
    assert lengths.max() <= (last - first + 1) / 60 + 16, "stretches are of equal length up to a span of 16 steps"
    for k in range(1, len(ends)):
        part = true[ends[k - 1] : ends[k]]
        if ends[k] % 8 and ends[k] > 2048:  # the last of 8 steps that are kept as a sum lies behind the end
            assert columns["loss.min"][k] <= part.min() and columns["loss.max"][k] >= part.max()
        else:
            assert (columns["loss.min"][k], columns["loss.max"][k]) == (part.min(), part.max())
            assert columns["loss.last"][k] == part[-1]


Piece = tuple[int, int, float, float, float]
"""What is known of one step or of a span: its first and last step, the least, the greatest and the last loss."""


def family(choose: np.random.Generator, kept: int) -> tuple[Any, NDArray[np.float64], list[Piece]]:
    """Return runs of which each goes on from the one before, the losses along them, and what is kept of these.

    Parameters
    ----------
    kept : of the steps up to this one each loss is kept by itself.
    """
    starts = [0, *sorted({int(s) for s in choose.integers(1, 900, choose.integers(0, 4))})]
    ends = [*starts[1:], starts[-1] + int(choose.integers(1, 900))]
    chain, losses, pieces = [], [], []
    for start, end in zip(starts, ends, strict=True):
        made = choose.normal(size=end - start + int(choose.integers(0, 60)) * (end != ends[-1]))
        made[choose.random(len(made)) < 0.02] = np.nan
        made[choose.random(len(made)) < 0.02] = np.inf
        alone = made[: max(0, kept - start)]
        sums = list(summaries.summaries_of(made[len(alone) :], start + len(alone)))
        chain.append(SimpleNamespace(start=start, recorded=SimpleNamespace(kept=alone, summaries=sums)))
        losses.append(made[: end - start])
        pieces += [(start + k, start + k, v, v, v) for k, v in enumerate(alone[: end - start].tolist(), 1)]
        pieces += [
            (s.first_step, min(s.last_step, end), s.least, s.greatest, s.last) for s in sums if s.first_step <= end
        ]
    true = np.concatenate(losses)
    record = SimpleNamespace(chain=chain, ends=ends, losses=lambda start, stop, progress: true[start:stop])
    record.stretches = lambda start, stop: Record.stretches(record, start, stop)  # type: ignore[arg-type]  # stands for one
    return record, true, pieces


@pytest.mark.parametrize("every", [True, False], ids=["each loss is kept", "many are sums"])
def test_each_bucket_tells_the_least_the_greatest_and_the_last_of_its_losses(
    every: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(summaries, "_PARTS", 3)
    for seed in range(200):
        choose = np.random.default_rng(seed)
        kept = 10_000 if every else int(choose.integers(0, 1200))
        record, true, pieces = family(choose, kept)
        first = int(choose.integers(1, len(true) + 1))
        last = int(choose.integers(first, len(true) + 1))
        count = last - first + 1
        points = int(choose.choice([1, 2, 7, count - 1, count, count + 1, choose.integers(1, 400)]).clip(1))
        said = f"seed {seed}: steps {first} to {last} of {len(true)}, {points} points, {kept} kept"
        x, *columns = _losses(record, first, last, points, None)
        ends = x.astype(int).tolist()
        assert ends == sorted(set(ends)) and first <= ends[0] and ends[-1] == last and len(ends) <= points, said
        if count <= points:
            # So few steps are told each by its own loss, replayed where it is part of a sum.
            pieces = [(step, step, *(float(true[step - 1]),) * 3) for step in range(first, last + 1)]
            assert ends == list(range(first, last + 1)), said
        asked = [(begin, min(end, last), *told) for begin, end, *told in pieces if begin <= last and end >= first]
        longest = max(end - begin + 1 for begin, end, *_ in asked)
        assert np.diff([first - 1, *ends]).max() < count / points + 1 + longest, said
        for k, (before, end) in enumerate(zip([first - 1, *ends], ends, strict=False)):
            part = [told for _, place, *told in asked if before < place <= end]
            low, high = ([told[i] for told in part if told[i] == told[i]] for i in (0, 1))
            expected = [min(low, default=np.nan), max(high, default=np.nan), part[-1][2]]
            assert np.array_equal([column[k] for column in columns], expected, equal_nan=True), said


def test_what_was_measured_now_and_then_is_told_in_the_stretch_in_which_it_was() -> None:
    for seed in range(300):
        choose = np.random.default_rng(seed)
        first = int(choose.integers(1, 50))
        last = first + int(choose.integers(0, 400))
        steps = np.flatnonzero(choose.random(last - first + 1) < choose.random()) + float(first)
        values, points = choose.normal(size=len(steps)), int(choose.integers(1, 60))
        said = f"seed {seed}: {len(steps)} of the steps {first} to {last}, {points} points"
        ends, least, greatest, end = _buckets(points, (first, last), steps, values, values, values)
        assert len(ends) <= points and (np.diff(ends) > 0).all(), said
        if len(steps) <= points:
            assert np.array_equal(ends, steps) and np.array_equal(end, values), said
            continue
        stretches = {}
        for step, value in zip(steps.tolist(), values.tolist(), strict=True):
            # The stretch that this step lies in, of as many as there are points.
            place = max(k for k in range(points) if first + (last - first + 1) * k // points <= step)
            stretches.setdefault(place, []).append((step, value))
        assert ends.tolist() == [part[-1][0] for part in stretches.values()], said
        assert end.tolist() == [part[-1][1] for part in stretches.values()], said
        assert least.tolist() == [min(v for _, v in part) for part in stretches.values()], said
        assert greatest.tolist() == [max(v for _, v in part) for part in stretches.values()], said


@pytest.mark.parametrize("points", [1, 1_000_001])
def test_a_path_of_too_few_or_too_many_points_is_refused(record: Record, points: int) -> None:
    with pytest.raises(OptionError, match=rf"trace.points must be between 2 and 1,000,000, got {points:,}$"):
        ANSWERS["trace"].answer(record, TraceAsk(record.number, [WEIGHT], points), None)


def test_so_many_weights_are_followed_at_a_time_and_equal_ones_once(record: Record) -> None:
    many = [f"validation.{i}" for i in range(257)]
    with pytest.raises(OptionError, match=r"^series\.names may hold 256 names, got 257: ask for some at a time$"):
        series(record, many, 1, None, 60)
    assert len(series(record, many[1:], 1, None, 60)) == 4 * 256
    with pytest.raises(OptionError, match=r"^trace\.weights may hold 256 names, got 257"):
        ANSWERS["trace"].answer(record, TraceAsk(record.number, many), None)
    told = ANSWERS["trace"].answer(record, TraceAsk(record.number, [WEIGHT] * 300), None)
    assert told.weights == [WEIGHT]
    told = ANSWERS["series"].answer(record, SeriesAsk(record.number, [WEIGHT, "loss"] * 300), None)
    assert told.names == [WEIGHT, "loss"] and len(told.columns) == 8


def test_a_stretch_without_steps_has_no_numbers(record: Record) -> None:
    names = [WEIGHT, "loss", "lr"]
    asked = SeriesAsk(record.number, names, 601, None, 60)
    columns = ANSWERS["series"].answer(record, asked, None).columns
    assert {name: len(column) for name, column in columns.items()} == {
        f"{name}.{end}": 0 for name in names for end in ("x", "min", "max", "last")
    }


def series(record: Record, names: list[str], first: int, last: int | None, points: int) -> dict[str, list[float]]:
    asked = SeriesAsk(record.number, names, first, last, points)
    columns = ANSWERS["series"].answer(record, asked, None).columns
    return {name: column.tolist() for name, column in columns.items()}


def test_a_series_is_of_the_steps_that_were_asked_for_and_that_there_are(record: Record) -> None:
    path, names = record.trace(WEIGHT)[:, 0], [WEIGHT, "loss", "lr"]
    for first, last, begin, end in ((-5, 10_000, 1, 600), (0, None, 1, 600), (7, 19, 7, 19), (600, 600, 600, 600)):
        found = series(record, names, first, last, 600)
        steps = list(range(begin, end + 1))
        assert [found[f"{name}.x"] for name in names] == [steps] * 3
        assert found[f"{WEIGHT}.last"] == found[f"{WEIGHT}.min"] == path[steps].tolist()
        assert found["loss.max"] == record.loss[begin - 1 : end].tolist() and found["lr.last"] == [0.01] * len(steps)
    few = series(record, names, 7, 19, 4)
    assert all(len(column) == 4 for column in few.values()) and few["lr.x"] == [7, 11, 15, 19]
    assert few["loss.x"] == few[f"{WEIGHT}.x"] == [9, 12, 15, 19]  # a quarter of 13 steps each, in whole steps
    assert few[f"{WEIGHT}.min"] == [path[7], path[10], path[13], path[16]]  # it climbs
    assert few["loss.min"] == [record.loss[k - 1] for k in (9, 12, 15, 19)]


@pytest.mark.parametrize("points", [0, 100_001])
def test_a_series_of_too_few_or_too_many_points_is_refused(record: Record, points: int) -> None:
    with pytest.raises(OptionError, match=rf"series.points must be between 1 and 100,000, got {points:,}$"):
        series(record, ["loss"], 1, None, points)


def test_a_series_may_have_one_point_and_as_many_as_a_hundred_thousand(record: Record) -> None:
    x, *rest = series(record, ["loss"], 1, None, 1).values()
    assert x == [600] and rest == [[record.loss.min()], [record.loss.max()], [record.loss[-1]]]
    assert len(series(record, ["loss"], 1, None, 100_000)["loss.x"]) == 600


def test_what_was_measured_on_held_out_rows_is_told_where_it_was(record: Record) -> None:
    x = np.arange(60.0)
    run = er.train(er.Network(er.Dense(1)), x, 2 * x, validation=20, batch_size=20, steps=8)
    measured = dict(zip(run.validation["step"].tolist(), run.validation["rmse"].tolist(), strict=True))
    assert {2, 4, 6, 8} <= set(measured)
    for first, last, steps in ((2, 6, [2, 4, 6]), (3, 5, [4]), (5, 5, [])):
        found = series(run.record, ["validation.rmse"], first, last, 60)
        assert found["validation.rmse.x"] == steps
        for end in ("min", "max", "last"):
            assert found[f"validation.rmse.{end}"] == [measured[step] for step in steps]
    with pytest.raises(UnknownNameError, match=r"no validation\.rsme was measured; did you mean 'rmse'"):
        series(run.record, ["validation.rsme"], 1, None, 60)
    # Where no rows are held out there is nothing, and that is no slip of whoever asks.
    assert series(record, ["validation.rmse"], 1, None, 60)["validation.rmse.x"] == []


@pytest.mark.parametrize(("points", "stride"), [(2, 600), (4, 200), (8, 86), (601, 1), (10_000, 1)])
def test_of_a_long_path_some_states_are_told_and_the_first_and_the_last(
    record: Record, points: int, stride: int
) -> None:
    columns = ANSWERS["trace"].answer(record, TraceAsk(record.number, [WEIGHT], points), None).columns
    steps = sorted({*range(0, 601, stride), 600})
    assert columns["step"].tolist() == steps and len(steps) <= points
    assert columns[WEIGHT].tolist() == record.trace(WEIGHT)[steps, 0].tolist()


def test_a_step_is_told_with_so_many_rows_of_its_batch_and_the_plan_that_made_it() -> None:
    x = np.linspace(-1, 1, 1400)
    first = er.train(er.Network(er.Dense(3), er.Dense(1)), x, 2 * x, optimizer=er.SGD(), batch_size=None, steps=4)
    whole = len(first.dataset.training)
    assert whole > 1024
    fork = first.fork(at=2, optimizer=er.Adam(lr=0.01), batch_size=30, steps=40).record
    for step, batch, law in ((2, whole, "sgd"), (3, 30, "adam")):
        for rows in (1, 7, 5000):
            told = ANSWERS["cycle"].answer(fork, CycleAsk(fork.number, step, rows), None)
            shown = min(rows, 1024, batch)
            assert (told.batch, told.rows_shown, len(told.rows)) == (batch, shown, shown)
            assert told.operations[-1].law == law and told.epoch == fork.epoch_of(step)
            made = fork.rows(step)
            assert told.rows == fork.dataset.row_numbers[made[:shown]].tolist()
            assert told.columns["x"].tolist() == fork.dataset.x[made[:shown]].tolist()
            assert told.columns["dense1.z"].shape == (shown, 3) and told.columns["dense1.bias.grad"].shape == (3,)
            before, after = fork.at(step - 1), fork.at(step)
            for name in ("dense1.weight", *(["dense1.weight.m"] if law == "adam" else [])):
                assert told.columns[name].tolist() == before[name].tolist()
                assert told.columns[f"{name}.after"].tolist() == after[name].tolist()
    glance = ANSWERS["cycle"].answer(fork, CycleAsk(fork.number, 3, 7, glance=True), None)
    assert "dense1.weight.after" in glance.columns and "dense1.weight.m" not in glance.columns

"""Numbers over a run's steps; long questions about them tell how far they are, and so can be given up."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

import engineroom as er
from engineroom.errors import CancelledError, OptionError
from engineroom.run import Record
from engineroom.run import _summaries as summaries
from engineroom.show.page._answers import ANSWERS
from engineroom.show.page._asks import SeriesAsk, TraceAsk

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


@pytest.mark.parametrize("points", [1, 1_000_001])
def test_a_path_of_too_few_or_too_many_points_is_refused(record: Record, points: int) -> None:
    with pytest.raises(OptionError, match=rf"trace.points must be between 2 and 1,000,000, got {points:,}$"):
        ANSWERS["trace"].answer(record, TraceAsk(record.number, [WEIGHT], points), None)


def test_a_stretch_without_steps_has_no_numbers(record: Record) -> None:
    names = [WEIGHT, "loss", "lr"]
    asked = SeriesAsk(record.number, names, 601, None, 60)
    columns = ANSWERS["series"].answer(record, asked, None).columns
    assert {name: len(column) for name, column in columns.items()} == {
        f"{name}.{end}": 0 for name in names for end in ("x", "min", "max", "last")
    }

"""Long questions about a run's steps tell how far they are, and so can be given up."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import engineroom as er
from engineroom.errors import CancelledError
from engineroom.run import Record
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

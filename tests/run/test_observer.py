"""An observer is asked what it wants as often as it says."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from engineroom.plan import State
from engineroom.run import Observer, asked_for, train_run


class Onlooker(Observer):
    def __init__(self, every: float) -> None:
        self.every = every
        self.asked: list[float] = []
        self.states: list[int] = []

    def wants(self, now: float) -> bool:
        self.asked.append(now)
        self.stopping = len(self.asked) >= 40
        return True

    def see(self, state: State, loss: float) -> None:
        self.states.append(state.step)


@pytest.mark.parametrize("every", [0.002, 0.02])
def test_an_observer_is_asked_as_often_as_it_says(every: float) -> None:
    rng = np.random.default_rng(0)
    dataset, settings = asked_for(None, rng.normal(size=(256, 8)), rng.normal(size=256), steps=10_000_000)
    onlooker = Onlooker(every)
    record = train_run(dataset, settings, observer=onlooker)
    assert record.status == "interrupted"
    # Of each time that it was asked, and not of how long each took: another process may have the processor.
    gaps = [b - a for a, b in pairwise(onlooker.asked[20:])]
    assert 0.5 * every < sorted(gaps)[len(gaps) // 2] < 4 * every
    assert onlooker.states == sorted(set(onlooker.states))

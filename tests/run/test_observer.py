"""An observer is asked what it wants as often as it says."""

from __future__ import annotations

from itertools import pairwise
from statistics import median

import numpy as np

from engineroom.plan import State
from engineroom.run import Observer, asked_for, train_run


class Onlooker(Observer):
    def __init__(self, every: float) -> None:
        self.every = every
        self.states: list[int] = []

    def wants(self, now: float) -> bool:
        return True

    def see(self, state: State, loss: float) -> None:
        self.states.append(state.step)
        self.stopping = len(self.states) >= 60


def test_an_observer_is_asked_as_often_as_it_says() -> None:
    rng = np.random.default_rng(0)
    dataset, settings = asked_for(None, rng.normal(size=(256, 8)), rng.normal(size=256), steps=10_000_000)
    steps = []
    for every in (0.001, 0.03):
        onlooker = Onlooker(every)
        assert train_run(dataset, settings, observer=onlooker).status == "interrupted"
        # In steps, not in seconds: another process may have the processor.
        steps.append(median(b - a for a, b in pairwise(onlooker.states[20:])))
    assert steps[1] > 4 * steps[0] > 0

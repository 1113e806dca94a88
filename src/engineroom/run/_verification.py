"""A whole run replayed from its seed, and compared with its record."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter

import numpy as np

from engineroom.engine import Engine
from engineroom.errors import LogbookError
from engineroom.logbook import StoredKeyframe
from engineroom.numerics import digest
from engineroom.plan import State
from engineroom.run._recorded import LossComparison, Recorded
from engineroom.run._replay import StepProgress, next_size

__all__ = ["Leg", "Verification", "verification_of"]


@dataclass(frozen=True)
class Verification:
    """What a replay of the whole run found.

    Attributes
    ----------
    name : the run.
    steps, keyframes : how many losses and how many keyframes were compared.
    interval : (a, b): the keyframe at step b is the first that differs, the one at step a was still equal; a is -1
        when the initial state differs already. None when all are equal.
    loss_step : the first step whose recorded loss differs; None when all are equal.
    loss_by : where losses are kept as summaries, the step by which the first of them differs; else `loss_step`.
    damaged : keyframes whose bytes no longer have the hash that was stored with them.
    damage : a sentence for each part of the run that was changed in the logbook, is missing from it or was added.

    Examples
    --------
    >>> print(Verification("run 1", steps=50, keyframes=2, interval=None, loss_step=None, damaged=()))
    50 steps and 2 keyframes of run 1 were replayed: every loss and every state is equal to the record, to the bit.
    """

    name: str
    steps: int
    keyframes: int
    interval: tuple[int, int] | None
    loss_step: int | None
    damaged: tuple[int, ...]
    damage: tuple[str, ...] = ()
    loss_by: int | None = None

    @property
    def ok(self) -> bool:
        """Whether the replay equals the record in every bit."""
        return self.interval is None and self.loss_step is None and not self.damaged and not self.damage

    def __str__(self) -> str:
        compared = f"{self.steps:,} steps and {self.keyframes:,} keyframes of {self.name} were replayed"
        if self.ok:
            return f"{compared}: every loss and every state is equal to the record, to the bit."
        said = []
        if self.interval is not None and self.interval[0] < 0:
            said.append("the initial state differs from the one its seed gives")
        elif self.interval is not None:
            said.append(
                f"states first differ between the keyframes at steps {self.interval[0]:,} and {self.interval[1]:,}"
            )
        if self.loss_step is not None and self.loss_by not in (None, self.loss_step):
            said.append(f"the recorded losses already differ in steps {self.loss_step:,} to {self.loss_by:,}")
        elif self.loss_step is not None:
            said.append(f"the recorded loss already differs at step {self.loss_step:,}")
        if self.damaged:
            said.append("the bytes kept at " + ", ".join(f"step {s:,}" for s in self.damaged) + " lost their hash")
        return f"{compared}: {'; '.join([*said, *self.damage])}."


@dataclass(frozen=True)
class Leg:
    """The steps of a run that one engine makes.

    Attributes
    ----------
    engine : makes them.
    begin : gives the state that it begins with, from the one in which the leg before ended; that is None for the first.
    start, stop : the states between which it goes.
    recorded : the losses of its steps, as they were kept.
    keyframes, load : the steps of its keyframes, ascending, and what was kept at each.
    """

    engine: Engine
    begin: Callable[[State | None], State]
    start: int
    stop: int
    recorded: Recorded
    keyframes: Sequence[int]
    load: Callable[[int], StoredKeyframe]


def verification_of(legs: Sequence[Leg], name: str, steps: int, progress: StepProgress | None = None) -> Verification:
    """Replay a run from its seed.

    Parameters
    ----------
    legs : the run and those it was forked from, the first of them first.
    steps : how many it has.
    """
    check = _Check(steps, progress)
    state: State | None = None
    for leg in legs:
        state = check.follow(leg, leg.begin(state))
        if state is None:
            break
    keyframes = sum(len(leg.keyframes) for leg in legs)
    return Verification(
        name, steps, keyframes, check.interval, check.loss_step, tuple(check.damaged), loss_by=check.loss_by
    )


class _Check:
    """What differed so far."""

    def __init__(self, steps: int, progress: StepProgress | None) -> None:
        self._steps = steps
        self._progress = progress
        self._size = 256
        self._last_equal = -1
        self.interval: tuple[int, int] | None = None
        self.loss_step: int | None = None
        self.loss_by: int | None = None
        self.damaged: list[int] = []

    def follow(self, leg: Leg, begin: State) -> State | None:
        """Replay a leg and return the state at its end; None when it cannot be reached."""
        engine, at = leg.engine, leg.start
        engine.load(begin)
        comparison = leg.recorded.comparison(at)
        for goal in (*leg.keyframes, *([leg.stop] if not leg.keyframes or leg.keyframes[-1] != leg.stop else [])):
            at = self._go(engine, at, goal, comparison)
            if at != goal:
                return None
            if goal in leg.keyframes:
                self._compare(engine.snapshot(), goal, leg.load)
        return engine.snapshot()

    def _go(self, engine: Engine, at: int, goal: int, comparison: LossComparison) -> int:
        while at < goal:
            began = perf_counter()
            done = engine.run(min(self._size, goal - at))
            self._size = next_size(self._size, perf_counter() - began)
            if self.loss_step is None:
                different = comparison.see(done.losses)
                if different is not None:
                    self.loss_step, self.loss_by = different.first, different.last
            at += done.done
            if self._progress is not None:
                self._progress(at, self._steps)
            if done.done == 0 or (done.reason != "completed" and at < goal):
                self.loss_step = self.loss_step or at
                break
        return at

    def _compare(self, state: State, goal: int, load: Callable[[int], StoredKeyframe]) -> None:
        try:
            stored = load(goal)
        except LogbookError:
            self.damaged.append(goal)
            return
        intact = len(stored.content) == state.values.nbytes
        if intact:
            kept = np.frombuffer(stored.content, state.values.dtype.newbyteorder("<"))
            intact = digest(kept.astype(state.values.dtype)) == stored.digest
        if not intact:
            self.damaged.append(goal)
        if digest(state.values) == stored.digest:
            self._last_equal = goal
        elif self.interval is None:
            self.interval = (self._last_equal, goal)

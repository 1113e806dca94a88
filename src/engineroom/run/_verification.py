"""A whole run replayed from its seed, and compared with its record."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from engineroom.engine import Engine
from engineroom.errors import LogbookError
from engineroom.logbook import StoredKeyframe
from engineroom.numerics import digest
from engineroom.run._replay import StepProgress, first_difference, next_size

__all__ = ["Verification", "verification_of"]


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
        if self.loss_step is not None:
            said.append(f"the recorded loss already differs at step {self.loss_step:,}")
        if self.damaged:
            said.append("the bytes kept at " + ", ".join(f"step {s:,}" for s in self.damaged) + " lost their hash")
        return f"{compared}: {'; '.join([*said, *self.damage])}."


def verification_of(
    engine: Engine,
    name: str,
    recorded: NDArray[np.float64],
    keyframes: Sequence[int],
    load: Callable[[int], StoredKeyframe],
    progress: StepProgress | None = None,
) -> Verification:
    """Replay a run from its seed.

    Parameters
    ----------
    recorded : (steps,) its losses.
    keyframes, load : the steps of its keyframes, ascending, and what was kept at each.
    """
    steps = len(recorded)
    engine.load(engine.initial())
    at, last_equal = 0, -1
    interval: tuple[int, int] | None = None
    loss_step: int | None = None
    damaged: list[int] = []
    size = 256
    for goal in (*keyframes, *([steps] if not keyframes or keyframes[-1] != steps else [])):
        while at < goal:
            began = perf_counter()
            done = engine.run(min(size, goal - at))
            size = next_size(size, perf_counter() - began)
            different = first_difference(done.losses, recorded[at : at + done.done])
            if different is not None and loss_step is None:
                loss_step = at + different + 1
            at += done.done
            if progress is not None:
                progress(at, steps)
            if done.done == 0 or (done.reason != "completed" and at < goal):
                loss_step = loss_step or at
                break
        if at != goal or goal not in keyframes:
            break
        try:
            stored = load(goal)
        except LogbookError:
            damaged.append(goal)
            continue
        state = engine.snapshot()
        kept = np.frombuffer(stored.content[: state.values.nbytes], state.values.dtype.newbyteorder("<"))
        if len(stored.content) != state.values.nbytes or digest(kept.astype(state.values.dtype)) != stored.digest:
            damaged.append(goal)
        if digest(state.values) == stored.digest:
            last_equal = goal
        elif interval is None:
            interval = (last_equal, goal)
    return Verification(name, steps, len(keyframes), interval, loss_step, tuple(damaged))

"""Hands a run to its logbook: losses in bulk, and keyframes no more often than they may cost."""

from __future__ import annotations

from collections.abc import Mapping
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engineroom.logbook import Writer
from engineroom.numerics import digest
from engineroom.plan import State

__all__ = ["Recorder", "share_for_recording"]

# Of training time, for keyframes. The limits are 1.5 % from 10 microseconds a step on, below it 0.05 microseconds a
# step; the rest is for losses and commits, and for a clock that is noisy.
_SHARE, _PER_STEP, _LONG_STEP = 0.010, 0.03e-6, 10e-6
_COMMIT_EVERY = 1.0
_ROW_OVERHEAD = 128


def share_for_recording(step_seconds: float) -> float:
    """Return which part of training time may be spent on keyframes, for steps that take so long."""
    return _SHARE if step_seconds >= _LONG_STEP else min(0.3, _PER_STEP / max(step_seconds, 1e-9))


class Recorder:
    """Keeps a run while it is trained.

    Parameters
    ----------
    writer, run : where it is kept.
    wait : seconds of replay within which any step should be reached; kept when it costs no more than its share.
    room : bytes for keyframes; when they are used up, every other keyframe between the first and the last goes.
    """

    def __init__(self, writer: Writer, run: int, *, wait: float, room: int) -> None:
        self._writer = writer
        self._run = run
        self._room = room
        self._spacing = 0.75 * wait
        self._steps: list[int] = []
        self._cost = 0.0
        self._spent = 0.0
        self._last = 0.0
        self._committed = perf_counter()
        self._pending: list[NDArray[np.float64]] = []
        self._first_pending = 1
        self.step = 0

    def add_losses(self, losses: NDArray[np.float64]) -> None:
        """Take the losses of the steps just made."""
        self._pending.append(losses)
        self.step += len(losses)

    def due(self, trained: float) -> bool:
        """Whether a keyframe is worth its price now, after so many seconds of training."""
        if trained - self._last < self._spacing:
            return False
        share = share_for_recording(trained / max(self.step, 1))
        return self._spent + self._cost <= share * trained

    def add_keyframe(self, state: State, trained: float) -> None:
        """Keep a state."""
        began = perf_counter()
        content = np.ascontiguousarray(state.values, state.values.dtype.newbyteorder("<"))
        if (len(self._steps) + 1) * (content.nbytes + _ROW_OVERHEAD) > self._room and len(self._steps) > 2:
            self._thin()
        if not self._steps or self._steps[-1] != state.step:
            self._writer.add_keyframe(self._run, state.step, digest(state.values), content.data.cast("B"))
            self._steps.append(state.step)
        self._last = trained
        self._cost = perf_counter() - began
        self._spent += self._cost

    def add_extra_keyframe(self, state: State) -> None:
        """Keep a state that is not the newest one, such as the best."""
        if state.step not in self._steps:
            self._writer.add_keyframe(self._run, state.step, digest(state.values), state.values.data.cast("B"))

    def add_metrics(self, epoch: int, values: Mapping[str, float]) -> None:
        """Keep what was measured on the validation rows."""
        self._writer.add_metrics(self._run, epoch, self.step, values)

    def add_event(self, step: int, kind: str, payload: Mapping[str, Any]) -> None:
        """Keep something that happened."""
        self._writer.add_event(self._run, step, kind, payload)

    def tick(self) -> None:
        """Commit when the last commit is long ago."""
        if perf_counter() - self._committed > _COMMIT_EVERY:
            began = perf_counter()
            self.commit("running")
            self._spent += perf_counter() - began

    def commit(self, status: str) -> None:
        """Make all that was taken so far permanent."""
        if self._pending:
            self._writer.add_scalars(self._run, "loss", self._first_pending, np.concatenate(self._pending))
            self._pending.clear()
            self._first_pending = self.step + 1
        self._writer.commit(self._run, steps=self.step, status=status)
        self._committed = perf_counter()

    def _thin(self) -> None:
        dropped = self._steps[1:-1:2]
        self._writer.drop_keyframes(self._run, dropped)
        gone = set(dropped)
        self._steps = [s for s in self._steps if s not in gone]
        self._spacing = max(2 * self._spacing, self._last / len(self._steps))

"""Hands a run to its logbook: losses in bulk, and keyframes no more often than they may cost."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from threading import Semaphore
from time import perf_counter, thread_time
from types import TracebackType
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

from engineroom.logbook import MetricRow, Writer, bytes_of_keyframe
from engineroom.numerics import digest
from engineroom.plan import State
from engineroom.run._clerk import Clerk
from engineroom.run._cores import cores
from engineroom.run._ledger import LossLedger

__all__ = ["Recorder", "price_of_writing", "share_for_recording"]

# All of recording may take 1.5 % of training time from 10 microseconds a step on, below it 0.05 microseconds a step.
# Of that keyframes and commits get 1.2 %, or 0.03 microseconds; the loop between two calls of the engine, the opening
# and the end of a run take the rest.
_SHARE, _PER_STEP, _LONG_STEP = 0.012, 0.03e-6, 10e-6
# Of the processor time that writing takes, what training feels where a core is free for it: 0.1 to 0.3 were measured,
# with states of 0.06, 0.2 and 1.2 MB.
_BESIDE = 0.2
_COMMIT_EVERY = 1.0
_FIRST_COMMIT = 0.25
"""Seconds after which a run is first committed: whoever looks on sees its first steps soon."""
_PIECE, _PIECES = 1 << 18, 16
"""Losses that are handed over at once, and how many such pieces may wait for the clerk: 32 MB."""
_LARGE = 1 << 20
_WAITING = 1 << 25
"""Bytes of keyframes that may wait for a slow disk."""


def share_for_recording(step_seconds: float) -> float:
    """Return which part of training time may be spent on keyframes and commits, for steps that take so long."""
    return _SHARE if step_seconds >= _LONG_STEP else min(0.3, _PER_STEP / max(step_seconds, 1e-9))


def price_of_writing(threads: int) -> float:
    """Return by how much a second of writing holds up training on so many threads: by less where a core is free."""
    return _BESIDE if threads < cores() else 1.0


@final
class Recorder:
    """Keeps a run while it is trained; the writing is a clerk's, so that the engine need not wait.

    Parameters
    ----------
    writer : where the run is kept.
    enter : enters it there and returns its number.
    wait : seconds of replay within which any step should be reached; kept when it costs no more than its share.
    room : bytes for keyframes; when they are used up, half of the keyframes go, never the first and the last.
    price : what a second of the clerk's processor time costs training, see `price_of_writing`.
    step, kept : where training begins, and the steps of the keyframes that the run has already.
    """

    def __init__(
        self,
        writer: Writer,
        enter: Callable[[], int],
        *,
        wait: float,
        room: int,
        price: float = 1.0,
        step: int = 0,
        kept: Sequence[int] = (),
    ) -> None:
        self._writer = writer
        self._enter = enter
        self._room = room
        self._price = price
        self._spacing = 0.75 * wait
        self._steps = list(kept)
        # Keyframes that were taken, written and committed so far, and for how many seconds that held training up.
        self._taken, self._written, self._committed = 0, 0, 0
        self._taking, self._writing, self._committing = 0.0, 0.0, 0.0
        self._last = 0.0
        self._nbytes = 0
        self._prepared = False
        self._losses: list[NDArray[np.float64]] = []
        self._pending = 0
        self._ledger = LossLedger(writer, step)
        self._places = Semaphore(_PIECES)
        self._metrics: list[MetricRow] = []
        self._ticked, self._pause = perf_counter(), _FIRST_COMMIT
        self.number = 0
        self.step = step
        self._began_at = step

    def __enter__(self) -> Recorder:
        self._clerk = Clerk()
        self._clerk.do(self._begin)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._clerk.finish()

    @property
    def made(self) -> int:
        """How many steps it has taken in."""
        return self.step - self._began_at

    def add_losses(self, losses: NDArray[np.float64]) -> None:
        """Take the losses of the steps just made."""
        self._losses.append(losses)
        self._pending += len(losses)
        self.step += len(losses)
        if self._pending >= _PIECE:
            self._hand_over()

    def add_metrics(self, epoch: int, values: Mapping[str, float]) -> None:
        """Take what was measured on the validation rows."""
        self._metrics.append(MetricRow(epoch, self.step, dict(values)))

    def due_in(self, trained: float) -> float:
        """Return in how many seconds of training a keyframe is worth its price, after so many; at 0 it is now.

        They lie evenly, as far apart as their share of the time pays for what one of them costs in the mean.
        """
        # What one costs is known when the first is written; and a slow disk is not given ever more of them.
        if self._written == 0 or (self._taken - self._written) * self._nbytes >= _WAITING:
            return float("inf")
        writing = self._writing / self._written
        # Until the first commit is measured, it is taken to cost what handing its keyframes to SQLite does.
        committing = self._committing / self._committed if self._committed else writing
        cost = self._taking / max(1, self._taken) + writing + committing
        share = share_for_recording(trained / max(self.made, 1))
        # The last state is written while nothing trains beside it, at its full price: that is paid for first.
        first = (writing + committing) / self._price / share
        return max(0.0, max(self._last + max(self._spacing, cost / share), first) - trained)

    def add_keyframe(self, state: State, trained: float, began: float | None = None) -> None:
        """Keep a state, after so many seconds of training; training has been held up for it since `began`."""
        if self._steps and self._steps[-1] == state.step:
            return
        self._steps.append(state.step)
        self._last = trained
        if len(self._steps) * bytes_of_keyframe(state.values.nbytes) > self._room and len(self._steps) > 3:
            self._thin()
        self._hand(state)
        if began is not None:
            self._taking += perf_counter() - began

    def add_best_keyframe(self, state: State) -> None:
        """Keep a state that is not the newest one."""
        if state.step not in self._steps:
            self._hand(state)

    def add_event(self, step: int, kind: str, payload: Mapping[str, Any]) -> None:
        """Keep something that happened."""
        self._clerk.do(lambda: self._writer.add_event(self.number, step, kind, payload))

    def tick(self) -> None:
        """Commit when the last commit is long ago, at first sooner."""
        if perf_counter() - self._ticked > self._pause:
            self._pause = _COMMIT_EVERY
            self.commit("running")

    def prepare_end(self, nbytes: int) -> None:
        """Make ready, once, for a last keyframe of so many bytes, while training goes on.

        A large one is then written straight into the file; and where much was not committed for long, that is done.
        """
        if not self._prepared and (nbytes > _LARGE or perf_counter() - self._ticked > _COMMIT_EVERY / 8):
            self._prepared = True
            self.commit("running")
            self._clerk.do(self._writer.fold)

    def commit(self, status: str, then: Callable[[int], None] | None = None) -> None:
        """Make all that was taken so far permanent; then tell the run's number to whoever waits for it."""
        self._hand_over()
        metrics, self._metrics = self._metrics, []
        self._clerk.do(partial(self._write, metrics, self.step, status))
        if then is not None:
            self._clerk.do(lambda: then(self.number))
        self._ticked = perf_counter()

    def _hand_over(self) -> None:
        """Give the clerk the losses at hand; training waits where a slow disk leaves him with too many."""
        losses, self._losses, self._pending = self._losses, [], 0
        if not losses:
            return
        while not self._places.acquire(timeout=1.0):
            self._clerk.check()
        self._clerk.do(partial(self._write_losses, losses))

    def _thin(self) -> None:
        """Drop half of the keyframes or more, so that those that stay lie evenly from the first to the last."""
        first, *between, last = self._steps
        gap = 2 * (last - first) / (len(self._steps) - 1)
        kept = [last]
        for step in reversed(between):
            if kept[-1] - step >= gap and step - first >= gap / 2:
                kept.append(step)
        gone = set(between).difference(kept)
        dropped = sorted(gone)
        self._steps = [s for s in self._steps if s not in gone]
        self._spacing = max(2 * self._spacing, self._last / len(self._steps))
        self._clerk.do(lambda: self._writer.drop_keyframes(self.number, dropped))

    def _hand(self, state: State) -> None:
        # Each of the counts is added to by one thread alone.
        self._taken += 1
        self._nbytes = state.values.nbytes
        self._clerk.do(partial(self._write_keyframe, state))

    def _begin(self) -> None:
        self.number = self._enter()

    def _write_keyframe(self, state: State) -> None:
        # Training pays for a part of the clerk's own processor time; waiting for the disk costs it nothing.
        began = thread_time()
        content = np.ascontiguousarray(state.values, state.values.dtype.newbyteorder("<"))
        self._writer.add_keyframe(self.number, state.step, digest(state.values), content.data.cast("B"))
        self._writing += self._price * (thread_time() - began)
        self._written += 1

    def _write_losses(self, losses: list[NDArray[np.float64]]) -> None:
        # Not charged to the keyframes: what losses cost, some 10 nanoseconds a step, is outside of their share.
        self._ledger.add(self.number, np.concatenate(losses))
        self._places.release()

    def _write(self, metrics: list[MetricRow], steps: int, status: str) -> None:
        self._ledger.settle(self.number)
        self._writer.add_metrics(self.number, metrics)
        began = thread_time()
        self._writer.commit(self.number, steps=steps, status=status)
        self._committing += self._price * (thread_time() - began)
        self._committed = self._written

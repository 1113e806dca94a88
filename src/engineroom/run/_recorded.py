"""What a logbook kept of a run's losses, and how a replay is held against it."""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engineroom.errors import LogbookError
from engineroom.logbook import Logbook, Summary
from engineroom.numerics import canonical_bytes, same_bits
from engineroom.run._summaries import DIGITS

__all__ = ["LossComparison", "LossDifference", "Recorded", "first_difference"]


def first_difference(a: NDArray[np.float64], b: NDArray[np.float64]) -> int | None:
    """Return the first index at which the bits differ (any NaN equals any NaN), or None.

    Examples
    --------
    >>> import numpy as np
    >>> first_difference(np.array([1.0, 0.0]), np.array([1.0, -0.0]))
    1
    """
    differs = ~same_bits(a, b)
    return int(np.argmax(differs)) if differs.any() else None


@dataclass(frozen=True)
class LossDifference:
    """A replay that did not give what was recorded: `first` to `last` are the steps in which it first did not."""

    first: int
    last: int
    text: str


class Recorded:
    """The losses of a run's own steps: one by one as far as they were kept so, then summaries.

    Parameters
    ----------
    logbook, number : where they are, and of which run.
    start, steps : the states between which its own steps lie.
    known : what was read of the same run when it had made fewer steps, which is not read again.
    """

    def __init__(self, logbook: Logbook, number: int, start: int, steps: int, known: Recorded | None = None) -> None:
        self._name = f"run {number}"
        self._logbook_name = logbook.name
        self.start, self.steps = start, steps
        self.kept_until = max(start, min(logbook.last_scalar(number, "loss"), steps))
        read = None if known is None or known.kept_until > self.kept_until else known
        begin = start if read is None else read.kept_until
        self.kept = logbook.scalars(number, "loss", begin + 1, self.kept_until)
        if read is not None:
            self.kept = np.concatenate([read.kept, self.kept]) if len(self.kept) else read.kept
        self.kept.flags.writeable = False
        self.summaries: list[Summary] = []
        if steps > self.kept_until:
            self.summaries = [s for s in logbook.summaries(number, "loss") if s.first_step <= steps]
        self._ends = [s.last_step for s in self.summaries]
        reached = self.kept_until
        for summary in self.summaries:
            if summary.first_step != reached + 1 or summary.count < 1:
                break
            reached = summary.last_step
        if reached < steps:
            raise LogbookError(
                f"{logbook.name} is damaged: the loss of step {reached + 1:,} of run {number} is missing; "
                "`engineroom repair` saves what is intact"
            )

    def summary_at(self, step: int) -> Summary:
        """Return the summary that covers a step past those kept one by one."""
        return self.summaries[bisect_left(self._ends, step)]

    def comparison(self, start: int) -> LossComparison:
        """Return what a replay that begins at state `start` is to be shown to, piece by piece."""
        return LossComparison(self, start)


class LossComparison:
    """A replay under way.

    A span of steps that is kept as a summary is equal to the bit when its hash is. Of a span that the replay enters or
    leaves in the middle, only the least and the greatest loss can be compared.
    """

    def __init__(self, recorded: Recorded, start: int) -> None:
        self._recorded = recorded
        self._at = start
        self._span: Summary | None = None
        self._hash = hashlib.sha256()
        self._whole = False

    def see(self, losses: NDArray[np.float64]) -> LossDifference | None:
        """Take the losses of the next steps; return where they first differ from what was recorded, if they do."""
        recorded = self._recorded
        if self._at < recorded.kept_until:
            known = recorded.kept[self._at - recorded.start : self._at - recorded.start + len(losses)]
            first = first_difference(losses[: len(known)], known)
            if first is not None:
                step = self._at + first + 1
                got, kept = float(losses[first]), float(known[first])
                return LossDifference(step, step, f"loss {got!r} at step {step:,}, recorded is {kept!r}")
            self._at += len(known)
            losses = losses[len(known) :]
        while len(losses):
            if self._span is None:
                self._span = recorded.summary_at(self._at + 1)
                self._whole = self._span.first_step == self._at + 1
                self._hash = hashlib.sha256()
            piece = losses[: self._span.last_step - self._at]
            losses = losses[len(piece) :]
            different = self._within(self._span, piece)
            if different is not None:
                return different
        return None

    def _within(self, span: Summary, piece: NDArray[np.float64]) -> LossDifference | None:
        outside = (piece < span.least) | (piece > span.greatest)
        if outside.any():
            step = self._at + int(np.argmax(outside)) + 1
            got = float(piece[step - self._at - 1])
            said = (
                f"recorded are {span.least!r} to {span.greatest!r} for steps {span.first_step:,} to {span.last_step:,}"
            )
            return LossDifference(step, step, f"loss {got!r} at step {step:,}, {said}")
        if self._whole:
            self._hash.update(canonical_bytes(piece))
        self._at += len(piece)
        if self._at < span.last_step:
            return None
        self._span = None
        if self._whole and self._hash.hexdigest()[:DIGITS] != span.digest:
            where = f"steps {span.first_step:,} to {span.last_step:,}"
            return LossDifference(span.first_step, span.last_step, f"other losses in {where} than were recorded")
        return None

"""Losses past the first million steps: a few numbers for many steps, and a hash to hold a replay against."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from engineroom.logbook import Summary
from engineroom.numerics import canonical_bytes

__all__ = ["DIGITS", "KEPT", "Summarizer", "span_end", "summaries_of"]

KEPT = 1_000_000
"""Steps whose losses are kept one by one, 8 bytes each; replay gives those of later steps."""

DIGITS = 32
"""Hexadecimal digits of SHA-256 by which a span is known; most processors compute it faster than BLAKE2."""

_PARTS = 8
"""Between a power of two and the next there are 2**_PARTS summaries, so a run of any length has a few thousand."""


def span_end(step: int) -> int:
    """Return the last step of the span of steps that is summed up together with this one.

    Examples
    --------
    >>> span_end(1_000_001), span_end(100_000_000)  # spans of 2,048 and of 262,144 steps
    (1001472, 100139008)
    """
    size = 1 << max(0, step.bit_length() - 1 - _PARTS)
    return -(-step // size) * size


class Summarizer:
    """Sums up losses that come in pieces.

    Parameters
    ----------
    step : the last step before the first loss.
    """

    def __init__(self, step: int) -> None:
        self._step = step
        self._begin()

    def _begin(self) -> None:
        self._count = 0
        self._least = self._greatest = self._total = self._first = self._last = float("nan")
        self._worst = 0
        self._hash = hashlib.sha256()

    def add(self, losses: NDArray[np.float64]) -> Iterator[Summary]:
        """Take losses, and yield the summary of each span that they complete."""
        while len(losses):
            end = span_end(self._step + 1)
            piece, losses = losses[: end - self._step], losses[end - self._step :]
            self._take(piece)
            if self._step == end and self.open is not None:
                yield self.open
                self._begin()

    @property
    def open(self) -> Summary | None:
        """The summary of the span that is not complete yet, as far as it is; None when nothing of it came yet."""
        if not self._count:
            return None
        return Summary(
            first_step=self._step - self._count + 1,
            count=self._count,
            least=self._least,
            greatest=self._greatest,
            worst_step=self._worst,
            mean=self._total / self._count,
            first=self._first,
            last=self._last,
            digest=self._hash.hexdigest()[:DIGITS],
        )

    def _take(self, piece: NDArray[np.float64]) -> None:
        unknown = np.isnan(piece)
        worst = int(np.argmax(unknown)) if unknown.any() else int(np.argmax(piece))
        if not self._count:
            self._first, self._total = float(piece[0]), 0.0
        with np.errstate(all="ignore"):
            self._least = float(np.fmin(self._least, np.fmin.reduce(piece)))
            if not self._count or unknown.any() or piece[worst] > self._greatest:
                self._worst = self._step + worst + 1
            self._greatest = float(np.fmax(self._greatest, np.fmax.reduce(piece)))
            self._total += float(piece.sum())
        self._last = float(piece[-1])
        self._hash.update(canonical_bytes(piece))
        self._count += len(piece)
        self._step += len(piece)


def summaries_of(losses: NDArray[np.float64], step: int = 0) -> Iterator[Summary]:
    """Yield the summaries of losses that are at hand, of the steps after `step`.

    Examples
    --------
    >>> import numpy as np
    >>> [(s.first_step, s.count, s.mean) for s in summaries_of(np.arange(9.0), step=1020)]
    [(1021, 2, 0.5), (1023, 2, 2.5), (1025, 4, 5.5), (1029, 1, 8.0)]
    """
    summarizer = Summarizer(step)
    yield from summarizer.add(losses)
    if summarizer.open is not None:
        yield summarizer.open

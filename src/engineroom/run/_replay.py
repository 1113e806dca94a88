"""Replay: the engine goes the same steps again, and every loss on the way is compared with the recorded one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from time import perf_counter
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from engineroom.engine import Reason
from engineroom.errors import LogbookError
from engineroom.run._recorded import LossComparison

__all__ = ["PIECE", "StepProgress", "next_size", "replayed"]

StepProgress = Callable[[int, int], None]
"""Called with the steps made and the steps planned."""

PIECE = 0.1
"""Seconds that one call of the engine should take, so that Ctrl-C and progress are heeded in between."""


def next_size(size: int, took: float) -> int:
    """Return how many steps to make next when `size` of them took so many seconds."""
    return max(1, min(size * 8, int(size * PIECE / max(took, 1e-6))))


class Made(Protocol):
    """What a call of the engine made: `Progress` or `Moves`."""

    @property
    def done(self) -> int: ...
    @property
    def losses(self) -> NDArray[np.float64]: ...
    @property
    def reason(self) -> Reason: ...


M = TypeVar("M", bound=Made)


def replayed(
    go: Callable[[int], M],
    start: int,
    stop: int,
    comparison: LossComparison,
    name: str,
    most: int | None = None,
) -> Iterator[tuple[int, M]]:
    """Yield (steps made so far, what was made) while the engine goes from state `start`, where it is, to state `stop`.

    Parameters
    ----------
    go : makes up to so many steps, such as `engine.run`.
    comparison : what was recorded, from state `start` on.
    name : what messages call the run.
    most : steps to make at once, where what is made of each takes much memory.

    Raises
    ------
    LogbookError : when a step measures another loss than the recorded one.
    """
    at, size = start, min(256, most or 256)
    while at < stop:
        began = perf_counter()
        progress = go(min(size, stop - at))
        took = perf_counter() - began
        different = comparison.see(progress.losses)
        if different is not None:
            raise LogbookError(
                f"replaying {name} gave {different.text}: the logbook or its data is damaged; "
                "`verify` says from where on"
            )
        at += progress.done
        yield at, progress
        if progress.done == 0 or (progress.reason != "completed" and at < stop):
            raise LogbookError(f"replaying {name} ended at step {at:,} of {stop:,} ({progress.reason})")
        size = min(next_size(size, took), most or stop)

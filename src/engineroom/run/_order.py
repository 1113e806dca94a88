"""Which rows a step takes (docs/numerics.md, 9)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engineroom.numerics import Stream, permutation
from engineroom.plan import Plan

__all__ = ["rows_of_step", "steps_per_epoch"]


def steps_per_epoch(rows: int, batch_size: int) -> int:
    """Return how many steps see each row once.

    Examples
    --------
    >>> steps_per_epoch(10, 4)
    3
    """
    return -(-rows // batch_size)


def rows_of_step(plan: Plan, seed: int, rows: int, t: int) -> NDArray[np.int64]:
    """Return which of `rows` training rows make the batch of step t, in order."""
    size = plan.batch_size
    epoch, k = divmod(t - 1, steps_per_epoch(rows, size))
    if not plan.shuffle or size >= rows:
        order = np.arange(rows, dtype=np.int64)
    else:
        order = permutation(seed, Stream.ORDER, epoch, rows)
    return order[k * size : (k + 1) * size]

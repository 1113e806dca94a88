"""Which rows a step takes (docs/numerics.md, 9)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engineroom.numerics import Stream, permutation
from engineroom.plan import Plan
from engineroom.run._segment import Segment

__all__ = ["order_of_epoch", "rows_of_step", "steps_per_epoch"]


def steps_per_epoch(rows: int, batch_size: int) -> int:
    """Return how many steps see each row once.

    Examples
    --------
    >>> steps_per_epoch(10, 4)
    3
    """
    return -(-rows // batch_size)


def order_of_epoch(plan: Plan, seed: int, rows: int, epoch: int) -> NDArray[np.int64]:
    """Return the order in which an epoch takes `rows` training rows."""
    if not plan.shuffle or plan.batch_size >= rows:
        return np.arange(rows, dtype=np.int64)
    order: NDArray[np.int64] = permutation(seed, Stream.ORDER, epoch, rows).astype(np.int64)
    return order


def rows_of_step(plan: Plan, seed: int, rows: int, t: int, segment: Segment) -> NDArray[np.int64]:
    """Return which of `rows` training rows make the batch of step t of a segment, in order."""
    size = plan.batch_size
    epoch, k = segment.place(t, steps_per_epoch(rows, size))
    return order_of_epoch(plan, seed, rows, epoch)[k * size : (k + 1) * size]

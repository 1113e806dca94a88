"""Which rows many steps took, and at which learning rates."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engineroom.run._order import order_of_epoch
from engineroom.run._record import Record

__all__ = ["batches", "rates"]


def batches(run: Record, start: int, stop: int) -> NDArray[np.int64]:
    """Return (stop - start, B): the rows, of `dataset.x`, of the steps that this run itself made between two states.

    Where a batch is smaller than others its places are -1.
    """
    training, per_epoch = run.dataset.training, run.steps_per_epoch
    size = run.plan.batch_size
    rows = np.full((stop - start, size), -1, np.int64)
    known, order = -1, training
    for i in range(stop - start):
        epoch, k = run.segment.place(start + i + 1, per_epoch)
        if epoch != known:
            known, order = epoch, training[order_of_epoch(run.plan, run.seed, len(training), epoch)]
        taken = order[k * size : (k + 1) * size]
        rows[i, : len(taken)] = taken
    return rows


def rates(run: Record, start: int, stop: int) -> list[float]:
    """Return the learning rates of the steps that this run itself made between two states."""
    schedule, clock = run.optimizer.schedule.over(run.settings.steps), run.segment.clock
    return [schedule.rate(t - clock) for t in range(start + 1, stop + 1)]

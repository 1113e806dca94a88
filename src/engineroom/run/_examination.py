"""One step, taken apart: the states around it and every buffer as it was inside."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engineroom.plan import State

__all__ = ["Examination"]


class Examination:
    """Step t of a run.

    Attributes
    ----------
    before, after : states t-1 and t.
    loss : what the step measured before its update.
    lr : the learning rate of the step.
    count : which step it is to the optimizer, from 1; after a fork with another optimizer it is less than the step.
    rows : rows of the batch, as rows of `dataset.x`, in order.
    """

    def __init__(
        self,
        before: State,
        after: State,
        loss: float,
        lr: float,
        count: int,
        rows: NDArray[np.int64],
        read: Callable[[State, str], NDArray[Any]],
    ) -> None:
        self._make_and_read = read
        self._known: dict[str, NDArray[Any]] = {}
        self.before = before
        self.after = after
        self.loss = loss
        self.lr = lr
        self.count = count
        self.rows = rows

    @property
    def step(self) -> int:
        """The step itself: t, counted from 1."""
        return self.after.step

    def read(self, buffer: str) -> NDArray[Any]:
        """Return a buffer of the plan as the step left it, such as `dense1.z` or `dense1.weight.grad`."""
        if buffer not in self._known:
            self._known[buffer] = self._make_and_read(self.before, buffer)
        return self._known[buffer]

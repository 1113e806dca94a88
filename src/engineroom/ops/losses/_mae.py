"""mae: the mean absolute error."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engineroom.ops._spec import Array, scalar
from engineroom.ops.activations._activation import from_zero
from engineroom.ops.losses._loss import Loss, mean_of_row

__all__ = ["MAE"]


@dataclass(frozen=True)
class MAE(Loss):
    """The mean over examples and outputs of `abs(out - y)`; its derivative at 0 is 0.

    Example
    -------
    >>> import numpy as np
    >>> MAE().forward(np.array([[1.0, -3.0]]), np.array([[0.0, 0.0]]))[0]
    array([2.])
    """

    law = "mae"
    formula = "mean of |out - y|"
    words = "The plain distance from the target, so that a few wild examples do not decide everything."

    def forward(self, out: Array, y: Array) -> tuple[Array, ...]:
        return (mean_of_row(np.abs(out - y)),)

    def backward(self, kept: Array, y: Array) -> Array:
        r = kept - y
        c = scalar(r.dtype, 1 / r.size)
        # The last branch is for 0, which stays 0, and NaN, which passes on.
        return np.where(r > 0, c, np.where(r < 0, -c, r * scalar(r.dtype, 0.0)))

    def bend(self, kept: Array, y: Array) -> Array:
        # Straight on both sides of the target; the jump at it is counted as a kink.
        return np.zeros_like(kept)

    def kink_distance(self, kept: Array, y: Array) -> Array:
        return from_zero(kept - y)

"""huber: squared near the target, straight far from it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engineroom.ops._arguments import positive
from engineroom.ops._spec import Array, scalar
from engineroom.ops.losses._loss import Loss, mean_of_row

__all__ = ["Huber"]


@dataclass(frozen=True)
class Huber(Loss):
    """The mean of `r*r/2` where `abs(r) <= delta`, else `delta * (abs(r) - delta/2)`, with `r = out - y`.

    Parameters
    ----------
    delta : the distance from which it grows straight, in the target's unit, above 0.

    Source: Huber, Robust estimation of a location parameter, 1964.

    Example
    -------
    >>> import numpy as np
    >>> Huber().forward(np.array([[1.0], [3.0]]), np.array([[0.0], [0.0]]))[0]
    array([0.5, 2.5])
    """

    delta: float = 1.0

    law = "huber"
    formula = "mean of r^2/2 if |r| <= delta else delta*(|r| - delta/2), r = out - y"
    words = "Squared distance for small misses and plain distance for large ones: smooth, and calm about wild examples."

    def __post_init__(self) -> None:
        object.__setattr__(self, "delta", positive("delta of huber", self.delta))

    @property
    def attributes(self) -> tuple[tuple[str, float], ...]:
        return (("delta", self.delta),)

    def forward(self, out: Array, y: Array) -> tuple[Array, ...]:
        t = out.dtype
        r = out - y
        delta, size = scalar(t, self.delta), np.abs(r)
        near = (scalar(t, 0.5) * r) * r
        far = delta * (size - scalar(t, 0.5 * self.delta))
        return (mean_of_row(np.where(size <= delta, near, far)),)

    def backward(self, kept: Array, y: Array) -> Array:
        t = kept.dtype
        r = kept - y
        delta = scalar(t, self.delta)
        held = np.where(r > delta, delta, np.where(r < -delta, -delta, r))
        grad: Array = held * scalar(t, 1 / r.size)
        return grad

    def bend(self, kept: Array, y: Array) -> Array:
        return np.where(np.abs(kept - y) <= self.delta, 1 / kept.size, 0.0)

    def kink_distance(self, kept: Array, y: Array) -> Array:
        distance: Array = np.abs(np.abs(kept - y) / self.delta - 1)
        return distance

"""mse: the mean squared error."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engineroom.numerics import ordered_dot
from engineroom.ops._spec import Array, scalar
from engineroom.ops.losses._loss import Loss

__all__ = ["MSE"]


@dataclass(frozen=True)
class MSE(Loss):
    """The mean over examples and outputs of `(out - y)**2`.

    Source: Rumelhart, Hinton and Williams, Learning representations by back-propagating errors, 1986, equation 3, which
    is half of the sum; this is the mean.

    Example
    -------
    >>> import numpy as np
    >>> MSE().forward(np.array([[1.0, 3.0]]), np.array([[0.0, 0.0]]))[0]
    array([5.])
    >>> MSE().backward(np.array([[1.0, 3.0]]), np.array([[0.0, 0.0]]))
    array([[1., 3.]])
    """

    law = "mse"
    formula = "mean of (out - y)^2"
    words = "The distance from the target, squared, so that one large miss counts more than several small ones."

    def forward(self, out: Array, y: Array) -> tuple[Array, ...]:
        r = out - y
        return (ordered_dot(r, r, axis=1) / scalar(r.dtype, r.shape[1]),)

    def backward(self, kept: Array, y: Array) -> Array:
        grad: Array = (kept - y) * scalar(kept.dtype, 2 / kept.size)
        return grad

    def bend(self, kept: Array, y: Array) -> Array:
        return np.full_like(kept, 2 / kept.size)

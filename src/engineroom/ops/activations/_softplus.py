"""softplus: a smooth relu."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engineroom.numerics import exp, log1p, sigmoid
from engineroom.ops._spec import Array, scalar
from engineroom.ops.activations._activation import Activation

__all__ = ["Softplus", "softplus"]


def softplus(z: Array) -> Array:
    """Return log(1 + exp(z)) without overflow: max(z, 0) + log1p(exp(-|z|))."""
    return np.where(z <= 0, scalar(z.dtype, 0.0), z) + log1p(exp(-np.abs(z)))


@dataclass(frozen=True)
class Softplus(Activation):
    """`a = log(1 + exp(z))`, with derivative `sigmoid(z)`.

    Source: Dugas et al., Incorporating second-order functional knowledge for better option pricing, 2001.

    Example
    -------
    >>> import numpy as np
    >>> Softplus().slope(np.array([0.0]))
    array([0.5])
    """

    law = "softplus"
    formula = "a = log(1 + exp(z))"
    words = "A rounded relu: nearly silent below 0, nearly the sum itself above, and smooth between."
    rectifies = True

    def forward(self, z: Array) -> Array:
        return softplus(z)

    def backward(self, kept: Array, da: Array) -> Array:
        return da * sigmoid(kept)

    def bend(self, kept: Array) -> Array:
        s = sigmoid(kept)
        bent: Array = s * (1 - s)
        return bent

"""silu: z * sigmoid(z), also called swish."""

from __future__ import annotations

from dataclasses import dataclass

from engineroom.numerics import fma, sigmoid
from engineroom.ops._spec import Array, scalar
from engineroom.ops.activations._activation import Activation

__all__ = ["SiLU"]


@dataclass(frozen=True)
class SiLU(Activation):
    """`a = z * s` with `s = sigmoid(z)`; the derivative is `s * (1 + z*(1 - s))`.

    Source: Elfwing, Uchibe and Doya, Sigmoid-weighted linear units, 2017.

    Example
    -------
    >>> import numpy as np
    >>> SiLU().slope(np.array([0.0]))
    array([0.5])
    """

    law = "silu"
    formula = "a = z / (1 + exp(-z))"
    words = "A smooth relu that dips a little below 0 before it falls silent."
    rectifies = True

    def forward(self, z: Array) -> Array:
        return z * sigmoid(z)

    def backward(self, kept: Array, da: Array) -> Array:
        one = scalar(da.dtype, 1.0)
        s = sigmoid(kept)
        dz: Array = da * (s * fma(kept, one - s, one))
        return dz

    def bend(self, kept: Array) -> Array:
        s = sigmoid(kept)
        bent: Array = s * (1 - s) * (2 + kept * (1 - 2 * s))
        return bent

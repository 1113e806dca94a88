"""tanh: the hyperbolic tangent."""

from __future__ import annotations

from dataclasses import dataclass

from engineroom.numerics import fma, tanh
from engineroom.ops._spec import Array, scalar
from engineroom.ops.activations._activation import Activation

__all__ = ["Tanh"]


@dataclass(frozen=True)
class Tanh(Activation):
    """`a = tanh(z)`, with derivative `1 - a*a`.

    Source: LeCun, Bottou, Orr and Mueller, Efficient backprop, 1998, who also scale it; here it is as it is.

    Example
    -------
    >>> import numpy as np
    >>> Tanh().slope(np.array([0.0]))
    array([1.])
    """

    law = "tanh"
    formula = "a = tanh(z)"
    words = "The neuron squeezes its sum into the range from -1 to 1."
    keeps = "a"
    ends = (-1.0, 1.0)

    def forward(self, z: Array) -> Array:
        return tanh(z)

    def backward(self, kept: Array, da: Array) -> Array:
        return da * fma(-kept, kept, scalar(da.dtype, 1.0))

    def bend(self, kept: Array) -> Array:
        bent: Array = -2 * kept
        return bent

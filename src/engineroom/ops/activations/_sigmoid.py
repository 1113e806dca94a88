"""sigmoid: the logistic function."""

from __future__ import annotations

from dataclasses import dataclass

from engineroom.numerics import sigmoid
from engineroom.ops._spec import Array, scalar
from engineroom.ops.activations._activation import Activation

__all__ = ["Sigmoid"]


@dataclass(frozen=True)
class Sigmoid(Activation):
    """`a = 1 / (1 + exp(-z))`, with derivative `a*(1 - a)`.

    Source: Rumelhart, Hinton and Williams, Learning representations by back-propagating errors, 1986, equation 2.

    Example
    -------
    >>> import numpy as np
    >>> Sigmoid().forward(np.array([0.0]))
    array([0.5])
    """

    law = "sigmoid"
    formula = "a = 1 / (1 + exp(-z))"
    words = "The neuron squeezes its sum into the range from 0 to 1, like a probability."
    keeps = "a"
    ends = (0.0, 1.0)

    def forward(self, z: Array) -> Array:
        return sigmoid(z)

    def backward(self, kept: Array, da: Array) -> Array:
        dz: Array = da * (kept * (scalar(da.dtype, 1.0) - kept))
        return dz

    def bend(self, kept: Array) -> Array:
        bent: Array = 1 - 2 * kept
        return bent

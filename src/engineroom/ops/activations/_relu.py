"""relu: a = max(z, 0)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engineroom.ops._spec import Array, scalar
from engineroom.ops.activations._activation import Activation, from_zero

__all__ = ["ReLU"]


@dataclass(frozen=True)
class ReLU(Activation):
    """`a = z` where z is above 0, else 0; its derivative is 1 there and 0 elsewhere, at 0 too.

    Source: Nair and Hinton, Rectified linear units improve restricted Boltzmann machines, 2010.

    Example
    -------
    >>> import numpy as np
    >>> ReLU().forward(np.array([-1.5, 0.0, 2.0]))
    array([0., 0., 2.])
    >>> ReLU().slope(np.array([-1.5, 0.0, 2.0]))
    array([0., 0., 1.])
    """

    law = "relu"
    formula = "a = z if z > 0 else 0"
    words = "The neuron passes a positive sum on and stays silent at a negative one."
    rectifies = True
    off = 0.0

    def forward(self, z: Array) -> Array:
        # `z <= 0` is false for NaN, which therefore passes on.
        return np.where(z <= 0, scalar(z.dtype, 0.0), z)

    def backward(self, kept: Array, da: Array) -> Array:
        return np.where(kept <= 0, scalar(da.dtype, 0.0), da)

    def bend(self, kept: Array) -> Array:
        # The slope jumps at 0 and is level on both sides; the jump is counted as a kink, not as curvature.
        return np.zeros_like(kept)

    def kink_distance(self, z: Array) -> Array:
        return from_zero(z)

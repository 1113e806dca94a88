"""leaky_relu: a = z above 0, alpha*z below."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engineroom.ops._arguments import not_negative
from engineroom.ops._spec import Array, scalar
from engineroom.ops.activations._activation import Activation, from_zero

__all__ = ["LeakyReLU"]


@dataclass(frozen=True)
class LeakyReLU(Activation):
    """`a = z` where z is above 0, else `alpha*z`.

    Parameters
    ----------
    alpha : the slope below 0, at least 0.

    Source: Maas, Hannun and Ng, Rectifier nonlinearities improve neural network acoustic models, 2013.

    Example
    -------
    >>> import numpy as np
    >>> LeakyReLU(alpha=0.5).forward(np.array([-3.0, 2.0]))
    array([-1.5,  2. ])
    """

    alpha: float = 0.01

    law = "leaky_relu"
    formula = "a = z if z > 0 else alpha*z"
    words = "Like relu, but a negative sum still gets through a little, so the neuron can never fall silent for good."
    rectifies = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "alpha", not_negative("alpha of leaky_relu", self.alpha))

    @property
    def attributes(self) -> tuple[tuple[str, float], ...]:
        return (("alpha", self.alpha),)

    def forward(self, z: Array) -> Array:
        return np.where(z <= 0, scalar(z.dtype, self.alpha) * z, z)

    def backward(self, kept: Array, da: Array) -> Array:
        return np.where(kept <= 0, scalar(da.dtype, self.alpha) * da, da)

    def bend(self, kept: Array) -> Array:
        # The slope jumps at 0 and is level on both sides; the jump is counted as a kink, not as curvature.
        return np.zeros_like(kept)

    def kink_distance(self, z: Array) -> Array:
        return from_zero(z)

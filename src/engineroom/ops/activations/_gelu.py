"""gelu: the Gaussian error linear unit, exact form."""

from __future__ import annotations

import math
from dataclasses import dataclass

from engineroom.numerics import erf, exp, fma
from engineroom.ops._spec import Array, scalar
from engineroom.ops.activations._activation import Activation

__all__ = ["GELU"]


@dataclass(frozen=True)
class GELU(Activation):
    """`a = z * P(z)`, where P is the normal distribution's cumulative probability.

    `P(z) = (1 + erf(z / sqrt(2))) / 2`; the derivative is `P(z) + z * exp(-z*z/2) / sqrt(2*pi)`.

    Source: Hendrycks and Gimpel, Gaussian error linear units, 2016. Theirs offers a tanh approximation; this is exact.

    Example
    -------
    >>> import numpy as np
    >>> GELU().slope(np.array([0.0]))
    array([0.5])
    """

    law = "gelu"
    formula = "a = z * (1 + erf(z / sqrt(2))) / 2"
    words = "The neuron passes its sum on in proportion to how unusually large that sum is."
    rectifies = True

    def forward(self, z: Array) -> Array:
        h = scalar(z.dtype, 0.5) * z
        u = erf(z * scalar(z.dtype, 1 / math.sqrt(2)))
        return fma(h, u, h)

    def backward(self, kept: Array, da: Array) -> Array:
        z, t = kept, kept.dtype
        u = erf(z * scalar(t, 1 / math.sqrt(2)))
        p = fma(scalar(t, 0.5), u, scalar(t, 0.5))
        q = scalar(t, 1 / math.sqrt(2 * math.pi)) * exp((scalar(t, -0.5) * z) * z)
        return da * fma(z, q, p)

    def bend(self, kept: Array) -> Array:
        bent: Array = exp(-0.5 * kept * kept) / math.sqrt(2 * math.pi) * (2 - kept * kept)
        return bent

"""softmax: a row of sums becomes a row of probabilities."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engineroom.errors import OptionError
from engineroom.numerics import exp, ordered_dot, ordered_sum
from engineroom.ops._spec import Array
from engineroom.ops.activations._activation import Activation, Change

__all__ = ["Softmax", "exponentials", "mixed"]


def exponentials(z: Array) -> tuple[Array, Array, Array]:
    """Return (m, e, s) of each row of z: its maximum (B,), exp(z - m) (B, K), and their sum (B,)."""
    m = z[:, 0].copy()
    for k in range(1, z.shape[1]):
        m = np.where(z[:, k] > m, z[:, k], m)
    e = exp(z - m[:, None])
    return m, e, ordered_sum(e, axis=1)


def mixed(a: Array, change: Array) -> Array:
    """Return `a[k] * (change[k] - sum of change[j]*a[j])`: softmax's derivative at its output a, times a change."""
    out: Array = a * (change - np.sum(change * a, axis=1, keepdims=True))
    return out


@dataclass(frozen=True)
class Softmax(Activation):
    """`a[k] = exp(z[k]) / sum of exp(z[j])` over the row; the largest z is taken off first, so nothing overflows.

    Its derivative mixes the row: `dz[k] = a[k] * (da[k] - sum of da[j]*a[j])`.

    Source: Bridle, Probabilistic interpretation of feedforward classification network outputs, 1990.

    Example
    -------
    >>> import numpy as np
    >>> Softmax().forward(np.array([[1.0, 1.0], [0.0, 0.0]]))
    array([[0.5, 0.5],
           [0.5, 0.5]])
    """

    law = "softmax"
    formula = "a[k] = exp(z[k]) / sum of exp(z[j])"
    words = "The layer's sums compete and come out as probabilities that add up to 1."
    keeps = "a"
    elementwise = False

    def forward(self, z: Array) -> Array:
        _, e, s = exponentials(z)
        return e / s[:, None]

    def backward(self, kept: Array, da: Array) -> Array:
        t = ordered_dot(da, kept, axis=1)
        dz: Array = kept * (da - t[:, None])
        return dz

    def forward_tangent(self, kept: Array) -> Change:
        return lambda tz: mixed(kept, tz)

    def backward_tangent(
        self, kept: Array, da: Array, through: Change | None = None
    ) -> Callable[[Array, Array], Array]:
        a = kept
        level = da - np.sum(da * a, axis=1, keepdims=True)

        def tangent(ta: Array, tda: Array) -> Array:
            out: Array = ta * level + a * (tda - np.sum(tda * a + da * ta, axis=1, keepdims=True))
            return out

        return tangent

    def slope(self, z: Array) -> Array:
        """Refuse: one output of softmax depends on the whole row."""
        raise OptionError("softmax has no slope of one element, as each output depends on its whole row; use backward")

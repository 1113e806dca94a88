"""identity: a = z."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engineroom.ops._spec import Array
from engineroom.ops.activations._activation import Activation

__all__ = ["Identity"]


@dataclass(frozen=True)
class Identity(Activation):
    """`a = z`. A plan has no operation for it: the layer's z stands for its a.

    Example
    -------
    >>> import numpy as np
    >>> Identity().slope(np.array([-2.0, 3.0]))
    array([1., 1.])
    """

    law = "identity"
    formula = "a = z"
    words = "The neuron passes its sum on unchanged, so the layer is a plain weighted sum."

    def forward(self, z: Array) -> Array:
        a: Array = z.copy()
        return a

    def backward(self, kept: Array, da: Array) -> Array:
        dz: Array = da.copy()
        return dz

    def bend(self, kept: Array) -> Array:
        return np.zeros_like(kept)

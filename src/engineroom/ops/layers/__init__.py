"""Layers: one file each."""

from engineroom.ops.layers._dense import Contributions, Dense, affine_backward, affine_forward, contributions
from engineroom.ops.layers._layer import Layer
from engineroom.ops.layers._lookup import layer

__all__ = ["Contributions", "Dense", "Layer", "affine_backward", "affine_forward", "contributions", "layer"]

"""Layers: one file each."""

from engineroom.ops._spec import Family
from engineroom.ops.layers._dense import Contributions, Dense, affine_backward, affine_forward, contributions
from engineroom.ops.layers._layer import Layer

__all__ = ["Contributions", "Dense", "Layer", "affine_backward", "affine_forward", "contributions", "layer"]

layer: Family[Layer] = Family("layer", Layer, (Dense,))

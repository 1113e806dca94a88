"""Layers: one file each."""

from engineroom.ops.layers._dense import (
    Dense,
    affine_backward,
    affine_backward_tangent,
    affine_forward,
    affine_forward_tangent,
)
from engineroom.ops.layers._layer import Layer
from engineroom.ops.layers._lookup import layer

__all__ = [
    "Dense",
    "Layer",
    "affine_backward",
    "affine_backward_tangent",
    "affine_forward",
    "affine_forward_tangent",
    "layer",
]

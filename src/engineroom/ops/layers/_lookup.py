"""Layers become known by name."""

from __future__ import annotations

from engineroom.ops._spec import Family
from engineroom.ops.layers._dense import Dense
from engineroom.ops.layers._layer import Layer

__all__ = ["layer"]

layer: Family[Layer] = Family("layer", Layer, (Dense,))

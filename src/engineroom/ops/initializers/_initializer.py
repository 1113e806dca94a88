"""What every initializer is."""

from __future__ import annotations

from typing import Literal, TypeAlias

from engineroom.ops._spec import Spec

__all__ = ["Initializer", "Start"]

Start: TypeAlias = tuple[Literal["constant", "uniform", "normal"], tuple[float, ...]]
"""How a parameter begins: `constant (c,)`, `uniform (low, high)` or `normal (mean, std)`."""


class Initializer(Spec):
    """How weights begin, as a function of the layer's widths."""

    def start(self, inputs: int, outputs: int) -> Start:
        """Return how a parameter of a layer with these widths begins."""
        raise NotImplementedError

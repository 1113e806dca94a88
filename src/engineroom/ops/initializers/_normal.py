"""normal: weights drawn from a bell curve."""

from __future__ import annotations

from dataclasses import dataclass

from engineroom.ops._arguments import number, positive
from engineroom.ops.initializers._initializer import Initializer, Start

__all__ = ["Normal"]


@dataclass(frozen=True)
class Normal(Initializer):
    """Each weight drawn from a normal distribution with `mean` and standard deviation `std`.

    Example
    -------
    >>> Normal(std=0.1).start(inputs=3, outputs=2)
    ('normal', (0.0, 0.1))
    """

    mean: float = 0.0
    std: float = 0.05

    law = "normal"
    formula = "w drawn from a normal distribution (mean, std)"
    words = "Every weight starts at random, small values being the likeliest."

    def __post_init__(self) -> None:
        object.__setattr__(self, "mean", number("mean of normal", self.mean))
        object.__setattr__(self, "std", positive("std of normal", self.std))

    def start(self, inputs: int, outputs: int) -> Start:
        return "normal", (self.mean, self.std)

"""he: weights scaled for relu, which lets half of the signal through."""

from __future__ import annotations

import math
from dataclasses import dataclass

from engineroom.ops.initializers._initializer import Initializer, Start

__all__ = ["He", "HeNormal"]


@dataclass(frozen=True)
class He(Initializer):
    """Uniform within `sqrt(6 / I)` of 0, for a layer of I inputs; its spread is that of `HeNormal`.

    Source: He, Zhang, Ren and Sun, Delving deep into rectifiers, 2015, equation 10, which is for a normal
    distribution; this one is uniform, as is `Glorot`.

    Example
    -------
    >>> He().start(inputs=6, outputs=1)
    ('uniform', (-1.0, 1.0))
    """

    law = "he"
    formula = "w drawn evenly from [-h, h) with h = sqrt(6 / inputs)"
    words = "Every weight starts at random, the smaller the more inputs there are, sized for neurons that fall silent."

    def start(self, inputs: int, outputs: int) -> Start:
        high = math.sqrt(6 / inputs)
        return "uniform", (-high, high)


@dataclass(frozen=True)
class HeNormal(Initializer):
    """Normal around 0 with standard deviation `sqrt(2 / I)`; otherwise as `He`.

    Example
    -------
    >>> HeNormal().start(inputs=8, outputs=1)
    ('normal', (0.0, 0.5))
    """

    law = "he_normal"
    formula = "w drawn from a normal distribution (0, sqrt(2 / inputs))"
    words = "Every weight starts at random, the smaller the more inputs there are, small values being the likeliest."

    def start(self, inputs: int, outputs: int) -> Start:
        return "normal", (0.0, math.sqrt(2 / inputs))

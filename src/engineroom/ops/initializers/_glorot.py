"""glorot: weights scaled so that signals keep their size in both directions."""

from __future__ import annotations

import math
from dataclasses import dataclass

from engineroom.ops.initializers._initializer import Initializer, Start

__all__ = ["Glorot", "GlorotNormal"]


@dataclass(frozen=True)
class Glorot(Initializer):
    """Uniform within `sqrt(6 / (I + O))` of 0, for a layer of I inputs and O outputs.

    Source: Glorot and Bengio, Understanding the difficulty of training deep feedforward neural networks, 2010,
    equation 16.

    Example
    -------
    >>> Glorot().start(inputs=3, outputs=3)
    ('uniform', (-1.0, 1.0))
    """

    law = "glorot"
    formula = "w drawn evenly from [-h, h) with h = sqrt(6 / (inputs + outputs))"
    words = "Every weight starts at random, the smaller the wider the layer, so that signals neither grow nor fade."

    def start(self, inputs: int, outputs: int) -> Start:
        high = math.sqrt(6 / (inputs + outputs))
        return "uniform", (-high, high)


@dataclass(frozen=True)
class GlorotNormal(Initializer):
    """Normal around 0 with standard deviation `sqrt(2 / (I + O))`; otherwise as `Glorot`.

    Example
    -------
    >>> GlorotNormal().start(inputs=4, outputs=4)
    ('normal', (0.0, 0.5))
    """

    law = "glorot_normal"
    formula = "w drawn from a normal distribution (0, sqrt(2 / (inputs + outputs)))"
    words = "Every weight starts at random, the smaller the wider the layer, small values being the likeliest."

    def start(self, inputs: int, outputs: int) -> Start:
        return "normal", (0.0, math.sqrt(2 / (inputs + outputs)))

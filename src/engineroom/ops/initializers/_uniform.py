"""uniform: weights drawn evenly between two bounds."""

from __future__ import annotations

from dataclasses import dataclass

from engineroom.errors import OptionError
from engineroom.ops._arguments import number
from engineroom.ops.initializers._initializer import Initializer, Start

__all__ = ["Uniform"]


@dataclass(frozen=True)
class Uniform(Initializer):
    """Each weight drawn evenly from `low` up to, but not at, `high`.

    Example
    -------
    >>> Uniform(-1, 1).start(inputs=3, outputs=2)
    ('uniform', (-1.0, 1.0))
    """

    low: float = -0.05
    high: float = 0.05

    law = "uniform"
    formula = "w drawn evenly from [low, high)"
    words = "Every weight starts somewhere between two bounds, each place as likely as any other."

    def __post_init__(self) -> None:
        object.__setattr__(self, "low", number("low of uniform", self.low))
        object.__setattr__(self, "high", number("high of uniform", self.high))
        if not self.low < self.high:
            raise OptionError(f"uniform needs low below high, got low={self.low!r} and high={self.high!r}")

    def start(self, inputs: int, outputs: int) -> Start:
        return "uniform", (self.low, self.high)

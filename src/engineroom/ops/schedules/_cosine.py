"""cosine: the learning rate glides down half a cosine wave."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from engineroom.errors import OptionError
from engineroom.numerics import cos, fma
from engineroom.ops._arguments import not_negative, positive, whole
from engineroom.ops.schedules._schedule import Schedule

__all__ = ["Cosine"]


@dataclass(frozen=True)
class Cosine(Schedule):
    """`final + (lr - final)/2 * (1 + cos(pi * (t-1-warmup) / (steps-warmup)))`, after a warm-up as in `Constant`.

    Parameters
    ----------
    lr : the highest learning rate, above 0.
    steps : the step at which it ends; None is the run's own number of steps.
    warmup : steps over which it rises from 0.
    final : the learning rate from step `steps` + 1 on, at least 0.

    Source: Loshchilov and Hutter, SGDR: stochastic gradient descent with warm restarts, 2016, equation 5, without the
    restarts.

    Example
    -------
    >>> rate = Cosine(0.1, steps=4)
    >>> [round(rate.rate(t), 4) for t in (1, 2, 3, 4, 5)]
    [0.1, 0.0854, 0.05, 0.0146, 0.0]
    """

    lr: float = 0.01
    steps: int | None = None
    warmup: int = 0
    final: float = 0.0

    law = "cosine"
    formula = "final + (lr - final)/2 * (1 + cos(pi * (t - 1 - warmup) / (steps - warmup)))"
    words = "The learning rate starts high, to cover ground, and glides down, to settle."

    def __post_init__(self) -> None:
        object.__setattr__(self, "lr", positive("lr", self.lr))
        object.__setattr__(self, "warmup", whole("warmup", self.warmup, 0))
        object.__setattr__(self, "final", not_negative("final", self.final))
        if self.steps is not None:
            object.__setattr__(self, "steps", whole("steps of cosine", self.steps, 1))

    @property
    def attributes(self) -> tuple[tuple[str, float], ...]:
        if self.steps is None:
            raise OptionError("cosine needs its number of steps; give steps=, or let build_plan fill in the run's")
        return (
            ("lr", self.lr),
            ("warmup", float(self.warmup)),
            ("steps", float(self.steps)),
            ("final", self.final),
        )

    def over(self, steps: int) -> Cosine:
        return self if self.steps is not None else replace(self, steps=steps)

    def rate(self, t: int) -> float:
        if self.steps is None:
            raise OptionError("cosine needs its number of steps; give steps=, or let build_plan fill in the run's")
        if t <= self.warmup:
            return self.lr * (t / self.warmup)
        if t > self.steps:
            return self.final
        angle = np.float64(math.pi * ((t - 1 - self.warmup) / (self.steps - self.warmup)))
        return float(fma(np.float64(0.5 * (self.lr - self.final)), 1 + cos(angle), np.float64(self.final)))

"""constant: one learning rate, after an optional warm-up."""

from __future__ import annotations

from dataclasses import dataclass

from engineroom.ops._arguments import positive, whole
from engineroom.ops.schedules._schedule import Schedule

__all__ = ["Constant"]


@dataclass(frozen=True)
class Constant(Schedule):
    """`lr`; during the first `warmup` steps `lr * t / warmup`.

    Parameters
    ----------
    lr : learning rate, above 0.
    warmup : steps over which it rises from 0.

    Example
    -------
    >>> rate = Constant(0.1, warmup=4)
    >>> [rate.rate(t) for t in (1, 2, 4, 5)]
    [0.025, 0.05, 0.1, 0.1]
    """

    lr: float = 0.01
    warmup: int = 0

    law = "constant"
    formula = "lr; while t <= warmup: lr * t / warmup"
    words = "Every step uses the same learning rate, once a warm-up, if any, is over."

    def __post_init__(self) -> None:
        object.__setattr__(self, "lr", positive("lr", self.lr))
        object.__setattr__(self, "warmup", whole("warmup", self.warmup, 0))

    @property
    def attributes(self) -> tuple[tuple[str, float], ...]:
        return (("lr", self.lr), ("warmup", float(self.warmup)))

    def rate(self, t: int) -> float:
        if t <= self.warmup:
            return self.lr * (t / self.warmup)
        return self.lr

"""constant: every weight begins at one value."""

from __future__ import annotations

from dataclasses import dataclass

from engineroom.ops._arguments import number
from engineroom.ops.initializers._initializer import Initializer, Start

__all__ = ["ConstantStart"]


@dataclass(frozen=True)
class ConstantStart(Initializer):
    """All `value`.

    Example
    -------
    >>> ConstantStart(0.5).start(inputs=3, outputs=2)
    ('constant', (0.5,))
    """

    value: float

    law = "constant"
    formula = "w = value"
    words = "Every weight starts at the same value."

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", number("value of constant", self.value))

    def start(self, inputs: int, outputs: int) -> Start:
        return "constant", (self.value,)

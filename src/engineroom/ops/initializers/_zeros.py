"""zeros: every weight begins at 0."""

from __future__ import annotations

from dataclasses import dataclass

from engineroom.ops.initializers._initializer import Initializer, Start

__all__ = ["Zeros"]


@dataclass(frozen=True)
class Zeros(Initializer):
    """All 0: right for biases and for one layer alone, wrong for hidden layers, whose neurons would stay twins.

    Example
    -------
    >>> Zeros().start(inputs=3, outputs=2)
    ('constant', (0.0,))
    """

    law = "zeros"
    formula = "w = 0"
    words = "Every weight starts at 0."

    def start(self, inputs: int, outputs: int) -> Start:
        return "constant", (0.0,)

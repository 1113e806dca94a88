"""adamw: adam, with weight decay kept apart from the gradient."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from engineroom.numerics import fma
from engineroom.ops._spec import Array, scalar
from engineroom.ops.optimizers._account import Fact, Flow, ImpulseWeights, Term
from engineroom.ops.optimizers._adam import Adam
from engineroom.ops.optimizers._optimizer import DECAY, Slots, column, exact, shown

__all__ = ["AdamW"]


@dataclass(frozen=True)
class AdamW(Adam):
    """First `w = w - lr*wd*w`, then a step of `Adam` whose moments know nothing of the decay.

    Parameters
    ----------
    lr, beta1, beta2, eps : as in `Adam`.
    weight_decay : wd, at least 0.

    Source: Loshchilov and Hutter, Decoupled weight decay regularization, 2017, algorithm 2, with the learning rate
    multiplied into the decay.

    Example
    -------
    >>> import numpy as np
    >>> law = AdamW(weight_decay=0.5)
    >>> w, _ = law.update(np.array([1.0]), np.array([0.0]), (np.zeros(1), np.zeros(1)), lr=0.5, t=1)
    >>> w
    array([0.75])
    """

    weight_decay: float = 1e-2

    law = "adamw"
    formula = "w = w - lr*weight_decay*w - lr * m^ / (sqrt(v^) + eps), m and v as in adam"
    words = "Adam, with every weight also shrinking a little in each step, whatever its gradient."

    @property
    def coupled(self) -> float:
        return 0.0

    @property
    def equation(self) -> str:
        return ("w = w - lr*weight_decay*w; " if self.weight_decay else "") + super().equation

    def stable_rate(self, curvature: float) -> float:
        # Decay acts at once and the gradient through its slow average, so decay weighs that much more.
        felt = curvature + self.weight_decay * (1 + self.beta1) / (1 - self.beta1)
        return self.stability_bound[0] / felt if felt > 0 else math.inf

    def recursion(self, lr: float, curvature: float) -> tuple[float, float]:
        left = 1 - lr * self.weight_decay
        return left + self.beta1 - lr * (1 - self.beta1) * curvature, self.beta1 * left

    def update(self, w: Array, g: Array, slots: Slots, lr: float, t: int) -> tuple[Array, Slots]:
        return super().update(self._shrunk(w, lr), g, slots, lr, t)

    def _shrunk(self, w: Array, lr: float) -> Array:
        return fma(scalar(w.dtype, -(lr * self.weight_decay)), w, w) if self.weight_decay else w

    def _numbers(
        self, w: Array, g: Array, slots: Slots, new: Array, after: Slots, lr: float, t: int
    ) -> tuple[tuple[str, ...], tuple[Fact, ...]]:
        shrunk = self._shrunk(w, lr)
        lines, facts = super()._numbers(shrunk, g, slots, new, after, lr, t)
        if self.weight_decay:
            rate = shown(scalar(w.dtype, lr * self.weight_decay))
            lines = (f"w = {shown(w)} - {rate} * {shown(w)} = {shown(shrunk)}", *lines)
        return lines, facts

    def _split(
        self, w: Array, g: Array, slots: Slots, lr: float, t: int
    ) -> tuple[tuple[Term, ...], Fraction, ImpulseWeights | None]:
        terms, impulse, memory = super()._split(w, g, slots, lr, t)
        if self.weight_decay:
            terms = (*terms, Term(*DECAY, exact(scalar(w.dtype, -(lr * self.weight_decay))), exact(w)))
        return terms, impulse, memory

    def flow(self, after: Mapping[str, Array], rates: Sequence[float], counts: Sequence[int], dtype: str) -> Flow:
        flow = super().flow(after, rates, counts, dtype)
        shrinks = column(np.dtype(dtype), [-(lr * self.weight_decay) for lr in rates])
        return replace(flow, weight_decay=flow.weight_decay + shrinks)

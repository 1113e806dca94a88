"""adam: momentum, divided by the usual size of the gradient, both corrected for their start at 0."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from engineroom.numerics import fma, powi
from engineroom.ops._spec import Array, scalar
from engineroom.ops.optimizers._account import Fact, Flow, ImpulseWeights, Remembered, Term
from engineroom.ops.optimizers._optimizer import (
    DECAY,
    EARLIER,
    GRADIENT,
    Optimizer,
    Slots,
    column,
    decayed,
    exact,
    shown,
)
from engineroom.ops.schedules import Schedule

__all__ = ["Adam"]


@dataclass(frozen=True)
class Adam(Optimizer):
    """`m = beta1*m + (1-beta1)*g`, `v = beta2*v + (1-beta2)*g*g`, `w = w - lr * m^ / (sqrt(v^) + eps)`.

    The hats correct for the start at 0: `m^ = m / (1 - beta1**t)`, `v^ = v / (1 - beta2**t)`.

    Parameters
    ----------
    lr : learning rate or schedule.
    beta1, beta2 : what is kept of the mean m and the mean square v from step to step, in [0, 1).
    eps : added to the root, above 0.
    weight_decay : wd; `wd*w` is added to the gradient. `AdamW` keeps it apart.

    Source: Kingma and Ba, Adam: a method for stochastic optimization, 2014, algorithm 1.

    Example
    -------
    >>> import numpy as np
    >>> w, (m, v) = Adam().update(np.array([1.0]), np.array([-4.0]), (np.zeros(1), np.zeros(1)), lr=0.5, t=1)
    >>> w.round(6)
    array([1.5])
    """

    lr: float | Schedule = 1e-3
    beta1: float = 0.9
    beta2: float = 0.999
    eps: float = 1e-8
    weight_decay: float = 0.0

    law = "adam"
    formula = "w = w - lr * m^ / (sqrt(v^) + eps) with m = beta1*m + (1 - beta1)*g, v = beta2*v + (1 - beta2)*g^2"
    words = "Each weight rolls on like a ball and is paced by the usual size of its own gradient."
    rule = "The numerator is split; the denominator, which the gradients also shape, is held at this step's value."

    @property
    def slots(self) -> tuple[str | None, ...]:
        return ("m", "v")

    @property
    def remembers(self) -> tuple[Remembered, ...]:
        return (Remembered("m", self.beta1, True), Remembered("v", self.beta2, False))

    @property
    def equation(self) -> str:
        g = "(g + weight_decay*w)" if self.coupled else "g"
        return (
            f"m = beta1*m + (1 - beta1)*{g}; v = beta2*v + (1 - beta2)*{g}^2; "
            "w = w - lr / (1 - beta1^t) * m / (sqrt(v / (1 - beta2^t)) + eps)"
        )

    @property
    def stability_bound(self) -> tuple[float, str]:
        return 2 * (1 + self.beta1) / (1 - self.beta1), "2*(1 + beta1)/(1 - beta1)"

    def recursion(self, lr: float, curvature: float) -> tuple[float, float]:
        return 1 + self.beta1 - lr * (1 - self.beta1) * curvature, self.beta1

    def correction(self, t: int) -> float:
        return float(1 / (1 - powi(self.beta1, t)))

    def preconditioner(self, slots: Slots, t: int) -> Array:
        _, v = slots
        scale: Array = 1 / (np.sqrt(v.astype(np.float64) / (1 - powi(self.beta2, t))) + self.eps)
        return scale

    def update(self, w: Array, g: Array, slots: Slots, lr: float, t: int) -> tuple[Array, Slots]:
        _, m, v, d = self._scale(w, g, slots, t)
        return fma(self._rate(w, lr, t), m / d, w), (m, v)

    def _rate(self, w: Array, lr: float, t: int) -> Any:
        """Return minus the learning rate with m's correction in it."""
        return scalar(w.dtype, self._corrected(lr, t))

    def _corrected(self, lr: float, t: int) -> float:
        return float(-(lr / (1 - powi(self.beta1, t))))

    def _correction(self, t: int) -> float:
        """Return what the root of v is multiplied by."""
        return 1 / math.sqrt(1 - powi(self.beta2, t))

    def _scale(self, w: Array, g: Array, slots: Slots, t: int) -> tuple[Array, Array, Array, Array]:
        """Return the decayed gradient, the new moments, and the denominator with v's correction in it."""
        kind = w.dtype
        m, v = slots
        g = decayed(w, g, self.coupled)
        m = fma(scalar(kind, self.beta1), m, scalar(kind, 1 - self.beta1) * g)
        v = fma(scalar(kind, self.beta2), v, (scalar(kind, 1 - self.beta2) * g) * g)
        correction = scalar(kind, self._correction(t))
        return g, m, v, fma(np.sqrt(v), correction, scalar(kind, self.eps))

    def _numbers(
        self, w: Array, g: Array, slots: Slots, new: Array, after: Slots, lr: float, t: int
    ) -> tuple[tuple[str, ...], tuple[Fact, ...]]:
        kind = w.dtype
        decaying, m, v, d = self._scale(w, g, slots, t)
        corrections = 1 - powi(self.beta1, t), 1 - powi(self.beta2, t)
        push = shown(decaying)
        b1, r1, b2, r2 = (shown(scalar(kind, c)) for c in (self.beta1, 1 - self.beta1, self.beta2, 1 - self.beta2))
        rate = shown(scalar(kind, lr))
        lines = []
        if self.coupled:
            lines.append(f"g = {shown(g)} + {shown(scalar(kind, self.coupled))} * {shown(w)} = {push}")
        lines += [
            f"m = {b1} * {shown(slots[0])} + {r1} * {push} = {shown(m)}",
            f"v = {b2} * {shown(slots[1])} + {r2} * ({push})^2 = {shown(v)}",
            f"d = sqrt({shown(v)} / {corrections[1]:.6g}) + {shown(scalar(kind, self.eps))} = {shown(d)}",
            f"w = {shown(w)} - {rate} / {corrections[0]:.6g} * {shown(m)} / {shown(d)} = {shown(new)}",
        ]
        step = np.float64(-self._rate(w, lr, t)) / np.float64(d[0])
        facts = (
            Fact("lr", "learning rate", lr),
            Fact("correction1", "bias correction of m, 1 - beta1^t", float(corrections[0])),
            Fact("correction2", "bias correction of v, 1 - beta2^t", float(corrections[1])),
            Fact("denominator", "usual size of this gradient, sqrt(v / (1 - beta2^t)) + eps", float(d[0])),
            Fact("effective_step", "corrected learning rate over the denominator", float(step)),
        )
        return tuple(lines), facts

    def _split(
        self, w: Array, g: Array, slots: Slots, lr: float, t: int
    ) -> tuple[tuple[Term, ...], Fraction, ImpulseWeights | None]:
        m, _ = slots
        beta, rest, wd = (exact(scalar(w.dtype, c)) for c in (self.beta1, 1 - self.beta1, self.coupled))
        step = exact(self._rate(w, lr, t)) / exact(self._scale(w, g, slots, t)[3])
        memory = ImpulseWeights(step, beta)
        terms = [Term(*GRADIENT, step * rest, exact(g)), Term(*EARLIER, memory.weight(1), exact(m))]
        if wd:
            terms.append(Term(*DECAY, step * rest * wd, exact(w)))
        return tuple(terms), rest * (exact(g) + wd * exact(w)), memory

    def flow(self, after: Mapping[str, Array], rates: Sequence[float], counts: Sequence[int], dtype: str) -> Flow:
        kind = np.dtype(dtype)
        beta, rest, wd = (float(scalar(kind, c)) for c in (self.beta1, 1 - self.beta1, self.coupled))
        v = after["v"]
        corrections = column(kind, [self._correction(t) for t in counts]).astype(kind)
        d = fma(np.sqrt(v), np.broadcast_to(corrections, v.shape), scalar(kind, self.eps)).astype(np.float64)
        step = column(kind, [self._corrected(lr, t) for lr, t in zip(rates, counts, strict=True)]) / d
        return Flow(step * rest, step * beta, step * rest * wd, np.full(v.shape, rest), beta, wd)

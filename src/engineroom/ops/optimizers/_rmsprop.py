"""rmsprop: each weight's step is divided by the usual size of its gradient."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from engineroom.numerics import fma
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

__all__ = ["RMSProp"]


@dataclass(frozen=True)
class RMSProp(Optimizer):
    """`s = rho*s + (1-rho)*g*g`, `w = w - lr * g / (sqrt(s) + eps)`.

    Parameters
    ----------
    lr : learning rate or schedule.
    rho : what is kept of the mean square s from step to step, in [0, 1).
    eps : added to the root, above 0.
    momentum : mu, in [0, 1); with it `v = mu*v + g / (sqrt(s) + eps)`, `w = w - lr*v`.
    centered : whether the gradient's mean a is taken off: `sqrt(s - a*a)` in place of `sqrt(s)`.
    weight_decay : wd; `wd*w` is added to the gradient.

    Source: Tieleman and Hinton, lecture 6.5 of Neural networks for machine learning, 2012; centered and momentum as in
    Graves, Generating sequences with recurrent neural networks, 2013, equations 38 to 45, but with eps outside the root
    and lr outside the velocity.

    Example
    -------
    >>> import numpy as np
    >>> law = RMSProp(lr=0.1, rho=0.75, eps=1e-8)
    >>> w, (s, a, v) = law.update(np.array([1.0]), np.array([2.0]), (np.array([0.0]), None, None), lr=0.1, t=1)
    >>> s, w.round(6)
    (array([1.]), array([0.8]))
    """

    lr: float | Schedule = 1e-3
    rho: float = 0.99
    eps: float = 1e-8
    momentum: float = 0.0
    centered: bool = False
    weight_decay: float = 0.0

    law = "rmsprop"
    formula = "w = w - lr * g / (sqrt(s) + eps) with s = rho*s + (1 - rho)*g^2"
    words = "Each weight's step is divided by the usual size of its gradient, so steep and flat directions move alike."
    rule = "The numerator is split; the denominator, which the gradients also shape, is held at each step's own value."

    @property
    def slots(self) -> tuple[str | None, ...]:
        return ("square", "mean" if self.centered else None, "velocity" if self.momentum else None)

    @property
    def remembers(self) -> tuple[Remembered, ...]:
        square = Remembered("square", self.rho, False)
        return (Remembered("velocity", self.momentum, True), square) if self.momentum else (square,)

    @property
    def equation(self) -> str:
        g = "(g + weight_decay*w)" if self.weight_decay else "g"
        root = "sqrt(s - a^2)" if self.centered else "sqrt(s)"
        lines = [f"s = rho*s + (1 - rho)*{g}^2"]
        if self.centered:
            lines.append(f"a = rho*a + (1 - rho)*{g}")
        if self.momentum:
            lines.append(f"v = momentum*v + {g} / ({root} + eps)")
        lines.append("w = w - lr*v" if self.momentum else f"w = w - lr * {g} / ({root} + eps)")
        return "; ".join(lines)

    @property
    def stability_bound(self) -> tuple[float, str]:
        return (2 + 2 * self.momentum, "2 + 2*momentum") if self.momentum else (2.0, "2")

    def recursion(self, lr: float, curvature: float) -> tuple[float, float]:
        return 1 + self.momentum - lr * curvature, self.momentum

    def preconditioner(self, slots: Slots, t: int) -> Array:
        square, mean, _ = slots
        q = square.astype(np.float64)
        if mean is not None:
            q = np.maximum(q - np.square(mean.astype(np.float64)), 0.0)
        scale: Array = 1 / (np.sqrt(q) + self.eps)
        return scale

    def update(self, w: Array, g: Array, slots: Slots, lr: float, t: int) -> tuple[Array, Slots]:
        g, s, a, d = self._scale(w, g, slots)
        r = g / d
        v = slots[2]
        if v is not None:
            r = v = fma(scalar(w.dtype, self.momentum), v, r)
        return fma(scalar(w.dtype, -lr), r, w), (s, a, v)

    def _scale(self, w: Array, g: Array, slots: Slots) -> tuple[Array, Array, Array | None, Array]:
        """Return the decayed gradient, the new mean square and mean, and the denominator."""
        t = w.dtype
        rho, rest = scalar(t, self.rho), scalar(t, 1 - self.rho)
        s, a, _ = slots
        g = decayed(w, g, self.weight_decay)
        s = fma(rho, s, (rest * g) * g)
        if a is not None:
            a = fma(rho, a, rest * g)
        return g, s, a, self._denominator(s, a)

    def _denominator(self, s: Array, a: Array | None) -> Array:
        """Return what the step is divided by, from the mean square and the mean as the step leaves them."""
        q = s
        if a is not None:
            q = fma(-a, a, s)
            # Rounding can leave a tiny negative variance; its root would be NaN.
            q = np.where(q <= 0, scalar(s.dtype, 0.0), q)
        denominator: Array = np.sqrt(q) + scalar(s.dtype, self.eps)
        return denominator

    def _numbers(
        self, w: Array, g: Array, slots: Slots, new: Array, after: Slots, lr: float, t: int
    ) -> tuple[tuple[str, ...], tuple[Fact, ...]]:
        kind = w.dtype
        decaying, s, a, d = self._scale(w, g, slots)
        rho, rest, eps, wd = (shown(scalar(kind, c)) for c in (self.rho, 1 - self.rho, self.eps, self.weight_decay))
        push = shown(decaying)
        lines = [f"g = {shown(g)} + {wd} * {shown(w)} = {push}"] if self.weight_decay else []
        lines.append(f"s = {rho} * {shown(slots[0])} + {rest} * ({push})^2 = {shown(s)}")
        root = f"sqrt({shown(s)})"
        if a is not None:
            lines.append(f"a = {rho} * {shown(slots[1])} + {rest} * {push} = {shown(a)}")
            root = f"sqrt({shown(s)} - ({shown(a)})^2)"
        lines.append(f"d = {root} + {eps} = {shown(d)}")
        step = f"{push} / {shown(d)}"
        if self.momentum:
            mu = shown(scalar(kind, self.momentum))
            lines.append(f"v = {mu} * {shown(slots[2])} + {push} / {shown(d)} = {shown(after[2])}")
            step = shown(after[2])
        lines.append(f"w = {shown(w)} - {shown(scalar(kind, lr))} * {step} = {shown(new)}")
        facts = (
            Fact("lr", "learning rate", lr),
            Fact("denominator", "usual size of this gradient, sqrt(s) + eps", float(d[0])),
            Fact("effective_step", "learning rate over the denominator", float(np.float64(lr) / np.float64(d[0]))),
        )
        return tuple(lines), facts

    def _split(
        self, w: Array, g: Array, slots: Slots, lr: float, t: int
    ) -> tuple[tuple[Term, ...], Fraction, ImpulseWeights | None]:
        rate, mu, wd = (exact(scalar(w.dtype, c)) for c in (-lr, self.momentum, self.weight_decay))
        d = exact(self._scale(w, g, slots)[3])
        impulse = (exact(g) + wd * exact(w)) / d
        terms = [Term(*GRADIENT, rate / d, exact(g))]
        memory, v = None, slots[2]
        if v is not None:
            memory = ImpulseWeights(rate, mu)
            terms.append(Term(*EARLIER, memory.weight(1), exact(v)))
        if wd:
            terms.append(Term(*DECAY, rate * wd / d, exact(w)))
        return tuple(terms), impulse, memory

    def flow(self, after: Mapping[str, Array], rates: Sequence[float], counts: Sequence[int], dtype: str) -> Flow:
        kind = np.dtype(dtype)
        mu, wd = (float(scalar(kind, c)) for c in (self.momentum, self.weight_decay))
        d = self._denominator(after["square"], after.get("mean")).astype(np.float64)
        rate = column(kind, [-lr for lr in rates])
        step = rate / d
        return Flow(step, np.broadcast_to(rate * mu, d.shape), step * wd, 1 / d, mu, wd)

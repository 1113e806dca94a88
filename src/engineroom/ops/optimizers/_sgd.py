"""sgd: step against the gradient, with or without momentum."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from engineroom.errors import OptionError
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

__all__ = ["SGD"]


@dataclass(frozen=True)
class SGD(Optimizer):
    """`w = w - lr*g`; with momentum `v = mu*v + g` and `w = w - lr*v`, or `w = w - lr*(mu*v + g)` by Nesterov.

    Parameters
    ----------
    lr : learning rate or schedule.
    momentum : mu, what is kept of the velocity v from step to step, in [0, 1).
    nesterov : whether the step looks ahead along the velocity; needs momentum.
    weight_decay : wd; `wd*w` is added to the gradient.

    Source: Sutskever, Martens, Dahl and Hinton, On the importance of initialization and momentum in deep learning,
    2013, whose velocity contains the learning rate; here it does not, so that a change of lr acts at once.

    Example
    -------
    >>> import numpy as np
    >>> law = SGD(lr=0.1, momentum=0.5)
    >>> law.update(np.array([1.0]), np.array([2.0]), (np.array([4.0]),), lr=0.1, t=1)
    (array([0.6]), (array([4.]),))
    """

    lr: float | Schedule = 0.01
    momentum: float = 0.0
    nesterov: bool = False
    weight_decay: float = 0.0

    law = "sgd"
    formula = "w = w - lr*v with v = momentum*v + g"
    words = "Each weight takes a step downhill; with momentum it keeps rolling in the direction it already had."
    rule = "The update is a sum, so each term is its own share; all that the velocity holds counts as earlier steps."

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.nesterov and not self.momentum:
            raise OptionError("nesterov of sgd needs momentum above 0, got 0; set momentum=0.9 or drop nesterov")

    @property
    def slots(self) -> tuple[str | None, ...]:
        return ("velocity" if self.momentum else None,)

    @property
    def remembers(self) -> tuple[Remembered, ...]:
        return (Remembered("velocity", self.momentum, True),) if self.momentum else ()

    @property
    def equation(self) -> str:
        g = "(g + weight_decay*w)" if self.weight_decay else "g"
        if not self.momentum:
            return f"w = w - lr*{g}"
        if self.nesterov:
            return f"v = momentum*v + {g}; w = w - lr*(momentum*v + {g})"
        return f"v = momentum*v + {g}; w = w - lr*v"

    @property
    def stability_bound(self) -> tuple[float, str]:
        # Both roots of the recursion of w and v lie within the unit circle up to here, and one leaves it at -1 beyond.
        mu = self.momentum
        if self.nesterov:
            return (2 + 2 * mu) / (1 + 2 * mu), "(2 + 2*momentum) / (1 + 2*momentum)"
        return (2 + 2 * mu, "2 + 2*momentum") if mu else (2.0, "2")

    def recursion(self, lr: float, curvature: float) -> tuple[float, float]:
        mu, step = self.momentum, lr * curvature
        return ((1 + mu) * (1 - step), mu * (1 - step)) if self.nesterov else (1 + mu - step, mu)

    def update(self, w: Array, g: Array, slots: Slots, lr: float, t: int) -> tuple[Array, Slots]:
        g = decayed(w, g, self.weight_decay)
        rate, mu = scalar(w.dtype, -lr), scalar(w.dtype, self.momentum)
        (v,) = slots
        if v is None:
            return fma(rate, g, w), (None,)
        v = fma(mu, v, g)
        return fma(rate, fma(mu, v, g) if self.nesterov else v, w), (v,)

    def _numbers(
        self, w: Array, g: Array, slots: Slots, new: Array, after: Slots, lr: float, t: int
    ) -> tuple[tuple[str, ...], tuple[Fact, ...]]:
        rate = shown(scalar(w.dtype, lr))
        lines, push = [], shown(g)
        if self.weight_decay:
            push = shown(decayed(w, g, self.weight_decay))
            lines.append(f"g = {shown(g)} + {shown(scalar(w.dtype, self.weight_decay))} * {shown(w)} = {push}")
        (old, v) = (slots[0], after[0])
        if old is not None and v is not None:
            mu = shown(scalar(w.dtype, self.momentum))
            lines.append(f"v = {mu} * {shown(old)} + {push} = {shown(v)}")
            push = f"({mu} * {shown(v)} + {push})" if self.nesterov else shown(v)
        lines.append(f"w = {shown(w)} - {rate} * {push} = {shown(new)}")
        return tuple(lines), (Fact("lr", "learning rate", lr),)

    def _split(
        self, w: Array, g: Array, slots: Slots, lr: float, t: int
    ) -> tuple[tuple[Term, ...], Fraction, ImpulseWeights | None]:
        rate, mu, wd = (exact(scalar(w.dtype, c)) for c in (-lr, self.momentum, self.weight_decay))
        impulse = exact(g) + wd * exact(w)
        ahead = rate * (1 + mu) if self.nesterov else rate
        terms = [Term(*GRADIENT, ahead, exact(g))]
        memory = None
        (v,) = slots
        if v is not None:
            memory = ImpulseWeights(rate * mu if self.nesterov else rate, mu)
            terms.append(Term(*EARLIER, memory.weight(1), exact(v)))
        if wd:
            terms.append(Term(*DECAY, ahead * wd, exact(w)))
        return tuple(terms), impulse, memory

    def flow(self, after: Mapping[str, Array], rates: Sequence[float], counts: Sequence[int], dtype: str) -> Flow:
        kind = np.dtype(dtype)
        shape = next(iter(after.values())).shape
        mu, wd = (float(scalar(kind, c)) for c in (self.momentum, self.weight_decay))
        rate = column(kind, [-lr for lr in rates]) + np.zeros(shape)
        ahead = rate * (1 + mu) if self.nesterov else rate
        later = rate * mu if self.nesterov else rate
        return Flow(ahead, later * mu, ahead * wd, np.ones(shape), mu, wd)

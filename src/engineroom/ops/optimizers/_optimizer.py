"""What every optimizer is, and the bookkeeping that their accounts share."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import fields
from fractions import Fraction
from typing import Any, ClassVar, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engineroom.errors import OptionError
from engineroom.numerics import fma
from engineroom.ops._arguments import flag, fraction, not_negative, positive
from engineroom.ops._spec import Array, Spec, scalar
from engineroom.ops.optimizers._account import Fact, Flow, ImpulseWeights, Remembered, Term, UpdateTerms
from engineroom.ops.schedules import Schedule, schedule

__all__ = ["DECAY", "EARLIER", "GRADIENT", "Optimizer", "Slots", "column", "decayed", "exact", "shown"]

Slots: TypeAlias = tuple[Any, ...]
"""The optimizer's arrays for one parameter, in the order of `Optimizer.slots`; None where one is not kept."""

GRADIENT = ("gradient", "this batch", "the push of this batch's gradient")
DECAY = ("weight_decay", "weight decay", "the pull towards 0 that keeps weights small")
EARLIER = ("momentum", "earlier steps", "the push carried over from the gradients of earlier steps")
ROUNDING = ("rounding", "rounding", "what was lost or gained by keeping a limited number of digits")


class Optimizer(Spec):
    """How a gradient becomes a change of the weight.

    Attributes
    ----------
    lr : the learning rate, above 0, or its schedule.
    weight_decay : how strongly each weight is pulled towards 0 in each step, at least 0.
    rule : how the change of a weight is shared out among its causes.
    """

    lr: float | Schedule
    weight_decay: float
    rule: ClassVar[str]

    def __post_init__(self) -> None:
        for field in fields(self):  # type: ignore[arg-type]
            where, value = f"{field.name} of {self.law}", getattr(self, field.name)
            if field.name == "lr":
                value = positive("lr", value) if not isinstance(value, (Schedule, Mapping)) else schedule(value)
            elif field.name == "eps":
                value = positive(where, value)
            elif field.name == "weight_decay":
                value = not_negative(where, value)
            elif isinstance(field.default, bool):
                value = flag(where, value)
            else:
                value = fraction(where, value)
            object.__setattr__(self, field.name, value)

    @property
    def schedule(self) -> Schedule:
        """The learning rate as a function of the step."""
        return schedule(self.lr)

    @property
    def attributes(self) -> tuple[tuple[str, float], ...]:
        """The numbers its kernel needs, in the order a plan prints them."""
        return tuple((f.name, float(getattr(self, f.name))) for f in fields(self) if f.name != "lr")  # type: ignore[arg-type]

    @property
    def slots(self) -> tuple[str | None, ...]:
        """The names of what is kept for each weight; None where these settings leave one out."""
        raise NotImplementedError

    @property
    def remembers(self) -> tuple[Remembered, ...]:
        """The slots through which earlier steps act; first the one of `UpdateTerms.memory`, if there is one."""
        return ()

    @property
    def equation(self) -> str:
        """The formula as these settings make it."""
        raise NotImplementedError

    @property
    def coupled(self) -> float:
        """The weight decay that is added to the gradient, and so to the curvature."""
        return self.weight_decay

    @property
    def stability_bound(self) -> tuple[float, str]:
        """Up to which `lr * curvature` its steps along a direction of that curvature die out, and the formula.

        Where it scales gradients, the scale P is held still and the curvature is that of `sqrt(P) * H * sqrt(P)`.
        """
        raise OptionError(f"for {self.law} it is not known up to which learning rate its steps are stable")

    def stable_rate(self, curvature: float) -> float:
        """Return the largest learning rate at which steps along a direction of this curvature die out.

        Parameters
        ----------
        curvature : along the direction, coupled weight decay included, gradients scaled as `preconditioner` says;
            inf is returned where there is no such limit.
        """
        return self.stability_bound[0] / curvature if curvature > 0 else math.inf

    def recursion(self, lr: float, curvature: float) -> tuple[float, float]:
        """Return T and D of its steps on a parabola: `d(t+1) = T*d(t) - D*d(t-1)`, with d the distance from the bottom.

        D is 0 where a step carries nothing over from earlier ones. The roots of `z^2 - T*z + D` are what the distance
        is multiplied by in each step in the long run; a pair of complex ones makes it swing across the bottom.

        Parameters
        ----------
        lr, curvature : as in `stable_rate`, which is where a root reaches -1.
        """
        raise OptionError(f"for {self.law} it is not known how its steps come nearer to the bottom of a parabola")

    def correction(self, t: int) -> float:
        """Return how many times as large as `recursion` has it step t is; averages that begin at 0 are corrected so."""
        return 1.0

    def preconditioner(self, slots: Slots, t: int) -> Array | None:
        """Return what each element of the gradient is multiplied by after step t, in float64; None if by nothing.

        Parameters
        ----------
        slots : after step t, as `slots` names them.
        t : how many steps were made, from 1.
        """
        return None

    def update(self, w: Array, g: Array, slots: Slots, lr: float, t: int) -> tuple[Array, Slots]:
        """Return the parameter and its slots after step t.

        Parameters
        ----------
        w, g : the parameter and its gradient, of one shape and dtype.
        slots : as `slots` names them.
        lr : this step's learning rate, float64.
        t : the step, from 1.
        """
        raise NotImplementedError

    def terms(
        self, w: float, g: float, slots: Mapping[str, float], *, lr: float, t: int, dtype: str | np.dtype[Any]
    ) -> UpdateTerms:
        """Return the change of ONE weight in one step, split into exact rationals that add up to the last bit.

        Parameters
        ----------
        w, g : the weight before the step and its gradient in the step.
        slots : the optimizer's numbers for this weight before the step, by name, such as {"m": 0.1, "v": 0.2}.
        lr : this step's learning rate, before any bias correction.
        t : the step, from 1.
        dtype : of the run, "float32" or "float64"; all numbers given must be exact in it.

        Example
        -------
        >>> from engineroom.ops import SGD
        >>> account = SGD(lr=0.5).terms(1.0, 0.25, {}, lr=0.5, t=1, dtype="float64")
        >>> account.new, [(term.name, float(term.value)) for term in account.terms]
        (0.875, [('gradient', -0.125), ('rounding', 0.0)])
        """
        kind = np.dtype(dtype)
        kept = tuple(None if name is None else np.array([slots[name]], kind) for name in self.slots)
        weight, gradient = np.array([w], kind), np.array([g], kind)
        with np.errstate(all="ignore"):
            new, after = self.update(weight, gradient, kept, lr, t)
            numbers, facts = self._numbers(weight, gradient, kept, new, after, lr, t)
            known: tuple[Term, ...] = ()
            impulse, memory = Fraction(0), None
            if all(np.isfinite(a[0]) for a in (weight, gradient, *kept, new, *after) if a is not None):
                known, impulse, memory = self._split(weight, gradient, kept, lr, t)
        if known:
            rest = exact(new) - exact(weight) - sum((term.value for term in known), Fraction(0))
            known = (*known, Term(*ROUNDING, Fraction(1), rest))
        return UpdateTerms(
            old=float(weight[0]),
            new=float(new[0]),
            terms=known,
            equation=self.equation,
            numbers=numbers,
            facts=facts,
            rule=self.rule,
            impulse=impulse,
            memory=memory,
            slots={
                name: float(s[0])
                for name, s in zip(self.slots, after, strict=True)
                if name is not None and s is not None
            },
        )

    def flow(self, after: Mapping[str, Array], rates: Sequence[float], counts: Sequence[int], dtype: str) -> Flow:
        """Return how some steps carried some weights along, as factors; `terms` says the same of one step, exactly.

        Parameters
        ----------
        after : (n, k) of each slot as the n steps left it for k weights, by name; without slots one (n, k) array
            under any name.
        rates : (n,) learning rates, before any bias correction.
        counts : (n,) which step of the optimizer each is, from 1.
        dtype : of the run.

        Example
        -------
        >>> import numpy as np
        >>> from engineroom.ops import SGD
        >>> flow = SGD(momentum=0.5).flow({"velocity": np.zeros((2, 1))}, [0.5, 0.25], [1, 2], "float64")
        >>> flow.gradient[:, 0], flow.momentum[:, 0], flow.keeps
        (array([-0.5 , -0.25]), array([-0.25 , -0.125]), 0.5)
        """
        raise NotImplementedError

    def _numbers(
        self, w: Array, g: Array, slots: Slots, new: Array, after: Slots, lr: float, t: int
    ) -> tuple[tuple[str, ...], tuple[Fact, ...]]:
        """Return the formula with this step's numbers, a line each, and the facts that scale the step."""
        raise NotImplementedError

    def _split(
        self, w: Array, g: Array, slots: Slots, lr: float, t: int
    ) -> tuple[tuple[Term, ...], Fraction, ImpulseWeights | None]:
        """Return the terms without rounding, the impulse this step leaves, and the memory of earlier ones."""
        raise NotImplementedError


def decayed(w: Array, g: Array, weight_decay: float) -> Array:
    """Return the gradient with the pull of weight decay added; unchanged, to the bit, where there is none."""
    return fma(scalar(w.dtype, weight_decay), w, g) if weight_decay else g


def column(dtype: np.dtype[Any], values: Sequence[float]) -> NDArray[np.float64]:
    """Return (n, 1) constants as steps of this type used them, each rounded to it once."""
    return np.array(values, np.float64).astype(dtype).astype(np.float64)[:, None]


def exact(number: Any) -> Fraction:
    """Return a float, or the one element of an array, as a rational."""
    return Fraction(float(number[0]) if isinstance(number, np.ndarray) else float(number))


def shown(number: Any) -> str:
    """Return the shortest text that reads back as the same float of its type."""
    return str(number[0] if isinstance(number, np.ndarray) else number)

"""The change of one weight in one step, taken apart exactly; and the laws by which many steps carry weights along."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

__all__ = ["Fact", "Flow", "ImpulseWeights", "Remembered", "Term", "UpdateTerms"]


@dataclass(frozen=True)
class Term:
    """One named part of a change.

    Attributes
    ----------
    name : "gradient", "momentum", "weight_decay" or "rounding".
    label : what it is, in a few words.
    words : what it does, in a sentence.
    factor : what `number` is multiplied by.
    number : the stored number it stems from: the gradient, the velocity or moment, the weight.
    """

    name: str
    label: str
    words: str
    factor: Fraction
    number: Fraction

    @property
    def value(self) -> Fraction:
        """The exact part of the change: `factor * number`."""
        return self.factor * self.number


@dataclass(frozen=True)
class Fact:
    """One number that scales the whole step, such as the denominator of Adam."""

    name: str
    label: str
    value: float


@dataclass(frozen=True)
class ImpulseWeights:
    """How earlier steps still weigh in a change.

    The step k steps ago left an impulse (`UpdateTerms.impulse` of that step); it enters this step's change times
    `weight(k) = factor * decay**k`. Summed over all earlier steps that is the momentum term, up to rounding.
    """

    factor: Fraction
    decay: Fraction

    def weight(self, k: int) -> Fraction:
        """Return what the impulse of k steps ago, k at least 1, is multiplied by in this step's change."""
        return self.factor * self.decay**k


@dataclass(frozen=True)
class Remembered:
    """A slot through which earlier steps act on this one.

    Attributes
    ----------
    slot : its name.
    keeps : the part of itself it keeps from step to step.
    moves : True where it carries the weight along (momentum), False where it scales the step (a mean square).
    """

    slot: str
    keeps: float
    moves: bool


@dataclass(frozen=True)
class UpdateTerms:
    """Everything an optimizer did to one weight in one step.

    The terms are exact rationals of the stored bits: `old + sum of their values == new`, the last of them being what
    rounding added. Where a number is not finite there is nothing to add up, and `terms` is empty.

    Attributes
    ----------
    old, new : the weight before, and after by the contract's own arithmetic.
    terms : the parts of the change, `rounding` last.
    equation : the optimizer's formula.
    numbers : the same with this step's numbers, a line each.
    facts : what scaled the step.
    rule : how the change was shared out, where the formula leaves a choice.
    impulse : what this step leaves behind for later ones, in the unit that `memory.weight` multiplies.
    memory : how earlier impulses weigh in this step; None where the optimizer keeps no direction.
    slots : the optimizer's numbers for this weight after the step.
    """

    old: float
    new: float
    terms: tuple[Term, ...]
    equation: str
    numbers: tuple[str, ...]
    facts: tuple[Fact, ...]
    rule: str
    impulse: Fraction
    memory: ImpulseWeights | None
    slots: dict[str, float]

    @property
    def finite(self) -> bool:
        """Whether all numbers are finite, so that the terms add up."""
        return bool(self.terms)

    @property
    def change(self) -> Fraction:
        """The exact change, new - old; 0 where a number is not finite."""
        return sum((term.value for term in self.terms), Fraction(0))

    def term(self, name: str) -> Term | None:
        """Return the term called `name`, if the optimizer has it."""
        return next((term for term in self.terms if term.name == name), None)


@dataclass(frozen=True, eq=False)
class Flow:
    """How each of n steps carried k weights along: linear in gradient, memory and weight, all factors known.

    A step moves a weight w with gradient g and memory m (what the optimizer carries from step to step) by
    `gradient*g + momentum*m + weight_decay*w`, and leaves the memory `keeps*m + impulse*(g + pull*w)`, up to rounding.
    What a step divides by is a part of its factors.

    Attributes
    ----------
    gradient, momentum, weight_decay, impulse : (n, k) float64, the factors of each step and weight.
    keeps : the part of the memory that outlasts a step.
    pull : the weight decay that goes through the memory.
    """

    gradient: NDArray[np.float64]
    momentum: NDArray[np.float64]
    weight_decay: NDArray[np.float64]
    impulse: NDArray[np.float64]
    keeps: float
    pull: float

"""The answer to "why did this weight move?", as a tree of frozen dataclasses that add up to the last digit.

Amounts are Fractions: exact rationals of the stored bits. Where a number is NaN or infinite (a run that
blew up) the amount is that float, and nothing is claimed to add up.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from engineroom.lens._exact import Amount, floating

__all__ = [
    "Account",
    "Chain",
    "ChainExample",
    "Earlier",
    "Example",
    "Factor",
    "Gradient",
    "Link",
    "Memory",
    "Proof",
    "Rest",
    "Term",
    "Why",
    "plain",
]


@dataclass(frozen=True)
class Term:
    """One summand of the change: `amount = factor * number`, the number being a stored one, such as the gradient."""

    name: str
    label: str
    words: str
    factor: Fraction
    number: Fraction
    amount: Fraction


@dataclass(frozen=True)
class Factor:
    """One number that scales the step, such as the learning rate or Adam's bias correction."""

    name: str
    label: str
    value: float


@dataclass(frozen=True)
class Account:
    """The change of the weight, term by term.

    Attributes
    ----------
    optimizer : the law's name.
    equation : the law's formula in symbols.
    numbers : the same with this step's numbers in it, a line each.
    factors : what scaled the step.
    terms : they and `rounding` sum to `new - old` exactly; empty where a number is not finite.
    rounding : what the roundings of the update, all together, added.
    per_gradient : what one unit of this batch's gradient moves the weight by, scaling held.
    rule : how the move is shared out.
    recomputed : the new value, computed again by the contract from the stored gradient and slots.
    residual : stored new value minus `recomputed`: always 0.
    """

    optimizer: str
    equation: str
    numbers: tuple[str, ...]
    factors: tuple[Factor, ...]
    terms: tuple[Term, ...]
    rounding: Amount
    per_gradient: Amount
    rule: str
    recomputed: float
    residual: float

    def term(self, name: str) -> Term | None:
        """Return the term called `name`, if the optimizer has it."""
        return next((t for t in self.terms if t.name == name), None)


@dataclass(frozen=True)
class Example:
    """What one row of the batch did to this weight.

    Attributes
    ----------
    row : its row number in the data as they came, from 0.
    position : its place in the batch, from 0; `index` its row of the prepared data set.
    input : the number on the weight's input side, 1 for a bias; `raw` the source's own value of it, if there is one.
    error : the error signal at the neuron the weight goes into (the loss's slope there).
    contribution : `input * error`, its share of the gradient.
    push : what that share moved the weight by.
    target, prediction : in words: a class with its probability, or a value in the target's own unit.
    """

    row: int
    position: int
    index: int
    input: float
    raw: str | None
    error: float
    contribution: Amount
    push: Amount
    target: str
    prediction: str


@dataclass(frozen=True)
class Rest:
    """All that is not listed one by one, in one sum."""

    count: int
    contribution: Amount
    push: Amount


@dataclass(frozen=True)
class Gradient:
    """The gradient of the batch's mean loss with respect to the weight, as the sum of its examples' contributions.

    Attributes
    ----------
    value : the stored gradient.
    up, down : the examples that pushed the weight up and down hardest, hardest first.
    rest : the other examples.
    up_count, down_count : how many rows pushed up and down in all.
    rounding : contributions of all examples and `rounding` sum to `value` exactly.
    rounding_push : what that rounding moved the weight by; with all pushes it sums to the account's gradient term.
    silence : why nothing was pushed, where the gradient is 0 for one plain reason.
    input_name, error_name : what input and error signal are here.
    recomputed : the gradient computed again from inputs and error signals, by the contract.
    residual : stored value minus `recomputed`: always 0.
    """

    value: float
    batch: int
    up: tuple[Example, ...]
    down: tuple[Example, ...]
    up_count: int
    down_count: int
    rest: Rest
    rounding: Amount
    rounding_push: Amount
    silence: str | None
    input_name: str
    error_name: str
    recomputed: float
    residual: float


@dataclass(frozen=True)
class Link:
    """One neuron downstream and what it passed back.

    For an example: `amount = error * weight`. For the batch: what came through it of this weight's gradient.
    """

    neuron: str
    index: int
    weight: float
    error: float | None
    amount: Amount


@dataclass(frozen=True)
class ChainExample:
    """Where one example's error signal came from.

    Attributes
    ----------
    links : the downstream neurons that passed most back; they, `rest` and `sum_rounding` sum to `arrived`.
    arrived : the error at the neuron's output; None where the loss acts on the neuron's sum itself.
    slope : the activation's slope at this example, None where there is none to pass.
    coupling : softmax only: what the other neurons of the row take away.
    error : the error signal, `slope * arrived + coupling + rounding`.
    words : for an output neuron, the loss's own words: prediction, target and their difference.
    """

    row: int
    position: int
    links: tuple[Link, ...]
    rest: Rest
    sum_rounding: Amount
    arrived: float | None
    slope: float | None
    coupling: Amount
    error: float
    rounding: Amount
    words: str


@dataclass(frozen=True)
class Chain:
    """The chain rule for the error signal at the neuron the weight goes into.

    Attributes
    ----------
    neuron : the neuron, in words.
    activation : the law between its sum and its output; "identity" passes on what comes.
    source : the layer the error came from, or the loss with its formula.
    from_loss : whether the neuron is an output, so that the error comes straight from the loss.
    formula : the rule in symbols.
    batch : for hidden neurons, the gradient split by the downstream neuron it came through, largest first.
    coupling : softmax only: what the other neurons of the rows took away.
    rest, rounding : with `batch` and `coupling` they sum to the gradient exactly.
    examples : the same for the examples that pushed hardest.
    """

    neuron: str
    activation: str
    source: str
    from_loss: bool
    formula: str
    batch: tuple[Link, ...]
    rest: Rest
    coupling: Amount
    rounding: Amount
    examples: tuple[ChainExample, ...]


@dataclass(frozen=True)
class Earlier:
    """What one earlier step still weighs; `gradient` is the gradient it had."""

    step: int
    gradient: float
    amount: Fraction


@dataclass(frozen=True)
class Memory:
    """How much of what a slot does comes from this batch, and how much from earlier steps.

    Attributes
    ----------
    slot : the optimizer's slot; in each step it keeps `decay` of itself.
    moves : True when the slot moves the weight (momentum) and amounts are parts of the change;
        False when it scales the move (a mean square) and amounts are parts of the slot's new value.
    this_batch, earlier : what this batch and all earlier steps brought.
    steps : the earlier steps that weigh most, heaviest first, each with the rounding of its own update in it.
    others_count, others : the remaining steps from `since` on, in one sum.
    others_silent : whether each of these had a gradient of 0, so that `others` is 0.
    rounding : what the roundings of the slot added in those of the remaining steps whose gradient was 0.
    older : what was in the slot before step `since`. `steps`, `others`, `rounding` and `older` sum to `earlier`
        exactly.
    """

    slot: str
    decay: float
    moves: bool
    this_batch: Fraction
    earlier: Fraction
    steps: tuple[Earlier, ...]
    others_count: int
    others: Fraction
    others_silent: bool
    rounding: Fraction
    since: int
    older: Fraction


@dataclass(frozen=True)
class Proof:
    """The step made again without one example, beside what the account says.

    Attributes
    ----------
    row : the row left out.
    change : how the weight moved with it.
    really : how it really moved without it, the mean taken over the rows that remain; None when it was the only row.
    predicted : the account with its contribution taken out and the mean over the remaining rows, scaling held.
    predicted_same_count : the account with its contribution taken out and the mean still over all rows.
    """

    row: int
    change: Amount
    really: Amount | None
    predicted: Amount | None
    predicted_same_count: Amount
    words: str


@dataclass(frozen=True)
class Why:
    """Why one weight moved in one step; `print` shows it, `to_dict` gives it to programs.

    Attributes
    ----------
    name : the weight, such as `dense1.weight[3, 5]`; `place` says it in words.
    step, epoch : the update explained, steps from 1 and epochs from 0.
    old, new : its stored values before and after; `change` their exact difference.
    account, gradient, chain, memories, proof : the five parts of the answer.
    finding : for a run that reached NaN or infinity at this step, where it appeared first.
    sentences : the same in two plain sentences.
    text : the printed explanation.
    """

    name: str
    parameter: str
    index: tuple[int, ...]
    place: str
    step: int
    epoch: int
    dtype: str
    loss: float
    old: float
    new: float
    change: Amount
    account: Account
    gradient: Gradient
    chain: Chain
    memories: tuple[Memory, ...]
    proof: Proof | None
    finding: str | None
    sentences: tuple[str, ...]
    text: str = dataclasses.field(repr=False, compare=False)

    @property
    def residual(self) -> float:
        """Stored bits minus bits recomputed by the contract; 0 when every bit was computed again alike."""
        return self.account.residual if self.account.residual != 0 else self.gradient.residual

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as plain lists and dicts for JSON.

        Each float has its `value` and `hex`, an exact one also `exact`, numerator over denominator; what is not finite
        stays so.

        Examples
        --------
        >>> plain(0.5), plain(Fraction(-1, 3))["exact"], plain(float("nan"))
        ({'value': 0.5, 'hex': '0x1.0000000000000p-1'}, '-1/3', {'value': nan, 'hex': 'nan'})
        """
        answer = {f.name: plain(getattr(self, f.name)) for f in dataclasses.fields(self)}
        answer["residual"] = plain(self.residual)
        return answer

    def __str__(self) -> str:
        return self.text


def plain(value: Any) -> Any:
    """Return dataclasses, tuples and numbers as JSON's own kinds, no bit of a number lost."""
    if value is None or isinstance(value, (bool, str, int)):
        return value
    if isinstance(value, Fraction):
        return {**plain(floating(value)), "exact": f"{value.numerator}/{value.denominator}"}
    if isinstance(value, float):
        return {"value": value, "hex": value.hex()}
    if isinstance(value, tuple):
        return [plain(v) for v in value]
    return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}

"""The proof: the step made again without one row, beside what the account says it did."""

from __future__ import annotations

from fractions import Fraction

from engineroom.lens._account import value_of
from engineroom.lens._exact import Amount, exact, times, total
from engineroom.lens._place import Place
from engineroom.lens._why import Account, Example, Gradient, Proof
from engineroom.run import Examination, Record

__all__ = ["prove"]


def prove(
    record: Record, place: Place, examination: Examination, account: Account, gradient: Gradient, example: Example
) -> Proof:
    """Make the step again without `example` and return what really changed and what the account foretold.

    Without one row of B the loss is a mean over B - 1 rows, so every other row weighs B / (B - 1) as much.
    """
    batch = gradient.batch
    before = exact(value_of(examination.before, place.parameter, place))
    change: Amount = exact(value_of(examination.after, place.parameter, place)) - before
    alone = total((change, -example.push))
    if batch == 1:
        words = "It was the only row of its batch, so without it there is no step to make."
        return Proof(example.row, change, None, None, alone, words)
    state = record.fork_step(examination.step, [example.index])
    really = exact(value_of(state, place.parameter, place)) - before
    pushes = total((times(exact(gradient.value), account.per_gradient), -example.push))
    predicted = total((alone, times(pushes, Fraction(1, batch - 1))))
    if not account.terms:
        words = "Its numbers are not finite, so the account foretells nothing."
        return Proof(example.row, change, really, predicted, alone, words)
    words = f"With one of {batch:,} rows gone, the others weigh {batch}/{batch - 1} as much in the mean; their error "
    words += "signals do not change otherwise. "
    if any(f.name == "denominator" for f in account.factors):
        words += "The account holds the denominator, which this row shaped too: that makes the difference."
    else:
        words += "So the account differs from the truth by rounding only."
    return Proof(example.row, change, really, predicted, alone, words)

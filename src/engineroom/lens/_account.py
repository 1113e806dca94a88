"""The change of the weight, term by term: the optimizer's own account of it, beside the bits that were stored."""

from __future__ import annotations

import math

from engineroom.lens._exact import difference
from engineroom.lens._place import Place
from engineroom.lens._why import Account, Factor, Term
from engineroom.ops import ImpulseWeights, Optimizer
from engineroom.plan import State
from engineroom.run import Examination

__all__ = ["explain_change", "slots_of", "value_of"]


def explain_change(
    place: Place, optimizer: Optimizer, dtype: str, examination: Examination
) -> tuple[Account, ImpulseWeights | None]:
    """Return the optimizer's account of one weight in the step examined, and how earlier steps weigh in it.

    The law computes the new value again from the stored old value, gradient and slots; `residual`
    says by how much the stored new value differs.
    """
    before, after = examination.before, examination.after
    account = optimizer.terms(
        value_of(before, place.parameter, place),
        float(examination.read(place.parameter + ".grad")[place.index]),
        slots_of(before, optimizer, place),
        lr=examination.lr,
        t=examination.count,
        dtype=dtype,
    )
    terms = tuple(Term(t.name, t.label, t.words, t.factor, t.number, t.value) for t in account.terms)
    gradient = account.term("gradient")
    rounding = account.term("rounding")
    explained = Account(
        optimizer=optimizer.law,
        equation=account.equation,
        numbers=account.numbers,
        factors=tuple(Factor(f.name, f.label, f.value) for f in account.facts),
        terms=tuple(t for t in terms if t.name != "rounding"),
        rounding=math.nan if rounding is None else rounding.value,
        per_gradient=math.nan if gradient is None else gradient.factor,
        rule=account.rule,
        recomputed=account.new,
        residual=difference(value_of(after, place.parameter, place), account.new),
    )
    return explained, account.memory


def value_of(state: State, buffer: str, place: Place) -> float:
    """Return the number that `buffer` holds for this weight."""
    return float(state[buffer][place.index])


def slots_of(state: State, optimizer: Optimizer, place: Place) -> dict[str, float]:
    """Return the optimizer's numbers for this weight, by slot."""
    return {slot: value_of(state, f"{place.parameter}.{slot}", place) for slot in optimizer.slots if slot is not None}

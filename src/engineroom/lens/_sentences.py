"""The answer in two plain sentences."""

from __future__ import annotations

import math

from engineroom.lens._exact import Amount, floating
from engineroom.lens._examples import hardest
from engineroom.lens._place import Place
from engineroom.lens._rows import short
from engineroom.lens._why import Account, Gradient

__all__ = ["in_words", "signed"]

_SMALL = 0.005
"""A part of the move below this is not worth a word in two sentences."""


def signed(amount: Amount) -> str:
    """Return an amount with its sign and four significant digits; 0 has none."""
    value = floating(amount)
    return "0" if value == 0 else f"{value:+.4g}" if math.isfinite(value) else str(value)


def in_words(
    place: Place, step: int, old: float, new: float, account: Account, gradient: Gradient, finding: str | None
) -> tuple[str, ...]:
    """Return what moved the weight, and which row had the largest part in it."""
    if not account.terms:
        return _beyond_numbers(place, step, old, new, finding)
    found = (_as_sentence(finding),) if finding else ()
    return _what_moved(place, step, old, new, account, gradient), _who_pushed(account, gradient), *found


def _beyond_numbers(place: Place, step: int, old: float, new: float, finding: str | None) -> tuple[str, ...]:
    first = (
        f"Step {step:,} took {place.name}, {place.words}, from {short(old)} to {short(new)}: the run reached NaN "
        "or infinity here, so nothing can be added up."
    )
    return first, _as_sentence(finding or "its gradient or its slots are no longer finite")


def _as_sentence(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}."


def _what_moved(place: Place, step: int, old: float, new: float, account: Account, gradient: Gradient) -> str:
    begin = f"Step {step:,}"
    subject = f"the weight {place.words}" if place.input is not None else place.words
    slope = f"its gradient over {_rows(gradient.batch)} is {short(gradient.value)}"
    if new == old:
        if gradient.value == 0:
            return f"{begin} left {subject} at {short(old)}, because {gradient.silence or 'its gradient is 0'}."
        left = f"{begin} left {subject} at {short(old)}: {slope}"
        if (move := -account.rounding) == 0:  # the terms and the rounding add up to 0
            return f"{left}, but the terms of its update add up to 0."
        return f"{left}, and the move of {signed(move)} that the update makes of it changes no stored digit."
    verb = "raised" if new > old else "lowered"
    moved = f"{begin} {verb} {subject} {_from_to(old, new)}"
    batch = floating(account.terms[0].amount)
    others = [t for t in account.terms[1:] if (t.amount > 0) == (new > old) and t.amount != 0]
    others.sort(key=lambda t: abs(t.amount), reverse=True)
    if (batch > 0) == (new > old) and batch != 0:
        better = f"{'larger' if gradient.value < 0 else 'smaller'} {'bias' if place.input is None else 'weight'}"
        if others and abs(floating(others[0].amount)) > abs(new - old) / 2:
            return f"{moved}, mostly by {others[0].label}; {slope}, so a {better} makes the loss on them smaller too."
        return f"{moved}: {slope}, so a {better} makes the loss on them smaller."
    cause = others[0].label if others else "rounding"
    if batch == 0:
        return f"{moved} although {gradient.silence or 'its gradient is 0'}: {cause} moved it."
    return f"{moved} although {slope} and would have {'lowered' if batch < 0 else 'raised'} it: {cause} outweighed it."


def _who_pushed(account: Account, gradient: Gradient) -> str:
    parts = []
    listed = hardest(gradient)
    if listed:
        first = listed[0]
        raised = floating(first.push) > 0
        others = gradient.down_count if raised else gradient.up_count
        alone = gradient.batch > 1 and gradient.up_count + gradient.down_count == 1
        text = f"Row {first.row}, target {first.target}, predicted {first.prediction}, "
        text += f"{'alone pushed it' if alone else 'pushed hardest'}, by {signed(first.push)}"
        if gradient.batch > 1 and not alone:
            batch = account.terms[0].amount
            against = floating(batch) != 0 and (floating(batch) > 0) != raised
            text += f"{', against' if against else ' of'} the batch's {signed(batch)}"
            if others:
                text += f"{':' if against else ', while'} {_rows(others)} of {gradient.batch} pushed it "
                text += "down" if raised else "up"
            elif gradient.up_count + gradient.down_count == gradient.batch:
                text += f", and all {gradient.batch} rows pushed the same way"
        parts.append(text)
    else:
        parts.append("No row of this batch pushed it")
    change = sum(abs(floating(t.amount)) for t in account.terms)
    for term in account.terms[1:]:
        if change and abs(floating(term.amount)) > _SMALL * change:
            parts.append(f"{term.label} added {signed(term.amount)}")
    return "; ".join(parts) + "."


def _from_to(old: float, new: float) -> str:
    """Return both values with as many digits as it takes to tell them apart, four at least."""
    for digits in range(4, 18):
        first, second = f"{old:.{digits}g}", f"{new:.{digits}g}"
        if first != second:
            break
    return f"from {first} to {second}"


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"

"""The words of a table's report: what a column was read as, and what was done with it."""

from __future__ import annotations

import shlex
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engineroom.data._dates import date_text
from engineroom.data._decimal_signs import other_reading, other_sign_told
from engineroom.data._encoders import BooleanEncoder, DateEncoder, Encoder, NumberEncoder
from engineroom.data._judge import SAME_AS_FLOAT, Reading
from engineroom.data._numbers import NumberGuess, amount_text, amount_texts
from engineroom.data._preparation import TargetEncoder
from engineroom.data._report import ColumnReport

__all__ = [
    "class_notes",
    "column_notes",
    "count",
    "dropped_line",
    "input_line",
    "reading_notes",
    "repeat_notes",
    "rounded_text",
    "target_line",
]


def count(number: int, what: str) -> str:
    """Return `1 row`, `3 rows`."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def dropped_line(reading: Reading, reason: str) -> ColumnReport:
    """Return the line of a column that is not used."""
    if reason == "as asked":
        return _line(reading, reading.kind if reading.kind != "drop" else "not read", ["dropped, as asked"], "dropped")
    final = reason in ("empty", SAME_AS_FLOAT)
    done = "dropped" if final else f"dropped; --column {shlex.quote(reading.name)}:{reading.kind} keeps it"
    return _line(reading, reason, [done], "dropped", ["dropped"])


def input_line(reading: Reading, encoder: Encoder, standardize: bool) -> ColumnReport:
    """Return the line of a column that is used."""
    done: list[str] = []
    missing = reading.missing
    if isinstance(encoder, (NumberEncoder, DateEncoder)):
        if isinstance(encoder, DateEncoder):
            fill = f"the median {date_text(encoder.fill)}"
        else:
            fill = f"the median {amount_text(encoder.fill, encoder.unit, encoder.features[0].deviation)}"
        if isinstance(encoder, DateEncoder):
            done.append("turned into days")
        done.append(_scaled(encoder) if standardize else "taken as it is")
    elif isinstance(encoder, BooleanEncoder):
        fill = encoder.yes if encoder.fill else encoder.no
        done.append(f"1 for {encoder.yes}, 0 for {encoder.no}")
    else:
        fill = encoder.fill
        width = len(encoder.categories) + encoder.other
        rare = len(reading.counts) - len(encoder.categories)
        done.append(f"one-hot, {count(width, 'column')}" + (f", {rare:,} rare ones share 'other'" if rare else ""))
    brief = [part.partition(" (")[0] for part in done]
    if missing:
        done.append(f"{missing:,} filled with {fill}" + (" and flagged" if encoder.flagged else ", too few to flag"))
        brief.append("filled and flagged" if encoder.flagged else "filled")
    return _line(reading, _read_as(reading, encoder), done, "input", brief)


def target_line(wanted: Reading, encoder: TargetEncoder, y: NDArray[Any]) -> ColumnReport:
    """Return the target's line."""
    target = encoder.target
    if encoder.reader is None:
        sizes = np.bincount(y, minlength=len(target.classes))
        shown = ", ".join(f"{label} {size:,}" for label, size in zip(target.classes[:6], sizes, strict=False))
        more = ", ..." if len(target.classes) > 6 else ""
        return _line(wanted, f"classes ({len(target.classes)})", [shown + more], "target")
    reader = encoder.reader
    done = "taken as it is" if (reader.mean, reader.scale) == (0.0, 1.0) else _scaled(reader)
    return _line(wanted, _read_as(wanted, reader), [done], "target", [done.partition(" (")[0]])


def class_notes(wanted: Reading, encoder: TargetEncoder) -> list[str]:
    """Return a sentence on a target of numbers that are taken for classes, as three or more of them may be amounts."""
    labels = encoder.target.classes
    if wanted.asked or len(labels) < 3 or any(isinstance(label, (str, bool)) for label in labels):
        return []
    return [
        f"the target {wanted.name!r} is read as {len(labels)} classes, whose order is not learned; "
        f"--column {shlex.quote(wanted.name)}:number trains on the amounts instead"
    ]


def reading_notes(reading: Reading) -> list[str]:
    """Return what is worth a sentence about how a column that is used, or the target, was read."""
    return [f"column {reading.name!r}: {said}{remedy}" for said, remedy in _doubts(reading)]


def column_notes(reading: Reading) -> list[str]:
    """Return the same as sentences that stand beside the column."""
    return [f"{said}." for said, _ in _doubts(reading)]


def _doubts(reading: Reading) -> list[tuple[str, str]]:
    """Return what was decided, each with how to overrule it on the command line."""
    notes: list[tuple[str, str]] = []
    if reading.strays:
        shown = ", ".join(repr(text) for text in reading.strays[:3]) + (", ..." if len(reading.strays) > 3 else "")
        notes.append((f"{shown} is not a {_wanted(reading)} and counts as empty", ""))
    if reading.kind == "category" and (alike := _alike(reading)):
        shown, more = (
            ", ".join(map(repr, alike[0])),
            f"; {count(len(alike) - 1, 'more group')} of that kind" * (len(alike) > 1),
        )
        notes.append((f"{shown} differ in case or spaces only and are read as different values{more}", ""))
    if reading.kind == "number" and reading.number is not None:
        notes += _decimal_note(reading.name, reading.number)
        notes += [(rounded_text(reading), "")] if reading.rounded else []
    if reading.kind == "date" and reading.date is not None and not reading.date.certain:
        order, told = reading.date.format.order, f"--column {shlex.quote(reading.name)}"
        notes.append(
            (
                f"day and month cannot be told apart; they are read as {order}",
                f"; {told}:dmy (day first) or :mdy (month first) says which it is",
            )
        )
    if reading.kind == "date" and reading.date is not None and reading.date.zones is not None:
        zoned, plain = reading.date.zones
        told = f"{zoned!r} has a time zone and {plain!r} has none and is taken as UTC; write the zone in every cell"
        notes.append((f"{told}, or in none", ""))
    return notes


def rounded_text(reading: Reading) -> str:
    """Return what is to be told of a column of numbers that holds whole ones of more digits than float64."""
    cell = reading.rounded[0]
    value = int(reading.number.values[cell]) if reading.number is not None else 0
    return (
        f"{cell!r} is read as {value}, because float64 holds every whole number only up to 2^53; subtract an offset "
        "from the column, such as its smallest value, to keep the differences"
    )


def _alike(reading: Reading) -> list[list[str]]:
    """Return groups of values that differ in case or spaces only, the commonest value of each first."""
    groups: dict[str, list[str]] = {}
    for text, _ in reading.counts.most_common():
        groups.setdefault("".join(text.casefold().split()), []).append(text)
    return [texts for texts in groups.values() if len(texts) > 1]


def repeat_notes(reading: Reading, wanted: Reading) -> list[str]:
    """Return a sentence on an input that is the target once more."""
    if reading.kind != wanted.kind or not _same(reading, wanted):
        return []
    return [
        f"column {reading.name!r} repeats the target {wanted.name!r}; "
        f"drop it with --column {shlex.quote(reading.name)}:drop unless it is known beforehand"
    ]


def _wanted(reading: Reading) -> str:
    """Return what the cells of a column should be, with its decimal sign where a stray is a number with the other."""
    if reading.kind != "number" or reading.number is None:
        return reading.kind
    return f"number{other_sign_told(reading.number.format, reading.strays)}"


def _decimal_note(name: str, guess: NumberGuess) -> list[tuple[str, str]]:
    """Return a doubt about a column whose points may be decimal signs, or set thousands apart."""
    doubt = other_reading(guess)
    if doubt is None:
        return []
    cell, value, other = doubt
    as_decimal = guess.format.decimal == "."
    meaning, kind = ("set thousands apart", "decimal-comma") if as_decimal else ("be the decimal sign", "decimal-point")
    return [
        (
            f"{cell!r} is read as {value:.15g}, but its point may {meaning}",
            f"; --column {shlex.quote(name)}:{kind} reads it as {other:.15g}",
        )
    ]


def _same(reading: Reading, wanted: Reading) -> bool:
    if reading.kind == "number":
        return bool(np.array_equal(reading.numbers, wanted.numbers))
    return reading.texts == wanted.texts


def _line(reading: Reading, read_as: str, done: list[str], role: str, brief: list[str] | None = None) -> ColumnReport:
    words = ", ".join(done if brief is None else brief)
    return ColumnReport(reading.name, read_as, reading.example, reading.missing, ", ".join(done), role, words)


def _read_as(reading: Reading, encoder: Encoder) -> str:
    if isinstance(encoder, NumberEncoder):
        given = [text for text in reading.texts if text is not None] if encoder.decimal == "," else []
        comma, point = (any(sign in text for text in given) for sign in ",.")
        facts = [encoder.unit] * bool(encoder.unit) + ["decimal comma"] * comma
        facts += ["points set thousands apart"] * (point and not comma)
        return f"number ({', '.join(facts)})" if facts else "number"
    if isinstance(encoder, DateEncoder):
        return f"date ({encoder.order})"
    return "yes or no" if isinstance(encoder, BooleanEncoder) else f"category ({len(reading.counts)})"


def _scaled(encoder: NumberEncoder | DateEncoder) -> str:
    if isinstance(encoder, DateEncoder):
        return f"standardized (mean {date_text(encoder.mean)[:10]}, deviation {amount_text(encoder.scale, 'days')})"
    mean, deviation = amount_texts([encoder.mean, encoder.scale], encoder.unit, encoder.scale)
    return f"standardized (mean {mean}, deviation {deviation})"

"""A comparison of two runs in words."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from itertools import zip_longest
from typing import Any

import numpy as np

from engineroom.data import DAYS, amount_text, amount_texts, date_text
from engineroom.lens._beside import Answer, Moved
from engineroom.lens._comparison import Comparison
from engineroom.lens._layout import WIDTH, cut, headed, table, wrapped
from engineroom.lens._rows import percent, short
from engineroom.lens._text import stored

__all__ = ["comparison_text"]

_COLUMNS = 5
_WIDTH = 73  # What the two columns of differences may take, with the name of each before them.
_LINES = 6
_PARAMETERS = 12


def comparison_text(answer: Comparison) -> str:
    """Return the printed answer: plain text of at most 79 columns."""
    blocks = [headed(f"{answer.first} beside {answer.second}"), _together(answer), _differences(answer)]
    blocks += [[*_losses(answer), *_metrics(answer)], _course(answer), _examples(answer)]
    blocks.append([line for sentence in answer.cannot for line in wrapped(f"{_capital(sentence)}.")])
    return "\n\n".join("\n".join(line.rstrip() for line in block) for block in blocks if block)


def _together(answer: Comparison) -> list[str]:
    a, b = answer.steps
    steps = f"{_count(answer.common, 'step')} {'is' if answer.common == 1 else 'are'} compared"
    if a != b:
        steps += f"; the {'first' if a > b else 'second'} run goes on for {_count(abs(a - b), 'step')} more"
    lines = wrapped(f"{_capital(steps)}.")
    if answer.shared is None:
        return [*lines, *wrapped("They are the same run.")]
    if answer.shared:
        first = "step is" if answer.shared == 1 else f"{answer.shared:,} steps are"
        lines += wrapped(f"Both come from one family: their first {first} one record.")
    parting = answer.parting
    if parting is None:
        if not answer.gaps:
            return lines
        return [*lines, *wrapped(f"They never part: in every state up to {answer.common:,} all weights are equal.")]
    made = (
        f"by step {parting.state:,}"
        if parting.begins is None
        else f"where run {parting.begins} begins with weights that were set"
    )
    if parting.state == 0 and parting.begins is None:
        made = "before any step"
    first, second = (
        stored(value, dtype) for value, dtype in zip((parting.first, parting.second), parting.dtypes, strict=True)
    )
    names = ", ".join(parting.parameters[:4]) + (", ..." if len(parting.parameters) > 4 else "")
    said = (
        f"They part in state {parting.state:,}, {made}: {parting.differing:,} of "
        f"{_count(parting.weights, 'weight')} {'differs' if parting.differing == 1 else 'differ'}, in {names}"
    )
    return [*lines, *wrapped(f"{said}; {parting.name} most, {first} and {second}.")]


def _differences(answer: Comparison) -> list[str]:
    if not answer.differences:
        return []
    width = (_WIDTH - max(len(d.what) for d in answer.differences)) // 2
    rows = [["", "first", "second"]]
    for d in answer.differences:
        cells = (textwrap.wrap(text, width, max_lines=_LINES, placeholder=" ...") for text in (d.first, d.second))
        rows += [list(line) for line in zip_longest([d.what], *cells, fillvalue="")]
    return ["What was asked", *table(rows, "lll")]


def _losses(answer: Comparison) -> list[str]:
    first, second = answer.losses
    if first is None or second is None:
        return []
    last = "the last ones" if answer.steps[0] == answer.steps[1] else f"those of step {answer.common:,}"
    ends = f"{last} are {short(first)} and {short(second)}"
    if answer.loss_step is None:
        return wrapped(f"The recorded losses are equal over the common steps; {ends}.")
    return wrapped(f"The recorded losses first differ in step {answer.loss_step:,}; {ends}.")


def _metrics(answer: Comparison) -> list[str]:
    """Return what people ask for first: the part that is right, or how far off in the target's unit."""
    first, second = answer.metrics
    if "accuracy" in first and "accuracy" in second:
        a, b = (percent(metrics["accuracy"]) for metrics in (first, second))
        return wrapped(f"On its held-out rows the first run has {a} right, the second on its own {b}.")
    if "rmse" in first and "rmse" in second:
        a, b = amount_texts([first["rmse"], second["rmse"]], _apart(answer.unit))
        return wrapped(f"On its held-out rows the first run is usually off by {a}, the second on its own by {b}.")
    return []


def _course(answer: Comparison) -> list[str]:
    if not answer.points or not (answer.gaps or answer.predictions is not None):
        return []
    # Losses close to infinity are wide: then fewer steps stand side by side.
    for columns in range(_COLUMNS, 1, -1):
        lines = _course_of(answer, columns)
        if max(map(len, lines)) <= WIDTH:
            break
    if len(answer.gaps) > _PARAMETERS:
        lines += wrapped(f"{len(answer.gaps) - _PARAMETERS:,} more arrays are in `gaps`.")
    if answer.beside is not None:
        kind = "probabilities" if answer.beside.decides else "numbers"
        part = "" if answer.sampled == answer.beside.rows else f", evenly spaced among {answer.beside.rows:,}"
        lines += wrapped(
            f"Predictions: root mean squared difference of the {kind} on {_count(answer.sampled, 'row')}{part}."
        )
    return lines


def _course_of(answer: Comparison, columns: int) -> list[str]:
    chosen = np.unique(np.linspace(0, len(answer.points) - 1, columns).round().astype(int))
    rows: list[list[str]] = [["after step", *(f"{answer.points[i]:,}" for i in chosen)]]

    def line(name: str, values: Any, percent: bool = False) -> None:
        told = [f"{_three(100 * values[i])} %" if percent else _three(values[i]) for i in chosen]
        rows.append([name, *told])

    for gap in answer.gaps[:_PARAMETERS]:
        line(cut(gap.name, 24), gap.distance)
        line("  of the first's length", gap.relative, percent=True)
    if answer.predictions is not None:
        rows.append(["predictions", *(_three(answer.predictions[i], _apart(answer.unit)) for i in chosen)])
    if answer.sides is not None:
        line("  on the other side", answer.sides, percent=True)
    return ["How far apart: the length of the difference", *table(rows, "l" + "r" * len(chosen))]


def _examples(answer: Comparison) -> list[str]:
    beside = answer.beside
    if beside is None:
        return []
    states = f"from state {beside.states[0]:,} of the first to {beside.states[1]:,} of the second"
    if beside.decides:
        only_first, only_second, neither = beside.right
        lines = headed(f"{len(beside.changed):,} of {_count(beside.rows, 'example')} change side, {states}")
        if beside.changed:
            lines += wrapped(
                f"{only_first:,} only the first run has right, {only_second:,} only the second, {neither:,} neither."
            )
    else:
        lines = headed(f"The predictions that move most, {states}")
        if not beside.moved:
            lines += wrapped("None moves at all.")
    if not beside.moved:
        return lines
    # Where sides are compared, they differ by a probability.
    unit = "" if beside.decides else answer.unit
    moves = amount_texts([m.by for m in beside.moved], _apart(unit))
    answers = zip(*((m.target, m.first, m.second) for m in beside.moved), strict=True)
    said = [_said(column, beside.moved, unit) for column in answers]
    head = ["row", "part", "target", "first", "second", "moved by"]
    rows = [
        [str(m.row), _roles(m.roles), *(column[i] for column in said), moves[i]] for i, m in enumerate(beside.moved)
    ]
    lines += table([head, *rows], "rllllr" if beside.decides else "rlrrrr")
    if beside.decides and len(beside.changed) > len(beside.moved):
        lines += wrapped(f"and {len(beside.changed) - len(beside.moved):,} more.")
    return lines


def _roles(roles: tuple[str, str]) -> str:
    return roles[0] if roles[0] == roles[1] else f"{roles[0]}/{roles[1]}"


def _said(answers: Sequence[Answer], moved: Sequence[Moved], unit: str) -> list[str]:
    """Return a column of answers; numbers have the digits that show the smallest of the moves."""
    if all(isinstance(answer, float) for answer in answers):
        return _amounts([(answer,) for answer in answers], moved, unit)
    if all(isinstance(answer, tuple) and all(isinstance(part, float) for part in answer) for answer in answers):
        return _amounts(answers, moved, unit)
    return [cut(str(answer), 14) for answer in answers]


def _amounts(rows: Sequence[Any], moved: Sequence[Moved], unit: str) -> list[str]:
    smallest = min((m.by for m in moved if m.by > 0 and math.isfinite(m.by)), default=None)
    columns = [_column(column, unit, _not_below(smallest, column)) for column in zip(*rows, strict=True)]
    return [row[0] if len(row) == 1 else cut(", ".join(row)) for row in zip(*columns, strict=True)]


def _column(values: Sequence[float], unit: str, deviation: float | None) -> list[str]:
    if unit == DAYS:
        return [date_text(float(np.round(value))) for value in values]
    return amount_texts(values, unit, deviation)


def _apart(unit: str) -> str:
    """Return the unit of a difference."""
    return "days" if unit == DAYS else unit


def _not_below(move: float | None, column: Sequence[float]) -> float | None:
    """Return a move that is not so small that digits beyond those of a float32 are needed to show it."""
    return None if move is None else max(move, 1e-5 * max((abs(v) for v in column if math.isfinite(v)), default=0.0))


def _three(value: float, unit: str = "") -> str:
    """Return three digits: the course is looked at as a whole."""
    return amount_text(float(f"{value:.3g}"), unit)


def _count(n: int, noun: str) -> str:
    return f"{n:,} {noun}" + ("" if n == 1 else "s")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]

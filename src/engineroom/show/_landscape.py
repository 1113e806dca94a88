"""The loss around the weights, drawn: a curve with its tangent and the step on it, or a surface in shades."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from engineroom.lens import Landscape, Mark
from engineroom.show._numbers import number
from engineroom.show._plot import curve

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["show_landscape"]

_WIDEST = 120
_TALLEST = 14
_SHADES = " .:-=+*#%@"


def show_landscape(console: Console, answer: Landscape) -> None:
    """Print a landscape as a picture, with its marks and what it shows in words."""
    console.print(answer.title, style="er.title", soft_wrap=True)
    for sentence in answer.sentences:
        for line in textwrap.wrap(sentence, min(console.width, 80) - 2):
            console.print(f"  {line}", soft_wrap=True)
    console.print()
    curved = len(answer.axes) == 1
    lines = _curve(answer, console) if curved else _surface(answer, console)
    for line in lines:
        console.print(line, style="er.line", soft_wrap=True)
    console.print()
    signs = _signs(answer)
    for sign, mark in signs:
        place = ", ".join(number(value, 6) for value in mark.at)
        hidden = ", under another mark" if curved and sign not in lines[-2] else ""
        console.print(f"  {sign}  {mark.label:<12}  at {place}: loss {number(mark.loss, 6)}{hidden}", soft_wrap=True)
    if curved:
        console.print(f"  dotted: the slope at {signs[0][0]}, {number(answer.axes[0].slope, 6)}", soft_wrap=True)


def _signs(answer: Landscape) -> list[tuple[str, Mark]]:
    """Return the marks worth drawing, each with its letter: a step's two ends, or the first and the last state."""
    letters = {"before": "b", "after": "a"}
    marks = list(answer.marks) if len(answer.marks) <= 3 else [answer.marks[0], answer.marks[-1]]
    signs = [(letters.get(mark.label, str(i)), mark) for i, mark in enumerate(marks)]
    return [*signs, ("x", answer.lowest)]


def _curve(answer: Landscape, console: Console) -> list[str]:
    axis = answer.axes[0]
    low, high = float(axis.values[0]), float(axis.values[-1])
    lines = curve(
        answer.losses,
        width=min(console.width, _WIDEST),
        height=_TALLEST,
        ascii_only=not console.encoding.startswith("utf"),
        dotted=answer.tangent(),
        ends=(number(low), number(high)),
    )
    floor = lines[-2]
    margin = len(floor) - len(floor.lstrip()) + 1
    room = len(floor) - margin
    below = [" "] * room
    for sign, mark in reversed(_signs(answer)):
        if low <= mark.at[0] <= high and high > low:
            below[round((mark.at[0] - low) / (high - low) * (room - 1))] = sign
    return [*lines[:-1], " " * margin + "".join(below).rstrip(), lines[-1]]


def _surface(answer: Landscape, console: Console) -> list[str]:
    """Return the surface in shades, dark where the loss is high; the first axis goes down, the second to the right."""
    shades = _shades(answer.losses)
    first, second = answer.axes
    across = 2 if 2 * shades.shape[1] + 14 <= console.width else 1
    cells = [[char for cell in row for char in cell * across] for row in shades.tolist()]
    for sign, mark in reversed(_signs(answer)):
        down = _place(mark.at[0], first.values)
        right = _place(mark.at[1], second.values)
        if down is not None and right is not None:
            cells[down][right * across] = sign
    ends = {0: number(float(first.values[0])), len(cells) - 1: number(float(first.values[-1]))}
    margin = max(map(len, ends.values()))
    lines = [f"{ends.get(i, ''):>{margin}} |{''.join(row)}|" for i, row in enumerate(cells)]
    left, right_end = number(float(second.values[0])), number(float(second.values[-1]))
    width = len(cells[0])
    lines.append(f"{'':>{margin}}  {left}{right_end:>{max(1, width - len(left))}}")
    return [f"down: {first.name}", f"to the right: {second.name}", *lines]


def _shades(losses: NDArray[np.float64]) -> NDArray[np.str_]:
    """Return a character for each loss, evenly dark in the logarithm of how far it lies above the lowest."""
    finite = np.where(np.isfinite(losses), losses, np.nan)
    low, high = float(np.nanmin(finite)), float(np.nanmax(finite))
    above = np.log1p(100 * (finite - low) / (high - low)) / np.log(101) if high > low else np.zeros_like(losses)
    # What is not finite is as dark as can be.
    level = np.rint(np.where(np.isnan(above), 1.0, above) * (len(_SHADES) - 1)).astype(int)
    shades: NDArray[np.str_] = np.array(list(_SHADES))[level]
    return shades


def _place(value: float, values: NDArray[np.float64]) -> int | None:
    low, high = float(values[0]), float(values[-1])
    return round((value - low) / (high - low) * (len(values) - 1)) if low <= value <= high and high > low else None

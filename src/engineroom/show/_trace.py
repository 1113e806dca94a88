"""The whole path of one weight, drawn."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from engineroom.lens import Path, Trace
from engineroom.show._numbers import count, number
from engineroom.show._plot import curve

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["show_trace"]

_WIDEST = 120
_TALLEST = 14


def show_trace(console: Console, trace: Trace) -> None:
    """Print each weight's path as a curve, with where it began, turned and ended."""
    for place, path in enumerate(trace.paths):
        if place:
            console.print()
        console.print(f"{path.name} over {count(len(trace.values) - 1, 'step')}", style="er.title")
        if path.words:
            for line in textwrap.wrap(path.words, min(console.width, 80) - 2):
                console.print(f"  {line}", soft_wrap=True)
        console.print()
        lines = curve(
            trace.values[:, place],
            width=min(console.width, _WIDEST),
            height=_TALLEST,
            ascii_only=not console.encoding.startswith("utf"),
        )
        for line in lines:
            console.print(line, style="er.line", soft_wrap=True)
        console.print()
        for words, value, where in _landmarks(path, len(trace.values) - 1):
            console.print(f"  {words:<14}{value:>12}   {where}", soft_wrap=True)


def _landmarks(path: Path, steps: int) -> list[tuple[str, str, str]]:
    marks = [
        (words, number(value, 6), f"in state {state:,}")
        for words, value, state in (
            ("start", path.start, 0),
            ("lowest", path.lowest, path.lowest_at),
            ("highest", path.highest, path.highest_at),
            ("end", path.end, steps),
        )
    ]
    if path.largest_step:
        sign = "+" if path.largest_move > 0 else ""
        marks.append(("largest move", sign + number(path.largest_move, 6), f"in step {path.largest_step:,}"))
    return marks

"""The whole path of one weight, drawn."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from rich.console import Console

from engineroom.show._numbers import count, number
from engineroom.show._plot import curve

__all__ = ["show_trace"]

_WIDEST = 120
_TALLEST = 14


def show_trace(console: Console, name: str, path: NDArray[np.floating]) -> None:
    """Print the path of the weight `name`: `path[t]` is its value after t updates."""
    values = np.asarray(path, dtype=np.float64)
    console.print(f"{name} over {count(len(values) - 1, 'step')}", style="er.title")
    console.print()
    lines = curve(
        values,
        width=min(console.width, _WIDEST),
        height=_TALLEST,
        ascii_only=not console.encoding.startswith("utf"),
    )
    for line in lines:
        console.print(line, style="er.line", soft_wrap=True)
    console.print()
    for words, step in _landmarks(values):
        console.print(f"  {words:<9}{number(values[step], 6):>12}   step {step:,}")


def _landmarks(values: NDArray[np.float64]) -> list[tuple[str, int]]:
    marks = [("start", 0)]
    if np.isfinite(values).any():
        marks += [("lowest", int(np.nanargmin(values))), ("highest", int(np.nanargmax(values)))]
    return [*marks, ("end", len(values) - 1)]

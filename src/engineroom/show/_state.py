"""The network after some step: an overview of its parameters, or the numbers of one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from engineroom.lens import ParameterSummary
from engineroom.show._numbers import number
from engineroom.show._plot import spark
from engineroom.show._table import make_table

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["show_matrix", "show_state"]


def show_state(console: Console, title: str, summaries: Sequence[ParameterSummary]) -> None:
    """Print one line for each parameter: its shape, its spread and how its elements are distributed."""
    from rich.text import Text

    console.print(title, style="er.title")
    console.print()
    table = make_table()
    table.add_column("parameter", style="er.name", no_wrap=True)
    for head in ("shape", "mean", "std", "min", "max"):
        table.add_column(head, justify="right", no_wrap=True)
    table.add_column("distribution", no_wrap=True)
    plain = not console.encoding.startswith("utf")
    for s in summaries:
        shape = "x".join(map(str, s.shape))
        enough = sum(s.histogram) >= len(s.histogram)
        drawn = Text(spark(s.histogram, len(s.histogram), ascii_only=plain) if enough else "", style="er.line")
        if s.nonfinite:
            drawn = Text(f"{s.nonfinite:,} not finite", style="er.bad")
        numbers = (number(value, 3) for value in (s.mean, s.std, s.smallest, s.largest))
        table.add_row(s.name, shape, *numbers, drawn)
    console.print(table)


def show_matrix(
    console: Console, title: str, values: NDArray[Any], rows: Sequence[str], columns: Sequence[str]
) -> None:
    """Print the numbers of a vector or matrix, as many columns as fit and the middle rows left out beyond 40."""
    console.print(title, style="er.title")
    console.print()
    matrix = np.atleast_2d(values)
    # A long name is folded, so that the numbers beside it are whole.
    widest = min(max(map(len, rows), default=0), max(16, console.width - 2 - 4 * 12))
    fitting = max(1, (console.width - widest - 2) // 12)
    shown_columns = range(min(fitting, matrix.shape[1]))
    shown_rows = [*range(min(20, len(matrix))), *range(max(20, len(matrix) - 20), len(matrix))]
    table = make_table()
    table.add_column("", style="er.name", max_width=widest, overflow="fold")
    for c in shown_columns:
        table.add_column(columns[c], justify="right", min_width=10, overflow="fold")
    for place, r in enumerate(shown_rows):
        if place and r != shown_rows[place - 1] + 1:
            table.add_row("...")
        table.add_row(rows[r], *(number(float(matrix[r, c])) for c in shown_columns))
    console.print(table)
    if len(shown_columns) < matrix.shape[1]:
        left = matrix.shape[1] - len(shown_columns)
        console.print(f"{left:,} more columns do not fit here; --json gives all numbers, exactly", style="er.quiet")

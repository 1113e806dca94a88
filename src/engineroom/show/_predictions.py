"""Predictions, a row each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from engineroom.data import Target
from engineroom.show._numbers import count
from engineroom.show._table import make_table

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["show_predictions"]

_MOST = 20


def show_predictions(
    console: Console,
    target: Target,
    rows: Sequence[Sequence[Any]],
    certain: Any,
    identifier: str = "",
    called: Sequence[str] = (),
) -> None:
    """Print the first predictions: a class with its probability, or a number in the target's unit.

    Parameters
    ----------
    identifier, called : the column that names the rows, and its cells, if there is one.
    """
    table = make_table()
    table.add_column("row", justify="right", style="er.quiet")
    if identifier:
        table.add_column(identifier)
    for name in target.names:
        table.add_column(name, justify="right" if certain is None else "left")
    if certain is not None:
        table.add_column("probability", justify="right")
    shown = rows[:_MOST]
    texts = target.texts(np.array(shown)) if certain is None else [list(map(str, row)) for row in shown]
    for number, cells in enumerate(texts):
        table.add_row(
            str(number),
            *called[number : number + 1],
            *cells,
            *([f"{100 * certain[number]:.1f} %"] if certain is not None else []),
        )
    console.print(table)
    if len(rows) > _MOST:
        left = count(len(rows) - _MOST, "more row")
        console.print(f"{left}; --output FILE writes them all", style="er.quiet")

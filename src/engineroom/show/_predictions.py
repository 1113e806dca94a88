"""Predictions, a row each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from engineroom.data import Target
from engineroom.lens import percent
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
    truths: Sequence[Sequence[Any]] = (),
) -> None:
    """Print the first predictions: a class with its probability, or a number in the target's unit.

    Parameters
    ----------
    identifier, called : the column that names the rows, and its cells, if there is one.
    truths : each row's true values, None where it has none; empty where no row has one.
    """
    table = make_table()
    table.add_column("row", justify="right", style="er.quiet")
    if identifier:
        table.add_column(identifier)
    for name in target.names:
        table.add_column(f"predicted {name}" if truths else name, justify="right" if certain is None else "left")
    if certain is not None:
        table.add_column("probability", justify="right")
    for name in target.names if truths else ():
        table.add_column(f"true {name}", justify="right" if certain is None else "left")
    shown = rows[:_MOST]
    true = [row for row in truths[:_MOST] if None not in row]
    # Both are written alike, so that they can be compared.
    both = [*shown, *true]
    written = target.texts(np.array(both)) if certain is None else [list(map(str, row)) for row in both]
    texts, beside = written[: len(shown)], iter(written[len(shown) :])
    for number, cells in enumerate(texts):
        table.add_row(
            str(number),
            *called[number : number + 1],
            *cells,
            *([percent(float(certain[number]))] if certain is not None else []),
            *(next(beside) if truths and None not in truths[number] else ()),
        )
    console.print(table)
    if len(rows) > _MOST:
        left = count(len(rows) - _MOST, "more row")
        console.print(f"{left}; --output FILE writes them all", style="er.quiet")

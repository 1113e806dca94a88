"""Cells that cannot be read, gathered from all columns so that one sentence names several of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Unread", "place_of_row", "unread_text"]

_MOST = 5


@dataclass(frozen=True)
class Unread:
    """The cells of one column that cannot be read.

    Attributes
    ----------
    column : its name.
    cells : the row of each, from 0, and its text.
    wrong : what is wrong with them, in words that follow on theirs.
    """

    column: str
    cells: tuple[tuple[int, str], ...]
    wrong: str


def place_of_row(row: int, lines: NDArray[np.int64] | None) -> str:
    """Return `row 3`, or `row 3 (line 5)` where the lines of the file are known."""
    return f"row {row}" if lines is None else f"row {row} (line {lines[row]})"


def unread_text(columns: Sequence[Unread], lines: NDArray[np.int64] | None = None) -> str:
    """Return one sentence that names the first cells, and how many more there are.

    Parameters
    ----------
    columns : what cannot be read, a column each.
    lines : the line of each row in its file, where it is known.

    Examples
    --------
    >>> unread_text([Unread("size", ((0, "big"), (2, "huge")), "where a number is expected")])
    "column 'size' has 'big' in row 0 and 'huge' in row 2, where a number is expected; correct or empty these cells"
    """
    told, room = [], _MOST
    for column in columns:
        cells = [f"{text!r} in {place_of_row(row, lines)}" for row, text in column.cells[:room]]
        if cells:
            told.append(f"column {column.column!r} has {_listed(cells)}, {column.wrong}")
        room -= len(cells)
    total = sum(len(column.cells) for column in columns)
    left = total - (_MOST - room)
    more = [f"{left:,} more {'cell' if left == 1 else 'cells'} cannot be read"] * bool(left)
    return "; ".join([*told, *more, f"correct or empty {'the cell' if total == 1 else 'these cells'}"])


def _listed(parts: Iterable[str]) -> str:
    *first, last = parts
    return f"{', '.join(first)} and {last}" if first else last

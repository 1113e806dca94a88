"""Lines or columns of cells become a table: the header is found, lines made equally long, names made different."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from engineroom.data._cells import cells_of
from engineroom.data._numbers import NumberFormat
from engineroom.data._raw import Table
from engineroom.data._words import is_missing
from engineroom.errors import DataError

__all__ = ["table_from_columns", "table_from_grid", "unique_names"]


def table_from_grid(lines: Sequence[Sequence[Any]], source: str, numbers: Sequence[int] | None = None) -> Table:
    """Return the table that lines of cells hold.

    Lines without any content are skipped; so are lines before the header that fill one cell only where most lines fill
    more. The first line left is the header, unless all its cells are numbers.

    Parameters
    ----------
    lines : cells of any type; None and "" are empty.
    source : the file's name, for messages.
    numbers : the number of each line in the file, where cells reach over several; None is from 1 on.
    """
    numbered = zip(numbers or range(1, len(lines) + 1), lines, strict=True)
    filled = [(number, line) for number, line in numbered if any(not _empty(cell) for cell in line)]
    if not filled:
        raise DataError(f"{source} is empty; give a table with a header line and at least one row")
    notes: list[str] = []
    usual = Counter(len(_trimmed(line)) for _, line in filled[:200]).most_common(1)[0][0]
    skipped = 0
    while len(filled) > 1 and usual > 1 and sum(not _empty(cell) for cell in filled[0][1]) == 1:
        filled = filled[1:]
        skipped += 1
    if skipped:
        notes.append(f"{skipped} title {'line' if skipped == 1 else 'lines'} above the header skipped")
    header: Sequence[Any] = _trimmed(filled[0][1])
    if all(_is_number(cell) for cell in header):
        notes.append(
            "the first line holds only numbers, so it is a row and the columns are named column1, column2, ..."
        )
        header, body = [None] * max(usual, len(header)), filled
    else:
        body = filled[1:]
        # A column at the end may lack a name like any other, if the header has a cell for it.
        header = filled[0][1][: max([len(header), *(len(_trimmed(line)) for _, line in body)])]
    if not body:
        raise DataError(f"{source} has a header but no rows; give at least one row")
    width = len(header)
    short = 0
    rows: list[Sequence[Any]] = []
    for number, line in body:
        if len(line) == width:
            rows.append(line)
            continue
        cells = _trimmed(line)
        if len(cells) > width:
            raise DataError(
                f"{source} has {len(cells)} cells in line {number} where the header has {width}; "
                "check that line's separators and quotes"
            )
        short += len(line) < width
        rows.append([*cells, *[None] * (width - len(cells))])
    if short:
        notes.append(f"{short:,} {'line is' if short == 1 else 'lines are'} shorter than the header; the rest is empty")
    names, renamed = unique_names(header)
    cells = [cells_of(column) for column in zip(*rows, strict=True)]
    return Table(
        names,
        tuple(each.column for each in cells),
        (*notes, *renamed),
        lines=np.array([number for number, _ in body], dtype=np.int64),
        units={name: each.unit for name, each in zip(names, cells, strict=True) if each.unit},
    )


def table_from_columns(columns: Iterable[tuple[Any, Iterable[Any]]], source: str) -> Table:
    """Return a table of named columns, arrays or values of any type.

    DataError when there are none or their lengths differ.
    """
    pairs = [(name, cells_of(values)) for name, values in columns]
    if not pairs or len(pairs[0][1].column) == 0:
        raise DataError(f"{source} is empty; give a table with at least one column and one row")
    lengths = {len(cells.column) for _, cells in pairs}
    if len(lengths) > 1:
        shown = ", ".join(f"{name!r} has {len(cells.column):,}" for name, cells in pairs[:6])
        raise DataError(f"{source} has columns of different lengths ({shown} rows); give each the same number of rows")
    names, notes = unique_names([name for name, _ in pairs])
    units = {name: cells.unit for name, (_, cells) in zip(names, pairs, strict=True) if cells.unit}
    return Table(names, tuple(cells.column for _, cells in pairs), notes, units=units)


def unique_names(header: Sequence[Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return column names, an empty one as `column3`, a repeated one as `name_2`; and notes on the repeated ones."""
    names: list[str] = []
    notes: list[str] = []
    for place, cell in enumerate(header, 1):
        wanted = f"column{place}" if _empty(cell) else " ".join(str(cell).split())
        name, number = wanted, 1
        while name in names:
            number += 1
            name = f"{wanted}_{number}"
        if number > 1:
            notes.append(f"column {wanted!r} comes more than once; its repetition in place {place} is called {name!r}")
        names.append(name)
    return tuple(names), tuple(notes)


def _empty(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _trimmed(line: Sequence[Any]) -> Sequence[Any]:
    """Return a line without the empty cells at its end, which spreadsheets like to append."""
    end = len(line)
    while end and _empty(line[end - 1]):
        end -= 1
    return line[:end]


def _is_number(cell: Any) -> bool:
    if isinstance(cell, (int, float)):
        return True
    return isinstance(cell, str) and not is_missing(cell) and not math.isnan(NumberFormat().parse(cell.strip()))

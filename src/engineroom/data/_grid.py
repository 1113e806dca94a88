"""Lines of cells become a table: the header is found, lines made equally long, values of one type gathered."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import numpy as np

from engineroom.data._numbers import NumberFormat
from engineroom.data._raw import Column, Table
from engineroom.data._words import is_missing
from engineroom.errors import DataError

__all__ = ["column_of", "table_from_columns", "table_from_grid", "unique_names"]

_EXACT = 2**53  # whole numbers beyond this lose digits as float64, so they stay text


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
    return Table(
        names,
        tuple(column_of(column) for column in zip(*rows, strict=True)),
        (*notes, *renamed),
        lines=np.array([number for number, _ in body], dtype=np.int64),
    )


def table_from_columns(columns: Iterable[tuple[Any, Column]], source: str) -> Table:
    """Return a table of named columns; DataError when there are none or their lengths differ."""
    pairs = list(columns)
    if not pairs or len(pairs[0][1]) == 0:
        raise DataError(f"{source} is empty; give a table with at least one column and one row")
    lengths = {len(column) for _, column in pairs}
    if len(lengths) > 1:
        shown = ", ".join(f"{name!r} has {len(column):,}" for name, column in pairs[:6])
        raise DataError(f"{source} has columns of different lengths ({shown} rows); give each the same number of rows")
    names, notes = unique_names([name for name, _ in pairs])
    return Table(names, tuple(column for _, column in pairs), notes)


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


def column_of(values: Iterable[Any]) -> Column:
    """Return values as float64 numbers when all of them are numbers, else as texts."""
    cells = list(values)
    kinds = set(map(type, cells)) - {type(None)}
    if kinds and kinds <= {int, float} and not any(type(v) is int and abs(v) > _EXACT for v in cells):
        return np.array([math.nan if v is None else v for v in cells], dtype=np.float64)
    return cells if kinds <= {str} else [_text(v) for v in cells]


def _text(value: Any) -> str | None:
    """One value as text, in the form that the readers of numbers and dates know."""
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (float, Decimal)):
        number = math.nan if isinstance(value, Decimal) and value.is_nan() else float(value)
        return None if math.isnan(number) else str(int(number)) if number.is_integer() else repr(number)
    if isinstance(value, datetime):
        if value != value:
            return None
        at_midnight = value.time() == time() and value.tzinfo is None
        return value.date().isoformat() if at_midnight else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return repr(value / timedelta(days=1))
    if isinstance(value, int) and value.bit_length() > 1024:
        return "inf" if value > 0 else "-inf"  # no float64, and Python refuses to write thousands of digits
    if isinstance(value, (bytes, bytearray)):
        return value.decode("utf-8", "backslashreplace")
    return None if str(value) in ("<NA>", "NaT") else str(value)


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

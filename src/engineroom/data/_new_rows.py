"""What is worth telling of rows that a network is to predict from, beside their prepared values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engineroom.data._dataset import Dataset
from engineroom.data._dates import date_text
from engineroom.data._encoders import BooleanEncoder, CategoryEncoder, DateEncoder, Encoder, NumberEncoder, texts_of
from engineroom.data._judge import total_rows
from engineroom.data._names import columns_for
from engineroom.data._numbers import amount_text
from engineroom.data._raw import Column, Table
from engineroom.data._schema import Feature
from engineroom.data._source import Source, as_table
from engineroom.data._words import TOTALS

__all__ = ["FarOutside", "Filled", "NewRows", "new_rows", "without_totals"]


@dataclass(frozen=True)
class Filled:
    """A column with empty cells.

    Attributes
    ----------
    column : its name.
    rows : how many of its cells are empty.
    value : what they were filled with, as text.
    rule : how that was chosen.
    seen : whether training had an empty cell in this column; None where its rows are not known.
    """

    column: str
    rows: int
    value: str
    rule: str
    seen: bool | None

    def __str__(self) -> str:
        told = f"{self.column!r} was filled with {self.value}, {self.rule}, in {_count(self.rows)}"
        if self.seen is not False:
            return f"{told}."
        return f"{told}; training had no empty cell there, so the network never learned what one means."


@dataclass(frozen=True)
class FarOutside:
    """A column with values beyond the range of training by more than its width.

    Attributes
    ----------
    column : its name.
    rows : how many of its values lie there.
    row, line : the first of them, and its line in the file; None where that is not known.
    cell : its cell.
    value, low, high : what it was read as, and the range of training, as text.
    habit : the decimal sign of training, where the cell has the other; else empty.
    """

    column: str
    rows: int
    row: int
    line: int | None
    cell: str
    value: str
    low: str
    high: str
    habit: str = ""

    def __str__(self) -> str:
        place = f"row {self.row}" + (f" (line {self.line})" if self.line is not None else "")
        return (
            f"{_count(self.rows)} {'lies' if self.rows == 1 else 'lie'} far outside of what training saw in "
            f"{self.column!r}, {self.low} to {self.high}: {place} has {self.cell!r}, read as {self.value}"
            f"{f', for training had a decimal {self.habit}' if self.habit else ''}. "
            "What a network says there is a guess; check how the cell is written."
        )


@dataclass(frozen=True)
class NewRows:
    """Rows to predict from.

    Attributes
    ----------
    incomplete : how many of them have an empty cell in a column that the network uses.
    identifier : the column whose cells name the rows, one that training left out and of which no two are alike.
    names : its cells; empty where there is no such column.
    filled : the columns with empty cells.
    outside : the columns with values far from those of training.
    remarks : what was noticed while the table was read of a column that the network uses, a sentence each.
    """

    incomplete: int = 0
    identifier: str = ""
    names: tuple[str, ...] = ()
    filled: tuple[Filled, ...] = ()
    outside: tuple[FarOutside, ...] = ()
    remarks: tuple[str, ...] = ()


def new_rows(dataset: Dataset, source: Source, x: NDArray[Any]) -> NewRows:
    """Return what is to be told of rows to predict from.

    Parameters
    ----------
    dataset : what the network was trained on.
    source : the rows, with all columns that the network uses.
    x : the same rows, prepared.

    Examples
    --------
    >>> from engineroom.data import from_table, prepare_inputs
    >>> data = from_table({"id": ["a", "b", "c"], "size": [1, 2, 3], "price": [2.5, 4.5, 6.5]}, target="price").dataset
    >>> new = {"id": ["x", "y"], "size": [80, None]}
    >>> told = new_rows(data, new, prepare_inputs(data, new))
    >>> told.incomplete, told.identifier, told.names
    (1, 'id', ('x', 'y'))
    >>> print(*told.filled, *told.outside, sep=chr(10))
    'size' was filled with 2, its median in training, in 1 row; training had no empty cell there, so the network never learned what one means.
    1 row lies far outside of what training saw in 'size', 1 to 3: row 0 has '80', read as 80. What a network says there is a guess; check how the cell is written.
    """  # noqa: E501
    table = as_table(source).cleaned()
    preparation = dataset.preparation
    if preparation is None:
        names = columns_for(dataset.columns, table.names, "the table")
        return NewRows(outside=_outside(dataset, table, x, names), remarks=_remarks(table, names))
    empty = np.zeros(table.rows, bool)
    filled: list[Filled] = []
    for column in preparation.columns:
        holes = _empty(table[column.name])
        empty |= holes
        if holes.any():
            value, rule = _fill(column)
            filled.append(Filled(column.name, int(holes.sum()), value, rule, _seen(dataset, column)))
    outside = _outside(dataset, table, x, [feature.source for feature in preparation.features])
    identifier, cells = _names(table, preparation.dropped)
    used = [column.name for column in preparation.columns]
    return NewRows(int(empty.sum()), identifier, cells, tuple(filled), outside, _remarks(table, used))


def _remarks(table: Table, used: Sequence[str]) -> tuple[str, ...]:
    return tuple(f"Column {name!r}: {remark}." for name, remark in table.remarks.items() if name in used)


def without_totals(dataset: Dataset, source: Source) -> tuple[Source, NDArray[np.int64]]:
    """Return a table without the totals at its end, which training leaves out too, and which rows these were.

    Nothing is left out for a network that was trained on arrays, nor by a word that is a category or class of training.

    Examples
    --------
    >>> from engineroom.data import from_table
    >>> data = from_table({"town": ["Ulm", "Bonn", "Ulm"], "pay": [1.5, 2.5, 1.0]}, target="pay").dataset
    >>> rest, totals = without_totals(data, {"town": ["Ulm", "Bonn", "Total"], "pay": [3.0, 4.0, 7.0]})
    >>> rest.rows, totals.tolist()
    (2, [2])
    """
    none: NDArray[np.int64] = np.empty(0, np.int64)
    if dataset.preparation is None:
        return source, none
    table = as_table(source)
    known = {c.name: c.categories for c in dataset.preparation.columns if isinstance(c, CategoryEncoder)}
    known[dataset.target.names[0]] = tuple(map(str, dataset.target.classes))
    asked = [n for n in table.names if not TOTALS.intersection(word.lower() for word in known.get(n, ()))]
    totals = total_rows(Table(tuple(asked), tuple(table[name] for name in asked)).cleaned()) if asked else none
    return (table.take(np.setdiff1d(np.arange(table.rows), totals)), totals) if len(totals) else (source, none)


def _names(table: Table, dropped: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """Return the column that names the rows, and its cells."""
    for name in dropped:
        if name in table and not _empty(table[name]).any():
            cells = tuple(str(text) for text in texts_of(table[name]))
            if len(set(cells)) == len(cells):
                return name, cells
    return "", ()


def _fill(column: Encoder) -> tuple[str, str]:
    if isinstance(column, NumberEncoder):
        return amount_text(column.fill, column.unit, column.features[0].deviation), "its median in training"
    if isinstance(column, DateEncoder):
        return date_text(column.fill), "its median in training"
    if isinstance(column, BooleanEncoder):
        return repr(column.yes if column.fill else column.no), "its commonest value in training"
    return repr(column.fill), "its commonest value in training"


def _seen(dataset: Dataset, column: Encoder) -> bool | None:
    """Whether a training row had no value in this column."""
    if column.flagged:
        return True
    if dataset.raw_table is None or column.name not in dataset.raw_table:
        return None
    cells = dataset.raw_table[column.name]
    if isinstance(column, (NumberEncoder, DateEncoder)):
        holes = np.isnan(column.read(cells, strict=False))
    else:
        holes = np.array([text is None for text in texts_of(cells)], bool)
    return bool(holes[dataset.training].any())


def _outside(dataset: Dataset, table: Table, x: NDArray[Any], names: Sequence[str]) -> tuple[FarOutside, ...]:
    if not dataset.has_rows or not len(dataset.training):
        return ()
    lows, highs = dataset.training_x.min(axis=0), dataset.training_x.max(axis=0)
    found: list[FarOutside] = []
    for place, feature in enumerate(dataset.features):
        if feature.kind not in ("number", "date"):
            continue
        low, high = float(lows[place]), float(highs[place])
        # Prepared values are raw ones moved and scaled, which keeps what lies beyond by more than the width.
        values = x[:, place].astype(np.float64)
        far = np.flatnonzero((values < low - (high - low)) | (values > high + (high - low)))
        if len(far):
            row = int(far[0])
            column = table[names[place]]
            cell = texts_of(column)[row] or ""
            value, least, most = (_written(feature, number) for number in (float(values[row]), low, high))
            line = None if table.lines is None else int(table.lines[row])
            habit = _habit(dataset, names[place], cell)
            found.append(FarOutside(names[place], len(far), row, line, cell, value, least, most, habit))
    return tuple(found)


def _habit(dataset: Dataset, name: str, cell: str) -> str:
    """Return the decimal sign of a column of text if a cell has the other one."""
    columns = () if dataset.preparation is None else dataset.preparation.columns
    decimal = next((c.decimal for c in columns if c.name == name and isinstance(c, NumberEncoder)), "")
    if decimal == "," and "." in cell:
        return "comma"
    return "point" if decimal == "." and "," in cell else ""


def _written(feature: Feature, prepared: float) -> str:
    raw = float(f"{prepared * feature.scale + feature.mean:.7g}")
    if abs(raw) < 1e-6 * feature.scale:
        raw = 0.0  # what float32 leaves of a zero
    if feature.kind == "date":
        return date_text(round(raw))
    return amount_text(raw, feature.unit, feature.deviation)


def _empty(column: Column) -> NDArray[np.bool_]:
    if isinstance(column, np.ndarray):
        return np.isnan(column)
    return np.array([text is None for text in column], bool)


def _count(rows: int) -> str:
    return f"{rows:,} {'row' if rows == 1 else 'rows'}"

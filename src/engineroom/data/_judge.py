"""What a column is: numbers, dates, yes or no, categories, or nothing to learn from."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engineroom.data._dates import DATE_ORDERS, DateFormat, DateGuess, DateOrder, guess_dates
from engineroom.data._decimal_signs import guess_columns
from engineroom.data._encoders import cell_text, texts_of
from engineroom.data._numbers import Decimal, NumberFormat, NumberGuess
from engineroom.data._raw import Column, Table, is_number_column
from engineroom.data._words import TOTALS, YES_NO
from engineroom.errors import DataError

__all__ = [
    "MAX_CATEGORIES",
    "SAME_AS_FLOAT",
    "ColumnChoice",
    "ColumnKind",
    "Reading",
    "drop_reason",
    "read_columns",
    "rows_without_totals",
    "total_rows",
]

ColumnKind: TypeAlias = Literal["number", "date", "boolean", "category", "drop"]

ColumnChoice: TypeAlias = Literal[
    "number", "decimal-comma", "decimal-point", "date", "dmy", "mdy", "ymd", "boolean", "category", "drop"
]
"""What a column may be asked to be read as: a kind, numbers with this decimal sign, or dates in this order of parts."""

_DECIMALS: dict[str, Decimal] = {"decimal-comma": ",", "decimal-point": "."}

MAX_CATEGORIES = 32
"""A column of more different texts keeps the commonest and lets the others share one category."""

SAME_AS_FLOAT = "the same in float64"
"""Why a column of whole numbers is left out that differ in digits only that float64 does not hold."""

_FEW_ROWS = 5  # below this many rows all texts may well differ without naming the row
_IDENTIFIER = re.compile(
    r"(?:^|[\s_.\-])(?:id|ids|uuid|guid|index|idx|rowid|rownum|row|nr|no|key)\.?$|^unnamed: \d+$|^#$"
)
_DATE_NAME = re.compile(r"date|datum|day|tag|fecha|jour", re.IGNORECASE)


@dataclass(frozen=True, eq=False)
class Reading:
    """A column and what it was taken for; its texts are stripped, None for an empty cell."""

    name: str
    column: Column
    kind: ColumnKind
    asked: bool = False
    number: NumberGuess | None = None
    date: DateGuess | None = None

    @cached_property
    def texts(self) -> list[str | None]:
        """The cells as text, None for an empty one."""
        return texts_of(self.column) if isinstance(self.column, np.ndarray) else self.column

    @cached_property
    def numbers(self) -> NDArray[np.float64]:
        """The cells of a number column, NaN for an empty one."""
        if isinstance(self.column, np.ndarray):
            return np.where(np.isfinite(self.column), self.column, np.nan)
        return NumberFormat().parse_all(self.texts) if self.number is None else self.number.parse_all(self.texts)

    @cached_property
    def days(self) -> NDArray[np.float64]:
        """The cells of a date column as days since 1970-01-01, NaN for an empty one."""
        return DateFormat("year-month-day" if self.date is None else self.date.format.order).parse_all(self.texts)

    @property
    def values(self) -> NDArray[np.float64]:
        """The cells of a column of numbers or dates, NaN for an empty one."""
        return self.days if self.kind == "date" else self.numbers

    @property
    def given(self) -> NDArray[np.bool_]:
        """Which cells are not empty, and are what the column was taken for."""
        if self.kind in ("number", "date"):
            return ~np.isnan(self.values)
        return np.array([text is not None for text in self.texts], dtype=bool)

    @property
    def missing(self) -> int:
        """How many cells are not given."""
        return int((~self.given).sum())

    @cached_property
    def counts(self) -> Counter[str]:
        """How often each text comes."""
        return Counter(text for text in self.texts if text is not None)

    @property
    def example(self) -> str:
        """The first cell that is not empty, as it stands in the source."""
        if isinstance(self.column, np.ndarray):
            given = self.column[np.isfinite(self.column)]
            return (cell_text(float(given[0])) or "") if len(given) else ""
        return next((text for text in self.column if text is not None), "")

    @property
    def strays(self) -> tuple[str, ...]:
        """Cells that do not fit what the column was taken for, and count as empty."""
        if self.kind == "number" and self.number is not None:
            return self.number.strays
        return self.date.strays if self.kind == "date" and self.date is not None else ()

    @property
    def rounded(self) -> tuple[str, ...]:
        """Whole numbers among its cells that lose digits where the column is taken for numbers."""
        return () if self.number is None else self.number.rounded

    def take(self, rows: NDArray[np.int64]) -> Reading:
        """Return the reading with these rows only."""
        column = Table((self.name,), (self.column,)).take(rows).columns[0]
        return self if column is self.column else replace(self, column=column)


def read_columns(table: Table, asked: Mapping[str, ColumnChoice]) -> list[Reading]:
    """Return what each column of a cleaned table is (`Table.cleaned`); `asked` overrides it by name."""
    texts = {
        name: column
        for name, column in zip(table.names, table.columns, strict=True)
        if not isinstance(column, np.ndarray)
    }
    signs = {name: _DECIMALS[kind] for name, kind in asked.items() if kind in _DECIMALS}
    insist = [name for name, kind in asked.items() if kind == "number"]
    guesses = guess_columns(texts, insist, signs, table.separator)
    # Where the comma is the decimal sign, the day is written before the month.
    commas = {g.format.decimal for g in guesses.values() if g is not None and g.certain} == {","}
    usual: DateOrder = "day-month-year" if commas else "month-day-year"
    return [
        _reading(name, column, guesses.get(name) or _typed(table.units.get(name)), asked.get(name), usual)
        for name, column in zip(table.names, table.columns, strict=True)
    ]


def _typed(unit: str | None) -> NumberGuess | None:
    """Return how numbers with a unit of their type are read; None where their type has none."""
    return None if unit is None else NumberGuess(NumberFormat(unit=unit), certain=True, values={})


def _reading(
    name: str, column: Column, number: NumberGuess | None, asked: ColumnChoice | None, usual: DateOrder
) -> Reading:
    if asked == "number" or asked == "decimal-comma" or asked == "decimal-point":
        if number is None and not is_number_column(column):
            raise DataError(
                f"column {name!r} is asked to be numbers, but none of its cells is one; drop it or read it as category"
            )
        return Reading(name, column, "number", asked=True, number=number)
    if asked == "date" or asked == "dmy" or asked == "mdy" or asked == "ymd":
        date = guess_dates(texts_of(column), insist=True, order=DATE_ORDERS.get(asked), usual=usual)
        if date is None:
            raise DataError(f"column {name!r} is asked to be dates, but none of its cells is one; read it as category")
        return Reading(name, column, "date", asked=True, date=date)
    if asked is not None:
        return Reading(name, column, asked, asked=True, number=number)
    if isinstance(column, np.ndarray):
        return Reading(name, column, "number", number=number)
    compact = _DATE_NAME.search(name) is not None
    if number is None or compact:
        date = guess_dates(column, compact=compact, usual=usual)
        if date is not None:
            return Reading(name, column, "date", date=date)
    if number is not None:
        return Reading(name, column, "number", number=number)
    words = {text.lower() for text in column if text is not None}
    kind: ColumnKind = "boolean" if any(words == set(pair) for pair in YES_NO) else "category"
    return Reading(name, column, kind)


def drop_reason(reading: Reading) -> str:
    """Return why a column has nothing to learn from, or an empty string."""
    if reading.kind == "drop":
        return "as asked"
    rows = len(reading.column)
    if reading.kind in ("number", "date"):
        values = reading.values[~np.isnan(reading.values)]
        given, distinct = len(values), len(np.unique(values))
    else:
        values = np.empty(0)
        given, distinct = reading.counts.total(), len(reading.counts)
    if given == 0:
        return "empty"
    if reading.asked:
        return ""
    told_apart = max(distinct, len(reading.counts)) if reading.rounded else distinct
    if told_apart == 1 and given == rows:
        return "constant"
    plain = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", reading.name).lower()
    named_so = _IDENTIFIER.search(plain) is not None
    if reading.kind == "number":
        whole = bool((values % 1 == 0).all())
        counts_up = distinct == rows and whole and bool((np.diff(values) == 1).all()) and values[0] in (0, 1)
        nameless = re.fullmatch(r"column\d+", reading.name) is not None
        if told_apart == given and whole and (named_so or (nameless and counts_up)) and given > 2:
            return "identifier"
        if distinct == 1 and given == rows:
            return SAME_AS_FLOAT
    elif reading.kind == "category":
        if distinct == given and (named_so or given >= _FEW_ROWS):
            return "identifier"
        if distinct > MAX_CATEGORIES and distinct > given / 2:
            return "free text"
    return ""


def rows_without_totals(table: Table) -> tuple[NDArray[np.int64], int, int]:
    """Return the rows of a cleaned table without empty ones and totals at the end, and how many each of these were."""
    filled, totals = _filled_rows(table), total_rows(table)
    return np.setdiff1d(filled, totals), table.rows - len(filled), len(totals)


def total_rows(table: Table) -> NDArray[np.int64]:
    """Return which rows at the end of a cleaned table sum the rows above, as a word such as Total in them says."""
    texts = [column for column in table.columns if not isinstance(column, np.ndarray)]
    rows, totals = _filled_rows(table), 0
    while len(rows) - totals > 2 and _is_total(texts, int(rows[-1 - totals]), totals):
        totals += 1
    return rows[len(rows) - totals :]


def _filled_rows(table: Table) -> NDArray[np.int64]:
    empty_rows = list(range(table.rows))
    for column in table.columns:
        if isinstance(column, np.ndarray):
            empty_rows = [row for row in empty_rows if math.isnan(column[row])]
        else:
            empty_rows = [row for row in empty_rows if column[row] is None]
    return np.setdiff1d(np.arange(table.rows, dtype=np.int64), empty_rows)


def _is_total(texts: list[list[str | None]], row: int, below: int) -> bool:
    """Whether the first text of a row says total, and no row above says so in that column."""
    for cells in texts:
        cell = cells[row]
        if cell is not None and not cell[:1].isdigit():
            word = cell.lower().rstrip(": ")
            return (
                word in TOTALS and sum(c is not None and c.lower().rstrip(": ") in TOTALS for c in cells) <= below + 1
            )
    return False

"""How a raw column becomes columns of x: each encoder keeps what it learned, and works on new rows alone."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engineroom.data._dates import DAYS, DateFormat, DateOrder
from engineroom.data._decimal_signs import other_sign_told
from engineroom.data._numbers import Decimal, NumberFormat
from engineroom.data._raw import Column
from engineroom.data._schema import Feature
from engineroom.data._unread import Unread, unread_text
from engineroom.data._words import without_missing
from engineroom.errors import DataError

__all__ = [
    "OTHER",
    "BooleanEncoder",
    "CategoryEncoder",
    "DateEncoder",
    "Encoder",
    "NumberEncoder",
    "as_number_text",
    "cell_text",
    "encoder_from_dict",
    "texts_of",
]

OTHER = "other"
"""The category that all rare values of a column share."""


def cell_text(value: float) -> str | None:
    """Return a number as text, a whole one without its `.0`; None for NaN."""
    if math.isnan(value):
        return None
    return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)


def as_number_text(text: str | None) -> str | None:
    """Return a number written as `cell_text` writes it, so that `1` and `1.0` are one class; other text as it is."""
    value = math.nan if text is None else NumberFormat().parse(text)
    return text if math.isnan(value) else cell_text(value)


def texts_of(column: Column) -> list[str | None]:
    """Return a column as stripped texts, None for each empty cell or word for that."""
    if not isinstance(column, np.ndarray):
        return without_missing(column)
    values: list[float] = column.tolist()
    return [cell_text(value) for value in values]


class _MeasureEncoder:
    """What numbers and dates share: cells become floats, which are filled and scaled."""

    fill: float
    flagged: bool
    mean: float
    scale: float

    def read(self, column: Column, *, strict: bool = True) -> NDArray[np.float64]:
        """Return the raw values, NaN for an empty cell."""
        raise NotImplementedError

    def encode(self, column: Column, *, strict: bool = True) -> NDArray[np.float64]:
        """Return (n, features) float64."""
        return self.encode_values(self.read(column, strict=strict))

    def encode_values(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return (n, features) float64 for raw values as `read` returns them."""
        return _scaled(values, self.fill, self.mean, self.scale, self.flagged)


@dataclass(frozen=True)
class NumberEncoder(_MeasureEncoder):
    """Numbers: empty cells filled, then `(value - mean) / scale`.

    Attributes
    ----------
    name : the column.
    decimal, unit : how its text is written; see `NumberFormat`.
    fill : what stands for an empty cell.
    flagged : whether a column of 0 and 1 says which cells were empty.
    mean, scale : of the training rows; 0 and 1 when the values are taken as they are.
    """

    name: str
    decimal: Decimal = "."
    unit: str = ""
    fill: float = 0.0
    flagged: bool = False
    mean: float = 0.0
    scale: float = 1.0
    kind: ClassVar[str] = "number"

    @property
    def features(self) -> tuple[Feature, ...]:
        """The columns of x that it makes."""
        value = Feature(self.name, self.name, "number", self.mean, self.scale, unit=self.unit)
        return (value, *_flag(self.name, self.flagged))

    def read(self, column: Column, *, strict: bool = True) -> NDArray[np.float64]:
        """Return the raw numbers, NaN for an empty cell; DataError for other text unless `strict` is False."""
        if isinstance(column, np.ndarray):
            return np.where(np.isfinite(column), column, math.nan)
        values = NumberFormat(self.decimal, self.unit).parse_all(texts := without_missing(column))
        if strict:
            _refuse(self._unread(values, texts))
        return values

    def unread(self, column: Column) -> Unread | None:
        """Return the cells that are neither empty nor numbers."""
        if isinstance(column, np.ndarray):
            return None
        return self._unread(self.read(column, strict=False), without_missing(column))

    def _unread(self, values: NDArray[np.float64], texts: list[str | None]) -> Unread | None:
        rows = _rows_without(values)
        cells = (text for row in rows if (text := texts[row]) is not None)
        sign = other_sign_told(NumberFormat(self.decimal, self.unit), cells)
        return _unread(self.name, rows, texts, f"where a number{sign} is expected")


@dataclass(frozen=True)
class DateEncoder(_MeasureEncoder):
    """Dates as days since 1970-01-01, then as `NumberEncoder`."""

    name: str
    order: DateOrder = "year-month-day"
    fill: float = 0.0
    flagged: bool = False
    mean: float = 0.0
    scale: float = 1.0
    kind: ClassVar[str] = "date"

    @property
    def features(self) -> tuple[Feature, ...]:
        """The columns of x that it makes."""
        value = Feature(self.name, self.name, "date", self.mean, self.scale, unit=DAYS)
        return (value, *_flag(self.name, self.flagged))

    def read(self, column: Column, *, strict: bool = True) -> NDArray[np.float64]:
        """Return days since 1970-01-01, NaN for an empty cell; DataError for other text unless `strict` is False."""
        values = DateFormat(self.order).parse_all(texts := texts_of(column))
        if strict:
            _refuse(self._unread(values, texts))
        return values

    def unread(self, column: Column) -> Unread | None:
        """Return the cells that are neither empty nor dates."""
        return self._unread(self.read(column, strict=False), texts_of(column))

    def _unread(self, values: NDArray[np.float64], texts: list[str | None]) -> Unread | None:
        return _unread(self.name, _rows_without(values), texts, f"where a date ({self.order}) is expected")


@dataclass(frozen=True)
class BooleanEncoder:
    """Two words, 1 for `yes` and 0 for `no`, upper and lower case alike; an empty cell is the commoner one."""

    name: str
    yes: str = "yes"
    no: str = "no"
    fill: float = 0.0
    flagged: bool = False
    kind: ClassVar[str] = "boolean"

    @property
    def features(self) -> tuple[Feature, ...]:
        """The columns of x that it makes."""
        value = Feature(f"{self.name}={self.yes}", self.name, "boolean", category=self.yes)
        return (value, *_flag(self.name, self.flagged))

    def encode(self, column: Column, *, strict: bool = True) -> NDArray[np.float64]:
        """Return (n, features) float64; DataError for a third word unless `strict` is False."""
        return self.encode_texts(texts_of(column), strict=strict)

    def encode_texts(self, texts: list[str | None], *, strict: bool = True) -> NDArray[np.float64]:
        """Return (n, features) float64 for texts as `texts_of` returns them."""
        words = {self.yes.lower(): 1.0, self.no.lower(): 0.0, None: math.nan}
        values = np.array([words.get(None if t is None else t.lower(), math.inf) for t in texts])
        if strict:
            _refuse(self._unread(texts))
        values[np.isinf(values)] = math.nan
        return _scaled(values, self.fill, 0.0, 1.0, self.flagged)

    def unread(self, column: Column) -> Unread | None:
        """Return the cells that are neither empty nor one of the two words."""
        return self._unread(texts_of(column))

    def _unread(self, texts: list[str | None]) -> Unread | None:
        words = {self.yes.lower(), self.no.lower()}
        rows = [row for row, text in enumerate(texts) if text is not None and text.lower() not in words]
        return _unread(self.name, rows, texts, f"where {self.yes} or {self.no} is expected")


@dataclass(frozen=True)
class CategoryEncoder:
    """One column of 0 and 1 a category; rare ones share the column `other`; an empty cell is the commonest one."""

    name: str
    categories: tuple[str, ...] = ()
    other: bool = False
    fill: str = ""
    flagged: bool = False
    kind: ClassVar[str] = "category"

    @property
    def features(self) -> tuple[Feature, ...]:
        """The columns of x that it makes."""
        shown = (*self.categories, *((OTHER,) if self.other else ()))
        ones = tuple(Feature(f"{self.name}={c}", self.name, "category", category=c) for c in shown)
        return (*ones, *_flag(self.name, self.flagged))

    def encode(self, column: Column, *, strict: bool = True) -> NDArray[np.float64]:
        """Return (n, features) float64; DataError for an unseen category unless `strict` is False."""
        return self.encode_texts(texts_of(column), strict=strict)

    def encode_texts(self, texts: list[str | None], *, strict: bool = True) -> NDArray[np.float64]:
        """Return (n, features) float64 for texts as `texts_of` returns them."""
        place: dict[str | None, int] = {c: k for k, c in enumerate(self.categories)}
        place[None] = place.get(self.fill, len(self.categories) if self.other else -1)
        unseen = len(self.categories) if self.other else -1
        index = np.array([place.get(t, unseen) for t in texts], dtype=np.int64)
        if strict:
            _refuse(self._unread(texts))
        result = np.zeros((len(texts), len(self.features)))
        known = np.flatnonzero(index >= 0)
        result[known, index[known]] = 1.0
        if self.flagged:
            result[:, -1] = [text is None for text in texts]
        return result

    def unread(self, column: Column) -> Unread | None:
        """Return the cells with a category that is not known, where none stands for the others."""
        return self._unread(texts_of(column))

    def _unread(self, texts: list[str | None]) -> Unread | None:
        known = set(self.categories)
        rows = [] if self.other else [row for row, text in enumerate(texts) if text not in known]
        folded = {c.casefold(): c for c in self.categories}
        near = next(
            (folded[t.casefold()] for r in rows if (t := texts[r]) is not None and t.casefold() in folded), None
        )
        meant = "" if near is None else f"; did you mean {near!r}?"
        wrong = f"a category that training never saw (known are {_shown(self.categories)}{meant})"
        return _unread(self.name, rows, texts, wrong)


Encoder: TypeAlias = NumberEncoder | DateEncoder | BooleanEncoder | CategoryEncoder


def encoder_from_dict(data: Mapping[str, Any]) -> Encoder:
    """Return the encoder whose fields and `kind` are in `data`."""
    fields = {key: value for key, value in data.items() if key != "kind"}
    if data["kind"] == "category":
        fields["categories"] = tuple(fields["categories"])
        return CategoryEncoder(**fields)
    kinds: dict[str, type[NumberEncoder | DateEncoder | BooleanEncoder]] = {
        "number": NumberEncoder,
        "date": DateEncoder,
        "boolean": BooleanEncoder,
    }
    return kinds[data["kind"]](**fields)


def _flag(name: str, flagged: bool) -> tuple[Feature, ...]:
    return (Feature(f"{name} is missing", name, "missing"),) if flagged else ()


def _scaled(values: NDArray[np.float64], fill: float, mean: float, scale: float, flagged: bool) -> NDArray[np.float64]:
    """Fill, standardize, and append the flag."""
    empty = np.isnan(values)
    with np.errstate(over="ignore", under="ignore"):
        prepared = (np.where(empty, fill, values) - mean) / scale
    return np.column_stack([prepared, empty.astype(np.float64)] if flagged else [prepared])


def _rows_without(values: NDArray[np.float64]) -> list[int]:
    rows: list[int] = np.flatnonzero(np.isnan(values)).tolist()
    return rows


def _unread(name: str, rows: Iterable[int], texts: list[str | None], wrong: str) -> Unread | None:
    """Return those of these rows whose cells are not empty; None where there are none."""
    cells = tuple((row, text) for row in rows if (text := texts[row]) is not None)
    return Unread(name, cells, wrong) if cells else None


def _refuse(unread: Unread | None) -> None:
    if unread is not None:
        raise DataError(unread_text([unread]))


def _shown(names: tuple[str, ...]) -> str:
    return ", ".join(repr(n) for n in names[:12]) + (", ..." if len(names) > 12 else "")

"""Values of any type become one column: numbers, or texts in the form that the readers of numbers and dates know."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engineroom.data._numbers import EXACT
from engineroom.data._raw import Column

__all__ = ["Cells", "cells_of"]

_DAYS = "days"
"""The unit of durations, whatever unit their source counts in."""


class Cells(NamedTuple):
    """A column, and the unit of its numbers where their type has one."""

    column: Column
    unit: str = ""


def cells_of(values: Iterable[Any] | NDArray[Any]) -> Cells:
    """Return values as float64 numbers when all of them are numbers, durations as days, anything else as texts.

    None, NaN, NaT and what a mask hides are empty.

    Examples
    --------
    >>> cells_of([1, None, 2.5]).column.tolist(), cells_of(["1", 2]).column
    ([1.0, nan, 2.5], ['1', '2'])
    >>> cells_of(np.array([36, 12], "m8[h]")).column.tolist(), cells_of([timedelta(hours=36)]).unit
    ([1.5, 0.5], 'days')
    """
    if isinstance(values, np.ndarray):
        return _of_array(values)
    cells = list(values)
    # Whole numbers that float64 may round stay text, so that no digit is lost before it is known what they are.
    kinds = set(map(type, cells)) - {type(None)}
    if kinds and kinds <= {int, float, Decimal} and not any(map(_long, cells)):
        return Cells(np.array([math.nan if v is None else float(v) for v in cells], dtype=np.float64))
    if kinds and all(issubclass(kind, timedelta) for kind in kinds) and any(v is not None and v == v for v in cells):
        return Cells(np.array([_days(v) for v in cells], dtype=np.float64), _DAYS)
    return Cells(cells if kinds <= {str} else [_text(v) for v in cells])


def _of_array(array: NDArray[Any]) -> Cells:
    hidden = np.ma.getmaskarray(array) if isinstance(array, np.ma.MaskedArray) else np.zeros(len(array), dtype=bool)
    plain = np.asarray(np.ma.getdata(array))
    kind = plain.dtype.kind
    if kind == "f" or (kind in "iu" and not ((plain > EXACT) | (plain < -EXACT))[~hidden].any()):
        numbers = plain.astype(np.float64)
        numbers[hidden] = math.nan
        return Cells(numbers)
    if kind == "m" and np.datetime_data(plain.dtype)[0] not in ("Y", "M", "generic"):
        days = np.asarray(plain / np.timedelta64(1, "D"), dtype=np.float64)
        days[hidden] = math.nan
        return Cells(days, _DAYS)
    if kind == "M":
        plain = plain.astype("M8[us]")  # nanoseconds would come out as bare whole numbers
    return cells_of([None if hole else cell for cell, hole in zip(plain.tolist(), hidden.tolist(), strict=True)])


def _long(value: Any) -> bool:
    """Whether a number may lose digits as float64 that it has as a whole number, or is none that `float` takes."""
    if type(value) is Decimal:
        return value.is_snan() or (value.is_finite() and abs(value) > EXACT)
    return type(value) is int and abs(value) > EXACT


def _days(value: timedelta | None) -> float:
    return math.nan if value is None or value != value else value / timedelta(days=1)  # NaT is not itself


def _text(value: Any) -> str | None:
    """One value as text, in the form that the readers of numbers and dates know."""
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal) and value.is_finite() and value.adjusted() < 309 and value == int(value):
        return str(int(value))
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
        return None if value != value else repr(value / timedelta(days=1))
    if isinstance(value, int) and value.bit_length() > 1024:
        return "inf" if value > 0 else "-inf"  # no float64, and Python refuses to write thousands of digits
    if isinstance(value, (bytes, bytearray)):
        return value.decode("utf-8", "backslashreplace")
    return None if str(value) in ("<NA>", "NaT") else str(value)

"""Whatever holds a table becomes a `Table`: a file, a frame of pandas, Polars or Arrow, a dict of columns."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from engineroom.data._bundled import BUNDLED, bundled
from engineroom.data._files import need_standard, read_file
from engineroom.data._grid import table_from_columns
from engineroom.data._names import repeated_name
from engineroom.data._raw import Table
from engineroom.errors import DataError

__all__ = ["Source", "as_table"]

Source: TypeAlias = Any
"""A `Table`, a path or bundled name, a mapping of columns, a list of records, or a frame that Narwhals knows."""


def as_table(source: Source) -> Table:
    """Return the rows of `source` as they stand there.

    Raises
    ------
    NotFoundError : when it names a file that does not exist.
    DataError : when it is not a table, or an empty one.

    Examples
    --------
    >>> as_table({"age": [41, None], "city": ["Ulm", "Bonn"]}).row(1)
    {'age': None, 'city': 'Bonn'}
    """
    if isinstance(source, Table):
        return source
    if isinstance(source, (str, os.PathLike)):
        if isinstance(source, str) and source in BUNDLED and not Path(source).exists():
            return read_file(bundled(source))
        return read_file(source)
    if isinstance(source, Mapping):
        return table_from_columns(((key, _from_values(values)) for key, values in source.items()), "the table")
    if isinstance(source, (list, tuple)) and source and all(isinstance(record, Mapping) for record in source):
        names = dict.fromkeys(key for record in source for key in record)
        return table_from_columns(((key, [r.get(key) for r in source]) for key in names), "the table")
    if isinstance(source, (np.ndarray, list, tuple)):
        raise DataError(
            "a table needs named columns, got bare values; give X and y as two arrays, or a dict of columns"
        )
    return _from_frame(source)


def _from_values(values: Any) -> Any:
    if isinstance(values, (list, tuple)):
        return values
    array = np.asanyarray(values)  # a mask stays on
    if array.ndim != 1:
        raise DataError(f"a column of the table has shape {array.shape}; give one value a row")
    return array


def _from_frame(frame: Any) -> Table:
    narwhals: Any = need_standard("narwhals", f"reading a {type(frame).__name__}")
    if (twice := repeated_name(frame)) is not None:
        raise DataError(f"the table has two columns {twice!r}: rename one of them")
    try:
        known = narwhals.from_native(frame)
    except TypeError:
        raise DataError(
            f"{type(frame).__name__!r} is no table; give a file, a pandas, Polars or Arrow frame, or a dict of columns"
        ) from None
    if isinstance(known, narwhals.LazyFrame):
        known = known.collect()
    if not isinstance(known, narwhals.DataFrame):
        raise DataError(f"{type(frame).__name__!r} is one column, not a table; give the whole frame")
    # A name that is no text, such as 0 or a pair, would choose rows in brackets.
    columns = ((name, _from_series(known.get_column(name), narwhals)) for name in known.columns)
    return table_from_columns(columns, "the table")


def _from_series(series: Any, narwhals: Any) -> Any:
    kind = series.dtype
    wide = kind in (narwhals.Int128, narwhals.UInt128)  # NumPy has no such numbers
    if kind.is_float() or (kind.is_integer() and not wide and series.is_null().sum() == 0):
        values = series.to_numpy()
        if values.dtype.kind in "fiu":
            return np.array(values)
    nulls = series.is_null().to_list()
    return [None if hole else cell for cell, hole in zip(series.to_list(), nulls, strict=True)]

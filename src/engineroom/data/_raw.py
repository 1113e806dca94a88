"""Rows as they stood in the source: named columns of text or numbers, before any preparation."""

from __future__ import annotations

import json
import math
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engineroom.data._schema import Cell
from engineroom.data._words import without_missing
from engineroom.errors import DataError, nearest

__all__ = ["Column", "Table", "is_number_column", "pack_array", "unpack_array"]

Column: TypeAlias = "list[str | None] | NDArray[np.float64]"

_UNPACKED = 256 * 2**20
"""Bytes that a blob may always be unpacked to: a logbook keeps rows of 64 MB at most."""

_PLAIN = b"\0"  # no zlib stream begins so
_SAMPLE = 2**16
_COMPRESSION = 1  # standardized floats hardly shrink at any level, and level 1 is several times as fast


def is_number_column(column: Column) -> bool:
    """Whether the source already had numbers (NaN is missing), not text (None is missing)."""
    return isinstance(column, np.ndarray)


def pack_array(values: NDArray[Any]) -> bytes:
    """Return the bytes of an array in row-major little-endian order, compressed where that saves a fifth or more."""
    little = np.ascontiguousarray(values, dtype=values.dtype.newbyteorder("<"))
    whole = little.tobytes()
    # The middle stands for the rest: compressing megabytes of noise would take longer than training on them.
    middle = whole[len(whole) // 2 :][:_SAMPLE]
    if len(zlib.compress(middle, _COMPRESSION)) > 0.8 * len(middle):
        return _PLAIN + whole
    return zlib.compress(whole, _COMPRESSION)


def unpack_array(data: bytes, dtype: str, shape: tuple[int, ...]) -> NDArray[Any]:
    """Return the array that `pack_array` wrote."""
    whole = data[len(_PLAIN) :] if data.startswith(_PLAIN) else _unpacked(data)
    little = np.frombuffer(whole, dtype=np.dtype(dtype).newbyteorder("<"))
    return little.astype(dtype).reshape(shape)


def _unpacked(data: bytes) -> bytes:
    """Return what was packed, if it is no more than rows can be: a small blob may claim to be many gigabytes."""
    most = max(_UNPACKED, 100 * len(data))
    unpacking = zlib.decompressobj()
    try:
        whole = unpacking.decompress(data, most)
    except zlib.error as error:
        raise DataError(f"packed rows cannot be unpacked: {error}") from None
    if not unpacking.eof:
        what = "they end too early" if len(whole) < most else f"they are more than {most / 1e6:,.0f} MB"
        raise DataError(f"packed rows cannot be unpacked: {what}")
    return whole


@dataclass(frozen=True, eq=False)
class Table:
    """Named columns of equal length.

    Attributes
    ----------
    names : unique column names, in the order of the source.
    columns : for each name a list of texts (None is an empty cell), or float64 numbers (NaN is an empty cell).
    notes : what was noticed while reading the source, a sentence each.
    separator : what stands between the cells of a text file; empty for any other source.
    lines : the line of the file that each row begins in, from 1; None for any other source.
    units : the unit of a column's numbers by its name, where their type has one: durations are days.
    remarks : what was noticed while reading a column, by its name, without a point at its end.
    """

    names: tuple[str, ...]
    columns: tuple[Column, ...]
    notes: tuple[str, ...] = ()
    separator: str = ""
    lines: NDArray[np.int64] | None = None
    units: Mapping[str, str] = field(default_factory=dict)
    remarks: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def rows(self) -> int:
        """How many rows there are."""
        return len(self.columns[0]) if self.columns else 0

    def __contains__(self, name: object) -> bool:
        return name in self.names

    def __getitem__(self, name: str) -> Column:
        """Return the column called `name`; DataError when there is none."""
        if name not in self.names:
            raise DataError(f"there is no column {name!r} in the table{nearest(name, self.names)}")
        return self.columns[self.names.index(name)]

    def take(self, rows: Sequence[int] | NDArray[np.int64]) -> Table:
        """Return the table with these rows only, in this order."""
        index = np.asarray(rows, dtype=np.int64)
        if len(index) == self.rows and np.array_equal(index, np.arange(self.rows)):
            return self
        positions: list[int] = index.tolist()
        columns = tuple(c[index] if isinstance(c, np.ndarray) else [c[i] for i in positions] for c in self.columns)
        return replace(self, columns=columns, lines=None if self.lines is None else self.lines[index])

    def cleaned(self) -> Table:
        """Return the table with its texts stripped, and None for each word that means an empty cell."""
        columns = tuple(c if isinstance(c, np.ndarray) else without_missing(c) for c in self.columns)
        return replace(self, columns=columns)

    def row(self, row: int) -> dict[str, Cell]:
        """Return one row as a dict; a whole number comes as an int, an empty cell as None."""
        return {name: _cell(column, row) for name, column in zip(self.names, self.columns, strict=True)}

    def to_payload(self) -> tuple[dict[str, Any], dict[str, bytes]]:
        """Return what a file must keep: a JSON-able description and blobs; see `from_payload`."""
        numbers = [is_number_column(c) for c in self.columns]
        texts = [c for c in self.columns if not isinstance(c, np.ndarray)]
        blobs: dict[str, bytes] = {}
        if texts:
            text = json.dumps(texts, ensure_ascii=False, separators=(",", ":"))
            blobs["raw.texts"] = zlib.compress(text.encode(), _COMPRESSION)
        if any(numbers):
            blobs["raw.numbers"] = pack_array(np.stack([c for c in self.columns if isinstance(c, np.ndarray)]))
        return {"names": list(self.names), "numbers": numbers, "rows": self.rows}, blobs

    @classmethod
    def from_payload(cls, data: Mapping[str, Any], blobs: Mapping[str, bytes]) -> Table:
        """Return the table that `to_payload` wrote."""
        is_number: list[bool] = data["numbers"]
        texts = iter(json.loads(_unpacked(blobs["raw.texts"])) if not all(is_number) else [])
        shape = (sum(is_number), int(data["rows"]))
        numbers = iter(unpack_array(blobs["raw.numbers"], "float64", shape) if any(is_number) else [])
        return cls(tuple(data["names"]), tuple(next(numbers) if n else next(texts) for n in is_number))


def _cell(column: Column, row: int) -> Cell:
    if not isinstance(column, np.ndarray):
        return column[row]
    value = float(column[row])
    if math.isnan(value):
        return None
    return int(value) if value.is_integer() and abs(value) < 2**53 else value

"""Files in: the name's ending says how to read them."""

from __future__ import annotations

import gzip
import io
import json
import math
import os
import shlex
import zlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from engineroom.data._delimited import decoded, read_delimited
from engineroom.data._grid import column_of, table_from_columns, table_from_grid
from engineroom.data._raw import Column, Table
from engineroom.errors import DataError, FileError, NotFoundError, nearest_file

__all__ = ["need_standard", "read_file"]

_NPY, _ZIP, _SQLITE = b"\x93NUMPY", b"PK", b"SQLite format 3\0"
"""How a file of one array begins, one of several, and a database, which a logbook is too."""


def read_file(path: str | os.PathLike[str]) -> Table:
    """Return the table in a file.

    `.csv`, `.tsv`, `.txt` and unknown endings are separated values, `.json` and `.jsonl` records or columns,
    `.parquet`, `.xlsx` (its first sheet), `.npz` and `.npy` what they say; each may end in `.gz` too.

    Raises
    ------
    NotFoundError : when there is no such file.
    FileError : when it cannot be opened.
    DataError : when what it holds is not a table.
    """
    place = Path(path)
    if "\0" in str(path):
        raise FileError(f"{str(path)!r:.80} cannot be the name of a file; give the path of a table")
    try:
        data = place.read_bytes()
    except OSError as error:
        if isinstance(error, FileNotFoundError):
            near = nearest_file(place, "; give the path of a table")
            raise NotFoundError(f"there is no file {str(path)!r}{near}") from None
        raise FileError(f"{str(path)!r} cannot be read: {error.strerror}; give a file that you may read") from None
    name, ending = place.name, place.suffix.lower()
    if ending == ".gz":
        try:
            data = gzip.decompress(data)
        except (OSError, EOFError, zlib.error) as error:
            raise DataError(f"{name} is not a whole gzip file: {error}") from error
        ending = Path(place.stem).suffix.lower()
    if not data:
        raise DataError(f"{name} is empty; give a table with a header line and at least one row")
    if data.startswith(_SQLITE):
        what = "is a logbook, which keeps runs" if ending == ".logbook" else "is an SQLite file"
        more = f"; `engineroom runs {shlex.quote(str(place))}` lists its runs" if ending == ".logbook" else ""
        raise DataError(f"{name} {what}, not a table: give the table, such as a CSV file{more}")
    if ending in (".xls", ".ods", ".xlsb"):
        raise DataError(f"{name} is a spreadsheet of a kind that cannot be read; save it as .xlsx or .csv")
    if ending in (".parquet", ".pq"):
        return _read_parquet(place, name) if place.suffix.lower() != ".gz" else _unpacked(place, name)
    readers: dict[str, Callable[[bytes, str], Table]] = {
        ".json": _read_json,
        ".jsonl": _read_json_lines,
        ".ndjson": _read_json_lines,
        ".xlsx": _read_excel,
        ".xlsm": _read_excel,
        ".npz": _read_numpy,
        ".npy": _read_numpy,
    }
    if ending in readers:
        return readers[ending](data, name)
    return read_delimited(data, name, tabs=ending in (".tsv", ".tab"))


def need_standard(module: str, what: str) -> ModuleType:
    """Import a package of the standard extra; DataError names the extra when it is missing.

    Examples
    --------
    >>> need_standard("narwhals", "reading a frame").__name__
    'narwhals'
    """
    try:
        return __import__(module)
    except ImportError:
        raise DataError(f'{what} needs {module}; install it with pip install "engineroom[standard]"') from None


def _unpacked(place: Path, name: str) -> Table:
    raise DataError(f"{name} is a packed Parquet file; Parquet is compressed by itself, so unpack {place.stem} first")


def _read_parquet(place: Path, name: str) -> Table:
    duckdb: Any = need_standard("duckdb", "reading Parquet")
    with duckdb.connect(":memory:") as connection:
        try:
            relation = connection.execute("SELECT * FROM read_parquet(?)", [str(place)])
        except duckdb.Error as error:
            raise DataError(f"{name} cannot be read as Parquet: {str(error).splitlines()[0]}") from error
        columns: Mapping[str, Any] = relation.fetchnumpy()
    return table_from_columns(((key, _from_duckdb(values)) for key, values in columns.items()), name)


def _from_duckdb(values: Any) -> Column:
    empty = np.ma.getmaskarray(values) if isinstance(values, np.ma.MaskedArray) else np.zeros(len(values), dtype=bool)
    plain = np.ma.getdata(values)
    if plain.dtype.kind in "iuf" and not (plain.dtype.kind in "iu" and (np.abs(plain[~empty]) > 2**53).any()):
        numbers = plain.astype(np.float64)
        numbers[empty] = np.nan
        return numbers
    if plain.dtype.kind == "M":
        cells: list[Any] = plain.astype("datetime64[us]").tolist()
    else:
        cells = plain.tolist()
    return column_of(None if hole else cell for cell, hole in zip(cells, empty.tolist(), strict=True))


def _read_json(data: bytes, name: str) -> Table:
    text, _ = decoded(data, name)
    try:
        content = _from_json(text, name)
    except json.JSONDecodeError as error:
        if text.lstrip().startswith("{") and error.msg == "Extra data":
            return _read_json_lines(data, name)
        raise DataError(f"{name} is not JSON: {error.msg} in line {error.lineno}, column {error.colno}") from error
    if isinstance(content, dict) and isinstance(content.get("data"), list):
        content = content["data"]
    if isinstance(content, dict) and content and all(isinstance(v, list) for v in content.values()):
        return table_from_columns(((key, column_of(values)) for key, values in content.items()), name)
    return _records(content, name)


def _read_json_lines(data: bytes, name: str) -> Table:
    text, _ = decoded(data, name)
    records = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            try:
                records.append(_from_json(line, name))
            except json.JSONDecodeError as error:
                raise DataError(f"{name} is not JSON in line {number}: {error.msg}") from error
    return _records(records, name)


def _from_json(text: str, name: str) -> Any:
    try:
        return json.loads(text)
    except RecursionError:
        raise DataError(f"{name} is nested too deep for a table; give a list of records") from None
    except json.JSONDecodeError:
        raise
    except ValueError:
        # Python reads no whole number of thousands of digits.
        raise DataError(f"{name} has a whole number of thousands of digits; give it in a larger unit") from None


def _records(content: Any, name: str) -> Table:
    if not isinstance(content, list) or not all(isinstance(record, dict) for record in content):
        raise DataError(f"{name} holds no table; give a list of records, or an object with one list a column")
    names = dict.fromkeys(key for record in content for key in record)
    return table_from_columns(((key, column_of(record.get(key) for record in content)) for key in names), name)


def _read_excel(data: bytes, name: str) -> Table:
    openpyxl: Any = need_standard("openpyxl", "reading Excel")
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        lines = [list(line) for line in sheet.iter_rows(values_only=True)]
    except Exception as error:  # openpyxl lets through whatever zipfile, zlib and the parser of XML raise
        raise DataError(f"{name} cannot be read as Excel: {error}; save it as .xlsx or .csv") from error
    table = table_from_grid(lines, name)
    others = len(book.worksheets) - 1
    book.close()
    note = () if not others else (f"sheet {sheet.title!r} is read, {others} more in the file are not",)
    return replace(table, notes=(*note, *table.notes))


def _read_numpy(data: bytes, name: str) -> Table:
    if not data.startswith((_NPY, _ZIP)):
        raise DataError(f"{name} is no file of NumPy's; write it with np.save or np.savez, or give a table as .csv")
    try:
        loaded = np.load(io.BytesIO(data), allow_pickle=False)
        arrays = {"x": loaded} if isinstance(loaded, np.ndarray) else {key: loaded[key] for key in loaded.files}
    except Exception as error:  # of NumPy, zipfile and zlib; which of them raises what is promised nowhere
        if "pickle" in str(error):
            raise DataError(
                f"{name} holds Python objects, which are never unpacked; save arrays of numbers or text"
            ) from error
        raise DataError(f"{name} is damaged or cut off; save it again with np.save or np.savez") from error
    columns: list[tuple[str, Column]] = []
    for key, array in arrays.items():
        if not isinstance(array, np.ndarray):
            raise DataError(f"{name} holds {key!r}, which is no array of NumPy's; write it with np.savez")
        if array.ndim == 0:
            raise DataError(f"{name} has the single value {key!r}, where an array of rows is expected")
        if array.ndim == 1:
            columns.append((key, _from_numpy(array)))
        else:
            flat = array.reshape(len(array), math.prod(array.shape[1:]))
            columns += [(f"{key}{i}", _from_numpy(flat[:, i])) for i in range(flat.shape[1])]
    return table_from_columns(columns, name)


def _from_numpy(array: Any) -> Column:
    return array.astype(np.float64) if array.dtype.kind in "iuf" else column_of(array.tolist())

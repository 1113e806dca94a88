"""Files in: the name's ending says how to read them."""

from __future__ import annotations

import gzip
import io
import json
import math
import os
import re
import shlex
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from engineroom.data._arrow_schema import durations_of
from engineroom.data._delimited import decoded, read_delimited
from engineroom.data._grid import table_from_columns, table_from_grid
from engineroom.data._raw import Table
from engineroom.errors import DataError, FileError, NotFoundError, nearest_file

__all__ = ["Sheet", "need_standard", "read_file", "read_sheet"]

_NPY, _ZIP, _SQLITE = b"\x93NUMPY", b"PK", b"SQLite format 3\0"
"""How a file of one array begins, one of several, and a database, which a logbook is too."""

_MOST_ROWS, _MOST_COLUMNS, _MOST_CELLS = 2**20, 2**14, 2**27
"""Rows and columns of a sheet, as Excel has them, and its cells, the empty ones among them: 128 times fewer."""

_LONG_WHOLE = re.compile(r"U?HUGEINT|DECIMAL\((?:1[6-9]|[23]\d),0\)")
"""DuckDB's types of whole numbers that may have more digits than a float."""

_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")  # in the XML of a sheet


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
        if place.suffix.lower() == ".gz":
            raise DataError(
                f"{name} is a packed Parquet file; Parquet is compressed by itself, so unpack {place.stem} first"
            )
        return _read_parquet(place, name)
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


def _read_parquet(place: Path, name: str) -> Table:
    duckdb: Any = need_standard("duckdb", "reading Parquet")
    with duckdb.connect(":memory:") as connection:
        try:
            described = connection.execute("DESCRIBE SELECT * FROM read_parquet(?)", [str(place)]).fetchall()
            # As arrays of NumPy's they would be floats, and lose digits before it is known what they are.
            long = [str(name).replace('"', '""') for name, kind, *_ in described if _LONG_WHOLE.fullmatch(kind)]
            kept_long = ", ".join(f'CAST("{name}" AS VARCHAR) AS "{name}"' for name in long)
            asked = f"* REPLACE ({kept_long})" if long else "*"
            relation = connection.execute(f"SELECT {asked} FROM read_parquet(?)", [str(place)])
        except duckdb.Error as error:
            raise DataError(f"{name} cannot be read as Parquet: {str(error).splitlines()[0]}") from error
        columns: Mapping[str, Any] = relation.fetchnumpy()
        kept = connection.execute(
            "SELECT value FROM parquet_kv_metadata(?) WHERE key = encode('ARROW:schema')", [str(place)]
        ).fetchone()
    durations = {} if kept is None else durations_of(kept[0])
    return table_from_columns(((key, _lasting(values, durations.get(key))) for key, values in columns.items()), name)


def _lasting(values: Any, unit: str | None) -> Any:
    """Return whole numbers as the durations that they are counts of."""
    if unit is None or values.dtype.kind != "i":
        return values
    return np.ma.array(np.ma.getdata(values).astype(f"m8[{unit}]"), mask=np.ma.getmaskarray(values))


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
        return table_from_columns(content.items(), name)
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
        content = json.loads(text)
        if "\\u" in text:  # half of a pair is JSON, but no text: nothing can keep or print it
            json.dumps(content, ensure_ascii=False).encode()
        return content
    except RecursionError:
        raise DataError(f"{name} is nested too deep for a table; give a list of records") from None
    except json.JSONDecodeError:
        raise
    except UnicodeEncodeError as error:
        half = f"\\u{ord(error.object[error.start]):04x}"
        raise DataError(f"{name} holds {half}, which is half of a character and no text; take it out") from None
    except ValueError:
        # Python reads no whole number of thousands of digits.
        raise DataError(f"{name} has a whole number of thousands of digits; give it in a larger unit") from None


def _records(content: Any, name: str) -> Table:
    if not isinstance(content, list) or not all(isinstance(record, dict) for record in content):
        raise DataError(f"{name} holds no table; give a list of records, or an object with one list a column")
    names = dict.fromkeys(key for record in content for key in record)
    return table_from_columns(((key, [record.get(key) for record in content]) for key in names), name)


def _read_excel(data: bytes, name: str) -> Table:
    return read_sheet(data, name).table()


@dataclass(frozen=True)
class Sheet:
    """The first sheet of an Excel file; only what its cells hold takes room, however far apart they lie.

    Attributes
    ----------
    name : what messages call the file.
    filled : the rows in which something stands, under their numbers from 1 on; their values under their places from 0.
    notes : sentences about what was not read.
    unsaved : how many cells of each column are formulas without a value, by the column's place.
    """

    name: str
    filled: Mapping[int, Mapping[int, Any]]
    notes: tuple[str, ...]
    unsaved: Mapping[int, int]

    @property
    def rows(self) -> int:
        """The number of the last row with something in it."""
        return max(self.filled, default=0)

    @property
    def columns(self) -> int:
        """How many columns reach to the last cell with something in it."""
        return 1 + max((max(row) for row in self.filled.values()), default=-1)

    def table(self) -> Table:
        """Return the table that it holds; DataError when there is none."""
        places = range(self.columns)
        lines = [[row.get(place) for place in places] for row in self.filled.values()]
        try:
            table = table_from_grid(lines, self.name, list(self.filled))
        except DataError as error:
            if not self.unsaved:
                raise
            raise DataError(f"{error}; {_formulas_told(sum(self.unsaved.values()))}") from None
        told = {name: self.unsaved[place] for place, name in enumerate(table.names) if place in self.unsaved}
        remarks = {name: _formulas_told(cells) for name, cells in told.items()}
        return replace(table, notes=(*self.notes, *table.notes), remarks=remarks)


def read_sheet(data: bytes, name: str) -> Sheet:
    """Return the first sheet of an Excel file; DataError where it is none, or its cells lie too far apart.

    Parameters
    ----------
    data : the file's bytes.
    name : its name, for messages.
    """
    openpyxl: Any = need_standard("openpyxl", "reading Excel")
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        title, others = sheet.title, len(book.worksheets) - 1
        note = () if not others else (f"sheet {title!r} is read, {others} more in the file are not",)
        read = Sheet(name, _filled(sheet), note, {})
        book.close()
        if read.rows * read.columns > _MOST_CELLS:
            raise _too_far(sheet)
        return replace(read, unsaved=_unsaved_formulas(openpyxl, data, read))
    except DataError as error:
        raise DataError(f"{name}: {error}") from None
    except Exception as error:  # openpyxl lets through whatever zipfile, zlib and the parser of XML raise
        raise DataError(f"{name} cannot be read as Excel: {error}; save it as .xlsx or .csv") from error


def _filled(sheet: Any) -> dict[int, dict[int, Any]]:
    """Return what stands in a sheet, as `Sheet` has it.

    One formatted cell in the last corner makes a sheet 17 billion cells large, by its own word; that is not asked.
    """
    sheet.reset_dimensions()
    filled: dict[int, dict[int, Any]] = {}
    seen = 0
    for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):
        if number > _MOST_ROWS or len(cells) > _MOST_COLUMNS:
            raise DataError(
                f"sheet {sheet.title!r} has a cell beyond the {_MOST_ROWS:,} rows and {_MOST_COLUMNS:,} columns of "
                "Excel; delete what lies far from the table, or save the table as .csv"
            )
        seen += len(cells)
        if seen > _MOST_CELLS:
            raise _too_far(sheet)
        if row := {place: value for place, value in enumerate(cells) if value is not None}:
            filled[number] = row
    return filled


def _too_far(sheet: Any) -> DataError:
    return DataError(
        f"sheet {sheet.title!r} spans more than {_MOST_CELLS:,} cells; delete what lies far from the table, "
        "or save the table as .csv"
    )


def _unsaved_formulas(openpyxl: Any, data: bytes, read: Sheet) -> dict[int, int]:
    """Return how many cells of each column are formulas without a value, by the column's place.

    A program that writes a workbook without computing it leaves such cells; they look empty to whoever reads values.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        sheets = [part for part in parts.namelist() if part.startswith("xl/worksheets/")]
        if not any(_FORMULA.search(parts.read(part)) for part in sheets):
            return {}
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
    sheet = book.worksheets[0]
    sheet.reset_dimensions()
    width, nothing = read.columns, dict[int, Any]()
    found = Counter(
        place
        for number, cells in enumerate(sheet.iter_rows(), 1)
        for place, cell in enumerate(cells[:width])
        if cell.data_type == "f" and place not in read.filled.get(number, nothing)
    )
    book.close()
    return dict(found)


def _formulas_told(cells: int) -> str:
    one = cells == 1
    return (
        f"{cells:,} {'cell is a formula' if one else 'cells are formulas'} whose value the file does not hold, so "
        f"{'it counts' if one else 'they count'} as missing; open the file in a spreadsheet program and save it there, "
        f"and {'its value' if one else 'their values'} will be in it"
    )


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
    columns: list[tuple[str, Any]] = []
    for key, array in arrays.items():
        if not isinstance(array, np.ndarray):
            raise DataError(f"{name} holds {key!r}, which is no array of NumPy's; write it with np.savez")
        if array.ndim == 0:
            raise DataError(f"{name} has the single value {key!r}, where an array of rows is expected")
        if array.ndim == 1:
            columns.append((key, array))
        else:
            flat = array.reshape(len(array), math.prod(array.shape[1:]))
            columns += [(f"{key}{i}", flat[:, i]) for i in range(flat.shape[1])]
    return table_from_columns(columns, name)

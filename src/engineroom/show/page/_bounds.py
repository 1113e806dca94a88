"""How large a table would become, told from its bytes before any of it is read: a small file may hold a huge one."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

from engineroom.data import need_standard
from engineroom.errors import DataError

__all__ = ["check_bounds", "check_size"]

_COLUMNS = 4096
_CELLS = 2**23
_CHARACTERS = 256 * 2**20
_UNPACKED = 64 * 2**20
"""Bytes of an Excel file's XML; to read more takes longer than minutes."""

_SEPARATORS = b",;\t|"


def check_bounds(content: bytes, place: Path, name: str) -> None:
    """Raise a DataError where a file holds more than a page can take in; one that is broken is left to its reader.

    How far the cells of an Excel file lie apart is known only when it is read.

    Parameters
    ----------
    content, place : the file's bytes, and where they lie.
    name : what it is called in an error.
    """
    ending = place.suffix.lower()
    if ending == ".xlsx":
        _check_unpacked(content, name)
        return
    if ending in (".parquet", ".pq"):
        columns, cells = _of_parquet(place, name)
    elif ending in (".json", ".jsonl", ".ndjson"):
        columns, cells = _of_json(content, lines=ending != ".json")
    else:
        columns, cells = _of_lines(content)
    check_size(name, columns, cells)


def check_size(name: str, columns: int, cells: int) -> None:
    """Raise a DataError where a table has more columns or cells than a page can take in."""
    if columns > _COLUMNS:
        raise DataError(
            f"{name} has {columns:,} columns, and the page takes {_COLUMNS:,}: train on it with `engineroom train`"
        )
    if cells > _CELLS:
        raise DataError(
            f"{name} has {cells:,} cells, and the page takes {_CELLS:,}: train on it with `engineroom train`"
        )


def _of_lines(content: bytes) -> tuple[int, int]:
    """Return columns and cells of separated values: those of the first line, and as many in each of the others."""
    lines = content.lstrip()
    first = lines.partition(b"\n" if b"\n" in lines else b"\r")[0]
    columns = 1 + max(first.count(bytes([sign])) for sign in _SEPARATORS)
    return columns, columns * (max(content.count(b"\n"), content.count(b"\r")) + 1)


def _of_json(content: bytes, lines: bool) -> tuple[int, int]:
    """Return columns and cells of records, each of which has a cell in every column."""
    try:
        if lines:
            found: Any = [json.loads(line) for line in content.splitlines() if line.strip()]
        else:
            found = json.loads(content)
    except (ValueError, RecursionError):
        return 0, 0
    if isinstance(found, dict) and isinstance(found.get("data"), list):
        found = found["data"]
    if isinstance(found, dict):
        return len(found), sum(len(column) for column in found.values() if isinstance(column, list))
    if not isinstance(found, list):
        return 0, 0
    columns = len({key for record in found if isinstance(record, dict) for key in record})
    return columns, columns * len(found)


def _of_parquet(place: Path, name: str) -> tuple[int, int]:
    """Return columns and values of a Parquet file; DataError where its texts, kept once for many rows, are too long."""
    duckdb: Any = need_standard("duckdb", "reading Parquet")
    with duckdb.connect(":memory:") as connection:
        try:
            asked = "SELECT count(DISTINCT path_in_schema), coalesce(sum(num_values), 0) FROM parquet_metadata(?)"
            columns, cells = connection.execute(asked, [str(place)]).fetchone()
            if columns > _COLUMNS or cells > _CELLS:
                return int(columns), int(cells)
            described = connection.execute("DESCRIBE SELECT * FROM read_parquet(?)", [str(place)]).fetchall()
            for column, kind, *_ in described:
                if kind not in ("VARCHAR", "BLOB"):
                    continue
                length = "strlen" if kind == "VARCHAR" else "octet_length"
                quoted = '"' + column.replace('"', '""') + '"'
                asked = f"SELECT coalesce(sum({length}({quoted})), 0) FROM read_parquet(?)"
                if connection.execute(asked, [str(place)]).fetchone()[0] > _CHARACTERS:
                    raise DataError(
                        f"{name} has more than {_CHARACTERS // 2**20} MB of text in column {column!r:.60}: drop it"
                    )
        except duckdb.Error:
            return 0, 0
    return int(columns), int(cells)


def _check_unpacked(content: bytes, name: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            size = sum(entry.file_size for entry in packed.infolist())
    except zipfile.BadZipFile:
        raise DataError(f"{name} is not an Excel file: save it as .xlsx or .csv") from None
    if size > _UNPACKED:
        raise DataError(f"{name} unpacks to more than {_UNPACKED // 2**20} MB: save it as .csv")

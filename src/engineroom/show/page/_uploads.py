"""Tables that were dropped on the page: kept in memory until the server ends, and parsed as data only."""

from __future__ import annotations

import codecs
import os
import secrets
import tempfile
from collections.abc import Mapping
from pathlib import Path

from engineroom.data import ColumnLook, Table, as_table, look, read_sheet
from engineroom.errors import DataError, OptionError
from engineroom.show.page._bounds import check_bounds, check_size
from engineroom.show.page._receipts import Upload, UploadColumn

__all__ = ["ENDINGS", "UPLOAD_LIMIT", "Uploads"]

UPLOAD_LIMIT = 32 * 2**20
"""Bytes of a file that may be sent."""

ENDINGS = (".csv", ".tsv", ".tab", ".txt", ".json", ".jsonl", ".ndjson", ".parquet", ".pq", ".xlsx")
"""Kinds of tables that are taken."""

_LEFT_OUT = {
    "identifier": "An identifier, another value in each row",
    "constant": "The same value in each row",
    "empty": "Every cell is empty",
    "free text": "Free text, nearly another value in each row",
}
"""Why a column has nothing to learn from."""

_MOST, _CELLS = 20, 2**24
"""Tables, and cells of all of them, that are kept: the newest."""


class Uploads:
    """The tables that were sent, each under a name that nobody can guess."""

    def __init__(self) -> None:
        self._tables: dict[str, tuple[str, Table]] = {}

    def add(self, name: str, content: bytes) -> Upload:
        """Take a file's bytes.

        Parameters
        ----------
        name : what the file was called; its ending says how to read it, and nothing else of it is used.

        Raises
        ------
        DataError : when it is not a table.
        """
        called = "".join(c for c in Path(name.replace("\\", "/")).name if c.isprintable()) or "table"
        ending, shown = Path(called).suffix.lower(), called if len(called) <= 80 else f"{called[:79]}…"
        if ending not in ENDINGS:
            raise DataError(f"{shown} is of a kind that is not taken: drop a table as {', '.join(ENDINGS)}")
        if len(content) > UPLOAD_LIMIT:
            raise DataError(f"{shown} is larger than {UPLOAD_LIMIT // 2**20} MB: train on it with `engineroom train`")
        wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))  # as Excel writes Unicode text
        if b"\0" in content[:4096] and not wide and ending not in (".parquet", ".pq", ".xlsx"):
            raise DataError(f"{shown} holds bytes that are no text, so it is not the {ending} table it is called")
        key = secrets.token_urlsafe(12)
        with tempfile.TemporaryDirectory(prefix="engineroom-") as folder:
            place = Path(folder) / f"{key}{ending}"
            place.write_bytes(content)
            check_bounds(content, place, shown)
            try:
                table = _from_sheet(content, shown) if ending == ".xlsx" else as_table(place)
            except DataError as error:
                raise DataError(str(error).replace(f"{folder}{os.sep}", "").replace(place.name, shown)) from None
            except RecursionError:
                raise DataError(f"{shown} is nested too deep for a table") from None
        if table.rows < 2 or not table.names:
            raise DataError(f"{shown} is no table to learn from: it has {table.rows} row{'s' * (table.rows != 1)}")
        made = self._told(key, shown, table, {})
        self._tables[key] = (shown, table)
        while len(self._tables) > _MOST or (len(self._tables) > 1 and self._cells > _CELLS):
            del self._tables[next(iter(self._tables))]
        return made

    def look(self, key: str, columns: Mapping[str, str]) -> Upload:
        """Return what an upload is, with some columns read as asked."""
        return self._told(key, *self._known(key), columns)

    def table(self, key: str) -> Table:
        """Return the table of an upload."""
        return self._known(key)[1]

    @property
    def _cells(self) -> int:
        return sum(table.rows * len(table.names) for _, table in self._tables.values())

    def close(self) -> None:
        """Forget all of them."""
        self._tables.clear()

    def _known(self, key: str) -> tuple[str, Table]:
        if key not in self._tables:
            raise OptionError("that upload is not here any more: drop the file again")
        return self._tables[key]

    def _told(self, key: str, name: str, table: Table, columns: Mapping[str, str]) -> Upload:
        seen = look(table, columns)
        return Upload(
            upload=key,
            name=name,
            rows=seen.rows,
            fields=[UploadColumn(c.name, c.kind, c.example, c.missing, _notes(c)) for c in seen.columns],
            targets_proposed=list(seen.targets),
            notes=list(seen.notes),
        )


def _from_sheet(content: bytes, name: str) -> Table:
    sheet = read_sheet(content, name)
    check_size(name, sheet.columns, sheet.rows * sheet.columns)
    return sheet.table()


def _notes(column: ColumnLook) -> list[str]:
    """Return what is said at a column. That it is left out as asked is seen."""
    if column.note in ("", "as asked"):
        return [note[:1].upper() + note[1:] for note in column.notes]
    return [f"{_LEFT_OUT.get(column.note, column.note.capitalize())}: it is proposed to leave it out."]

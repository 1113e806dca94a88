"""What is intact in a damaged logbook, taken over into a new one; the damaged file is only read."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engineroom.errors import LogbookError, nearest_file
from engineroom.logbook._inspection import is_intact
from engineroom.logbook._migration import seal_everything, show_as_newest
from engineroom.logbook._place import beside
from engineroom.logbook._room import PAGE
from engineroom.logbook._rows import StoredKeyframe
from engineroom.logbook._schema import APPLICATION_ID, SCHEMA, SEALED, SIGNED
from engineroom.logbook._seal import Tally, data_key, mark_of, read_tallies
from engineroom.logbook._store import check_definitions, check_folder, check_version, create_tables, told

__all__ = ["Repair", "repair"]

_PATIENCE = 2000
"""Rows in a row that cannot be read before the rest of a table, whose end cannot be read either, is given up."""


_MAGIC, _ID = b"SQLite format 3\0", APPLICATION_ID.to_bytes(4, "big")
_FEW = 4
"""Bits in which the marks of a damaged logbook may differ from those of an intact one."""


@dataclass(frozen=True)
class Repair:
    """What was saved from a damaged logbook.

    Attributes
    ----------
    output : the new file.
    runs : how many runs are in it.
    lost : a sentence for each thing that is not.

    Examples
    --------
    >>> print(Repair(Path("new.logbook"), 2, ("1 of 5 keyframes of run 2 is lost",)))
    2 runs are in new.logbook; 1 of 5 keyframes of run 2 is lost.
    """

    output: Path
    runs: int
    lost: tuple[str, ...]

    def __str__(self) -> str:
        held = f"{self.runs} run{' is' if self.runs == 1 else 's are'} in {self.output}"
        return f"{held}; {'; '.join(self.lost or ('nothing is lost',))}."


def repair(path: str | Path, output: str | Path | None = None) -> Repair:
    """Take all that is intact in a logbook over into a new file, and say what is lost.

    A run reaches as far as its losses are intact without a gap. Keyframes that are lost cost time, not answers: states
    are computed again from the one before.

    Parameters
    ----------
    path : the damaged logbook; it is not changed.
    output : the new file, which must not exist; `<name>.repaired.logbook` beside it if left out.

    Raises
    ------
    LogbookError : when nothing can be read, or the new file cannot be written.
    """
    path = Path(path)
    if path.is_dir():
        raise LogbookError(f"{str(path)!r} is a folder: give the path of the logbook to repair")
    if not path.is_file():
        near = nearest_file(path, ": give the path of the logbook to repair", ".logbook")
        raise LogbookError(f"there is no file {str(path)!r}{near}")
    output = path.with_name(f"{path.stem}.repaired.logbook") if output is None else Path(output)
    if output.exists():
        raise LogbookError(f"{str(output)!r} is there already: name another file with --output")
    check_folder(output)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy.logbook"
        for end in ("", "-wal", "-journal"):
            if beside(path, end).exists():
                shutil.copyfile(beside(path, end), beside(copy, end))
        _mend_header(copy)
        try:
            with told(repr(str(path)), "nothing of it can be saved"), closing(_connected(copy, repr(str(path)))) as old:
                saved = _Salvage(old, repr(str(path)))
                saved.read()
            with told(repr(str(output))), closing(sqlite3.connect(output.absolute(), isolation_level=None)) as new:
                new.execute(f"PRAGMA page_size={PAGE}")
                create_tables(new)
                saved.write(new)
        except BaseException:
            with suppress(OSError):  # in a folder that cannot be written it was never made
                output.unlink(missing_ok=True)
            raise
    return Repair(output, len(saved.runs), tuple(saved.lost))


def _mend_header(copy: Path) -> None:
    """Put back those of the first 100 bytes that are the same in every logbook."""
    with copy.open("r+b") as file:
        head = bytearray(file.read(100))
        marks, ours = int.from_bytes(head[:16] + head[68:72], "big"), int.from_bytes(_MAGIC + _ID, "big")
        if len(head) < 100 or (marks ^ ours).bit_count() > _FEW:
            return  # this is no logbook
        head[:16], head[20:24], head[56:60] = _MAGIC, b"\0\x40\x20\x20", b"\0\0\0\1"
        head[68:72] = _ID
        file.seek(0)
        file.write(head)


def _connected(copy: Path, name: str) -> sqlite3.Connection:
    database = sqlite3.connect(copy, isolation_level=None)
    try:
        database.execute("PRAGMA trusted_schema=OFF")
        if not _is_ours(database):
            raise LogbookError(f"{name} is not a logbook of engineroom: there is nothing to repair")
        try:
            database.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except sqlite3.DatabaseError:
            _mend_definitions(database)
        check_definitions(database, name)
        (version,) = database.execute("PRAGMA user_version").fetchone()
        check_version(version, name)
        if version < SCHEMA:
            show_as_newest(database)
    except BaseException:
        database.close()
        raise
    return database


def _is_ours(database: sqlite3.Connection) -> bool:
    """Whether SQLite's header says that it is a logbook."""
    try:
        (application,) = database.execute("PRAGMA application_id").fetchone()
    except sqlite3.DatabaseError as error:
        if "not a database" in str(error):
            return False
        raise
    return bool(application == APPLICATION_ID)


def _mend_definitions(database: sqlite3.Connection) -> None:
    """Write the definitions of the tables anew; where each begins is left as it is."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as model:
        create_tables(model)
        rows = model.execute("SELECT type, name, tbl_name, sql, rowid FROM sqlite_master").fetchall()
    database.execute("PRAGMA writable_schema=ON")
    database.executemany("UPDATE sqlite_master SET type = ?, name = ?, tbl_name = ?, sql = ? WHERE rowid = ?", rows)
    database.execute("PRAGMA writable_schema=RESET")


class _Salvage:
    """The intact rows of a logbook."""

    def __init__(self, database: sqlite3.Connection, name: str) -> None:
        self._database = database
        self._name = name
        self._marked = database.execute("PRAGMA user_version").fetchone()[0] >= SEALED
        self.lost: list[str] = []
        self.runs: dict[int, tuple[Any, ...]] = {}
        self._rows: dict[str, list[tuple[Any, ...]]] = {}

    def read(self) -> None:
        """Read what is intact."""
        sets, blobs = self._intact("data"), list(self._scan("blobs", "data, name, content"))
        of: dict[Any, list[tuple[str, bytes]]] = {}
        for key, name, content in blobs:
            of.setdefault(key, []).append((name, content))
        good = {row[0]: row for row in sets if _is_data(row, of.get(row[0], []))}
        self._rows["data"] = list(good.values())
        self._rows["blobs"] = [row for row in blobs if row[0] in good]
        runs = {row[0]: row for row in self._intact("runs")}
        found = {t: self._intact(t) for t in ("scalars", "summaries", "metrics", "events", "keyframes")}
        for number in sorted({*runs, *self._numbers(found)}):
            row = runs.get(number)
            if row is None or row[8] not in good:
                what = "its entry" if row is None else "its data"
                self.lost.append(f"run {number} is lost, because {what} is not intact")
                continue
            self._take_run(row, {t: [r for r in rows if r[0] == number] for t, rows in found.items()})
        if not self.runs:
            raise LogbookError(f"no run in {self._name} is intact: there is nothing to save")

    def _numbers(self, found: dict[str, list[tuple[Any, ...]]]) -> set[int]:
        """Return the runs of which there are rows, or a seal."""
        seals = {row[0] for row in self._scan("seals", "run") if row[0]} if self._marked else set()
        return {row[0] for rows in found.values() for row in rows} | seals

    def _take_run(self, header: tuple[Any, ...], found: dict[str, list[tuple[Any, ...]]]) -> None:
        number = header[0]
        written: dict[str, Tally] = {}
        try:
            if self._marked:
                written = read_tallies(self._database, number, self._name)
            state = self._database.execute("SELECT status, steps FROM runs WHERE number = ?", (number,)).fetchone()
        except (LogbookError, sqlite3.Error):
            state = ("interrupted", None)
            self.lost.append(f"how many rows run {number} had cannot be told, nor how it ended")
        parent, begin = header[9:11]
        if parent is not None and (parent not in self.runs or self.runs[parent][-1] < begin):
            self.lost.append(f"run {number} is lost, because state {begin:,} of run {parent}, where it began, is")
            return
        reached = begin or 0
        for _, name, first, count, content in sorted(found["scalars"], key=lambda r: r[2]):
            if name == "loss" and first == reached + 1 and len(content) == 8 * count:
                reached += count
        for _, name, first, count, *_ in sorted(found["summaries"], key=lambda r: r[2]):
            if name == "loss" and first == reached + 1:
                reached += count
        status, steps = state
        if steps is not None and reached < steps:
            self.lost.append(f"steps {reached + 1:,} to {steps:,} of run {number} are lost")
        cut = steps is None or reached < steps
        kept = {
            "scalars": [r for r in found["scalars"] if r[2] <= reached],
            "summaries": [r for r in found["summaries"] if r[2] <= reached],
            "metrics": [r for r in found["metrics"] if r[1] <= reached],
            "events": [r for r in found["events"] if r[2] <= reached],
            "keyframes": [r for r in found["keyframes"] if r[1] <= reached],
        }
        for table, tally in written.items():
            if gone := tally.count - len(kept[table]):
                self.lost.append(f"{gone} of {tally.count} {table} of run {number} {'is' if gone == 1 else 'are'} lost")
        if status == "running" or cut:
            status = "interrupted"
        self.runs[number] = (*header, status, reached if cut else steps)
        for table, rows in kept.items():
            self._rows.setdefault(table, []).extend(rows)

    def write(self, new: sqlite3.Connection) -> None:
        """Write all that was read, and seal it."""
        new.execute("BEGIN")
        self._insert(new, "data", SIGNED["data"], self._rows["data"])
        self._insert(new, "blobs", "data, name, content", self._rows["blobs"])
        self._insert(new, "runs", f"{SIGNED['runs']}, status, steps", list(self.runs.values()))
        for table in ("scalars", "summaries", "metrics", "events"):
            self._insert(new, table, SIGNED[table], self._rows.get(table, []))
        self._insert(new, "keyframes", "run, step, digest, content", self._rows.get("keyframes", []))
        if any(row[3] for row in self._rows["data"]):
            new.execute("UPDATE about SET value = 'This file contains rows of training data.' WHERE name = 'rows'")
        seal_everything(new)
        new.execute("COMMIT")

    @staticmethod
    def _insert(new: sqlite3.Connection, table: str, columns: str, rows: list[tuple[Any, ...]]) -> None:
        places = ", ".join("?" * (columns.count(",") + 1))
        new.executemany(f"INSERT OR IGNORE INTO {table} ({columns}) VALUES ({places})", rows)

    def _intact(self, table: str) -> list[tuple[Any, ...]]:
        """Return the rows that have their mark, and keyframes, their bytes last, that have their hash too."""
        columns = SIGNED[table] + (", content" if table == "keyframes" else "")
        width = len(SIGNED[table].split(","))
        rows = []
        for *fields, mark in self._scan(table, f"{columns}, mark"):
            if self._marked and mark_of(table, fields[:width]) != mark:
                continue
            if table == "keyframes":
                run, step, digest, _, content = fields
                if not isinstance(content, bytes) or not is_intact(StoredKeyframe(step, digest, content)):
                    continue
                fields = [run, step, digest, content]
            rows.append(tuple(fields))
        return rows

    def _scan(self, table: str, columns: str) -> Iterator[tuple[Any, ...]]:
        """Yield the rows that can be read: in one go as far as that goes, then one by one."""
        last = 0
        try:
            for rowid, *row in self._database.execute(f"SELECT rowid, {columns} FROM {table} ORDER BY rowid"):
                last = rowid
                yield tuple(row)
            return
        except (sqlite3.Error, UnicodeError, OverflowError):
            pass
        try:
            (end,) = self._database.execute(f"SELECT max(rowid) FROM {table}").fetchone()
        except sqlite3.Error:
            end = None
        missed = 0
        while (end is None or last < end) and missed < _PATIENCE:
            last += 1
            try:
                row = self._database.execute(f"SELECT {columns} FROM {table} WHERE rowid = ?", (last,)).fetchone()
            except (sqlite3.Error, UnicodeError, OverflowError):
                row = None
            missed = 0 if row else missed + 1
            if row:
                yield row


def _is_data(row: tuple[Any, ...], blobs: list[tuple[str, bytes]]) -> bool:
    key, digest, payload, _ = row
    return all(isinstance(content, bytes) for _, content in blobs) and data_key(digest, payload, blobs) == key

"""Connections to a logbook: how a file is recognized, opened and told about when it cannot be."""

from __future__ import annotations

import sqlite3
import threading
import weakref
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

from engineroom.errors import LogbookError
from engineroom.logbook._migration import show_as_newest
from engineroom.logbook._room import PAGE
from engineroom.logbook._schema import APPLICATION_ID, SCHEMA, TABLES
from engineroom.logbook._seal import BOOK, write_seal

__all__ = [
    "FileStore",
    "MemoryStore",
    "Store",
    "check_definitions",
    "check_file",
    "check_folder",
    "check_version",
    "create_tables",
    "told",
]

_MAGIC = b"SQLite format 3\0"


class Store(Protocol):
    """Where a logbook lies: a file, or memory."""

    @property
    def name(self) -> str:
        """What messages call it."""
        ...

    def connection(self) -> AbstractContextManager[sqlite3.Connection]:
        """Return a context that yields a connection to read from."""
        ...


class MemoryStore:
    """A logbook in memory: one connection, used by one thread at a time."""

    name = "the logbook in memory"

    def __init__(self) -> None:
        self.database = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        weakref.finalize(self, self.database.close)  # since Python 3.13 a connection that nobody closed is a warning
        self.database.execute(f"PRAGMA page_size={PAGE}")  # losses come as large blobs
        self.lock = threading.RLock()
        create_tables(self.database)

    @contextmanager
    def connection(self) -> Iterator[sqlite3.Connection]:
        """Yield the one connection."""
        with self.lock, told(self.name):
            yield self.database


class FileStore:
    """A logbook in a file, opened read-only for each question and closed after it.

    No handle stays open, so that a writer can leave a single file behind, and a file can be moved or deleted.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = repr(str(path))

    @contextmanager
    def connection(self) -> Iterator[sqlite3.Connection]:
        """Yield a read-only connection that sees one moment of the file."""
        check_file(self.path)
        with told(self.name):
            database = self._connected()
            try:
                database.execute("PRAGMA temp_store=MEMORY")
                (version,) = database.execute("PRAGMA user_version").fetchone()
                check_version(version, self.name, newest=None)
                check_definitions(database, self.name)
                if version < SCHEMA:
                    show_as_newest(database)
                database.execute("PRAGMA query_only=ON")
                database.execute("BEGIN")
                yield database
            finally:
                database.close()

    def _connected(self) -> sqlite3.Connection:
        try:
            return self._open("mode=ro")
        except sqlite3.OperationalError as error:
            if "readonly" not in str(error) and "unable to open" not in str(error):
                raise
        if any(_size(self.path.with_name(self.path.name + end)) for end in ("-wal", "-journal")):
            # What a crash left beside the file belongs to it; taking it in means writing.
            try:
                return self._open("mode=rw")
            except sqlite3.OperationalError as error:
                raise LogbookError(
                    f"{self.name} was left by a crash and cannot be put in order here ({error}): "
                    "copy it, with the files beside it that begin with its name, to a folder that can be written"
                ) from None
        # A file left in WAL mode in a folder that cannot be written: nobody else can be writing it either.
        return self._open("immutable=1")

    def _open(self, how: str) -> sqlite3.Connection:
        database = sqlite3.connect(
            f"{self.path.absolute().as_uri()}?{how}", uri=True, isolation_level=None, timeout=10.0
        )
        try:
            database.execute("PRAGMA trusted_schema=OFF")
            database.execute("PRAGMA cell_size_check=ON")
            database.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except BaseException:
            database.close()
            raise
        return database


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def create_tables(database: sqlite3.Connection) -> None:
    """Make the tables and leave the marks, in one transaction."""
    database.executescript(
        f"BEGIN IMMEDIATE;PRAGMA application_id={APPLICATION_ID};PRAGMA user_version={SCHEMA};{TABLES}"
        "INSERT INTO about VALUES ('what', 'A logbook of engineroom: runs that can be replayed to the bit.');"
        "INSERT INTO about VALUES ('rows', 'This file contains no rows of training data.');"
    )
    write_seal(database, BOOK, {})
    database.execute("COMMIT")


def check_file(path: Path, newest: int | None = None) -> None:
    """Raise a LogbookError unless `path` is a logbook, of schema `newest` at most; None takes newer ones too."""
    shown = repr(str(path))
    try:
        with path.open("rb") as file:
            head = file.read(100)
    except FileNotFoundError:
        raise LogbookError(f"there is no file {shown}: give the path of a logbook that training wrote") from None
    except IsADirectoryError:
        raise LogbookError(f"{shown} is a folder: give the path of a logbook file") from None
    except ValueError:
        raise LogbookError(f"{shown} cannot be the name of a file: give the path of a logbook") from None
    except OSError as error:
        raise LogbookError(f"{shown} cannot be read ({error.strerror}): check its permissions") from None
    if len(head) == 100 and head.startswith(_MAGIC) and int.from_bytes(head[68:72], "big") == APPLICATION_ID:
        check_version(int.from_bytes(head[60:64], "big"), shown, newest)
        return
    what = "is empty" if not head else "is an SQLite file of another program" if head.startswith(_MAGIC) else ""
    raise LogbookError(
        f"{shown} {what or 'is not a logbook of engineroom'}: give a file that `logbook=` or `engineroom train` wrote"
    )


def check_version(version: int, name: str, newest: int | None = SCHEMA) -> None:
    """Raise a LogbookError unless a logbook of that schema can be used; None as `newest` is no limit."""
    if newest is not None and version > newest:
        raise LogbookError(
            f"{name} has schema {version}, this engineroom writes schema {newest}, so it only reads this file: "
            "upgrade with `pip install -U engineroom`, or train into another file"
        )
    if version < 1:
        raise LogbookError(f"{name} is damaged: there never was a schema {version}")


def check_definitions(database: sqlite3.Connection, name: str) -> None:
    """Raise a LogbookError where a file has more than tables and indexes: the others can compute, without an end."""
    (others,) = database.execute(
        "SELECT count(*) FROM main.sqlite_master WHERE type NOT IN ('table', 'index') OR sql LIKE 'CREATE VIRTUAL%' "
        "OR (sql LIKE '% AS %(%' AND name NOT LIKE 'sqlite_%')"
    ).fetchone()
    if others:
        raise LogbookError(f"{name} holds views, triggers or columns that compute, which no logbook has: do not use it")


def check_folder(path: Path) -> None:
    """Raise a LogbookError unless a file can be made at `path`."""
    folder = path.absolute().parent
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        pass
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise LogbookError(f"no logbook can be at {str(path)!r:.80} ({reason}): name another file") from None
    if path.is_dir():
        raise LogbookError(f"{str(path)!r} is a folder: name a file in it, such as {str(path / 'runs.logbook')!r}")
    if not folder.is_dir():
        raise LogbookError(f"the folder {str(folder)!r} of the logbook {path.name!r} does not exist: make it first")


@contextmanager
def told(name: str) -> Iterator[None]:
    """Turn errors of SQLite, and what damaged numbers and texts lead to, into sentences about the logbook `name`."""
    try:
        yield
    except (sqlite3.Error, MemoryError, UnicodeError, OverflowError, RecursionError) as error:
        text = " ".join(str(error).split())[:200] or type(error).__name__
        if "is full" in text:
            reason = "could not be written, the disk is full: make room, then resume or train again"
        elif "disk I/O" in text:
            reason = f"could not be read or written ({text}): check its disk, its quota and the room that is left"
        elif "readonly" in text or "unable to open" in text:
            reason = "cannot be written or opened: check the permissions of the file and its folder"
        elif "locked" in text:
            reason = "is being written by another process: try again when it has ended"
        else:
            reason = f"is damaged ({text}): `engineroom repair` saves what is intact"
        raise LogbookError(f"{name} {reason}") from error

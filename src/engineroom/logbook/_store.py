"""Connections to a logbook: how a file is recognized, opened and told about when it cannot be."""

from __future__ import annotations

import math
import sqlite3
import threading
import weakref
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep
from typing import NoReturn, Protocol

from engineroom.errors import LogbookError, nearest_file
from engineroom.logbook._lock import WriterLock, is_being_written
from engineroom.logbook._migration import show_as_newest
from engineroom.logbook._place import beside
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
    "check_place",
    "check_version",
    "create_tables",
    "told",
]

_CREATION = 2.0
"""Seconds to wait for another process that is just making the file."""

_PATIENCE, _GIVEN_UP = 5.0, 1.0
"""Seconds that a reader waits for another process that holds the file, and for how long it then waits no more."""


class Store(Protocol):
    """Where a logbook lies: a file, or memory."""

    @property
    def name(self) -> str:
        """What messages call it."""
        ...

    def connection(self) -> AbstractContextManager[sqlite3.Connection]:
        """Return a context that yields a connection to read from; within it, the same one in this thread."""
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

    def __deepcopy__(self, memo: object) -> MemoryStore:
        return self  # as a copy of what reads a file reads the same file

    def __reduce__(self) -> NoReturn:
        raise TypeError("a run whose logbook lies in memory cannot be pickled; train it with logbook='runs.logbook'")

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
        self._held = threading.local()
        self._gave_up = -math.inf

    def __reduce__(self) -> tuple[type[FileStore], tuple[Path]]:
        return FileStore, (self.path,)

    @contextmanager
    def connection(self) -> Iterator[sqlite3.Connection]:
        """Yield a read-only connection that sees one moment of the file; within it, the same one in this thread."""
        held = getattr(self._held, "database", None)
        if held is not None:
            yield held
            return
        with self._opened() as database:
            self._held.database = database
            try:
                yield database
            finally:
                self._held.database = None

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        check_file(self.path)
        self._tidy()
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

    def _tidy(self) -> None:
        """Fold into the file what a reader kept the last writer from folding, unless one is still there.

        Whatever lies beside the file and a writer's lock was left by a crash; that is left to the next writer.
        """
        wal, shm, held = (beside(self.path, end) for end in ("-wal", "-shm", "-lock"))
        if held.exists() or not (wal.exists() or shm.exists()):
            return
        # Where somebody else is quicker, or nothing can be written, it is read as it lies.
        with suppress(LogbookError, OSError):
            lock = WriterLock(self.path, patience=0.0)
            try:
                with suppress(sqlite3.Error), closing(self._open("mode=rw", timeout=0.0)) as database:
                    database.execute("PRAGMA journal_mode=DELETE")
            finally:
                lock.release()

    def _connected(self) -> sqlite3.Connection:
        try:
            return self._open("mode=ro")
        except sqlite3.OperationalError as error:
            if "readonly" not in str(error) and "unable to open" not in str(error):
                raise
        if any(_size(beside(self.path, end)) for end in ("-wal", "-journal")):
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

    def _open(self, how: str, timeout: float | None = None) -> sqlite3.Connection:
        if timeout is None:
            # Questions that come one after the other would each wait for who holds the file.
            timeout = 0.0 if monotonic() - self._gave_up < _GIVEN_UP else _PATIENCE
        began = monotonic()
        database = sqlite3.connect(
            f"{self.path.absolute().as_uri()}?{how}", uri=True, isolation_level=None, timeout=timeout
        )
        try:
            database.execute("PRAGMA trusted_schema=OFF")
            database.execute("PRAGMA cell_size_check=ON")
            database.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except BaseException as error:
            database.close()
            if "locked" in str(error) and monotonic() - began >= timeout > 0:
                self._gave_up = monotonic()
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
        until = monotonic() + _CREATION
        while (empty := path.stat().st_size == 0) and is_being_written(path) and monotonic() < until:
            sleep(0.01)
        folder = path.is_dir()
    except FileNotFoundError:
        near = nearest_file(path, ": give the path of a logbook that training wrote", ".logbook")
        raise LogbookError(f"there is no file {shown}{near}") from None
    except ValueError:
        raise LogbookError(f"{shown} cannot be the name of a file: give the path of a logbook") from None
    except OSError as error:
        raise LogbookError(f"{shown} cannot be read ({error.strerror}): check its permissions") from None
    if folder:
        raise LogbookError(f"{shown} is a folder: give the path of a logbook file")
    what = "is empty"
    if not empty:
        try:
            application, version = _signature(path)
        except sqlite3.Error as error:
            if "unable to open" in str(error):
                raise LogbookError(f"{shown} cannot be read: check its permissions") from None
            if "not a database" not in str(error):
                return  # it grows just now, or is damaged: reading it with SQLite's locks will say
            what = "is not a logbook of engineroom"
        else:
            if application == APPLICATION_ID:
                check_version(version, shown, newest)
                return
            what = "is an SQLite file of another program"
    elif is_being_written(path):
        raise LogbookError(f"{shown} is just being made by another process: try again in a moment")
    raise LogbookError(f"{shown} {what}: give a file that `logbook=` or `engineroom train` wrote")


def _signature(path: Path) -> tuple[int, int]:
    """Return whose file it is, and its schema, as its header says, without waiting for a writer.

    SQLite reads it and not Python: closing any other handle on the file would drop the locks that SQLite holds on it
    for this process, those of a writer in another thread among them.
    """
    try:
        return _marks(path, "mode=ro&immutable=1")
    except sqlite3.DatabaseError as error:
        if "malformed" in str(error):
            # While it grows, and after a crash while it grew, only what lies beside it says how long it is.
            with suppress(sqlite3.Error):
                return _marks(path, "mode=ro")
        raise


def _marks(path: Path, how: str) -> tuple[int, int]:
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?{how}", uri=True, timeout=0.0)) as database:
        (application,) = database.execute("PRAGMA application_id").fetchone()
        (version,) = database.execute("PRAGMA user_version").fetchone()
    return application, version


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


def check_place(path: Path) -> None:
    """Raise a LogbookError unless runs can be written to `path`: a logbook, or a file that can be made there."""
    check_folder(path)
    if path.exists() and path.stat().st_size:
        check_file(path, newest=SCHEMA)


@contextmanager
def told(name: str, advice: str = "`engineroom repair` saves what is intact") -> Iterator[None]:
    """Turn errors of SQLite, and what damaged numbers and texts lead to, into sentences about the logbook `name`.

    Parameters
    ----------
    advice : what is said where it is damaged.
    """
    try:
        yield
    except (sqlite3.Error, MemoryError, UnicodeError, OverflowError, RecursionError) as error:
        text = " ".join(str(error).split())[:200] or type(error).__name__
        if "is full" in text:
            reason = "could not be written, the disk is full: make room, then resume or train again"
        elif "disk I/O" in text:
            reason = f"could not be read or written ({text}): check its disk, its quota and the room that is left"
        elif getattr(error, "sqlite_errorname", "") == "SQLITE_READONLY_DBMOVED":  # told from Python 3.11 on
            reason = "was removed, renamed or replaced while it was written: nothing more can be kept in it"
        elif "readonly" in text or "unable to open" in text:
            reason = "cannot be written or opened: check the permissions of the file and its folder"
        elif "locked" in text:
            reason = "is being written by another process: try again when it has ended"
        else:
            reason = f"is damaged ({text}): {advice}"
        raise LogbookError(f"{name} {reason}") from error

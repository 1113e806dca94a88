"""One writer a logbook: a lock held by the operating system, so that a crash leaves none behind."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep

from engineroom.errors import LogbookError
from engineroom.logbook._place import beside

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

__all__ = ["WriterLock", "is_being_written"]

_PATIENCE = 0.2


class WriterLock:
    """Holds `<logbook>-lock` while a writer is open.

    It is a file of its own, because closing any handle on the database file would drop SQLite's own locks on it.
    """

    def __init__(self, logbook: Path, patience: float = _PATIENCE) -> None:
        self._path = beside(logbook, "-lock")
        while True:
            self._handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644)
            if not _lock_patiently(self._handle, patience):
                os.close(self._handle)
                raise LogbookError(
                    f"another process is writing {str(logbook)!r}: wait until it ends, or train into another file"
                )
            if self._is_current():
                return
            os.close(self._handle)  # its last holder removed the file between our open and our lock

    def _is_current(self) -> bool:
        try:
            there = self._path.stat()
        except FileNotFoundError:
            return False
        return os.path.samestat(there, os.fstat(self._handle))

    def release(self) -> None:
        """Give the lock back and remove its file, if the folder lets it go; a file that stays is held by nobody."""
        if sys.platform == "win32":
            os.close(self._handle)
        with suppress(OSError):
            self._path.unlink()
        if sys.platform != "win32":
            os.close(self._handle)


def is_being_written(logbook: Path) -> bool:
    """Whether some process, perhaps this one, has the logbook open to write; a crashed writer holds no lock."""
    try:
        handle = os.open(beside(logbook, "-lock"), os.O_RDWR if sys.platform == "win32" else os.O_RDONLY)
    except (OSError, ValueError):  # nor is one held on what no file can be called
        return False
    try:
        return not _lock(handle, alone=False)
    finally:
        os.close(handle)


def _lock_patiently(handle: int, patience: float) -> bool:
    """Lock, though a reader may hold the lock for the instant in which it looks whether there is a writer."""
    until = monotonic() + patience
    while not _lock(handle):
        if monotonic() > until:
            return False
        sleep(0.01)
    return True


def _lock(handle: int, alone: bool = True) -> bool:
    """Lock, if nobody else has; those who only look do so together, so that none of them takes another for a writer."""
    try:
        if sys.platform == "win32":
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(handle, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except OSError:
        return False
    return True

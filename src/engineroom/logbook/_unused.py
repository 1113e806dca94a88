"""A new logbook into which no run was entered is removed again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from engineroom.errors import LogbookError
from engineroom.logbook._lock import WriterLock
from engineroom.logbook._logbook import Logbook
from engineroom.logbook._place import discard

__all__ = ["leaving_none_unused"]


@contextmanager
def leaving_none_unused(logbook: Path) -> Iterator[None]:
    """Remove a logbook that was made within where an error ends it before a run is committed.

    A writer removes what it made itself; this is for a file that a page shows before anybody trains into it.
    """
    new = not logbook.exists()
    try:
        yield
    except BaseException:
        if new:
            _discard_unused(logbook)
        raise


def _discard_unused(logbook: Path) -> None:
    with suppress(LogbookError, OSError):
        lock = WriterLock(logbook)  # nobody else is entering a run right now
        try:
            if not Logbook.open(logbook).runs():
                discard(logbook)
        finally:
            lock.release()

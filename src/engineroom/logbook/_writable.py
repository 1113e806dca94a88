"""Whether runs can be written to a logbook now, found out before anything is told or made."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from engineroom.errors import LogbookError
from engineroom.logbook._lock import WriterLock
from engineroom.logbook._store import FileStore, check_place

__all__ = ["check_writable", "unwritable"]


def check_writable(path: Path) -> None:
    """Raise a LogbookError where no run can be entered into `path` now: another process writes it, or nobody may.

    The lock is taken for an instant, which tries the folder too. Another process may still come first afterwards.
    """
    check_place(path)
    name = FileStore(path).name
    try:
        WriterLock(path).release()
    except LogbookError:
        raise
    except OSError as error:
        raise unwritable(name, error) from None
    if path.exists() and not os.access(path, os.W_OK):
        raise LogbookError(f"the logbook {name} cannot be written: check the permissions of the file")


def unwritable(name: str, error: OSError) -> LogbookError:
    """Return what to say where not even an empty file can be made."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return LogbookError(f"{name} could not be written, the disk is full: make room, then train again")
    return LogbookError(f"the logbook {name} cannot be written ({error.strerror}): check the permissions of its folder")

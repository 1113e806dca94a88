"""How a writer connects to its file: what SQLite is asked to do, and a file that is ready to be written."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from engineroom.logbook._migration import migrate
from engineroom.logbook._room import PAGE
from engineroom.logbook._store import check_definitions, create_tables

__all__ = ["PATIENCE", "connect"]

PATIENCE = 10.0
"""Seconds to wait for a reader who holds the file."""


def connect(path: Path) -> sqlite3.Connection:
    """Return a connection that writes to a file: an empty one gets its tables, an older one is brought forward."""
    # By itself SQLite would take `:memory:` and `file:...` for something else than names of files.
    database = sqlite3.connect(path.absolute(), isolation_level=None, check_same_thread=False, timeout=PATIENCE)
    try:
        database.execute("PRAGMA trusted_schema=OFF")
        database.execute("PRAGMA journal_size_limit=0")
        # Nobody is promised that dropped keyframes cannot be found again. Where SQLite overwrites them with zeros, as
        # Debian's does by itself, thinning writes each of their pages once more and takes five times as long.
        database.execute("PRAGMA secure_delete=OFF")
        # Reading the schema also makes SQLite roll back what a crash left half done.
        if not database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            # Blobs of megabytes are most of a logbook: larger pages halve the time they take to write.
            database.execute(f"PRAGMA page_size={PAGE}")
            # There is nothing yet that losing power could take away, so the disk is not waited for.
            database.execute("PRAGMA synchronous=OFF")
            create_tables(database)
        else:
            check_definitions(database, repr(str(path)))
            migrate(database)
    except BaseException:
        database.close()
        raise
    return database

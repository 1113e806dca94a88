"""Older logbooks brought forward: in one transaction when they are written to, behind views when they are only read."""

from __future__ import annotations

import sqlite3

from engineroom.logbook._schema import SCHEMA, SEALED, SEALS, SIGNED, SUMMARIES
from engineroom.logbook._seal import BOOK, Tally, mark_of, tally_of, write_seal

__all__ = ["migrate", "seal_everything", "show_as_newest"]

_RUN_ROWS = ("scalars", "summaries", "metrics", "keyframes", "events")
_FIRST = [table for table in SIGNED if table != "summaries"]
"""The tables of schema 1."""


def migrate(database: sqlite3.Connection) -> None:
    """Bring the tables to the newest schema; a crash on the way leaves them as they were."""
    (version,) = database.execute("PRAGMA user_version").fetchone()
    if version == SCHEMA:
        return
    database.execute("BEGIN IMMEDIATE")
    try:
        database.execute(SUMMARIES)
        if version < SEALED:
            database.execute(SEALS)
            for table in _FIRST:
                database.execute(f"ALTER TABLE {table} ADD COLUMN mark BLOB")
            seal_everything(database)
        database.execute(f"PRAGMA user_version={SCHEMA}")
        database.execute("COMMIT")
    except BaseException:
        database.execute("ROLLBACK")
        raise


def seal_everything(database: sqlite3.Connection) -> None:
    """Give every row its mark and every run its seal, as they now are."""
    for table, columns in SIGNED.items():
        for (rowid,) in database.execute(f"SELECT rowid FROM {table}").fetchall():
            fields = database.execute(f"SELECT {columns} FROM {table} WHERE rowid = ?", (rowid,)).fetchone()
            database.execute(f"UPDATE {table} SET mark = ? WHERE rowid = ?", (mark_of(table, fields), rowid))
    for (run,) in database.execute("SELECT number FROM runs").fetchall():
        write_seal(database, run, {table: _tally(database, table, " WHERE run = ?", run) for table in _RUN_ROWS})
    write_seal(database, BOOK, {table: _tally(database, table) for table in ("runs", "data")})


def _tally(database: sqlite3.Connection, table: str, where: str = "", *values: int) -> Tally:
    return tally_of(mark for (mark,) in database.execute(f"SELECT mark FROM {table}{where}", values))


def show_as_newest(database: sqlite3.Connection) -> None:
    """Let questions in terms of the newest schema be put to an older file, which stays as it is."""
    (version,) = database.execute("PRAGMA user_version").fetchone()
    database.execute(SUMMARIES.replace("CREATE TABLE", "CREATE TEMP TABLE"))
    for table in _FIRST if version < SEALED else ():
        database.execute(f"CREATE TEMP VIEW {table} AS SELECT rowid AS rowid, *, NULL AS mark FROM main.{table}")

"""How rows are bound to their run: each has a mark, and the run's seal counts and sums the marks of its rows.

A changed row no longer has its mark; a missing or an added one no longer fits the seal. Thinning takes a keyframe's
mark out of the sum, so that a dropped keyframe is no missing one.
"""

from __future__ import annotations

import hashlib
import json
import math
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from engineroom.errors import LogbookError
from engineroom.logbook._schema import SIGNED

__all__ = ["BOOK", "Tally", "data_key", "mark_of", "read_tallies", "seal_of", "tally_of", "write_seal"]

BOOK = 0
"""The seal under this number counts the runs and the data of the whole file."""

_WIDTH = 2**128


def mark_of(table: str, fields: Sequence[Any]) -> bytes:
    """Return 16 bytes of SHA-256 over a row: its table and fields as Python writes them in ASCII, bytes behind them."""
    plain: list[Any] = [table]
    contents = []
    for field in fields:
        if isinstance(field, bytes):
            plain.append([len(field)])
            contents.append(field)
        elif isinstance(field, float):
            # SQLite keeps a NaN as NULL, and zero without its sign.
            plain.append(None if math.isnan(field) else field + 0.0)
        else:
            plain.append(field)
    whole = hashlib.sha256(ascii(plain).encode())
    for content in contents:
        whole.update(content)
    return whole.digest()[:16]


def data_key(digest: str, payload: str, blobs: Iterable[tuple[str, bytes]]) -> str:
    """Return the key of a data set: SHA-256 over all of it."""
    whole = hashlib.sha256(f"{digest}\n{payload}\n".encode())
    for name, content in blobs:
        whole.update(f"{name} {len(content)}\n".encode())
        whole.update(content)
    return whole.hexdigest()


@dataclass(frozen=True)
class Tally:
    """How many rows, and the sum of their marks."""

    count: int = 0
    total: int = 0

    def plus(self, *marks: bytes) -> Tally:
        """Return the tally with these rows more."""
        return Tally(
            self.count + len(marks), (self.total + sum(int.from_bytes(mark, "big") for mark in marks)) % _WIDTH
        )

    def minus(self, mark: bytes) -> Tally:
        """Return the tally with one row less."""
        return Tally(self.count - 1, (self.total - int.from_bytes(mark, "big")) % _WIDTH)


def tally_of(marks: Iterable[bytes]) -> Tally:
    """Return the tally of rows with these marks."""
    tally = Tally()
    for mark in marks:
        tally = tally.plus(mark)
    return tally


def seal_of(database: sqlite3.Connection, run: int, tallies: str) -> bytes:
    """Return the mark of a run's seal: over its whole entry, how far it is, and the tallies of its rows."""
    entry = database.execute(f"SELECT {SIGNED['runs']}, status, steps FROM runs WHERE number = ?", (run,)).fetchone()
    return mark_of("seals", (run, tallies, *(entry or ())))


def write_seal(database: sqlite3.Connection, run: int, tallies: dict[str, Tally]) -> None:
    """Seal a run as it now is."""
    text = json.dumps({table: [tally.count, f"{tally.total:032x}"] for table, tally in sorted(tallies.items())})
    database.execute("INSERT OR REPLACE INTO seals VALUES (?, ?, ?)", (run, text, seal_of(database, run, text)))


def read_tallies(database: sqlite3.Connection, run: int, name: str) -> dict[str, Tally]:
    """Return the tallies of a run, after its seal was checked; LogbookError when it is broken.

    Parameters
    ----------
    name : what messages call the logbook.
    """
    row = database.execute("SELECT tallies, mark FROM seals WHERE run = ?", (run,)).fetchone()
    if row is not None and isinstance(row[0], str) and row[1] == seal_of(database, run, row[0]):
        try:
            return {table: Tally(count, int(total, 16)) for table, (count, total) in json.loads(row[0]).items()}
        except (AttributeError, TypeError, ValueError, RecursionError):
            pass  # somebody made a mark for what is no seal
    what = "the list of runs" if run == BOOK else f"the entry of run {run}"
    raise LogbookError(f"{name} is damaged: {what} was changed; `engineroom repair` saves what is intact")

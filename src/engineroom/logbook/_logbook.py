"""Reading a logbook: many runs in one file, each with what is needed to compute any of its steps again."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engineroom.errors import LogbookError
from engineroom.logbook._lock import is_being_written
from engineroom.logbook._rows import Event, MetricRow, RunRow, StoredData, StoredKeyframe, Summary
from engineroom.logbook._schema import KINDS, SCHEMA, SEALED, SIGNED
from engineroom.logbook._seal import BOOK, Tally, data_key, mark_of, read_tallies, tally_of
from engineroom.logbook._store import FileStore, Store, told

__all__ = ["Logbook"]


class Logbook:
    """Reads a logbook; nothing in it is executed, and nothing that it says is ever changed.

    What is read is checked: a row that was changed, and one that is missing from among those asked for or was added to
    them, is a LogbookError. Files of schema 1 have no marks to check by. The bytes of a keyframe are for whoever takes
    them to check by its digest.

    Examples
    --------
    >>> from engineroom.logbook import Writer
    >>> with Writer.open(None) as writer:
    ...     writer.logbook.runs()
    []
    """

    def __init__(self, store: Store, *, checks: bool = True) -> None:
        self._store = store
        self._checks = checks

    @classmethod
    def open(cls, path: str | Path) -> Logbook:
        """Open the logbook in the file `path` to read it; LogbookError when there is none."""
        logbook = cls(FileStore(Path(path)))
        logbook.runs()
        return logbook

    @property
    def path(self) -> Path | None:
        """The file, or None in memory."""
        return self._store.path if isinstance(self._store, FileStore) else None

    @property
    def store(self) -> Store:
        """Where it lies."""
        return self._store

    @property
    def name(self) -> str:
        """What messages call it."""
        return self._store.name

    def unchecked(self) -> Logbook:
        """Return the same logbook, read as it is, to look at what a check refuses."""
        return Logbook(self._store, checks=False)

    @contextmanager
    def moment(self) -> Iterator[None]:
        """Read all that is asked for within, in this thread, as of one moment of the file, which is opened once."""
        with self._store.connection():
            yield

    @property
    def contains_rows(self) -> bool:
        """Whether rows of training data are kept in it."""
        with self._reading() as (database, sealed):
            rows = database.execute(f"SELECT {SIGNED['data']}, mark FROM data").fetchall()
            if sealed:
                self._check("data", rows, "the list of data sets")
                self._check_tally(database, BOOK, "data", rows, "data sets")
        return any(row[3] for row in rows)

    def runs(self) -> list[RunRow]:
        """Return all runs, oldest first; one that says it is running while nobody writes was interrupted."""
        written = self._is_being_written()
        with self._reading() as (database, sealed):
            rows = database.execute(f"{_SELECT_RUNS} ORDER BY number").fetchall()
            if sealed:
                for row in rows:
                    self._check_run(database, row)
                self._check_tally(database, BOOK, "runs", rows, "runs")
        return [self._run_row(row, written) for row in rows]

    def run(self, number: int) -> RunRow:
        """Return the run `number`; LogbookError when it is not in the file."""
        written = self._is_being_written()
        with self._reading() as (database, sealed):
            # A number that SQLite cannot hold is none of its numbers.
            asked = (number,) if abs(number) < 2**63 else (None,)
            row = database.execute(f"{_SELECT_RUNS} WHERE number = ?", asked).fetchone()
            if row is None:
                (count,) = database.execute("SELECT count(*) FROM runs").fetchone()
                raise LogbookError(f"{self.name} has no run {number}: it holds {count} run{'s' if count != 1 else ''}")
            if sealed:
                self._check_run(database, row)
        return self._run_row(row, written)

    def newest(self) -> RunRow:
        """Return the newest run; LogbookError when there is none."""
        runs = self.runs()
        if not runs:
            raise LogbookError(f"{self.name} has no runs yet: train into it first")
        return runs[-1]

    def data(self, key: str) -> StoredData:
        """Return the data set with this key."""
        with self._reading() as (database, _):
            row = database.execute("SELECT digest, payload, rows_kept FROM data WHERE key = ?", (key,)).fetchone()
            if row is None:
                raise LogbookError(f"{self.name} is damaged: the data {key[:12]} of a run is missing from it")
            blobs = database.execute("SELECT name, content FROM blobs WHERE data = ? ORDER BY rowid", (key,)).fetchall()
        digest, payload, rows_kept = row
        if not all(isinstance(content, bytes) for _, content in blobs):
            raise LogbookError(f"{self.name} is damaged: the data {key[:12]} of a run is not bytes")
        if self._checks and data_key(digest, payload, blobs) != key:
            raise self._damaged(f"the data {key[:12]} of a run was changed")
        return StoredData(str(digest), str(payload), dict(blobs), bool(rows_kept))

    def check_file(self) -> None:
        """Raise a LogbookError unless SQLite finds the whole file in order, and so are its lists of runs and data."""
        with self._reading() as (database, _):
            (said,) = database.execute("PRAGMA integrity_check(1)").fetchone()
        if said != "ok":
            raise self._damaged(str(said).splitlines()[-1])
        self.runs()
        _ = self.contains_rows

    def check_scalars(self, run: int) -> None:
        """Raise a LogbookError unless all chunks of a run's scalars, and no others, are there and unchanged."""
        self._rows_of_run("scalars", run, "name, first_step")

    def scalars(self, run: int, name: str, first: int, last: int) -> NDArray[np.float64]:
        """Return the scalar `name` of steps `first` to `last`, both included, as float64."""
        if last < first:
            return np.empty(0)
        with self._reading() as (database, sealed):
            chunks = database.execute(
                f"SELECT {SIGNED['scalars']}, mark FROM scalars WHERE run = ? AND name = ? "
                "AND first_step <= ? AND first_step + count > ? ORDER BY first_step",
                (run, name, last, first),
            ).fetchall()
        if sealed:
            for chunk in chunks:
                self._check("scalars", [chunk], f"the {name} kept from step {chunk[2]} on of run {run}")
        self._check_kinds("scalars", chunks, run)
        pieces = []
        reached = first
        for _, _, start, count, content, _ in chunks:
            if start > reached or not isinstance(content, bytes) or len(content) != 8 * count:
                break
            pieces.append(np.frombuffer(content, "<f8")[reached - start : last + 1 - start])
            reached += len(pieces[-1])
        if reached != last + 1:
            raise LogbookError(f"{self.name} is damaged: the {name} of step {reached} of run {run} is missing")
        return np.concatenate(pieces).astype(np.float64)

    def last_scalar(self, run: int, name: str) -> int:
        """Return the last step of which the scalar is kept by itself; 0 when there is none."""
        with self._reading() as (database, _):
            (last,) = database.execute(
                "SELECT max(first_step + count - 1) FROM scalars WHERE run = ? AND name = ?", (run, name)
            ).fetchone()
        if not isinstance(last, (int, type(None))):
            raise self._damaged(f"the {name} of run {run} is kept for no steps that can be counted")
        return last or 0

    def summaries(self, run: int, name: str) -> list[Summary]:
        """Return what is kept of the scalar where it is not kept step by step, in order of steps."""
        try:
            return [_summary(row) for row in self._rows_of_run("summaries", run, "first_step") if row[1] == name]
        except (TypeError, ValueError):
            raise self._damaged(f"a summary of run {run} cannot be read") from None

    def metrics(self, run: int) -> list[MetricRow]:
        """Return what was measured on the validation rows, in order of steps."""
        rows: dict[int, MetricRow] = {}
        for _, step, epoch, name, value, _ in self._rows_of_run("metrics", run, "step, rowid"):
            # SQLite keeps a NaN as NULL.
            rows.setdefault(step, MetricRow(epoch, step, {})).values[name] = float("nan") if value is None else value
        return list(rows.values())

    def keyframe_steps(self, run: int) -> list[int]:
        """Return the steps after which a keyframe was kept, ascending."""
        with self._reading() as (database, sealed):
            plain = f"SELECT {SIGNED['keyframes']} FROM keyframes WHERE run = ? ORDER BY step"
            rows = database.execute(plain, (run,)).fetchall()
            tallies = read_tallies(database, run, self.name) if sealed else {}
        # Marks lie behind bytes through all of which SQLite would go: they are read only to say what is wrong.
        if sealed and tally_of(mark_of("keyframes", row) for row in rows) != tallies.get("keyframes", Tally()):
            rows = self._rows_of_run("keyframes", run, "step")
        self._check_kinds("keyframes", rows, run)
        return [int(row[1]) for row in rows]

    def keyframe(self, run: int, step: int) -> StoredKeyframe:
        """Return the keyframe of `step`."""
        with self._reading() as (database, sealed):
            whole = f"SELECT content, {SIGNED['keyframes']}, mark FROM keyframes WHERE run = ? AND step = ?"
            row = database.execute(whole, (run, step)).fetchone()
        if row is None:
            raise LogbookError(f"{self.name} has no keyframe at step {step} of run {run}")
        content, *signed = row
        if not isinstance(content, bytes):
            raise LogbookError(f"{self.name} is damaged: the keyframe at step {step} of run {run} is not bytes")
        if sealed:
            self._check("keyframes", [signed], f"the keyframe at step {step} of run {run}")
        return StoredKeyframe(step, str(signed[2]), content)

    def events(self, run: int) -> list[Event]:
        """Return what happened in the run, in order."""
        rows = self._rows_of_run("events", run, "number")
        try:
            return [Event(int(row[2]), str(row[3]), dict(json.loads(row[4]))) for row in rows]
        except (TypeError, ValueError, RecursionError):
            raise self._damaged(f"an event of run {run} cannot be read") from None

    def _rows_of_run(self, table: str, run: int, order: str) -> list[Any]:
        """Return all rows of a run in a table, checked, with the mark as last column."""
        with self._reading() as (database, sealed):
            marked = f"SELECT {SIGNED[table]}, mark FROM {table} WHERE run = ? ORDER BY {order}"
            rows = database.execute(marked, (run,)).fetchall()
            if sealed:
                self._check(table, rows, f"the {table} of run {run}")
                self._check_tally(database, run, table, rows, f"{table} of run {run}")
        self._check_kinds(table, rows, run)
        return rows

    def _check_kinds(self, table: str, rows: list[Any], run: int) -> None:
        """Raise a LogbookError where a column holds what it cannot hold, which SQLite itself does not mind."""
        for place, column in enumerate(SIGNED[table].split(", ")):
            kind = KINDS.get(column, object)
            if not all(isinstance(row[place], kind) for row in rows):
                raise self._damaged(f"the {column} of some {table} of run {run} cannot be read")

    @contextmanager
    def _reading(self) -> Iterator[tuple[sqlite3.Connection, bool]]:
        """Yield a connection, and whether what it reads is to be checked by marks and seals."""
        with self._store.connection() as database, told(self.name):
            (version,) = database.execute("PRAGMA user_version").fetchone()
            try:
                # What the marks of a newer schema cover is not known here; replay still compares.
                yield database, self._checks and SEALED <= version <= SCHEMA
            except sqlite3.Error as error:
                if version <= SCHEMA:
                    raise
                raise LogbookError(
                    f"{self.name} was written by a newer engineroom, and this part of it cannot be read by this one "
                    f"({error}): upgrade with `pip install -U engineroom`"
                ) from error

    def _check(self, table: str, rows: list[Any], what: str) -> None:
        if any(mark_of(table, row[:-1]) != row[-1] for row in rows):
            raise self._damaged(f"{what} {'were' if what.startswith(f'the {table}') else 'was'} changed")

    def _check_tally(self, database: sqlite3.Connection, run: int, table: str, rows: list[Any], what: str) -> None:
        sealed = read_tallies(database, run, self.name).get(table, Tally())
        found = tally_of(row[-1] for row in rows)
        if found != sealed:
            others = ", not all of them those" if found.count == sealed.count else ""
            raise self._damaged(f"written were {sealed.count} {what}, and it holds {found.count}{others}")

    def _check_run(self, database: sqlite3.Connection, row: tuple[Any, ...]) -> None:
        read_tallies(database, row[0], self.name)
        self._check("runs", [(*row[: len(SIGNED["runs"].split(","))], row[-1])], f"the entry of run {row[0]}")

    def _damaged(self, what: str) -> LogbookError:
        return LogbookError(f"{self.name} is damaged: {what}; `engineroom repair` saves what is intact")

    def _is_being_written(self) -> bool:
        return self.path is None or is_being_written(self.path)

    def _run_row(self, row: tuple[Any, ...], written: bool) -> RunRow:
        number, name, created, numerics, version, seed, spec, plan, data, parent, parent_step, status, steps, _ = row
        # Asked before and after reading: a writer that ends or begins meanwhile interrupts nothing.
        if status == "running" and not written and not self._is_being_written():
            status = "interrupted"
        try:
            parsed = json.loads(spec)
            return RunRow(
                int(number), name, str(created), str(status), int(steps), int(numerics), str(version), int(seed),
                dict(parsed), str(plan), str(data), parent, parent_step,
            )  # fmt: skip
        except (TypeError, ValueError, OverflowError, RecursionError):
            raise LogbookError(f"{self.name} is damaged: the entry of run {number} cannot be read") from None


def _summary(row: tuple[Any, ...]) -> Summary:
    _, _, first_step, count, least, greatest, worst, mean, first, last, digest, _ = row
    # SQLite keeps a NaN as NULL.
    numbers = (float("nan") if value is None else float(value) for value in (least, greatest, mean, first, last))
    low, high, middle, begin, end = numbers
    return Summary(int(first_step), int(count), low, high, int(worst), middle, begin, end, str(digest))


_SELECT_RUNS = f"SELECT {SIGNED['runs']}, status, steps, mark FROM runs"

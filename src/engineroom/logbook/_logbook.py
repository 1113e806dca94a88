"""Reading a logbook: many runs in one file, each with what is needed to compute any of its steps again."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engineroom.errors import LogbookError
from engineroom.logbook._store import FileStore, Store

__all__ = ["Event", "Logbook", "MetricRow", "RunRow", "StoredData", "StoredKeyframe"]


@dataclass(frozen=True)
class RunRow:
    """What a logbook says about a run.

    Attributes
    ----------
    number : counts from 1 in its file.
    name : what the user called it, or None.
    created : when it began, ISO 8601 in UTC.
    status : "running", "completed", "interrupted", "nonfinite" or "stopped early".
    steps : how many steps were committed.
    numerics, engineroom : versions under which it was recorded.
    seed : the seed of its initial weights and order.
    spec : what was asked for (network, loss, optimizer, ...), as JSON.
    plan : the plan's text.
    data : the key of its data set.
    parent, parent_step : from where it was forked; None for a run that began by itself.
    """

    number: int
    name: str | None
    created: str
    status: str
    steps: int
    numerics: int
    engineroom: str
    seed: int
    spec: dict[str, Any]
    plan: str
    data: str
    parent: int | None
    parent_step: int | None


@dataclass(frozen=True)
class StoredData:
    """A data set as kept: `payload` describes it, `blobs` hold its arrays, among them its rows if `rows_kept`."""

    digest: str
    payload: str
    blobs: dict[str, bytes]
    rows_kept: bool


@dataclass(frozen=True)
class StoredKeyframe:
    """The bytes of a state, and the digest they had when they were written."""

    step: int
    digest: str
    content: bytes


@dataclass(frozen=True)
class MetricRow:
    """What was measured on the validation rows after `step` updates, at the end of `epoch`."""

    epoch: int
    step: int
    values: dict[str, float]


@dataclass(frozen=True)
class Event:
    """Something that happened in a run: `kind` says what, `payload` holds the facts."""

    step: int
    kind: str
    payload: dict[str, Any]


_RUN_COLUMNS = "number, name, created, status, steps, numerics, engineroom, seed, spec, plan, data, parent, parent_step"


class Logbook:
    """Reads a logbook; nothing in it is executed, and the file is never changed.

    Examples
    --------
    >>> from engineroom.logbook import Writer
    >>> with Writer.open(None) as writer:
    ...     writer.logbook.runs()
    []
    """

    def __init__(self, store: Store) -> None:
        self._store = store

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
    def name(self) -> str:
        """What messages call it."""
        return self._store.name

    @property
    def contains_rows(self) -> bool:
        """Whether rows of training data are kept in it."""
        with self._store.connection() as database:
            return bool(database.execute("SELECT EXISTS (SELECT 1 FROM data WHERE rows_kept)").fetchone()[0])

    def runs(self) -> list[RunRow]:
        """Return all runs, oldest first."""
        with self._store.connection() as database:
            rows = database.execute(f"SELECT {_RUN_COLUMNS} FROM runs ORDER BY number").fetchall()
        return [self._run_row(row) for row in rows]

    def run(self, number: int) -> RunRow:
        """Return the run `number`; LogbookError when it is not in the file."""
        with self._store.connection() as database:
            row = database.execute(f"SELECT {_RUN_COLUMNS} FROM runs WHERE number = ?", (number,)).fetchone()
            if row is None:
                (count,) = database.execute("SELECT count(*) FROM runs").fetchone()
                raise LogbookError(f"{self.name} has no run {number}: it holds {count} run{'s' if count != 1 else ''}")
        return self._run_row(row)

    def newest(self) -> RunRow:
        """Return the newest run; LogbookError when there is none."""
        runs = self.runs()
        if not runs:
            raise LogbookError(f"{self.name} has no runs yet: train into it first")
        return runs[-1]

    def _run_row(self, row: tuple[Any, ...]) -> RunRow:
        number, name, created, status, steps, numerics, version, seed, spec, plan, data, parent, parent_step = row
        try:
            parsed = json.loads(spec)
            return RunRow(
                int(number), name, str(created), str(status), int(steps), int(numerics), str(version), int(seed),
                dict(parsed), str(plan), str(data), parent, parent_step,
            )  # fmt: skip
        except (TypeError, ValueError):
            raise LogbookError(f"{self.name} is damaged: the entry of run {number} cannot be read") from None

    def data(self, key: str) -> StoredData:
        """Return the data set with this key."""
        with self._store.connection() as database:
            row = database.execute("SELECT digest, payload, rows_kept FROM data WHERE key = ?", (key,)).fetchone()
            if row is None:
                raise LogbookError(f"{self.name} is damaged: the data {key[:12]} of a run is missing from it")
            blobs = dict(database.execute("SELECT name, content FROM blobs WHERE data = ?", (key,)).fetchall())
        if not all(isinstance(content, bytes) for content in blobs.values()):
            raise LogbookError(f"{self.name} is damaged: the data {key[:12]} of a run is not bytes")
        return StoredData(str(row[0]), str(row[1]), blobs, bool(row[2]))

    def scalars(self, run: int, name: str, first: int, last: int) -> NDArray[np.float64]:
        """Return the scalar `name` of steps `first` to `last`, both included, as float64."""
        if last < first:
            return np.empty(0)
        with self._store.connection() as database:
            chunks = database.execute(
                "SELECT first_step, count, content FROM scalars WHERE run = ? AND name = ? "
                "AND first_step <= ? AND first_step + count > ? ORDER BY first_step",
                (run, name, last, first),
            ).fetchall()
        out = np.empty(last - first + 1)
        reached = first
        for start, count, content in chunks:
            if start > reached or not isinstance(content, bytes) or len(content) != 8 * count:
                break
            piece = np.frombuffer(content, "<f8")[reached - start : last + 1 - start]
            out[reached - first : reached - first + len(piece)] = piece
            reached += len(piece)
        if reached != last + 1:
            raise LogbookError(f"{self.name} is damaged: the {name} of step {reached} of run {run} is missing")
        return out

    def metrics(self, run: int) -> list[MetricRow]:
        """Return what was measured on the validation rows, in order of steps."""
        rows: dict[int, MetricRow] = {}
        with self._store.connection() as database:
            found = database.execute(
                "SELECT step, epoch, name, value FROM metrics WHERE run = ? ORDER BY step, rowid", (run,)
            ).fetchall()
        for step, epoch, name, value in found:
            # SQLite keeps a NaN as NULL.
            rows.setdefault(step, MetricRow(epoch, step, {})).values[name] = float("nan") if value is None else value
        return list(rows.values())

    def keyframe_steps(self, run: int) -> list[int]:
        """Return the steps after which a keyframe was kept, ascending."""
        with self._store.connection() as database:
            found = database.execute("SELECT step FROM keyframes WHERE run = ? ORDER BY step", (run,)).fetchall()
        return [int(step) for (step,) in found]

    def keyframe(self, run: int, step: int) -> StoredKeyframe:
        """Return the keyframe of `step`."""
        with self._store.connection() as database:
            row = database.execute(
                "SELECT digest, content FROM keyframes WHERE run = ? AND step = ?", (run, step)
            ).fetchone()
        if row is None:
            raise LogbookError(f"{self.name} has no keyframe at step {step} of run {run}")
        if not isinstance(row[1], bytes):
            raise LogbookError(f"{self.name} is damaged: the keyframe at step {step} of run {run} is not bytes")
        return StoredKeyframe(step, str(row[0]), row[1])

    def events(self, run: int) -> list[Event]:
        """Return what happened in the run, in order."""
        with self._store.connection() as database:
            found = database.execute(
                "SELECT step, kind, payload FROM events WHERE run = ? ORDER BY number", (run,)
            ).fetchall()
        return [Event(int(step), str(kind), json.loads(payload)) for step, kind, payload in found]

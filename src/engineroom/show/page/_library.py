"""The runs of the logbook that the page shows, read anew whenever the file has changed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from engineroom.errors import LogbookError
from engineroom.logbook import FileStore, Logbook, beside, is_being_written
from engineroom.run import Record, States, records_of

__all__ = ["Library", "Shelf"]

T = TypeVar("T")

_ROOM, _MOST = 160 * 2**20, 8192
"""Bytes and number of a run's states that are kept for all threads."""

_RUNS = 4
"""Runs of which states are kept."""


class Library:
    """The records of a logbook file; the file may grow, be replaced, be deleted and come back.

    Parameters
    ----------
    path : the file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._book = Logbook(FileStore(path))
        self._records: list[Record] = []
        self._seen: object = None
        self._states: dict[object, States] = {}

    def records(self) -> list[Record]:
        """Return all runs, oldest first; LogbookError when the file cannot be read now."""
        with self._lock:
            seen = self._looks()
            if seen != self._seen or self._died():
                self._seen = None
                self._records = records_of(self._book, known=self._records)
                self._seen = seen
            return self._records

    def record(self, number: int) -> Record:
        """Return run `number`; LogbookError when there is none."""
        records = self.records()
        if number not in (record.number for record in records):
            # What is committed lies in the file a moment before it can be read, and then the file changes no more.
            with self._lock:
                self._seen = None
            records = self.records()
        found = next((record for record in records if record.number == number), None)
        if found is None:
            have = f"it holds {len(records)} run{'s' * (len(records) != 1)}"
            raise LogbookError(f"{self.path.name} has no run {number}: {have}")
        return found

    def changed(self) -> bool:
        """Whether the file is no longer as it was when it was last read."""
        return self._looks() != self._seen or self._died()

    def _died(self) -> bool:
        """Whether what trained when the file was read was killed: its lock is free, and no file says so."""
        return any(record.status == "running" for record in self._records) and not is_being_written(self.path)

    def _looks(self) -> object:
        """Return what tells one version of the file from the next; what is written and not folded in lies beside it."""
        told = []
        for end in ("", "-wal", "-lock"):
            try:
                stat = beside(self.path, end).stat()
                told.append((stat.st_ino, stat.st_size, stat.st_mtime_ns))
            except OSError:
                told.append((0, 0, 0))
        return tuple(told)

    def states(self, record: Record) -> States:
        """Return where states of a run are kept for all threads; of the runs asked for lately only."""
        row = record.row
        key = (row.number, row.created, row.plan, row.seed, row.data, row.parent, row.parent_step)
        with self._lock:
            kept = self._states.pop(key, None) or States(_ROOM, _MOST)
            self._states[key] = kept
            while len(self._states) > _RUNS:
                del self._states[next(iter(self._states))]
            return kept

    def twin(self, number: int) -> Record:
        """Return run `number` with engines of its own, for one thread."""
        return Shelf(self).record(number)


class Shelf:
    """The records that one thread replays: each has an engine and states of its own, so that no thread waits."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self._twins: dict[int, tuple[Record, Record]] = {}

    def record(self, number: int) -> Record:
        """Return run `number`, to be used by this shelf's thread alone."""
        record = self.library.record(number)
        known = {run.number for run in self.library.records()}
        self._twins = {n: pair for n, pair in self._twins.items() if n in known}
        return self._twin(record)

    def again(self, number: int, question: Callable[[Record], T]) -> T:
        """Return what `question` finds in a run; where a keyframe went while it was looked for, ask again."""
        try:
            return question(self.record(number))
        except LogbookError:
            if not self.library.changed():
                raise
            return question(self.record(number))

    def _twin(self, record: Record) -> Record:
        of, twin = self._twins.get(record.number, (None, None))
        if twin is None or of is None or of.row != record.row:
            parent = None if record.parent is None else self._twin(record.parent)
            twin = record.twin(parent, self.library.states(record))
            self._twins[record.number] = (record, twin)
        return twin

"""Writing a logbook: one writer at a time, and a single file when it is closed."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import astuple
from datetime import datetime, timezone
from pathlib import Path
from types import TracebackType
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

from engineroom.errors import LogbookError
from engineroom.logbook._connection import PATIENCE, connect
from engineroom.logbook._lock import WriterLock
from engineroom.logbook._logbook import Logbook
from engineroom.logbook._place import discard, is_new, lies_on_network
from engineroom.logbook._rows import MetricRow, Summary
from engineroom.logbook._schema import HEADER, SIGNED
from engineroom.logbook._seal import BOOK, Tally, data_key, mark_of, read_tallies, write_seal
from engineroom.logbook._store import FileStore, MemoryStore, Store, check_file, check_place, told
from engineroom.logbook._writable import unwritable

__all__ = ["Writer"]


@final
class Writer:
    """Writes runs into a logbook; readers may look on while it does.

    Everything between two calls of `commit` becomes visible together. A file that it made goes again where writing
    fails before a run is committed.

    Examples
    --------
    >>> import numpy as np
    >>> with Writer.open(None) as writer:
    ...     data = writer.add_data("d1", "{}", {"x": b"..."}, rows=True)
    ...     run = writer.begin_run(numerics=1, engineroom="0", seed=0, spec={}, plan="", data=data)
    ...     writer.add_scalars(run, "loss", 1, np.array([3.0, 2.0]))
    ...     writer.commit(run, steps=2)
    ...     writer.logbook.scalars(run, "loss", 1, 2)
    array([3., 2.])
    """

    def __init__(
        self, database: sqlite3.Connection, store: Store, lock: WriterLock | None, *, made: bool = False
    ) -> None:
        self._database = database
        self._store = store
        self._lock = lock
        self._made = made
        self._begun = False
        self._failed = False
        self._left = False
        self._tallies: dict[int, dict[str, Tally]] = {}
        self._unsealed: set[int] = set()
        if lock is not None:
            self._settle()

    @classmethod
    def open(cls, path: str | Path | None) -> Writer:
        """Open the file `path` to write to it, and make it if there is none; None is memory."""
        if path is None:
            memory = MemoryStore()
            return cls(memory.database, memory, None)
        path = Path(path)
        check_place(path)
        store = FileStore(path)
        try:
            lock = WriterLock(path)
        except LogbookError:
            raise
        except OSError as error:
            raise unwritable(store.name, error) from None
        made = False
        try:
            made = is_new(path)
            with told(store.name):
                database = connect(path)
            try:
                return cls(database, store, lock, made=made)
            except BaseException:
                database.close()
                raise
        except BaseException as error:
            if made:
                discard(path)
            lock.release()
            if isinstance(error, OSError) and not isinstance(error, LogbookError):
                raise unwritable(store.name, error) from None
            raise

    @classmethod
    def of(cls, logbook: Logbook) -> Writer:
        """Open a logbook that is being read, to write to it as well."""
        store = logbook.store
        if isinstance(store, FileStore):
            check_file(store.path)  # a file that is gone meanwhile is not made anew
        return cls(store.database, store, None) if isinstance(store, MemoryStore) else cls.open(logbook.path)

    @property
    def logbook(self) -> Logbook:
        """The same logbook, to read from."""
        return Logbook(self._store)

    def __enter__(self) -> Writer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._left = kind is not None
        self.close()

    def add_data(self, digest: str, payload: str, blobs: Mapping[str, bytes], *, rows: bool) -> str:
        """Keep a data set, once, and return its key.

        Parameters
        ----------
        digest : hash of what the engine sees.
        payload, blobs : its description and its arrays.
        rows : whether they hold rows of training data; the file says so.
        """
        key = data_key(digest, payload, blobs.items())
        with self._writing() as database:
            if database.execute("SELECT 1 FROM data WHERE key = ?", (key,)).fetchone() is None:
                self._insert(BOOK, "data", (key, digest, payload, int(rows)))
                database.executemany("INSERT INTO blobs VALUES (?, ?, ?)", [(key, n, b) for n, b in blobs.items()])
                if rows:
                    database.execute(
                        "UPDATE about SET value = 'This file contains rows of training data.' WHERE name = 'rows'"
                    )
        return key

    def _log_ahead(self) -> None:
        """Enter WAL mode, in which readers may look on; data written before it need not go through the WAL."""
        if self._begun:
            self._end()
        # From here on the disk is waited for, in the thread that writes: what is committed survives a loss of power.
        # EXTRA, because without WAL the folder must be waited for too: a journal that came back would undo a commit.
        self._database.execute("PRAGMA synchronous=EXTRA")
        if not (isinstance(self._store, FileStore) and lies_on_network(self._store.path)):
            # Where WAL is not to be had, SQLite stays in rollback mode, in which readers wait for a commit.
            self._database.execute("PRAGMA journal_mode=WAL")
            # Large commits (4 MB) are folded into the file as they come, by the thread that writes, and not at the end.
            self._database.execute("PRAGMA wal_autocheckpoint=256")

    def fold(self) -> None:
        """Fold what is committed into the one file, so that the large last commit of a run is written to it directly.

        Only between commits. A reader that looks on right now may prevent it: then the file stays in WAL mode, in which
        readers and the writer never wait for each other.
        """
        if self._lock is None or self._begun:
            return
        with told(self._store.name):
            self._fold(wait=False)
            try:
                # With the lock in hand no reader can come between this moment and the commit.
                self._database.execute("BEGIN EXCLUSIVE")
                self._begun = True
            except sqlite3.OperationalError as error:
                if "locked" not in str(error):
                    raise
            finally:
                self._database.execute(f"PRAGMA busy_timeout={PATIENCE * 1000:.0f}")
            if not self._begun:
                self._log_ahead()  # a reader came between: only when it has left can readers look on again

    def _settle(self) -> None:
        """Call runs interrupted whose writer died: this writer holds the lock, so that no other can be training."""
        with told(self._store.name):
            dead = self._database.execute("SELECT number FROM runs WHERE status = 'running'").fetchall()
        for (run,) in dead:
            with self._writing() as database:
                self._tally(run)
                database.execute("UPDATE runs SET status = 'interrupted' WHERE number = ?", (run,))
                self._unsealed.add(run)
        if dead:
            with self._writing():
                self._end()

    def begin_run(
        self,
        *,
        numerics: int,
        engineroom: str,
        seed: int,
        spec: Mapping[str, Any],
        plan: str,
        data: str,
        name: str | None = None,
        parent: int | None = None,
        parent_step: int | None = None,
    ) -> int:
        """Enter a run and return its number."""
        created = datetime.now(timezone.utc).isoformat(timespec="milliseconds")
        if self._lock is not None:
            with told(self._store.name):
                self._log_ahead()
        with self._writing() as database:
            (newest,) = database.execute("SELECT coalesce(max(number), 0) FROM runs").fetchone()
            number = int(newest) + 1
            header = (
                number, name, created, numerics, engineroom, str(seed), json.dumps(dict(spec)), plan, data,
                parent, parent_step,
            )  # fmt: skip
            mark = mark_of("runs", header)
            self._count(BOOK, "runs", mark)
            database.execute(
                f"INSERT INTO runs ({HEADER}, status, steps, mark) VALUES (?,?,?,?,?,?,?,?,?,?,?, 'running', 0, ?)",
                (*header, mark),
            )
            self._tallies[number] = {}
            self._unsealed.add(number)
        return number

    def continue_run(self, run: int) -> int:
        """Go on writing to a run that is there, and return its number."""
        if self._lock is not None:
            with told(self._store.name):
                self._log_ahead()
        return run

    def add_scalars(self, run: int, name: str, first_step: int, values: NDArray[np.float64]) -> None:
        """Keep a scalar of the steps from `first_step` on, as one chunk."""
        content = np.ascontiguousarray(values, "<f8").tobytes()
        with self._writing():
            self._insert(run, "scalars", (run, name, first_step, len(values), content))

    def put_summary(self, run: int, name: str, summary: Summary) -> None:
        """Keep a summary of many steps, in place of the one that began at the same step if there is one."""
        with self._writing() as database:
            key = (run, name, summary.first_step)
            where = "run = ? AND name = ? AND first_step = ?"
            row = database.execute(f"SELECT {SIGNED['summaries']} FROM summaries WHERE {where}", key).fetchone()
            if row is not None:
                database.execute(f"DELETE FROM summaries WHERE {where}", key)
                self._discount(run, "summaries", row)
            self._insert(run, "summaries", (run, name, *astuple(summary)))

    def add_metrics(self, run: int, measured: Iterable[MetricRow]) -> None:
        """Keep what was measured on the validation rows."""
        with self._writing():
            self._insert(
                run,
                "metrics",
                *(
                    (run, row.step, row.epoch, name, float(value))
                    for row in measured
                    for name, value in row.values.items()
                ),
            )

    def add_keyframe(self, run: int, step: int, digest: str, content: bytes | memoryview) -> None:
        """Keep a state; one that is there already stays as it is.

        Parameters
        ----------
        digest : `numerics.digest` of the state; it stands for the content wherever that is checked.
        """
        with self._writing() as database:
            if database.execute("SELECT 1 FROM keyframes WHERE run = ? AND step = ?", (run, step)).fetchone() is None:
                mark = mark_of("keyframes", (run, step, digest, memoryview(content).nbytes))
                self._count(run, "keyframes", mark)
                database.execute("INSERT INTO keyframes VALUES (?, ?, ?, ?, ?)", (run, step, digest, content, mark))

    def drop_keyframes(self, run: int, steps: Sequence[int]) -> None:
        """Forget keyframes; their room in the file is used again."""
        where = "run = ? AND step = ?"
        with self._writing() as database:
            for key in ((run, step) for step in steps):
                row = database.execute(f"SELECT {SIGNED['keyframes']} FROM keyframes WHERE {where}", key).fetchone()
                if row is not None:
                    database.execute(f"DELETE FROM keyframes WHERE {where}", key)
                    self._discount(run, "keyframes", row)

    def add_event(self, run: int, step: int, kind: str, payload: Mapping[str, Any]) -> None:
        """Keep something that happened."""
        with self._writing() as database:
            (newest,) = database.execute("SELECT coalesce(max(number), 0) FROM events").fetchone()
            number, text = int(newest) + 1, json.dumps(dict(payload))
            mark = mark_of("events", (run, number, step, kind, text))
            self._count(run, "events", mark)
            database.execute("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?)", (number, run, step, kind, text, mark))

    def commit(self, run: int, *, steps: int, status: str = "running") -> None:
        """Make all since the last commit permanent and visible, and say how far the run is."""
        with self._writing() as database:
            self._tally(run)
            database.execute("UPDATE runs SET steps = ?, status = ? WHERE number = ?", (steps, status, run))
            self._unsealed.add(run)
            self._end()

    def _insert(self, run: int, table: str, *rows: Sequence[Any]) -> None:
        """Insert rows all of whose columns their marks cover."""
        marked = [(*row, mark_of(table, row)) for row in rows]
        if marked:
            self._count(run, table, *(row[-1] for row in marked))
            self._database.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(marked[0]))})", marked)

    def _count(self, run: int, table: str, *marks: bytes) -> None:
        """Take rows' marks into the tally of their run."""
        tallies = self._tally(run)
        tallies[table] = tallies.get(table, Tally()).plus(*marks)
        self._unsealed.add(run)

    def _discount(self, run: int, table: str, row: Sequence[Any]) -> None:
        """Take a row that is gone out of the tally of its run: with the mark that is due to it, kept as it may be."""
        tallies = self._tally(run)
        tallies[table] = tallies.get(table, Tally()).minus(mark_of(table, row))
        self._unsealed.add(run)

    def _tally(self, run: int) -> dict[str, Tally]:
        if run not in self._tallies:
            self._tallies[run] = read_tallies(self._database, run, self._store.name)
        return self._tallies[run]

    def _end(self) -> None:
        """Seal what changed, and commit."""
        failed, self._failed = self._failed, True  # SQLite takes back a transaction that it cannot commit
        for run in sorted(self._unsealed):
            write_seal(self._database, run, self._tallies[run])
        self._unsealed.clear()
        self._database.execute("COMMIT")
        self._begun, self._failed = False, failed

    def close(self) -> None:
        """Commit, fold everything into the one file and give the lock back; a logbook in memory stays readable."""
        if self._lock is None:
            return
        lock, self._lock = self._lock, None
        useless = False
        try:
            with told(self._store.name):
                try:
                    if self._begun and not self._failed:
                        self._end()
                    elif self._database.in_transaction:
                        self._database.execute("ROLLBACK")
                    self._fold()
                finally:
                    useless = self._is_useless()
                    self._database.close()
        finally:
            if useless and isinstance(self._store, FileStore):
                discard(self._store.path)
            lock.release()

    def _is_useless(self) -> bool:
        """Whether writing failed before a run was committed to a file that this writer made."""
        if not self._made or not (self._failed or self._left):
            return False
        try:
            if self._database.in_transaction:
                self._database.execute("ROLLBACK")
            return self._database.execute("SELECT 1 FROM runs").fetchone() is None
        except sqlite3.Error:
            return False  # what cannot be read may hold something

    def _fold(self, *, wait: bool = True) -> None:
        """Leave WAL mode, so that nothing lies beside the file; a reader that looks on right now may prevent it."""
        try:
            self._database.execute(f"PRAGMA busy_timeout={200 if wait else 0}")
            self._database.execute("PRAGMA journal_mode=DELETE")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise
            if wait:
                self._database.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """Enter the transaction that stays open until `commit`."""
        guard: AbstractContextManager[Any] = self._store.lock if isinstance(self._store, MemoryStore) else nullcontext()
        with guard, told(self._store.name):
            if self._failed:
                raise LogbookError(f"{self._store.name} takes nothing more: an earlier write failed")
            if not self._begun:
                self._database.execute("BEGIN IMMEDIATE")
                self._begun = True
            try:
                yield self._database
            except BaseException:
                # What follows a write that failed would tear the run: nothing more is committed.
                self._failed = True
                raise

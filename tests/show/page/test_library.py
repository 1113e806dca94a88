"""The runs that the page shows: each thread has engines of its own, and what was kept is read once for all."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import engineroom as er
from engineroom.errors import LogbookError
from engineroom.show.page._library import Library, Shelf


def test_threads_replay_for_themselves_and_read_what_was_kept_of_the_losses_once(tmp_path: Path) -> None:
    path = tmp_path / "r.logbook"
    run = er.train(er.Network(er.Dense(1)), [1, 2, 3], [2, 4, 6], steps=40, logbook=path)
    run.fork(at=20, lr=0.001)
    library = Library(path)
    shelves = Shelf(library), Shelf(library)
    for number in (1, 2):
        record = library.record(number)
        first, second = (shelf.record(number) for shelf in shelves)
        assert first is not record and first is not second and first is shelves[0].record(number)
        assert first.recorded is record.recorded is second.recorded
        assert first.at(30).values.tobytes() == second.at(30).values.tobytes()
        assert first.lock is not second.lock
    fork, kept = shelves[0].record(2), library.record(2)
    assert fork.parent is shelves[0].record(1) and kept.parent is not None
    assert fork.parent.recorded is kept.parent.recorded


def test_a_run_whose_process_was_killed_is_interrupted_though_no_file_changes(tmp_path: Path) -> None:
    path = tmp_path / "r.logbook"
    er.train(er.Network(er.Dense(1)), [1, 2, 3], [2, 4, 6], steps=40, logbook=path)
    code = (
        "import sys; from engineroom.logbook import Writer; writer = Writer.open(sys.argv[1]); "
        "writer.continue_run(1); writer.commit(1, steps=40); print('said', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", code, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as trains:
        assert trains.stdout is not None and trains.stdout.readline().strip() == b"said"
        library = Library(path)
        assert [record.status for record in library.records()] == ["running"] and not library.changed()
        trains.kill()
    assert library.changed()
    assert [record.status for record in library.records()] == ["interrupted"] and not library.changed()


def test_a_run_that_could_not_be_read_when_its_bytes_were_seen_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "r.logbook"
    run = er.train(er.Network(er.Dense(1)), [1, 2, 3], [2, 4, 6], steps=4, logbook=path)
    library = Library(path)
    monkeypatch.setattr(library, "_looks", lambda: "as it will be")
    assert len(library.records()) == 1
    run.fork(at=2, steps=1)
    assert len(library.records()) == 1 and library.record(2).steps == 3 and len(library.records()) == 2
    with pytest.raises(LogbookError, match=r"r\.logbook has no run 3: it holds 2 runs"):
        library.record(3)


def test_questions_to_a_file_that_another_program_holds_wait_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "r.logbook"
    er.train(er.Network(er.Dense(1)), [1, 2, 3], [2, 4, 6], steps=40, logbook=path)
    connect, waits, now, part = sqlite3.connect, list[float](), 100.0, 1.0

    def connected(*given: Any, timeout: float, **others: Any) -> sqlite3.Connection:
        nonlocal now
        waits.append(timeout)
        now += timeout * part
        return connect(*given, timeout=0.0, **others)

    with closing(sqlite3.connect(path, isolation_level=None)) as holds:
        holds.execute("BEGIN EXCLUSIVE")
        monkeypatch.setattr("engineroom.logbook._store.sqlite3.connect", connected)
        monkeypatch.setattr("engineroom.logbook._store.monotonic", lambda: now)
        library = Library(path)
        for _ in range(3):
            with pytest.raises(LogbookError, match="is being written by another process"):
                Shelf(library).again(1, lambda record: record.at(3))
        assert [wait for wait in waits if wait] == [5.0]
        now += 2
        with pytest.raises(LogbookError, match="is being written by another process"):
            library.records()
        assert [wait for wait in waits if wait] == [5.0, 5.0]
        # What is refused at once was not waited for, and the next question waits.
        now, part = now + 2, 0.1
        for _ in range(2):
            with pytest.raises(LogbookError, match="is being written by another process"):
                library.records()
        assert [wait for wait in waits if wait] == [5.0] * 4
        holds.execute("ROLLBACK")
        assert len(library.records()) == 1


def test_states_are_kept_of_the_runs_asked_for_lately(tmp_path: Path) -> None:
    path = tmp_path / "r.logbook"
    run = er.train(er.Network(er.Dense(1)), [1, 2, 3], [2, 4, 6], steps=5, logbook=path)
    for _ in range(4):
        run.fork(at=2, steps=1)
    library = Library(path)
    first, second, *others = library.records()
    kept, left = library.states(first), library.states(second)
    for record in others[:2]:
        library.states(record)
    assert library.states(first) is kept
    library.states(others[2])
    assert library.states(first) is kept and library.states(second) is not left


@pytest.mark.parametrize("part", ["created", "plan", "seed", "data", "parent", "parent_step"])
def test_no_two_runs_of_one_number_share_their_states(part: str, tmp_path: Path) -> None:
    path = tmp_path / "r.logbook"
    er.train(er.Network(er.Dense(1)), [1, 2, 3], [2, 4, 6], steps=5, logbook=path)
    library = Library(path)
    record = library.record(1)
    kept = library.states(record)
    record.row = replace(record.row, steps=3, status="interrupted")
    assert library.states(record) is kept
    record.row = replace(record.row, **{part: 7 if part in ("seed", "parent", "parent_step") else "another"})
    assert library.states(record) is not kept

"""The logbook keeps what is written, says what is wrong, and is one file when closed."""

from __future__ import annotations

import gc
import multiprocessing
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from engineroom.errors import LogbookError
from engineroom.logbook import SCHEMA, Logbook, MetricRow, Writer


def begin(writer: Writer, name: str | None = None) -> int:
    data = writer.add_data("digest", '{"rows": 3}', {"x": b"\x00\x01", "y": b"\x02"}, rows=True)
    return writer.begin_run(
        name=name, numerics=1, engineroom="0.1", seed=2**63 + 5, spec={"epochs": 3}, plan="plan text", data=data
    )


def fill(writer: Writer) -> int:
    run = begin(writer, "first")
    writer.add_scalars(run, "loss", 1, np.array([5.0, 0.1, np.nan]))
    writer.add_scalars(run, "loss", 4, np.array([-0.0, 2.5]))
    measured = {0: (3, {"loss": 0.25, "accuracy": float("nan")}), 1: (5, {"loss": float("inf"), "accuracy": 1.0})}
    writer.add_metrics(run, [MetricRow(epoch, step, values) for epoch, (step, values) in measured.items()])
    writer.add_keyframe(run, 0, "aa", b"zero")
    writer.add_keyframe(run, 5, "bb", b"five")
    writer.add_keyframe(run, 3, "cc", b"three")
    writer.add_event(run, 5, "note", {"text": "grüße"})
    writer.commit(run, steps=5, status="completed")
    return run


def check(logbook: Logbook) -> None:
    (row,) = logbook.runs()
    assert (row.number, row.name, row.status, row.steps, row.seed) == (1, "first", "completed", 5, 2**63 + 5)
    assert (row.numerics, row.spec, row.plan) == (1, {"epochs": 3}, "plan text")
    assert (row.parent, row.parent_step) == (None, None)
    assert logbook.run(1) == row
    np.testing.assert_array_equal(logbook.scalars(1, "loss", 1, 5), [5.0, 0.1, np.nan, -0.0, 2.5])
    np.testing.assert_array_equal(logbook.scalars(1, "loss", 2, 4), [0.1, np.nan, -0.0])
    assert np.signbit(logbook.scalars(1, "loss", 4, 4)[0])
    assert logbook.scalars(1, "loss", 3, 2).size == 0
    first, second = logbook.metrics(1)
    assert (first.epoch, first.step, first.values["loss"]) == (0, 3, 0.25)
    assert np.isnan(first.values["accuracy"])
    assert (second.epoch, second.step, second.values) == (1, 5, {"loss": float("inf"), "accuracy": 1.0})
    assert logbook.keyframe_steps(1) == [0, 3, 5]
    assert logbook.keyframe(1, 3).content == b"three"
    assert logbook.keyframe(1, 3).digest == "cc"
    assert [(e.step, e.kind, e.payload) for e in logbook.events(1)] == [(5, "note", {"text": "grüße"})]
    data = logbook.data(row.data)
    assert (data.digest, data.rows_kept) == ("digest", True)
    assert data.payload == '{"rows": 3}'
    assert data.blobs == {"x": b"\x00\x01", "y": b"\x02"}
    assert logbook.contains_rows


def test_memory_and_file_keep_the_same(tmp_path: Path) -> None:
    with Writer.open(None) as writer:
        fill(writer)
        check(writer.logbook)
    check(writer.logbook)  # memory outlives its writer
    path = tmp_path / "a b#?%.logbook"
    with Writer.open(path) as writer:
        fill(writer)
        check(writer.logbook)
    check(Logbook.open(path))


def test_a_closed_logbook_is_one_marked_file(tmp_path: Path) -> None:
    path = tmp_path / "runs.logbook"
    with Writer.open(path) as writer:
        fill(writer)
        assert (tmp_path / "runs.logbook-wal").exists()
    assert [p.name for p in tmp_path.iterdir()] == ["runs.logbook"]
    head = path.read_bytes()[:100]
    assert head[68:72] == b"ERlb"
    assert head[18:20] == b"\x01\x01"  # not in WAL mode: it can be read where nothing can be written
    assert int.from_bytes(head[60:64], "big") == SCHEMA
    with closing(sqlite3.connect(path)) as database, database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        (said,) = database.execute("SELECT value FROM about WHERE name = 'rows'").fetchone()
    database.close()
    assert said == "This file contains rows of training data."


def test_many_runs_in_one_file(tmp_path: Path) -> None:
    path = tmp_path / "runs.logbook"
    for expected in (1, 2, 3):
        with Writer.open(path) as writer:
            assert fill(writer) == expected
    assert [r.number for r in Logbook.open(path).runs()] == [1, 2, 3]
    with pytest.raises(LogbookError, match="has no run 9: it holds 3 runs"):
        Logbook.open(path).run(9)


def test_data_is_kept_once_and_says_whether_it_holds_rows(tmp_path: Path) -> None:
    path = tmp_path / "runs.logbook"
    with Writer.open(path) as writer:
        bare = writer.add_data("d", "{}", {"training": b"1"}, rows=False)
    logbook = Logbook.open(path)
    assert not logbook.contains_rows
    with Writer.open(path) as writer:
        full = writer.add_data("d", "{}", {"training": b"1", "x": b"2"}, rows=True)
        assert writer.add_data("d", "{}", {"training": b"1", "x": b"2"}, rows=True) == full
        assert writer.add_data("d", '{"names": 1}', {"training": b"1", "x": b"2"}, rows=True) != full
    assert logbook.contains_rows
    assert (logbook.data(bare).blobs, logbook.data(bare).rows_kept) == ({"training": b"1"}, False)
    assert logbook.data(full).blobs == {"training": b"1", "x": b"2"}


def test_uncommitted_steps_are_not_seen_by_readers(tmp_path: Path) -> None:
    path = tmp_path / "runs.logbook"
    with Writer.open(path) as writer:
        run = fill(writer)
        writer.add_scalars(run, "loss", 6, np.array([1.0]))
        with pytest.raises(LogbookError, match="the loss of step 6 of run 1 is missing"):
            Logbook.open(path).scalars(run, "loss", 1, 6)
        writer.commit(run, steps=6)
        assert Logbook.open(path).scalars(run, "loss", 6, 6)[0] == 1.0
        assert Logbook.open(path).run(run).steps == 6


def test_a_missing_chunk_is_noticed() -> None:
    with Writer.open(None) as writer:
        run = begin(writer)
        writer.add_scalars(run, "loss", 1, np.arange(3.0))
        writer.add_scalars(run, "loss", 6, np.arange(5.0))
        writer.commit(run, steps=10)
        for first, last in ((1, 10), (1, 4), (4, 10), (3, 6)):
            with pytest.raises(LogbookError, match="the loss of step 4 of run 1 is missing"):
                writer.logbook.scalars(run, "loss", first, last)
        assert writer.logbook.scalars(run, "loss", 7, 8).tolist() == [1.0, 2.0]


def test_dropped_keyframes_are_gone(tmp_path: Path) -> None:
    with Writer.open(None) as writer:
        run = fill(writer)
        writer.drop_keyframes(run, [3])
        writer.commit(run, steps=5)
        assert writer.logbook.keyframe_steps(run) == [0, 5]
        with pytest.raises(LogbookError, match="no keyframe at step 3"):
            writer.logbook.keyframe(run, 3)


def test_dropping_keyframes_does_not_write_them_again(tmp_path: Path) -> None:
    path = tmp_path / "thinned.logbook"
    with Writer.open(path) as writer:
        run = begin(writer)
        for step in range(8):
            writer.add_keyframe(run, step, "aa", bytes([step]) * 500_000)
        writer.commit(run, steps=8)
    with Writer.open(path) as writer:
        # Where a new run begins, what is written goes to the WAL, whose size is known.
        begin(writer)
        writer.drop_keyframes(run, [1, 3, 5, 7])
        writer.commit(run, steps=8)
        assert 0 < Path(f"{path}-wal").stat().st_size < 500_000


def _try_to_write(path: Path, answers: multiprocessing.Queue[str]) -> None:
    try:
        Writer.open(path).close()
        answers.put("opened")
    except LogbookError as error:
        answers.put(str(error))


def _from_another_process(path: Path) -> str:
    context = multiprocessing.get_context("spawn")
    answers: multiprocessing.Queue[str] = context.Queue()
    process = context.Process(target=_try_to_write, args=(path, answers))
    process.start()
    answer = answers.get(timeout=30)
    process.join()
    return answer


def test_a_second_writer_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "runs.logbook"
    with Writer.open(path):
        with pytest.raises(LogbookError, match="another process is writing"):
            Writer.open(path)
        assert "another process is writing" in _from_another_process(path)
    Writer.open(path).close()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda p: None, "there is no file"),
        (lambda p: p.mkdir(), "is a folder"),
        (lambda p: p.write_bytes(b""), "is empty"),
        (lambda p: p.write_text("date,price\n1,2\n"), "is not a logbook of engineroom"),
        (lambda p: p.write_bytes(b"SQLite format 3\0"), "is not a logbook of engineroom"),
    ],
)
def test_what_is_no_logbook_is_named(tmp_path: Path, make: object, message: str) -> None:
    path = tmp_path / "x.logbook"
    make(path)  # type: ignore[operator]
    with pytest.raises(LogbookError, match=message):
        Logbook.open(path)


def test_another_programs_database_is_neither_read_nor_written(tmp_path: Path) -> None:
    path = tmp_path / "mail.db"
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE TABLE letters (text)")
    database.close()
    before = path.read_bytes()
    with pytest.raises(LogbookError, match="SQLite file of another program"):
        Logbook.open(path)
    with pytest.raises(LogbookError, match="SQLite file of another program"):
        Writer.open(path)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["mail.db"]


def test_a_newer_schema_is_read_and_not_written(tmp_path: Path) -> None:
    path = tmp_path / "x.logbook"
    with Writer.open(path) as writer:
        fill(writer)
    with closing(sqlite3.connect(path)) as database, database:
        # What a later version may bring: columns, tables, and marks over more than this one knows.
        database.execute(f"PRAGMA user_version={SCHEMA + 1}")
        database.execute("ALTER TABLE runs ADD COLUMN device TEXT DEFAULT 'x'")
        database.execute("CREATE TABLE plots (run INTEGER)")
        database.execute("UPDATE scalars SET mark = NULL")
        database.execute("UPDATE runs SET mark = x'01'")
    database.close()
    whole = path.read_bytes()
    check(Logbook.open(path))
    said = f"has schema {SCHEMA + 1}, this engineroom writes schema {SCHEMA}, so it only reads this file: upgrade"
    with pytest.raises(LogbookError, match=said):
        Writer.open(path)
    assert path.read_bytes() == whole
    assert [p.name for p in tmp_path.iterdir()] == ["x.logbook"]
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("ALTER TABLE keyframes RENAME COLUMN content TO bytes")
    database.close()
    assert Logbook.open(path).run(1).steps == 5
    with pytest.raises(LogbookError, match="written by a newer engineroom, and this part of it cannot be read"):
        Logbook.open(path).keyframe(1, 0)


def test_missing_folder_and_folder_as_file(tmp_path: Path) -> None:
    with pytest.raises(LogbookError, match="does not exist: make it first"):
        Writer.open(tmp_path / "none" / "x.logbook")
    with pytest.raises(LogbookError, match="is a folder: name a file in it"):
        Writer.open(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_damage_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "x.logbook"
    with Writer.open(path) as writer:
        fill(writer)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(LogbookError, match="is damaged"):
        check(Logbook.open(path))
    path.write_bytes(whole)
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE runs SET spec = '{'")
    database.close()
    with pytest.raises(LogbookError, match="the entry of run 1 was changed"):
        Logbook.open(path)


def test_reading_works_while_the_file_lies_in_wal_mode_without_its_companions(tmp_path: Path) -> None:
    path = tmp_path / "x.logbook"
    with Writer.open(path) as writer:
        fill(writer)
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("PRAGMA journal_mode=WAL")
    database.close()
    check(Logbook.open(path))


def test_a_reader_that_looks_on_does_not_prevent_closing(tmp_path: Path) -> None:
    path = tmp_path / "x.logbook"
    with Writer.open(path) as writer:
        fill(writer)
        onlooker = sqlite3.connect(path, isolation_level=None)
        onlooker.execute("BEGIN")
        onlooker.execute("SELECT count(*) FROM runs").fetchone()
    check(Logbook.open(path))
    onlooker.close()
    with Writer.open(path) as writer:
        fill(writer)
    assert [p.name for p in tmp_path.iterdir()] == ["x.logbook"]


def test_many_readers_while_a_writer_writes(tmp_path: Path) -> None:
    path = tmp_path / "x.logbook"
    with Writer.open(path) as writer:
        run = fill(writer)
        logbook = Logbook.open(path)
        for step in range(6, 50):
            writer.add_scalars(run, "loss", step, np.array([float(step)]))
            assert logbook.run(run).steps == step - 1
            writer.commit(run, steps=step)
            assert logbook.scalars(run, "loss", step, step)[0] == step


@pytest.mark.parametrize("looked_on", [False, True])
def test_a_large_end_goes_straight_into_the_file_unless_somebody_reads(tmp_path: Path, looked_on: bool) -> None:
    path = tmp_path / "a.logbook"
    with Writer.open(path) as writer:
        run = begin(writer)
        writer.add_keyframe(run, 0, "aa", b"zero")
        writer.commit(run, steps=0)
        reader = sqlite3.connect(path, isolation_level=None)
        if looked_on:
            reader.execute("BEGIN")
            reader.execute("SELECT * FROM keyframes").fetchall()
        writer.fold()
        assert path.with_name("a.logbook-wal").exists() == looked_on
        writer.add_keyframe(run, 4, "bb", b"end" * 1000)
        writer.add_scalars(run, "loss", 1, np.ones(4))
        writer.commit(run, steps=4, status="completed")
        reader.close()
        assert Logbook.open(path).keyframe(run, 4).content == b"end" * 1000
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.logbook"]
    assert Logbook.open(path).run(run).status == "completed"


def test_a_reader_who_comes_while_a_large_end_is_made_ready_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.logbook"
    reader = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    folded = Writer._fold

    def come(writer: Writer, **how: bool) -> None:
        folded(writer, **how)
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM keyframes").fetchall()

    with Writer.open(path) as writer:
        run = begin(writer)
        writer.commit(run, steps=0)
        with monkeypatch.context() as patch:
            patch.setattr(Writer, "_fold", come)
            leaving = threading.Timer(0.2, reader.close)
            leaving.start()
            writer.fold()
        leaving.join()
        with closing(sqlite3.connect(path)) as other:
            assert other.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        writer.add_keyframe(run, 4, "bb", b"end" * 1000)
        writer.commit(run, steps=4, status="completed")
    assert Logbook.open(path).keyframe(run, 4).content == b"end" * 1000


def test_memory_that_nobody_asks_any_more_is_closed() -> None:
    writer = Writer.open(None)
    run, logbook, database = fill(writer), writer.logbook, writer._database
    del writer
    gc.collect()
    assert logbook.run(run).steps == 5
    del logbook
    gc.collect()
    with pytest.raises(sqlite3.ProgrammingError, match="closed database"):
        database.execute("SELECT 1")


def test_a_file_that_cannot_be_settled_is_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = []

    def fail(self: Writer) -> None:
        opened.append(self._database)
        raise LogbookError("cannot be settled")

    Writer.open(tmp_path / "a.logbook").close()
    with monkeypatch.context() as patch:
        patch.setattr(Writer, "_settle", fail)
        with pytest.raises(LogbookError, match="cannot be settled"):
            Writer.open(tmp_path / "a.logbook")
    with pytest.raises(sqlite3.ProgrammingError, match="closed database"):
        opened[0].execute("SELECT 1")
    Writer.open(tmp_path / "a.logbook").close()

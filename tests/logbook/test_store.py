"""Looking into a file: while it is made, while its last commit is written, and after others looked on."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from time import monotonic

import pytest

from engineroom.errors import LogbookError
from engineroom.logbook import Logbook, Writer, damage_of, repair
from engineroom.logbook import _store as store
from engineroom.logbook._lock import WriterLock, is_being_written
from engineroom.show.page._library import Library


def begin(writer: Writer) -> int:
    data = writer.add_data("digest", "{}", {"x": b"\x00\x01"}, rows=True)
    return writer.begin_run(numerics=1, engineroom="0.1", seed=1, spec={}, plan="", data=data)


def beside(path: Path) -> list[str]:
    return sorted(p.name for p in path.parent.iterdir())


@pytest.mark.parametrize("early", [True, False])
def test_the_next_look_folds_what_a_reader_kept_from_being_folded(tmp_path: Path, early: bool) -> None:
    path = tmp_path / "a.logbook"
    Writer.open(path).close()
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, isolation_level=None)) as onlooker:
        # Closing while it is in a transaction: the last commit stays in the -wal, wholly where it came before it.
        with Writer.open(path) as writer:
            run = begin(writer)
            writer.commit(run, steps=0)
            if early:
                onlooker.execute("BEGIN")
                onlooker.execute("SELECT * FROM runs").fetchall()
            writer.add_keyframe(run, 1, "aa", b"one" * 20_000)
            writer.commit(run, steps=1, status="completed")
            if not early:
                onlooker.execute("BEGIN")
                onlooker.execute("SELECT * FROM runs").fetchall()
        assert beside(path) == ["a.logbook", "a.logbook-shm", "a.logbook-wal"]
        assert Logbook.open(path).run(run).steps == 1
        assert beside(path) == ["a.logbook", "a.logbook-shm", "a.logbook-wal"], "somebody still reads"
    assert Logbook.open(path).run(run).steps == 1
    assert beside(path) == ["a.logbook"]
    assert Logbook.open(path).keyframe(run, 1).content == b"one" * 20_000


def test_a_look_leaves_alone_what_a_writer_still_uses_or_a_crash_left(tmp_path: Path) -> None:
    path = tmp_path / "a.logbook"
    with Writer.open(path) as writer:
        run = begin(writer)
        writer.commit(run, steps=0)
        assert Logbook.open(path).run(run).status == "running"
        there = beside(path)
        assert there == ["a.logbook", "a.logbook-lock", "a.logbook-shm", "a.logbook-wal"]
        held = path.with_name("a.logbook-lock")
        left = tmp_path / "crash"
        left.mkdir()
        for file in (path, held, path.with_name("a.logbook-wal")):
            (left / file.name).write_bytes(file.read_bytes())
    before = (left / path.name).read_bytes()
    assert Logbook.open(left / path.name).run(run).status == "interrupted"
    assert (left / path.name).read_bytes() == before
    assert (left / "a.logbook-wal").stat().st_size


READ = """
import sqlite3, sys
database = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True, timeout=0.1)
try:
    print(database.execute("SELECT steps FROM runs").fetchall())
except sqlite3.OperationalError as error:
    print(error)
"""


def read_by_another_process(path: Path) -> str:
    done = subprocess.run([sys.executable, "-c", READ, str(path)], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_a_look_from_the_writers_own_process_does_not_open_its_lock_for_others(tmp_path: Path) -> None:
    path = tmp_path / "a.logbook"
    with Writer.open(path) as writer:
        run = begin(writer)
        writer.commit(run, steps=0)
        writer.fold()
        assert read_by_another_process(path) == "database is locked"
        store.check_file(path)
        assert read_by_another_process(path) == "database is locked"
        writer.commit(run, steps=3, status="completed")
    assert read_by_another_process(path) == "[(3,)]"
    assert damage_of(Logbook.open(path), run) == ()


def test_a_lock_is_given_back_where_its_file_cannot_be_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    path = tmp_path / "a.logbook"
    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", refused)
        with Writer.open(path) as writer:
            run = begin(writer)
            writer.commit(run, steps=3, status="completed")
    assert beside(path) == ["a.logbook", "a.logbook-lock"]
    assert not is_being_written(path)
    with Writer.open(path):
        assert is_being_written(path)
    assert beside(path) == ["a.logbook"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no locks that are shared")
def test_many_who_look_at_the_lock_of_a_writer_that_died_do_not_take_each_other_for_one(tmp_path: Path) -> None:
    path = tmp_path / "a.logbook"
    (tmp_path / "a.logbook-lock").touch()
    with ThreadPoolExecutor(8) as pool:
        assert not any(pool.map(lambda _: is_being_written(path), range(4000)))


def test_a_file_that_is_just_being_made_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "a.logbook"
    path.touch()
    lock = WriterLock(path)
    whole = tmp_path / "whole.logbook"
    Writer.open(whole).close()
    making = threading.Timer(0.2, lambda: whole.replace(path))
    making.start()
    began = monotonic()
    assert Logbook.open(path).runs() == []
    assert monotonic() - began > 0.1
    making.join()
    lock.release()


def test_a_file_that_is_being_made_for_long_is_said_to_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "_CREATION", 0.05)
    path = tmp_path / "a.logbook"
    path.touch()
    lock = WriterLock(path)
    with pytest.raises(LogbookError, match="is just being made by another process: try again in a moment"):
        Logbook.open(path)
    lock.release()
    with pytest.raises(LogbookError, match="is empty: give a file that"):
        Logbook.open(path)


@pytest.mark.skipif(sys.platform == "win32", reason="links take rights there")
def test_a_logbook_has_one_writer_whatever_it_is_called(tmp_path: Path) -> None:
    path, link = tmp_path / "a.logbook", tmp_path / "links" / "b.logbook"
    link.parent.mkdir()
    link.symlink_to(path)
    for name, other in ((path, link), (link, path)):
        with Writer.open(name) as writer:
            run = begin(writer)
            writer.commit(run, steps=3)
            looks = Library(other)._looks()
            assert Logbook.open(other).run(run).status == "running"
            with pytest.raises(LogbookError, match=r"another process is writing .*: wait until it ends"):
                Writer.open(other)
            writer.commit(run, steps=4)
            assert Library(other)._looks() != looks, "the page sees that a run went on"
            if name == path:
                assert repair(link, tmp_path / "repaired.logbook").runs == 1
            writer.commit(run, steps=5, status="completed")
        assert Logbook.open(other).run(run).status == "completed"
        assert beside(link) == ["b.logbook"]
        assert beside(path) == ["a.logbook", "links", "repaired.logbook"]


@pytest.mark.skipif(sys.platform == "win32", reason="links take rights there")
def test_a_look_through_a_link_folds_what_lies_beside_the_file(tmp_path: Path) -> None:
    path, link = tmp_path / "a.logbook", tmp_path / "b.logbook"
    link.symlink_to(tmp_path / "copy" / "a.logbook")
    with Writer.open(path) as writer:
        run = begin(writer)
        writer.commit(run, steps=3)
        (tmp_path / "copy").mkdir()
        for end in ("", "-wal"):
            (tmp_path / "copy" / f"a.logbook{end}").write_bytes(path.with_name(path.name + end).read_bytes())
    assert Logbook.open(link).run(run).steps == 3
    assert beside(tmp_path / "copy" / "a.logbook") == ["a.logbook"]


def test_a_file_of_another_program_that_crashed_while_it_was_folded_is_left_alone(tmp_path: Path) -> None:
    theirs, path = tmp_path / "theirs", tmp_path / "a.logbook"
    with closing(sqlite3.connect(theirs, isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE t (x)")
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        database.execute("INSERT INTO t VALUES (zeroblob(100000))")
        (size,) = database.execute("PRAGMA page_size").fetchone()
        wal = theirs.with_name("theirs-wal").read_bytes()
        frames = [wal[at : at + 24 + size] for at in range(32, len(wal), 24 + size)]
        first = next(frame[24:] for frame in frames if int.from_bytes(frame[:4], "big") == 1)
        path.write_bytes(first + theirs.read_bytes()[size:])
    path.with_name("a.logbook-wal").write_bytes(wal)
    before = path.read_bytes()
    for look in (Logbook.open, Writer.open):
        with pytest.raises(LogbookError, match="is an SQLite file of another program"):
            look(path)
        assert (path.read_bytes(), path.with_name("a.logbook-wal").read_bytes()) == (before, wal)


@pytest.mark.skipif(sys.platform == "win32", reason="no file is called so there")
@pytest.mark.parametrize("name", [":memory:", "file:b.logbook", "file::memory:", "a b%41?c#d.logbook"])
def test_a_name_that_means_something_to_sqlite_is_the_name_of_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with Writer.open(name) as writer:
        writer.commit(begin(writer), steps=3, status="completed")
    assert beside(tmp_path / name) == [name]
    assert Logbook.open(name).newest().steps == 3
    Path(name).rename("other")
    assert repair("other", name).runs == len(Logbook.open(name).runs()) == 1
    assert beside(tmp_path / name) == sorted([name, "other"])


@pytest.mark.skipif(sys.version_info < (3, 11), reason="before, SQLite's reason does not reach Python")
def test_a_logbook_that_is_removed_while_it_is_written_is_called_so(tmp_path: Path) -> None:
    path = tmp_path / "r.logbook"
    with (
        pytest.raises(LogbookError, match=r"r\.logbook' was removed, renamed or replaced"),
        Writer.open(path) as writer,
    ):
        run = begin(writer)
        writer.commit(run, steps=1)
        path.unlink()
        writer.commit(run, steps=2)

"""What is intact comes over, what is not is named, and the damaged file stays as it is."""

from __future__ import annotations

import random
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from engineroom.errors import LogbookError
from engineroom.logbook import Logbook, Writer, damage_of, repair
from engineroom.run import records_of

OLD, SEALED = (Path(__file__).parent / "files" / f"schema{n}.logbook" for n in (1, 2))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "r.logbook"
    shutil.copy(OLD, path)
    Writer.open(path).close()
    return path


def change(path: Path, statement: str) -> bytes:
    database = sqlite3.connect(path, isolation_level=None)
    database.execute(statement)
    database.close()
    return path.read_bytes()


def rows_told(path: Path) -> str:
    """What a file tells whoever opens it with other tools of the rows in it."""
    with closing(sqlite3.connect(path)) as database:
        (said,) = database.execute("SELECT value FROM about WHERE name = 'rows'").fetchone()
    return str(said)


def test_an_intact_file_comes_over_whole(path: Path) -> None:
    before = records_of(Logbook.open(path))
    done = repair(path)
    assert str(done) == f"2 runs are in {path.with_name('r.repaired.logbook')}; nothing is lost."
    after = records_of(Logbook.open(done.output))
    assert [r.row for r in after] == [r.row for r in before]
    assert [r.loss.tobytes() for r in after] == [r.loss.tobytes() for r in before]
    assert [r.validation for r in after] == [r.validation for r in before]
    assert [r.keyframes for r in after] == [r.keyframes for r in before]
    assert all(r.verify().ok for r in after)
    assert Logbook.open(done.output).contains_rows
    told = [rows_told(file) for file in (path, done.output)]
    assert told == ["This file contains rows of training data."] * 2
    with Writer.open(done.output):
        pass  # it can be trained into
    with pytest.raises(LogbookError, match="is there already"):
        repair(path)


@pytest.mark.parametrize("file", [OLD, SEALED])
def test_an_older_file_comes_over(tmp_path: Path, file: Path) -> None:
    done = repair(file, tmp_path / "new.logbook")
    assert done.lost == ()
    assert [(r.steps, r.status) for r in records_of(Logbook.open(done.output))] == [
        (r.steps, r.status) for r in records_of(Logbook.open(file))
    ]
    assert all(r.verify().ok for r in records_of(Logbook.open(done.output)))


def test_a_fork_whose_beginning_is_lost_is_lost_too(tmp_path: Path) -> None:
    path = tmp_path / "r.logbook"
    shutil.copy(SEALED, path)
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE scalars SET content = zeroblob(480) WHERE run = 1")
    database.close()
    done = repair(path, tmp_path / "new.logbook")
    assert done.runs == 1
    assert "run 2 is lost, because state 25 of run 1, where it began, is" in str(done)
    assert records_of(Logbook.open(done.output))[0].steps == 0


@pytest.mark.parametrize(
    ("statement", "lost", "runs"),
    [
        (
            "UPDATE keyframes SET content = zeroblob(8) WHERE run = 1 AND step > 0",
            "1 of 2 keyframes of run 1 is lost",
            2,
        ),
        ("DELETE FROM keyframes WHERE run = 1", "2 of 2 keyframes of run 1 are lost", 2),
        ("UPDATE metrics SET value = 7 WHERE run = 1 AND step = 20", "metrics of run 1 (is|are) lost", 2),
        ("UPDATE scalars SET content = zeroblob(8) WHERE run = 1", "steps 1 to 20 of run 1 are lost", 2),
        ("UPDATE runs SET plan = 'p' WHERE number = 1", "run 1 is lost, because its entry is not intact", 1),
        ("UPDATE runs SET steps = 3 WHERE number = 1", "run 1 had cannot be told, nor how it ended", 2),
        ("DELETE FROM runs WHERE number = 1", "run 1 is lost, because its entry", 1),
        ("DELETE FROM blobs WHERE rowid = 1", "is lost, because its data is not intact", 1),
    ],
)
def test_what_is_not_intact_is_named(path: Path, statement: str, lost: str, runs: int) -> None:
    whole = change(path, statement)
    done = repair(path)
    with pytest.raises(LogbookError, match=lost):
        raise LogbookError("; ".join(done.lost))
    assert path.read_bytes() == whole
    logbook = Logbook.open(done.output)
    assert done.runs == runs == len(records_of(logbook))
    for record in records_of(logbook):
        assert record.verify().ok
        assert damage_of(logbook, record.number) == ()
    assert records_of(logbook)[-1].number == 2


def test_the_bytes_every_logbook_has_are_put_back(path: Path) -> None:
    whole = path.read_bytes()
    for at in (0, 15, 21, 59, 68, 71):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 64]) + whole[at + 1 :])
        done = repair(path, path.with_name(f"{at}.logbook"))
        assert (done.runs, done.lost) == (2, ())
    place = whole.index(b"CREATE TABLE metrics")
    path.write_bytes(whole[:place] + b"X" + whole[place + 1 :])
    assert repair(path, path.with_name("definition.logbook")).lost == ()


def test_what_is_no_logbook_cannot_be_repaired(tmp_path: Path) -> None:
    with pytest.raises(LogbookError, match="there is no file"):
        repair(tmp_path / "none.logbook")
    (tmp_path / "t.csv").write_text("a,b\n1,2\n" * 40)
    with pytest.raises(LogbookError, match=r"t.csv' is not a logbook"):
        repair(tmp_path / "t.csv")
    with closing(sqlite3.connect(tmp_path / "mail.db", isolation_level=None)) as database:
        database.execute("CREATE TABLE letters (text)")
    with pytest.raises(LogbookError, match="is not a logbook of engineroom"):
        repair(tmp_path / "mail.db")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["mail.db", "t.csv"]


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (b"\1" * 100, "is not a logbook of engineroom: there is nothing to repair"),
        (0, "is not a logbook of engineroom: there is nothing to repair"),
        (5000, r"is damaged \(.*\): nothing of it can be saved$"),
    ],
    ids=["noise", "empty", "cut"],
)
def test_what_cannot_be_saved_is_not_sent_to_repair_again(path: Path, left: bytes | int, said: str) -> None:
    path.write_bytes(left if isinstance(left, bytes) else path.read_bytes()[:left])
    with pytest.raises(LogbookError, match=said):
        repair(path)
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_a_folder_is_no_logbook_to_repair(tmp_path: Path) -> None:
    with pytest.raises(LogbookError, match="is a folder: give the path of the logbook to repair"):
        repair(tmp_path)


def test_whatever_bits_flip_the_new_file_is_sound_or_there_is_none(path: Path, tmp_path: Path) -> None:
    wanted = {r.number: r.loss.tobytes() for r in records_of(Logbook.open(path))}
    whole, seed, saved = path.read_bytes(), 8, 0
    print("seed", seed)
    choose = random.Random(seed)
    new = tmp_path / "new.logbook"
    for _ in range(40):
        changed = bytearray(whole)
        for _ in range(choose.choice((1, 5, 20))):
            changed[choose.randrange(len(whole))] ^= 1 << choose.randrange(8)
        path.write_bytes(changed)
        try:
            done = repair(path, new)
        except LogbookError:
            assert not new.exists()
            continue
        records = records_of(Logbook.open(new))
        saved += len(records)
        for record in records:
            assert wanted[record.number].startswith(record.loss.tobytes())
            assert damage_of(Logbook.open(new), record.number) == ()
        assert done.lost or len(records) == 2
        new.unlink()
    assert saved > 30

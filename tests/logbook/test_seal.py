"""A row that was changed, is missing or was added is noticed, in every table; so is one of an older file."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engineroom.errors import EngineroomError, LogbookError
from engineroom.logbook import SCHEMA, Logbook, MetricRow, Summary, Writer, damage_of
from engineroom.logbook._seal import Tally, mark_of, tally_of
from engineroom.logbook._store import FileStore
from engineroom.numerics import digest
from engineroom.run import records_of

FLIPS = int(os.environ.get("FLIPS", "150"))
OLD, SEALED = (Path(__file__).parent / "files" / f"schema{n}.logbook" for n in (1, 2))

LATER = Summary(81, 2, 0.25, 0.5, worst_step=81, mean=0.375, first=0.5, last=0.25, digest="00")


def fill(path: Path, runs: int = 2) -> Path:
    with Writer.open(path) as writer:
        data = writer.add_data("digest", '{"rows": 3}', {"x": b"\x00\x01" * 40, "y": b"\x02" * 9}, rows=True)
        for number in range(1, runs + 1):
            writer.begin_run(
                name=f"n{number}",
                numerics=1,
                engineroom="0.1",
                seed=7,
                spec={"epochs": 3},
                plan="plan " * 60,
                data=data,
            )
            for first in (1, 41):
                writer.add_scalars(number, "loss", first, np.arange(40.0) / first)
            for step in (40, 80):
                values = {"loss": 1 / step, "accuracy": float("nan"), "one": 1.0}
                writer.add_metrics(number, [MetricRow(step // 40 - 1, step, values)])
            for step in (0, 20, 40, 60, 80):
                state = np.full(30, step, np.float32)
                writer.add_keyframe(number, step, digest(state), state.tobytes())
            writer.put_summary(number, "loss", LATER)
            writer.add_event(number, 80, "note", {"text": "grüße"})
            writer.drop_keyframes(number, [20, 60, 61])
            writer.commit(number, steps=80, status="completed")
    return path


@contextmanager
def changing(path: Path) -> Iterator[sqlite3.Connection]:
    database = sqlite3.connect(path, isolation_level=None)
    yield database
    database.close()


def unread(path: Path) -> Logbook:
    """A logbook of which nothing was read when it was opened."""
    return Logbook(FileStore(path))


def answers(logbook: Logbook, run: int) -> dict[str, Any]:
    """All that can be read of a run, or the sentence why it cannot."""
    kept = logbook.unchecked()

    def ask(question: Callable[[], Any]) -> Any:
        try:
            return question()
        except LogbookError as error:
            assert "\n" not in str(error) and len(str(error)) > 20
            return error

    row = ask(lambda: logbook.run(run))
    steps = ask(lambda: kept.keyframe_steps(run))
    return {
        "runs": ask(logbook.runs),
        "run": row,
        "rows": ask(lambda: logbook.contains_rows),
        "data": ask(lambda: logbook.data(row.data)) if not isinstance(row, LogbookError) else row,
        "loss": ask(lambda: logbook.scalars(run, "loss", 1, 80).tolist()),
        "metrics": ask(lambda: repr(logbook.metrics(run))),
        "steps": ask(lambda: logbook.keyframe_steps(run)),
        "events": ask(lambda: logbook.events(run)),
        **{
            f"keyframe {s}": ask(lambda s=s: logbook.keyframe(run, s))
            for s in (steps if isinstance(steps, list) else [])
            if s in (0, 40, 80)
        },
    }


def wrong(found: dict[str, Any], expected: dict[str, Any]) -> list[str]:
    """The questions that were answered, and not as they were before."""
    bad = [k for k, v in found.items() if not isinstance(v, LogbookError) and v != expected[k]]
    # The bytes of a keyframe are checked by whoever takes them, with the digest beside them.
    return [
        k for k in bad
        if not k.startswith("keyframe") or digest(np.frombuffer(found[k].content, "<f4")) == found[k].digest
    ]  # fmt: skip


def test_marks_tell_types_and_lengths_apart() -> None:
    rows = [("a", "bc"), ("ab", "c"), (1, "2"), ("1", 2), (b"1", 2), (1.0, 2), (None, 2), ("", 2), (1, None, 2)]
    assert len({mark_of("t", row) for row in rows}) == len(rows)
    assert mark_of("t", (1,)) != mark_of("s", (1,))
    assert mark_of("t", (float("nan"), -0.0)) == mark_of("t", (None, 0.0))  # as SQLite gives them back


def test_a_tally_does_not_depend_on_the_order_and_forgets() -> None:
    a, b, c = (mark_of("t", (n,)) for n in range(3))
    assert tally_of([a, b, c]) == tally_of([c, a, b]) != tally_of([a, a, c])
    assert tally_of([a, b, c]).minus(b) == tally_of([a, c])
    assert tally_of([]) == Tally()


def test_what_was_written_has_no_damage(tmp_path: Path) -> None:
    logbook = Logbook.open(fill(tmp_path / "r.logbook"))
    assert damage_of(logbook, 1) == damage_of(logbook, 2) == ()
    assert logbook.keyframe_steps(1) == [0, 40, 80]
    with Writer.open(tmp_path / "r.logbook") as writer:  # a run can be gone on with by another writer
        writer.add_scalars(1, "loss", 81, np.ones(3))
        writer.commit(1, steps=83, status="completed")
    assert damage_of(logbook, 1) == ()


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE runs SET seed = '8' WHERE number = 1", "the entry of run 1 was changed"),
        ("UPDATE runs SET steps = 79 WHERE number = 1", "the entry of run 1 was changed"),
        ("UPDATE runs SET status = 'interrupted' WHERE number = 1", "the entry of run 1 was changed"),
        ("UPDATE runs SET mark = NULL WHERE number = 1", "the entry of run 1 was changed"),
        ("DELETE FROM runs WHERE number = 2", "written were 2 runs, and it holds 1"),
        ("INSERT INTO runs SELECT 3, name, created, status, steps, numerics, engineroom, seed, spec, plan, data, "
         "parent, parent_step, mark FROM runs WHERE number = 1", "the entry of run 3 was changed"),
        ("UPDATE seals SET tallies = replace(tallies, '3', '4') WHERE run = 1", "the entry of run 1 was changed"),
        ("UPDATE seals SET tallies = '[' WHERE run = 0", "the list of runs was changed"),
        ("DELETE FROM seals WHERE run = 1", "the entry of run 1 was changed"),
        ("UPDATE data SET rows_kept = 0", "the list of data sets was changed"),
        ("UPDATE data SET payload = '{}'", "the list of data sets was changed"),
        ("DELETE FROM data", "the data .* of a run is missing"),
        ("UPDATE blobs SET content = x'00' WHERE name = 'y'", "the data .* of a run was changed"),
        ("UPDATE blobs SET content = 'text' WHERE name = 'y'", "the data .* of a run is not bytes"),
        ("DELETE FROM blobs WHERE name = 'y'", "the data .* of a run was changed"),
        ("UPDATE scalars SET content = x'' WHERE run = 1 AND first_step = 41", "the scalars of run 1 were changed"),
        ("UPDATE scalars SET name = 'gain' WHERE run = 1 AND first_step = 41", "the scalars of run 1 were changed"),
        ("DELETE FROM scalars WHERE run = 1 AND first_step = 41", "written were 2 scalars of run 1, and it holds 1"),
        ("UPDATE metrics SET value = value * 2 WHERE run = 1 AND step = 80", "the metrics of run 1 were changed"),
        ("UPDATE metrics SET step = 81 WHERE run = 1 AND step = 80", "the metrics of run 1 were changed"),
        ("DELETE FROM metrics WHERE run = 1 AND step = 80 AND name = 'one'", "written were 6 metrics of run 1, and it"),
        ("INSERT INTO metrics SELECT 1, 81, epoch, name, value, mark FROM metrics WHERE run = 2 AND step = 80",
         "the metrics of run 1 were changed"),
        ("UPDATE keyframes SET step = 41 WHERE run = 1 AND step = 40", "the keyframes of run 1 were changed"),
        ("UPDATE keyframes SET content = zeroblob(120) WHERE run = 1 AND step = 40", "no longer has its hash"),
        ("DELETE FROM keyframes WHERE run = 1 AND step = 40", "written were 3 keyframes of run 1, and it holds 2"),
        ("UPDATE events SET payload = '{}' WHERE run = 1", "the events of run 1 were changed"),
        ("DELETE FROM events WHERE run = 1", "written were 1 events of run 1, and it holds 0"),
        ("INSERT INTO events SELECT 9, run, step, kind, payload, mark FROM events WHERE run = 1",
         "the events of run 1 were changed"),
    ],
)  # fmt: skip
def test_a_changed_missing_or_added_row_is_noticed(tmp_path: Path, statement: str, said: str) -> None:
    path = fill(tmp_path / "r.logbook")
    before = answers(Logbook.open(path), 2)
    with changing(path) as database:
        assert database.execute(statement).rowcount > 0
    logbook = unread(path)
    found = damage_of(logbook, 3 if "run 3" in said else 1)
    assert found
    with pytest.raises(LogbookError, match=said):
        raise LogbookError("; ".join(found))
    if not any(word in statement for word in ("data", "blobs", "number = 2", "run = 0")):
        intact = answers(logbook, 2)  # the other run is still read
        assert {k: v for k, v in intact.items() if k != "runs"} == {k: v for k, v in before.items() if k != "runs"}


def test_an_older_file_is_read_as_it_is_and_brought_forward_when_written_to(tmp_path: Path) -> None:
    path = tmp_path / "old.logbook"
    shutil.copy(OLD, path)
    whole = path.read_bytes()
    read = records_of(Logbook.open(path))
    assert [(r.status, r.steps, float(r.loss[-1]).hex()) for r in read] == [
        ("completed", 20, "0x1.90d9764000000p-3"),
        ("completed", 30, "0x1.135ddec000000p-2"),
    ]
    assert all(r.verify().ok for r in read)
    assert path.read_bytes() == whole
    Writer.open(path).close()
    assert int.from_bytes(path.read_bytes()[60:64], "big") == SCHEMA
    for old, new in zip(read, records_of(Logbook.open(path)), strict=True):
        assert (new.row, new.validation, new.keyframes, new.events) == (
            old.row, old.validation, old.keyframes, old.events,
        )  # fmt: skip
        assert new.verify().ok
    with changing(path) as database:
        database.execute("UPDATE runs SET steps = 19 WHERE number = 1")
    with pytest.raises(LogbookError, match="the entry of run 1 was changed"):
        Logbook.open(path)


def test_the_steps_of_keyframes_are_told_without_the_marks_behind_their_bytes(tmp_path: Path) -> None:
    path = fill(tmp_path / "r.logbook")
    with changing(path) as database:
        database.execute("UPDATE keyframes SET mark = x'00' WHERE run = 1 AND step = 40")
    book = Logbook.open(path)
    assert book.keyframe_steps(1) == [0, 40, 80]
    with pytest.raises(LogbookError, match="the keyframe at step 40 of run 1 was changed"):
        book.keyframe(1, 40)
    assert any("the keyframe at step 40 of run 1 was changed" in sentence for sentence in damage_of(book, 1))


@pytest.mark.parametrize("mark", ["NULL", "x'00'", "zeroblob(16)", "'text'", "7"])
@pytest.mark.parametrize("table", ["scalars", "metrics", "events", "keyframes", "summaries"])
def test_a_row_that_lost_its_mark_alone_is_noticed(tmp_path: Path, table: str, mark: str) -> None:
    path = fill(tmp_path / "r.logbook")
    with changing(path) as database:
        assert database.execute(f"UPDATE {table} SET mark = {mark} WHERE run = 1").rowcount
    assert any("of run 1 was" in said or "of run 1 were" in said for said in damage_of(unread(path), 1))
    assert damage_of(unread(path), 2) == ()


@pytest.mark.parametrize("mark", ["NULL", "x'00'", "zeroblob(16)", "'text'"])
def test_what_takes_the_place_of_a_row_that_lost_its_mark_does_not_harm_the_others(tmp_path: Path, mark: str) -> None:
    path = fill(tmp_path / "r.logbook")
    with changing(path) as database:
        database.execute(f"UPDATE keyframes SET mark = {mark} WHERE run = 1 AND step = 40")
        database.execute(f"UPDATE summaries SET mark = {mark} WHERE run = 1 AND first_step = 81")
    with Writer.open(path) as writer:
        writer.drop_keyframes(1, [40])
        writer.put_summary(1, "loss", LATER)
        writer.commit(1, steps=80, status="completed")
    assert unread(path).keyframe_steps(1) == [0, 80]
    assert damage_of(unread(path), 1) == ()


def test_a_file_of_schema_2_is_read_as_it_is_and_brought_forward_when_written_to(tmp_path: Path) -> None:
    path = tmp_path / "old.logbook"
    shutil.copy(SEALED, path)
    whole = path.read_bytes()
    read = records_of(Logbook.open(path))
    assert [(r.status, r.steps, r.start, float(r.loss[-1]).hex()) for r in read] == [
        ("completed", 60, 0, "0x1.010c5089075d5p-7"),
        ("completed", 45, 25, "0x1.bbf88e4555555p-7"),
    ]
    assert all(r.verify().ok and damage_of(r.logbook, r.number) == () for r in read)
    with changing(path) as database:
        database.execute("UPDATE scalars SET count = 59 WHERE run = 1")
    with pytest.raises(LogbookError, match="the scalars of run 1 were changed"):
        Logbook.open(path).check_scalars(1)
    path.write_bytes(whole)
    Writer.open(path).close()
    assert int.from_bytes(path.read_bytes()[60:64], "big") == SCHEMA
    for old, new in zip(read, records_of(Logbook.open(path)), strict=True):
        assert (new.row, new.validation, new.keyframes, new.loss.tobytes()) == (
            old.row, old.validation, old.keyframes, old.loss.tobytes(),
        )  # fmt: skip
        assert new.verify().ok


def test_a_migration_that_fails_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "old.logbook"
    shutil.copy(OLD, path)
    whole = path.read_bytes()

    def fail(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("engineroom.logbook._migration.write_seal", fail)
    with pytest.raises(LogbookError):
        Writer.open(path)
    assert [p.read_bytes() for p in tmp_path.iterdir()] == [whole]


def flipped(whole: bytes, choose: random.Random, zone: int, zones: int) -> bytes:
    """Flip one to three bits in one of the zones into which the file is cut."""
    changed = bytearray(whole)
    for _ in range(choose.choice((1, 1, 1, 2, 3))):
        at = choose.randrange(zone * len(whole) // zones, (zone + 1) * len(whole) // zones)
        changed[at] ^= 1 << choose.randrange(8)
    return bytes(changed)


def test_no_flipped_bit_gives_a_crash_or_a_wrong_answer(tmp_path: Path) -> None:
    path = fill(tmp_path / "r.logbook")
    with changing(path) as database:
        database.execute("PRAGMA page_size=512")
        database.execute("VACUUM")
    expected = {run: answers(Logbook.open(path), run) for run in (1, 2)}
    assert not any(isinstance(v, LogbookError) for run in (1, 2) for v in expected[run].values())
    whole, noticed, seed = path.read_bytes(), 0, 5
    print("seed", seed)
    choose = random.Random(seed)
    for round_ in range(FLIPS):
        path.write_bytes(flipped(whole, choose, round_ % 30, 30))
        logbook = unread(path)
        for run in (1, 2):
            found = answers(logbook, run)
            assert wrong(found, expected[run]) == [], round_
            noticed += any(isinstance(v, LogbookError) for v in found.values())
        assert all(isinstance(d, str) for d in damage_of(logbook, 1))
    print(FLIPS, "files,", noticed, "of", 2 * FLIPS, "runs with a sentence")
    assert noticed > FLIPS // 3


def test_no_flipped_bit_breaks_a_record(tmp_path: Path) -> None:
    path = tmp_path / "r.logbook"
    shutil.copy(OLD, path)
    Writer.open(path).close()
    wanted = [(r.at(r.steps).values.tobytes(), r.loss.tobytes()) for r in records_of(Logbook.open(path))]
    whole, seed = path.read_bytes(), 6
    print("seed", seed)
    choose = random.Random(seed)
    answered = 0
    for round_ in range(FLIPS // 2):
        path.write_bytes(flipped(whole, choose, round_ % 30, 30))
        try:
            records = records_of(Logbook.open(path))
        except EngineroomError:
            continue
        for record, (state, loss) in zip(records, wanted, strict=True):
            try:
                assert record.at(record.steps).values.tobytes() == state, round_
                assert record.loss.tobytes() == loss, round_
                answered += 1
            except EngineroomError:
                pass
    print(FLIPS // 2, "files,", answered, "of", FLIPS, "runs answered, all of them as before")
    assert answered > 20

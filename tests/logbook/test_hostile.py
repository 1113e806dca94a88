"""Files that somebody made to do harm: each is a sentence, or is read, within bounded memory and time."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import zlib
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from engineroom.errors import EngineroomError, LogbookError
from engineroom.logbook import Logbook, Writer, damage_of, repair
from engineroom.logbook._migration import seal_everything
from engineroom.logbook._seal import data_key
from engineroom.logbook._store import FileStore
from engineroom.run import records_of

TRIES = int(os.environ.get("TRIES", "3"))
OLD = Path(__file__).parent / "files" / "schema2.logbook"

ASKS = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (3 * 2**30, 3 * 2**30))
resource.setrlimit(resource.RLIMIT_CPU, (20, 20))
from engineroom.errors import EngineroomError
from engineroom.logbook import Logbook, Writer, damage_of, repair
from engineroom.run import records_of
from engineroom.data import _raw
_raw._UNPACKED = 2**22
path = sys.argv[1]
for ask in (
    lambda: [r.at(r.steps) for r in records_of(Logbook.open(path), threads=1)],
    lambda: [r.losses(0, r.steps) for r in records_of(Logbook.open(path), threads=1)],
    lambda: damage_of(Logbook.open(path), 1),
    lambda: Writer.open(path).close(),
):
    try:
        ask()
        print("answered")
    except EngineroomError as error:
        print(error)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A whole logbook of two runs, the second a fork of the first."""
    path = tmp_path / "r.logbook"
    shutil.copy(OLD, path)
    with Writer.open(path) as writer:
        writer.add_event(1, 5, "note", {})
        writer.commit(1, steps=60, status="completed")
    return path


def forge(path: Path, *statements: str | tuple[str, tuple[Any, ...]]) -> None:
    """Change a logbook, and give everything marks and seals that fit, as somebody who means harm would."""
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("PRAGMA ignore_check_constraints=ON")
        for statement in statements:
            sql, values = statement if isinstance(statement, tuple) else (statement, ())
            assert database.execute(sql, values).rowcount, sql
        database.execute("BEGIN")
        seal_everything(database)
        database.execute("COMMIT")


def forge_data(path: Path, change: Callable[[dict[str, Any], dict[str, bytes]], None]) -> None:
    """Change the description and the arrays of a data set, under a key that fits."""
    database = sqlite3.connect(path, isolation_level=None)
    old, digest, payload = database.execute("SELECT key, digest, payload FROM data").fetchone()
    blobs = dict(database.execute("SELECT name, content FROM blobs ORDER BY rowid"))
    description = json.loads(payload)
    change(description, blobs)
    payload = json.dumps(description)
    key = data_key(digest, payload, blobs.items())
    database.execute("UPDATE data SET key = ?, payload = ?", (key, payload))
    database.execute("DELETE FROM blobs")
    database.executemany("INSERT INTO blobs VALUES (?, ?, ?)", [(key, n, b) for n, b in blobs.items()])
    database.execute("UPDATE runs SET data = ? WHERE data = ?", (key, old))
    database.close()
    forge(path)


def asked(path: Path) -> list[str]:
    """Put the questions in a process that may use 3 GB and 20 seconds."""
    if sys.platform == "win32":
        pytest.skip("there are no such limits")
    done = subprocess.run(
        [sys.executable, "-c", ASKS, str(path)], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.parametrize("name", ["x", "raw.texts"])
def test_packed_rows_that_would_fill_the_memory_are_refused(path: Path, name: str) -> None:
    bomb = zlib.compress(bytes(2**26), 1)  # a thousand times smaller than what it becomes

    def change(description: dict[str, Any], blobs: dict[str, bytes]) -> None:
        blobs[name] = bomb
        if name == "x":
            description["size"] = 2**29
        else:
            description["raw"] = {"names": ["a"], "numbers": [False], "rows": description["size"]}

    forge_data(path, change)
    said = asked(path)
    assert "packed rows cannot be unpacked: they are more than" in said[0], said


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE VIEW more AS WITH RECURSIVE t(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM t) SELECT x FROM t",
        "CREATE TRIGGER more AFTER UPDATE ON runs BEGIN DELETE FROM keyframes; END",
        "ALTER TABLE metrics ADD COLUMN more BLOB AS (zeroblob(999999999))",
    ],
)
def test_what_computes_is_refused(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(statement)
    database.close()
    whole = path.read_bytes()
    for use in (Logbook.open, Writer.open, repair):
        with pytest.raises(LogbookError, match="holds views, triggers or columns that compute"):
            use(path)
    assert path.read_bytes() == whole


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (
            "INSERT INTO events (run, number, step, kind, payload) VALUES (1, 1, 0, 'note', '[')",
            "an event of run 1 cannot be read",
        ),
        ("UPDATE metrics SET epoch = 'first'", "the epoch of some metrics of run 1 cannot be read"),
        ("UPDATE scalars SET first_step = 1.5", "the loss of run 1 is kept for no steps that can be counted"),
    ],
)
def test_a_file_without_seals_says_what_cannot_be_read(tmp_path: Path, statement: str, said: str) -> None:
    path = Path(shutil.copy(OLD.with_name("schema1.logbook"), tmp_path / "old.logbook"))
    with closing(sqlite3.connect(path)) as database, database:
        assert database.execute(statement).rowcount > 0
    logbook = Logbook.open(path)
    with pytest.raises(LogbookError, match=re.escape(said)):
        print(logbook.events(1), logbook.metrics(1), logbook.last_scalar(1, "loss"))


def test_a_table_that_is_a_view_without_an_end_is_refused(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("ALTER TABLE scalars RENAME TO others")
        database.execute(
            "CREATE VIEW scalars AS WITH RECURSIVE t(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM t) "
            "SELECT 1 AS run, 'loss' AS name, x AS first_step, 1 AS count, zeroblob(8) AS content, NULL AS mark FROM t"
        )
    database.close()
    assert all("columns that compute" in said for said in asked(path))


@pytest.mark.parametrize(("parent", "step"), [(2, 25), (1, 10**15), (1, -1), (7, 25), (3, 25), (1, 26)], ids=str)
def test_families_that_go_in_circles_or_nowhere_are_refused(path: Path, parent: int, step: int) -> None:
    forge(path, f"UPDATE runs SET parent = {parent}, parent_step = {step} WHERE number = 2")
    with pytest.raises(LogbookError, match="which is not there"):
        records_of(Logbook.open(path))


def test_two_runs_that_are_each_others_parents_are_refused(path: Path) -> None:
    forge(
        path,
        "UPDATE runs SET spec = (SELECT spec FROM runs WHERE number = 2), parent = 2, parent_step = 25, "
        "steps = 45 WHERE number = 1",
        "UPDATE runs SET parent = 1 WHERE number = 2",
    )
    with pytest.raises(LogbookError, match="run 1 goes on from state 25 of run 2, which is not there"):
        records_of(Logbook.open(path))


def test_a_family_of_very_many_generations_is_read(path: Path) -> None:
    database = sqlite3.connect(path, isolation_level=None)
    columns = "name, created, status, steps, numerics, engineroom, seed, spec, plan, data"
    database.execute("BEGIN")
    for number in range(3, 1100):
        for table, rest in (
            ("scalars", "name, first_step, count, content"),
            ("keyframes", "step, digest, content"),
        ):
            database.execute(f"INSERT INTO {table} (run, {rest}) SELECT {number}, {rest} FROM {table} WHERE run = 2")
        database.execute(
            f"INSERT INTO runs (number, {columns}, parent, parent_step) "
            f"SELECT {number}, {columns}, {number - 1}, 25 FROM runs WHERE number = 2"
        )
    database.execute("COMMIT")
    database.close()
    forge(path)
    record = records_of(Logbook.open(path))[-1]
    assert record.number == 1099 and len(record.chain) == 1099
    assert record.at(40).step == 40 and record.last_step_of(0) > 0
    assert len(record.losses(0, 45)) == len(record.loss) == 45
    assert record.validation and record.apart().chain[0].number == 1


VALUES: list[Any] = [
    None, -1, 0, 2**31, 2**63 - 1, -(2**63), 1e308, float("inf"), "", "x", "9" * 400, "\0", "{}", "[]", "null",
    "[" * 5000, b"", b"\0" * 9, '{"a": 1}',
]  # fmt: skip


def test_no_value_in_any_place_raises_anything_but_a_sentence(path: Path) -> None:
    database = sqlite3.connect(path)
    places = [
        (table, column[1])
        for (table,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for column in database.execute(f"PRAGMA table_info({table})").fetchall()
        if table not in ("about", "seals", "summaries") and column[1] != "mark"
    ]
    database.close()
    whole, seed, refused, tried = path.read_bytes(), 11, 0, 0
    print("seed", seed)
    choose = random.Random(seed)
    for table, column in places:
        for value in choose.sample(VALUES, TRIES):
            path.write_bytes(whole)
            try:
                forge(path, (f"UPDATE {table} SET {column} = ? WHERE rowid IN (SELECT rowid FROM {table} LIMIT 1)",
                             (value,)))  # fmt: skip
            except (sqlite3.Error, TypeError, OverflowError):
                continue
            tried += 1
            try:
                for record in records_of(Logbook.open(path), threads=1):
                    if record.steps > 100:
                        record.at(50)
                        continue
                    _ = record.at(record.steps), record.loss, record.validation, record.events, record.best
                    _ = record.last_loss, list(record.loss_summaries()), record.finding
                    record.verify()
            except EngineroomError as error:
                refused += 1
                assert "\n" not in str(error), (table, column, value)
            except Exception as error:
                raise AssertionError((table, column, value)) from error
            assert all(isinstance(said, str) for said in damage_of(Logbook(FileStore(path)), 1))
    print(tried, "values,", refused, "refused")
    assert refused > tried / 4


def test_parts_of_specifications_are_sentences(path: Path) -> None:
    database = sqlite3.connect(path)
    (spec,) = database.execute("SELECT spec FROM runs WHERE number = 2").fetchone()
    (payload,) = database.execute("SELECT payload FROM data").fetchone()
    database.close()
    whole, seed = path.read_bytes(), 12
    print("seed", seed)
    choose = random.Random(seed)
    for text, table in ((spec, "runs"), (payload, "data")):
        for _ in range(60):
            path.write_bytes(whole)
            broken = _broken(json.loads(text), choose)
            if table == "runs":
                forge(path, ("UPDATE runs SET spec = ? WHERE number = 2", (json.dumps(broken),)))
            else:
                forge_data(path, lambda description, _, broken=broken: replace(description, broken))  # type: ignore[misc]
            try:
                for record in records_of(Logbook.open(path), threads=1):
                    _ = record.at(min(record.steps, 50)), record.validation, record.best, record.rate(1)
            except EngineroomError as error:
                assert "\n" not in str(error)
            except Exception as error:
                raise AssertionError(json.dumps(broken)[:2000]) from error


def replace(old: dict[str, Any], new: Any) -> None:
    old.clear()
    old.update(new if isinstance(new, dict) else {"": new})


def _broken(data: Any, choose: random.Random) -> Any:
    """Return JSON data with one of its parts replaced or gone."""
    if isinstance(data, (dict, list)) and data and choose.random() < 0.85:
        key = choose.choice(list(data) if isinstance(data, dict) else range(len(data)))
        if choose.random() < 0.1 and isinstance(data, dict):
            del data[key]
        else:
            data[key] = _broken(data[key], choose)
        return data
    return choose.choice([None, -1, 0, 10**12, 1e300, "", "x", [], {}, [[]], True, "9" * 50, [1, 2], {"law": "x"}])

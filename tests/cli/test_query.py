"""Answers are written to files block by block, and every reader reads the same bits back."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

import engineroom as er
from engineroom.errors import LogbookError
from engineroom.lens import inquire
from engineroom.show import _query_file, write_query

NAMES = ["dense1.weight", "loss", "dense1.a", "dense1.weight.grad.norm"]


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many blocks, also of a small answer."""
    monkeypatch.setattr(_query_file, "_BLOCK", 4_000)


@pytest.fixture(scope="module")
def wanted(logbook: Path) -> dict[str, Any]:
    return er.open(logbook).run(2).query(NAMES, range(3, 60, 4))


def flat(wanted: dict[str, Any]) -> dict[str, Any]:
    columns: dict[str, Any] = {"step": np.arange(3, 60, 4)}
    for name, array in wanted.items():
        for index in np.ndindex(*array.shape[1:]):
            columns[f"{name}[{', '.join(map(str, index))}]" if index else name] = array[(slice(None), *index)]
    return columns


def test_npz_and_npy(ask, logbook: Path, wanted: dict[str, Any], tmp_path: Path) -> None:
    answer = ask("query", logbook, *NAMES, "--steps", "3:59:4", "--output", "out.npz")
    said = "out.npz holds dense1.weight, loss, dense1.a, dense1.weight.grad.norm of 15 steps."
    assert answer.code == 0 and " ".join(answer.out.split()) == said
    with np.load("out.npz") as kept:
        assert set(kept) == {*NAMES, "steps"} and kept["steps"].tolist() == list(range(3, 60, 4))
        for name in NAMES:
            assert kept[name].dtype == wanted[name].dtype
            np.testing.assert_array_equal(kept[name], wanted[name])
    facts = ask("query", logbook, "dense1.a", "--steps", "3:59:4", "--output", "a.npy", "--json").facts
    assert facts["file"] == "a.npy" and facts["shapes"] == {"dense1.a": list(wanted["dense1.a"].shape)}
    mapped = np.load("a.npy", mmap_mode="r")
    np.testing.assert_array_equal(mapped, wanted["dense1.a"])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.npy", "out.npz"]


def test_numbers_of_the_rows(ask, logbook: Path) -> None:
    record = er.open(logbook).run(2).record
    rows = record.dataset.row_numbers[record.rows(3)].tolist()
    facts = ask("query", logbook, "loss.examples", "--steps", 3, "--run", 2, "--json").facts
    assert facts["rows"] == [rows]
    assert "rows" not in ask("query", logbook, "loss", "--steps", 3, "--run", 2, "--json").facts
    told = ask("query", logbook, "loss.examples", "--steps", 3, "--run", 2).out.splitlines()
    assert [line.split()[1] for line in told[2:]] == list(map(str, rows))


def test_csv(ask, logbook: Path, wanted: dict[str, Any]) -> None:
    assert ask("query", logbook, *NAMES, "--steps", "3:59:4", "--output", "out.csv").code == 0
    with Path("out.csv").open(newline="", encoding="utf-8") as file:
        head, *rows = list(csv.reader(file))
    columns = flat(wanted)
    assert head == list(columns) and len(rows) == 15
    for name, texts in zip(head, zip(*rows, strict=True), strict=True):
        np.testing.assert_array_equal(np.array(texts, columns[name].dtype), columns[name])


def test_parquet(ask, logbook: Path, wanted: dict[str, Any]) -> None:
    assert ask("query", logbook, *NAMES, "--steps", "3:59:4", "--output", "out.parquet").code == 0
    kept = duckdb.connect(":memory:").read_parquet("out.parquet").fetchnumpy()
    columns = flat(wanted)
    assert list(kept) == list(columns)
    for name, values in columns.items():
        assert kept[name].dtype == values.dtype
        np.testing.assert_array_equal(np.ma.filled(kept[name], np.nan), values)


def test_an_answer_is_written_block_by_block(logbook: Path, tmp_path: Path) -> None:
    asked = inquire(er.open(logbook).run(2).record, NAMES)
    sizes: list[int] = []
    blocks = type(asked).blocks

    class Watched(type(asked)):  # type: ignore[misc]
        def blocks(self, size: int, progress: Any = None) -> Any:
            for block in blocks(self, size, progress):
                sizes.append(len(block.steps))
                yield block

    write_query(Watched(asked.record, asked.steps, asked.readers, asked.rows), tmp_path / "out.csv")
    assert sum(sizes) == 60 and max(sizes) * asked.step_bytes <= 4_000 and len(sizes) > 5


def test_nothing_is_left_behind(logbook: Path, tmp_path: Path) -> None:
    def interrupted(done: int, planned: int) -> None:
        if done == 20:
            raise KeyboardInterrupt

    asked = inquire(er.open(logbook).run(2).record, NAMES)
    for ending in _query_file.QUERY_FILES[1:]:
        with pytest.raises(KeyboardInterrupt):
            write_query(asked, tmp_path / f"out{ending}", interrupted)
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_logbook_is_named_as_such(logbook: Path, tmp_path: Path) -> None:
    asked = inquire(er.open(logbook).run(2).record, NAMES)

    def damaged(done: int, planned: int) -> None:
        raise LogbookError("the logbook is damaged")

    with pytest.raises(LogbookError, match="damaged"):
        write_query(asked, tmp_path / "out.csv", damaged)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["loss", "--output", "out.txt"], "ending in .npy, .npz, .csv, .parquet, got 'out.txt'"),
        (["loss", "dense1.weight", "--output", "out.npy"], "name a .npz file"),
        (["loss", "--output", "here.csv"], "'here.csv' is there already"),
        (["loss", "--output", "nowhere/out.csv"], "'nowhere/out.csv' cannot be written"),
        (["nothing", "--output", "out.csv"], "nothing called 'nothing'"),
    ],
)
def test_what_cannot_be_written(ask, logbook: Path, tmp_path: Path, words: list[str], said: str) -> None:
    (tmp_path / "here.csv").write_text("mine")
    answer = ask("query", logbook, *words)
    assert answer.code == 2 and said in answer.err and answer.err.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["here.csv"]
    assert (tmp_path / "here.csv").read_text() == "mine"

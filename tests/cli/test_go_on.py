"""fork and resume from the command line, and the tree that runs draws."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

import engineroom as er


@pytest.fixture
def book(logbook: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(logbook, tmp_path / "family.logbook"))


def test_fork_and_resume(ask, book: Path) -> None:
    made = ask(
        "fork", book, "--run", 1, "--at", 30, "--lr", 0.5, "--set", "dense1.weight.0.0=0.25", "--steps", 4, "--json"
    )
    assert made.code == 0
    assert [made.facts["run"][key] for key in ("run", "parent", "parent_step", "steps")] == [3, 1, 30, 34]
    fork = er.open(book).run(3)
    assert fork.at(30).weights["dense1.weight"][0, 0] == 0.25
    grown = ask("resume", book, "--steps", 6)
    assert grown.code == 0
    assert "Run 3 of" in grown.out and "40 steps" in grown.out
    again = er.open(book).run(1).fork(30, lr=0.5, set={"dense1.weight[0, 0]": 0.25}, steps=10)
    assert again.at(40).same_bits(er.open(book).run(3).at(40))
    assert ask("verify", book, "--run", 3).code == 0


def test_runs_draws_the_family(ask, book: Path) -> None:
    run = er.open(book).run(1)
    child = run.fork(20, lr=0.1, steps=5)
    run.fork(40, drop_examples=[int(run.dataset.row_numbers[run.dataset.training[0]])], epochs=1)
    child.fork(22, freeze=["dense1"], steps=3)
    shown = ask("runs", book).out
    drawn = ["1 ", "├ 3 @ 20 ", "│ └ 5 @ 22 ", "└ 4 @ 40 ", "2 "]
    lines = [line.strip() for line in shown.splitlines()]
    places = [next(i for i, line in enumerate(lines) if line.startswith(branch)) for branch in drawn]
    assert places == sorted(places)


def test_what_cannot_be_forked_is_one_sentence(ask, book: Path) -> None:
    assert "such as dense1.weight.3.5=0" in ask("fork", book, "--at", 3, "--set", "dense1.weight.3.5").err
    assert "ends with state 60" in ask("fork", book, "--at", 60).err
    assert "made all the steps" in ask("resume", book).err


def test_query(ask, book: Path) -> None:
    facts = ask("query", book, "dense1.weight.grad.norm", "loss", "--run", 1, "--steps", "2:10:4", "--json").facts
    run = er.open(book).run(1)
    assert facts["steps"] == [2, 6, 10]
    assert facts["values"]["loss"] == [run.loss[1], run.loss[5], run.loss[9]]
    assert ask("query", book, "dense1.weight", "--run", 1, "--steps", 5, "--output", "out.npz").code == 0
    with np.load("out.npz") as arrays:
        np.testing.assert_array_equal(arrays["dense1.weight"][0], run.at(5).weights["dense1.weight"])
    assert "is there already" in ask("query", book, "loss", "--output", "out.npz").err
    assert "1:100" in ask("query", book, "loss", "--steps", "x").err

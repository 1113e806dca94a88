"""compare: the same facts as the Python API gives, in text and in JSON."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import engineroom as er


@pytest.fixture(scope="module")
def book(logbook: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The two runs on the houses, and a fork of the first."""
    path = tmp_path_factory.mktemp("compared") / "houses.logbook"
    shutil.copy(logbook, path)
    er.open(path).run(1).fork(at=30, set={"dense1.weight[2, 5]": 0.0}, name="without")
    return path


def test_text_and_json(ask, book: Path) -> None:
    view = er.open(book)
    wanted = view.run(1).compare(view.run(3))
    answer = ask("compare", book, 1, 3)
    assert answer.code == 0 and answer.out == f"{wanted}\n" and max(map(len, answer.out.splitlines())) <= 80
    assert "They part in state 30, where run 3 begins with weights that were set" in " ".join(answer.out.split())
    facts = ask("compare", book, 1, 3, "--points", 4, "--rows", 7, "--json").facts
    assert facts["parting"]["name"] == "dense1.weight[2, 5]" and facts["parting"]["second"] == 0.0
    assert facts["points"] == [30, 40, 50, 60] and facts["sampled"] == 7
    assert facts["second"] == "run 3 (without)"


def test_a_run_of_another_file(ask, logbook: Path, book: Path) -> None:
    facts = ask("compare", logbook, 1, 1, "--other-file", book, "--json").facts
    assert facts["parting"] is None and facts["shared"] == 0
    facts = ask("compare", logbook, 2, 3, "--other-file", book, "--points", 3, "--json").facts
    assert facts["parting"]["state"] == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["1"], "OTHER"),
        (["1", "9"], "has no run 9"),
        (["1", "x"], "'x'"),
        (["1", "2", "--points", "0"], "points must be a whole number of at least 1"),
        (["1", "2", "--other-file", "none.logbook"], "none.logbook"),
    ],
)
def test_what_cannot_be_compared(ask, book: Path, words: list[str], said: str) -> None:
    answer = ask("compare", book, *words)
    assert answer.code == 2 and answer.out == "" and said in answer.err and answer.err.count("\n") == 1

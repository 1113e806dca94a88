"""A run is asked by its number or by the name that it was given."""

from __future__ import annotations

from pathlib import Path

import pytest

import engineroom as er
from engineroom.errors import LogbookError


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run without a name and its forks slow, 7, twin and twin."""
    path = tmp_path_factory.mktemp("named") / "named.logbook"
    run = er.train(er.Network(er.Dense(1)), [1, 2, 3], [2, 4, 6], steps=6, logbook=path)
    for name in ("slow", "7", "twin", "twin"):
        run.fork(3, name=name, lr=0.001)
    return path


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("why", ["dense1.weight.0.0", "--step", 4]),
        ("trace", ["dense1.weight.0.0"]),
        ("at", [4]),
        ("verify", []),
        ("query", ["loss"]),
    ],
)
def test_a_name_asks_as_its_number_does(ask, named: Path, command: str, words: list[str | int]) -> None:
    by_name = ask(command, named, *words, "--run", "slow", "--json")
    assert by_name.code == 0 and by_name.facts["run"] == 2
    assert by_name.out == ask(command, named, *words, "--run", 2, "--json").out


def test_names_are_compared(ask, named: Path) -> None:
    answer = ask("compare", named, 1, "slow", "--json")
    assert answer.code == 0 and answer.out == ask("compare", named, 1, 2, "--json").out


@pytest.mark.parametrize("command", ["why", "show"])
@pytest.mark.parametrize(
    ("which", "sentence"),
    [
        ("twin", "has 2 runs called 'twin': ask one by its number, 4 or 5"),
        ("slwo", "has no run called 'slwo'; did you mean 'slow'?"),
        ("7", "has no run 7: it holds 5 runs"),
    ],
)
def test_a_name_that_means_no_one_run_is_told(ask, named: Path, command: str, which: str, sentence: str) -> None:
    answer = ask(command, named, "--run", which)
    assert answer.code == 2 and answer.out == "" and sentence in answer.err


def test_without_names_a_number_is_asked_for(ask, logbook: Path) -> None:
    answer = ask("why", logbook, "--run", "first")
    assert answer.code == 2
    assert "has no run called 'first'; none of its runs has a name, so give a number, such as 1" in answer.err


def test_the_list_has_name_and_network(ask, named: Path) -> None:
    lines = ask("runs", named).out.splitlines()
    (slow,) = (line for line in lines if "slow" in line)
    assert "slow, 1-1" in slow and "name, network" in " ".join(lines)


def test_python_knows_names_too(named: Path) -> None:
    book = er.open(named)
    assert book.run("slow").number == book.run("2").number == 2
    with pytest.raises(LogbookError, match="4 or 5"):
        book.run("twin")


def test_a_run_is_named_where_it_is_trained(ask, houses: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    book = Path("book.logbook")
    words = ("train", houses, "--target", "price", "--steps", 5, "--logbook", book)
    answer = ask(*words, "--name", "first try")
    assert answer.code == 0 and f"Kept as run 1 (first try) of {book}" in " ".join(answer.out.split())
    assert ask("at", book, 5, "--run", "first try").code == 0
    assert ask(*words, "--name", "second", "--json").facts["run"]["name"] == "second"


@pytest.mark.parametrize("name", ["two\nlines", "\x1b[31m"])
def test_a_name_that_cannot_be_is_refused_before_anything_is_printed(
    ask, houses: Path, tmp_path: Path, name: str
) -> None:
    book = tmp_path / "book.logbook"
    answer = ask("train", houses, "--target", "price", "--logbook", book, "--name", name, "--show", "--no-open")
    assert (answer.code, answer.out) == (2, "")
    assert answer.err == f"engineroom: --name must be printable text, got {name!r}\n"
    assert not book.exists()

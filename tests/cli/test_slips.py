"""A slip gets one sentence, in the words of the command line, before anything else is printed or made."""

from __future__ import annotations

import shlex
import shutil
from pathlib import Path

import pytest


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--epochs", 0], "--epochs must be a whole number of at least 1, got 0"),
        (["--epochs", 3, "--steps", 4], "give epochs or steps, not both: got --epochs 3 and --steps 4"),
        (["--loss", "cross_entropy"], "cross_entropy needs"),
        (["--batch-size", 99_999], "got 99,999; --batch-size all takes all rows in each step"),
        (["--column", "rooms:number", "--column", "rooms:drop"], "--column says 'number' and 'drop' of column 'rooms'"),
        (["--max-size", "3X"], "--max-size must be a size in"),
        (["--max-wait", "soon"], "--max-wait must be a time in"),
        (["--threads", 0], "--threads must be at least 1, got 0"),
        (["--engine", "steam"], "there is no engine called 'steam'"),
        (["--seed", -1], "--seed must be a whole number"),
        (["--lr", -1], "--lr must be above 0"),
        (["--early-stopping", "--validation", "none"], "and there are none: give --validation 0.2, or leave it out"),
        (["--logbook", "here.csv"], "'here.csv' is not a logbook of engineroom"),
        (["--logbook", "nowhere/a.logbook"], "does not exist: make it first"),
        (["--logbook", "."], "'.' is a folder"),
    ],
)
def test_what_train_cannot_do_is_said_before_anything_is_printed(
    ask, houses: Path, tmp_path: Path, words: list[str | int], sentence: str
) -> None:
    (tmp_path / "here.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    answer = ask("train", houses, "--target", "price", *words)
    assert answer.code == 2 and answer.out == ""
    assert sentence in answer.err and answer.err.count("\n") == 1 and "None" not in answer.err
    assert [path.name for path in tmp_path.iterdir()] == ["here.csv"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["stability", "--sample", 0], "--sample must be a number of training rows from 1 to 64, got 0"),
        (["export", "a.html", "--max-size", "3X"], "--max-size must be a size in"),
        (["fork", "--at", 0, "--drop", 999_999], "--drop names rows that run 2 trains on"),
        (["resume", "--epochs", 0], "--epochs must be a whole number of at least 1, got 0"),
        (
            ["show", "--no-open", "--port", 65536],
            "--port must be from 1 to 65535, or 0 for any that is free, got 65536",
        ),
        (["show", "--no-open", "--port=-1"], "--port must be from 1 to 65535, or 0 for any that is free, got -1"),
    ],
)
def test_errors_name_the_options_of_their_command(ask, logbook: Path, words: list[str | int], sentence: str) -> None:
    answer = ask(words[0], logbook, *words[1:])
    assert answer.code == 2 and sentence in answer.err and "None" not in answer.err


@pytest.mark.parametrize("words", [["why"], ["trace"], ["at", 3], ["landscape"], ["contributions"]], ids=str)
def test_an_empty_name_is_no_weight(ask, logbook: Path, words: list[str | int]) -> None:
    # As from a variable of the shell that is not set.
    answer = ask(words[0], logbook, *words[1:], "")
    assert answer.code == 2 and answer.out == ""
    assert " ".join(answer.err.split()) == (
        "engineroom: the name of a weight is missing in '': give one such as dense1.weight[0, 0]; "
        "the parameters of this network are 'dense1.weight', 'dense1.bias', 'dense2.weight', 'dense2.bias'"
    )


@pytest.mark.parametrize("words", [["runs"], ["trace", "w"], ["predict", "a.csv"], ["show"], ["repair"], ["export"]])
def test_a_logbook_that_is_not_there_is_answered_with_the_nearest(
    ask, logbook: Path, tmp_path: Path, words: list[str]
) -> None:
    shutil.copy(logbook, tmp_path / "houses.logbook")
    (tmp_path / "houses.logbok.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    answer = ask(words[0], "houses.logbok", *words[1:])
    assert answer.code == 2
    assert answer.err == "engineroom: there is no file 'houses.logbok'; did you mean 'houses.logbook'?\n"
    here = tmp_path / "houses.logbok"
    assert ask(words[0], here, *words[1:]).err.endswith(f"did you mean {str(tmp_path / 'houses.logbook')!r}?\n")
    assert "did you mean" not in ask(words[0], "other", *words[1:]).err
    # That both end in .logbook makes no two names alike.
    assert "did you mean" not in ask(words[0], "nope.logbook", *words[1:]).err


def test_a_logbook_is_no_table(ask, logbook: Path, tmp_path: Path) -> None:
    sentence = "houses.logbook is a logbook, which keeps runs, not a table: give the table, such as a CSV file"
    for words in (["train", logbook, "--target", "price"], ["train", logbook], ["predict", logbook, logbook]):
        answer = ask(*words)
        assert answer.code == 2 and sentence in answer.err and answer.err.count("\n") == 1
        told = answer.err.split("`")[1]
        assert ask(*shlex.split(told)[1:]).code == 0
    shutil.copy(logbook, tmp_path / "base.db")
    assert "base.db is an SQLite file, not a table" in ask("train", "base.db", "--target", "price").err


def test_errors_in_json_name_the_options_too(ask, houses: Path) -> None:
    answer = ask("train", houses, "--target", "price", "--epochs", 0, "--json")
    assert answer.facts["error"]["message"] == "--epochs must be a whole number of at least 1, got 0"


@pytest.mark.parametrize(
    "words",
    [
        ("train", "houses.csv", "--target", "price", "--lr", "0,01"),
        ("fork", "a.logbook", "--at", 0, "--lr", "0,01"),
    ],
)
def test_a_decimal_comma_is_answered_with_a_point(ask, words: tuple[str | int, ...]) -> None:
    answer = ask(*words)
    assert answer.code == 2 and "got '0,01'; the decimal sign is a point: 0.01" in answer.err


def test_other_options_know_a_decimal_comma_too(ask, houses: Path, logbook: Path) -> None:
    answer = ask("train", houses, "--target", "price", "--validation", "0,2")
    assert "got '0,2'; the decimal sign is a point: 0.2" in answer.err
    answer = ask("fork", logbook, "--at", 0, "--set", "dense1.weight.0.0=0,5")
    assert "the decimal sign is a point: 0.5" in answer.err

"""Where training has ended, the error ends in a command that goes on, with all that was said."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import pytest

import engineroom as er
from engineroom.cli._way_on import telling_the_way_on
from engineroom.errors import EndedError, OptionError
from engineroom.ops import Schedule

FILE = Path("my runs.logbook")
LEFT_OUT: dict[str, Any] = {"epochs": None, "steps": None}


def way_on(rate: Schedule, said: dict[str, Any], resumes_at: int | None = None) -> list[str]:
    record = er.train(er.Network(er.Dense(1)), [1, 2, 3], [2, 4, 6], optimizer=er.SGD(lr=rate), steps=4).record
    with pytest.raises(OptionError) as refused, telling_the_way_on(record, FILE, said, resumes_at=resumes_at):
        raise EndedError("run 1 has ended", "say how much further")
    before, _, command = str(refused.value).partition(": go on with engineroom ")
    assert before == "run 1 has ended"
    return shlex.split(command)


@pytest.mark.parametrize(
    ("rate", "said", "resumes_at", "command"),
    [
        # A constant rate has no end: only how long is missing.
        (er.Constant(0.07), {}, 4, "resume --epochs 5"),
        (er.Constant(0.07), {"steps": 9, "run": 2}, 4, "resume --steps 9 --run 2"),
        (er.Constant(0.07), {"at": 4}, None, "fork --epochs 5 --at 4"),
        # A cosine ends with the run: a fork goes on at a tenth of its highest rate.
        (er.Cosine(0.07), {}, 4, "fork --at 4 --epochs 5 --lr 0.007"),
        (er.Cosine(0.07), {"epochs": 3, "at": 2}, None, "fork --epochs 3 --at 2 --lr 0.007"),
        # What was said of the rate stays, and what may be repeated is.
        (er.Cosine(0.07), {"at": 4, "lr": 0.5}, None, "fork --epochs 5 --at 4 --lr 0.5"),
        (
            er.Cosine(0.07),
            {"at": 4, "optimizer": "adam", "batch_size": "all", "freeze": ["a", "b"]},
            None,
            "fork --epochs 5 --at 4 --optimizer adam --batch-size all --freeze a --freeze b",
        ),
    ],
)
def test_the_command(rate: Schedule, said: dict[str, Any], resumes_at: int | None, command: str) -> None:
    name, *options = command.split()
    assert way_on(rate, {**LEFT_OUT, **said}, resumes_at) == [name, str(FILE), *options]


def test_other_errors_pass() -> None:
    record = er.train(er.Network(er.Dense(1)), [1, 2, 3], [2, 4, 6], steps=2).record
    with pytest.raises(OptionError, match=r"^no$"), telling_the_way_on(record, FILE, LEFT_OUT):
        raise OptionError("no")

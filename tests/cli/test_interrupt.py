"""Ctrl-C ends a command at any moment with exit code 130, and without a traceback."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import typer

import engineroom as er
from engineroom.cli import _demo, _go_on, main


def _press(*_: Any) -> None:
    os.kill(os.getpid(), signal.SIGINT)


def test_while_the_commands_are_put_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typer.main, "get_command", _press)
    assert main(["runs", "none.logbook"]) == 130


def test_in_the_network_of_the_demo(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    @contextmanager
    def pressing(*_: Any) -> Iterator[Callable[..., None]]:
        presses = iter([_press])
        yield lambda *told: next(presses, print)()

    monkeypatch.setattr(_demo, "training_progress", pressing)
    place = tmp_path / "d.logbook"
    assert main(["demo", "--no-open", "--logbook", str(place)]) == 130
    told = capsys.readouterr()
    assert "A network learns to read" not in told.out
    assert "Stopped; what was trained is kept in" in " ".join(told.err.split())
    assert [run.status for run in er.open(place).runs] == ["completed"] * 3 + ["interrupted"]


@pytest.mark.parametrize("command", ["fork", "resume"])
def test_fork_and_resume_tell_as_much_as_train(
    ask, logbook: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    book = Path(shutil.copy(logbook, tmp_path / "family.logbook"))
    pressed: list[Any] = []

    @contextmanager
    def pressing(*_: Any) -> Iterator[Callable[..., None]]:
        yield lambda *told: None if pressed else pressed.append(_press())

    monkeypatch.setattr(_go_on, "training_progress", pressing)
    words = ["--at", 30, "--lr", 0.001] if command == "fork" else []
    # The houses' cosine schedule ends with the run, so that only a fork of it can be resumed.
    er.open(book).run(1).fork(at=30, lr=0.001, steps=5)
    answer = ask(command, book, "--run", 3 if command == "resume" else 1, *words, "--steps", 100_000_000)
    assert answer.code == 130
    run, told = er.open(book).run(), " ".join(answer.out.split())
    assert run.status == "interrupted"
    epochs = f"{run.steps:,} steps ("
    assert f"stopped after {epochs}" in told and " epochs) at a batch's loss of " in told
    assert "; what was trained is kept. It " in told
    assert "on 16 held-out rows" in told and "usual miss" in told

"""Ctrl-C ends a command at any moment with exit code 130, and without a traceback."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import typer

import engineroom as er
from engineroom.cli import _demo, main


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
    assert "Stopped by Ctrl-C; what was trained is kept in" in " ".join(told.err.split())
    assert [run.status for run in er.open(place).runs] == ["completed"] * 3 + ["interrupted"]

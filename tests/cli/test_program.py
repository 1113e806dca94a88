"""What is printed to be pasted works where it was printed, also when the command is not on the PATH."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from engineroom.cli._program import program


def test_the_name_is_a_path_only_where_the_shell_would_not_find_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = tmp_path / "an environment" / "engineroom"
    away.parent.mkdir()
    away.write_text("#!/bin/sh\n")
    away.chmod(0o755)
    monkeypatch.setattr(sys, "argv", [str(away)])
    monkeypatch.setenv("PATH", str(tmp_path))
    assert program() == f"'{away}'"
    monkeypatch.setenv("PATH", str(away.parent))
    assert program() == "engineroom"
    monkeypatch.setattr(sys, "argv", [os.devnull])
    assert program() == "engineroom"


def test_commands_name_the_table_where_the_rows_are_not_kept(
    ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    table = tmp_path / "two columns.csv"
    table.write_text("a,b\n" + "".join(f"{n}.5,{2 * n}\n" for n in range(60)))
    said = ask("train", table.name, "--target", "b", "--epochs", "1", "--no-data")
    assert said.code == 0
    assert "engineroom why 'two columns.logbook' --data 'two columns.csv'" in said.out
    assert ask("why", "two columns.logbook", "--data", table.name).code == 0

"""Each missing prerequisite is named, with the line that installs it, before anything else is tried."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def check(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", str(ROOT / "scripts" / "prerequisites.sh"), *words],
        env={**os.environ, "PYTHON": sys.executable, **variables},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def program(tmp_path: Path):  # type: ignore[no-untyped-def]
    """Return a maker of small shell programs that stand in for an incomplete machine."""

    def make(name: str, body: str) -> str:
        path = tmp_path / name
        path.write_text(f"#!/bin/sh\n{body}\n")
        path.chmod(0o755)
        return str(path)

    return make


def test_this_machine_has_everything() -> None:
    found = check()
    assert (found.returncode, found.stdout, found.stderr) == (0, "", "")


def test_no_compiler() -> None:
    found = check(CXX="no-such-compiler")
    assert found.returncode == 1
    assert "there is no no-such-compiler" in found.stderr
    assert "sudo apt install g++\n" in found.stderr


def test_an_old_compiler(program) -> None:  # type: ignore[no-untyped-def]
    found = check(CXX=program("g++", "exit 1"))
    assert "cannot compile C++20" in found.stderr


def test_no_python_names_all_that_comes_with_it() -> None:
    found = check(PYTHON="no-such-python")
    assert "there is no no-such-python" in found.stderr
    assert "sudo apt install python3 python3-venv python3-dev\n" in found.stderr
    assert check("--packages", PYTHON="no-such-python").stdout == "python3\npython3-venv\npython3-dev\n"


def test_an_old_python(program) -> None:  # type: ignore[no-untyped-def]
    old = program("python3", '[ "$1" = -V ] && echo Python 3.8.10; exit 1')
    found = check(PYTHON=old)
    assert f"Python 3.10 or newer: {old} is Python 3.8.10" in found.stderr


@pytest.mark.parametrize(
    ("lacking", "package"), [("ensurepip", "python3-venv"), ("sysconfig", "python3-dev")], ids=["venv", "headers"]
)
def test_a_python_without(lacking: str, package: str, program) -> None:  # type: ignore[no-untyped-def]
    python = program("python3", f'case "$2" in *{lacking}*) exit 1;; esac; exec "{sys.executable}" "$@"')
    found = check("--packages", PYTHON=python)
    assert (found.returncode, found.stdout) == (1, f"{package}\n")


def test_make_stops_before_anything_else_is_tried(tmp_path: Path) -> None:
    made = subprocess.run(
        ["make", "test", f"VENV={tmp_path / 'venv'}", "PYTHON=no-such-python"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 2
    assert "sudo apt install python3 python3-venv python3-dev" in made.stderr
    assert not (tmp_path / "venv").exists()


def test_make_alone_lists_the_commands() -> None:
    said = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for command in ("demo", "test", "check-all", "bench", "clean"):
        assert f"make {command}" in said

"""Every example that --help gives for the logbook of the demo, and for a bundled table, works as it is written.

Those of `export` draw for seconds each; tests/cli/test_export.py has the same options on a smaller run.
"""

from __future__ import annotations

import shlex
import shutil
from pathlib import Path

import pytest
import typer

from engineroom.cli import main
from engineroom.cli._app import app

COMMANDS = typer.main.get_command(app).commands  # type: ignore[attr-defined]
EXAMPLES = [
    line.strip()
    for name, command in COMMANDS.items()
    for line in (command.epilog or "").splitlines()[1:]
    if name not in ("demo", "train", "show") and any(f" {book}.logbook" in line for book in ("demo", "penguins"))
]


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fresh")
    assert main(["demo", "--json", "--logbook", str(folder / "demo.logbook")]) == 0
    assert main(["train", "penguins", "--json", "--logbook", str(folder / "penguins.logbook")]) == 0
    # `compare --other-file` names another one.
    shutil.copy(folder / "demo.logbook", folder / "mine.logbook")
    return folder


def test_every_command_that_reads_a_logbook_has_such_an_example() -> None:
    assert {shlex.split(line)[1] for line in EXAMPLES} == {*COMMANDS} - {"demo", "train", "show"}


@pytest.mark.parametrize("example", [line for line in EXAMPLES if shlex.split(line)[1] != "export"])
def test_an_example_works(ask, books: Path, tmp_path: Path, example: str) -> None:
    for book in books.glob("*.logbook"):
        shutil.copy(book, tmp_path)
    answer = ask(*shlex.split(example)[1:])
    assert answer.code == 0, answer.err

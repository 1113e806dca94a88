"""Help of every command, the reference page made from it, and completion."""

from __future__ import annotations

import importlib.util
import re
import shlex
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from engineroom._version import __version__
from engineroom.cli._app import app

ROOT = Path(__file__).resolve().parents[2]
OPTIMIZERS = ("sgd", "rmsprop", "adam", "adamw")
LOSSES = ("mse", "mae", "huber", "cross_entropy")
COMMANDS = [
    "demo",
    "train",
    "show",
    "runs",
    "why",
    "trace",
    "at",
    "verify",
    "query",
    "landscape",
    "contributions",
    "stability",
    "compare",
    "fork",
    "resume",
    "predict",
    "export",
    "repair",
]


@pytest.mark.parametrize("name", ["train", "fork"])
@pytest.mark.parametrize(("word", "laws"), [("optimizer", OPTIMIZERS), ("loss", LOSSES)])
def test_the_laws_that_an_option_takes_are_named(name: str, word: str, laws: tuple[str, ...]) -> None:
    command = typer.main.get_command(app).commands[name]  # type: ignore[attr-defined]
    told = next(param.help for param in command.params if param.name == word)
    assert all(re.search(rf"\b{law}\b", told) for law in laws)


def test_no_option_of_all_commands_together_has_a_type() -> None:
    assert "<bool>" not in CliRunner().invoke(app, ["--help"]).output


def test_commands_are_these() -> None:
    assert list(typer.main.get_command(app).commands) == COMMANDS  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", COMMANDS)
def test_help_has_examples_that_can_be_parsed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    shown = CliRunner().invoke(app, [name, "--help"])
    assert shown.exit_code == 0 and "Examples:" in shown.output and "--json" in shown.output
    assert max(len(line) for line in shown.output.splitlines()) <= 80
    assert "<bool>" not in shown.output  # beside a flag, which takes no value
    # Rich takes some words between colons for emoji.
    assert all(c.isascii() or "\u2500" <= c <= "\u257f" for c in shown.output)
    group = typer.main.get_command(app)
    command = group.commands[name]  # type: ignore[attr-defined]
    examples = [line.strip() for line in (command.epilog or "").splitlines()[1:] if line.strip()]
    assert examples
    for example in examples:
        assert example in shown.output, f"{example!r} is broken over lines"
        words = shlex.split(example)
        assert words[:2] == ["engineroom", name]
        command.make_context(name, words[2:])


def test_help_without_a_command_and_unknown_commands(ask) -> None:
    assert ask().code == 0
    assert ask("--help").out == ask("-h").out
    missing = ask("trian")
    assert missing.code == 2 and "'train'" in missing.err


def test_the_version_is_said(ask) -> None:
    said = ask("--version")
    assert said.code == 0 and said.out == f"engineroom {__version__}\n"


def test_the_reference_page_is_the_help() -> None:
    spec = importlib.util.spec_from_file_location("reference", ROOT / "scripts" / "write_cli_reference.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.REFERENCE.read_text("utf-8") == module.reference(), "run python scripts/write_cli_reference.py"


def test_completion_is_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_ENGINEROOM_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", "engineroom tr")
    monkeypatch.setenv("COMP_CWORD", "1")
    shown = CliRunner().invoke(app, [], prog_name="engineroom")
    assert shown.output.split() == ["train", "trace"]

"""Arguments and options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, TypeAlias

import typer

from engineroom import api

__all__ = [
    "AsJson",
    "DataFile",
    "LogbookFile",
    "RunNumber",
    "any_number",
    "chosen_run",
    "flag",
    "option",
    "whole_number",
]


def whole_number(text: str) -> int:
    """Read a whole number, and say what came where it is none, which Typer's own reader does not."""
    try:
        return int(text)
    except ValueError:
        raise typer.BadParameter(f"a whole number is expected, got {text!r}") from None


def any_number(text: str) -> float:
    """Read a number, and say what came where it is none."""
    try:
        return float(text)
    except ValueError:
        raise typer.BadParameter(f"a number is expected, got {text!r}") from None


def option(*names: str, metavar: str, help: str, panel: str | None = None, parser: Any = None) -> Any:
    """Make an option that takes a value; its help text says what happens without it."""
    return typer.Option(*names, metavar=metavar, help=help, rich_help_panel=panel, show_default=False, parser=parser)


def flag(*names: str, help: str, panel: str | None = None) -> Any:
    """Make an option that is there or not."""
    return typer.Option(*names, metavar="", help=help, rich_help_panel=panel, show_default=False)


LogbookFile: TypeAlias = Annotated[
    Path, typer.Argument(metavar="FILE", help="The logbook, the file that keeps runs.", show_default=False)
]
RunNumber: TypeAlias = Annotated[
    int | None,
    option("--run", metavar="N", help="Which run of the logbook, from 1; the newest if left out.", parser=whole_number),
]
DataFile: TypeAlias = Annotated[
    str | None,
    option("--data", metavar="TABLE", help="The table it was trained on, where the logbook keeps only a hash of it."),
]
AsJson: TypeAlias = Annotated[bool, flag("--json", help="Print the same facts as JSON, for programs.")]


def chosen_run(file: Path, number: int | None, data: str | None = None) -> api.Run:
    """Return run `number` of a logbook, or its newest."""
    return api.open(file, data).run(number)

"""Arguments and options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, TypeAlias

import typer

from engineroom import api
from engineroom.errors import OptionError
from engineroom.show import make_console, run_text, say

__all__ = [
    "AsJson",
    "DataFile",
    "Force",
    "LogbookFile",
    "RunNumber",
    "Steps",
    "any_number",
    "check_output",
    "chosen_run",
    "flag",
    "option",
    "point_of",
    "steps_of",
    "tell_newest",
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
        raise typer.BadParameter(f"a number is expected, got {text!r}{point_of(text)}") from None


def point_of(text: str) -> str:
    """Return the end of a sentence on a number that has a comma for its decimal sign, or nothing.

    Examples
    --------
    >>> point_of("0,01"), point_of("fast")
    ('; the decimal sign is a point: 0.01', '')
    """
    meant = text.strip().replace(",", ".")
    if text.count(",") != 1 or text.count(".") or not meant.lstrip("+-").replace(".", "", 1).isdecimal():
        return ""
    return f"; the decimal sign is a point: {meant}"


def option(*names: str, metavar: str, help: str, panel: str | None = None, parser: Any = None) -> Any:
    """Make an option that takes a value; its help text says what happens without it."""
    return typer.Option(*names, metavar=metavar, help=help, rich_help_panel=panel, show_default=False, parser=parser)


def flag(*names: str, help: str, panel: str | None = None) -> Any:
    """Make an option that is there or not."""
    return typer.Option(*names, metavar="", help=help, rich_help_panel=panel, show_default=False)


LogbookFile: TypeAlias = Annotated[
    Path, typer.Argument(metavar="FILE", help="The logbook, the file that keeps runs.", show_default=False)
]
Steps: TypeAlias = Annotated[
    str | None,
    option(
        "--steps",
        metavar="S:T",
        help="Steps S to T, such as 1:100; every K-th with S:T:K; or one step; all if left out.",
    ),
]
RunNumber: TypeAlias = Annotated[
    str | None,
    option("--run", metavar="N", help="Which run of the logbook: its number, or its name; the newest if left out."),
]
DataFile: TypeAlias = Annotated[
    str | None,
    option("--data", metavar="TABLE", help="The table it was trained on, for a run made with --no-data."),
]
Force: TypeAlias = Annotated[bool, flag("--force", help="Replace the file to write if it is there already.")]
AsJson: TypeAlias = Annotated[bool, flag("--json", help="Print the same facts as JSON, for programs.")]


def steps_of(text: str | None, last: int) -> range | None:
    """Return the steps that `--steps` names, of a run whose last step is `last`; None where it was left out.

    Examples
    --------
    >>> steps_of("5", 60), steps_of("1:9:4", 60), steps_of("50:", 60)
    (range(5, 6), range(1, 10, 4), range(50, 61))
    """
    if text is None:
        return None
    try:
        parts = [int(part) if part.strip() else None for part in text.split(":")]
    except ValueError:
        parts = []
    if not 1 <= len(parts) <= 3 or parts == [None]:
        raise OptionError(f"--steps must be steps such as 1:100, 1:1000:10 or 5, got {text!r}")
    begin = parts[0] if parts[0] is not None else 1
    end = begin if len(parts) == 1 else parts[1] if parts[1] is not None else last
    every = parts[2] if len(parts) == 3 and parts[2] is not None else 1
    if every < 1 or end < begin:
        raise OptionError(f"--steps go upwards by 1 or more, got {text!r}")
    return range(begin, end + 1, every)


def check_output(path: Path, force: bool, *read: Path) -> None:
    """Raise an OptionError where writing to `path` would lose a file: one that is there, unless it is to be replaced.

    Parameters
    ----------
    read : the logbook and whatever else the command reads, which are never replaced.
    """
    if not path.is_file():
        return
    if any(each.exists() and path.samefile(each) for each in read):
        raise OptionError(f"{str(path)!r} is read by this command, and writing to it would lose it: name another file")
    if not force:
        raise OptionError(f"{str(path)!r} is there already: name a new file, or add --force to replace it")


def chosen_run(file: Path, run: str | None, data: str | None = None) -> api.Run:
    """Return the run of a logbook with this number or name, or its newest."""
    return api.open(file, data).run(run)


def tell_newest(run: api.Run, chosen: str | None) -> None:
    """Say on standard error which run answers, where its logbook holds several and none was `chosen`.

    It is said beside an answer, not before it is there: a slip gets one sentence only.
    """
    held = len(run.record.logbook.runs())
    if chosen is None and held > 1:
        said = f"Run {run.number}, the newest of {held:,}: {run_text(run.record)}. --run N asks another."
        say(make_console(stderr=True), said, "er.quiet")

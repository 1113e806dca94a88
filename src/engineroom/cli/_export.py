"""`engineroom export`: a run as one HTML file, or as an animated GIF."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from engineroom.cli._options import (
    AsJson,
    DataFile,
    Force,
    LogbookFile,
    RunNumber,
    check_output,
    chosen_run,
    flag,
    option,
    tell_newest,
)
from engineroom.errors import OptionError
from engineroom.show import facts_text, make_console, say, step_progress

__all__ = ["EXPORT_EXAMPLES", "export"]

EXPORT_EXAMPLES = """\
Examples:
  engineroom export demo.logbook lesson.html
  engineroom export demo.logbook digits.html --run 4 --max-size 20MB
  engineroom export demo.logbook run.gif
  engineroom export demo.logbook --gif"""


def export(
    file: LogbookFile,
    output: Annotated[
        Path | None,
        typer.Argument(
            metavar="OUTPUT",
            help="The file to write, such as lesson.html or run.gif; named after FILE if left out.",
            show_default=False,
        ),
    ] = None,
    gif: Annotated[bool, flag("--gif", help="Write an animated GIF, as is done wherever OUTPUT ends in .gif.")] = False,
    force: Force = False,
    max_size: Annotated[
        str | None, option("--max-size", metavar="SIZE", help="How large it may become; 10MB if left out.")
    ] = None,
    run: RunNumber = None,
    data: DataFile = None,
    as_json: AsJson = False,
) -> None:
    """Write a run as one HTML file that works offline and without engineroom, or as an animated GIF.

    The page holds what each of its views opens with, and as much of the rest as has room: steps, explanations of
    weights, neurons and rows. What it holds is printed; all else needs the logbook and `engineroom show`.
    The GIF has 800 x 450 pixels and at most 72 frames: the loss, the weights, and for one or two inputs the fit.
    """
    if output is None:
        output = Path(f"{file.stem}.{'gif' if gif else 'html'}")
    elif gif and output.suffix.lower() != ".gif":
        raise OptionError(f"with --gif the file to write ends in .gif, got {str(output)!r}")
    doing = "drawing frames" if output.suffix.lower() == ".gif" else "asking everything beforehand"
    check_output(output, force, file)
    asked = chosen_run(file, run, data)
    with step_progress(make_console(stderr=True), doing) as progress:
        written = asked.export(output, max_size="10MB" if max_size is None else max_size, progress=progress)
    if as_json:
        print(facts_text({"run": asked.number, **asdict(written)}))
        return
    tell_newest(asked, run)
    say(make_console(), f"{written}.")

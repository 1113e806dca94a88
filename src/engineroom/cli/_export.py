"""`engineroom export`: a run as one HTML file."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from engineroom.cli._options import AsJson, DataFile, LogbookFile, RunNumber, chosen_run, option
from engineroom.show import facts_text, make_console, say, step_progress

__all__ = ["EXPORT_EXAMPLES", "export"]

EXPORT_EXAMPLES = """\
Examples:
  engineroom export demo.logbook lesson.html
  engineroom export demo.logbook digits.html --run 4 --max-size 20MB"""


def export(
    file: LogbookFile,
    output: Annotated[
        Path, typer.Argument(metavar="OUTPUT", help="The file to write, such as lesson.html.", show_default=False)
    ],
    max_size: Annotated[
        str | None, option("--max-size", metavar="SIZE", help="How large it may become; 10MB if left out.")
    ] = None,
    run: RunNumber = None,
    data: DataFile = None,
    as_json: AsJson = False,
) -> None:
    """Write a run as one HTML file that works without a network and without engineroom.

    It holds the curves, as many steps as have room, from coarse to fine, and explanations of chosen steps.
    """
    asked = chosen_run(file, run, data)
    with step_progress(make_console(stderr=True), "asking everything beforehand") as progress:
        written = asked.export(output, max_size="10MB" if max_size is None else max_size, progress=progress)
    if as_json:
        print(facts_text(asdict(written)))
        return
    say(make_console(), f"{written}.")

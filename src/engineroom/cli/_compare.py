"""`engineroom compare`: two runs side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from engineroom.cli._options import AsJson, DataFile, LogbookFile, chosen_run, option, whole_number
from engineroom.show import facts_text, make_console, step_progress

__all__ = ["COMPARE_EXAMPLES", "compare"]

COMPARE_EXAMPLES = """\
Examples:
  engineroom compare demo.logbook 1 2
  engineroom compare demo.logbook 1 1 --other-file mine.logbook
  engineroom compare demo.logbook 1 2 --points 20 --json"""


def compare(
    file: LogbookFile,
    run: Annotated[
        str, typer.Argument(metavar="RUN", help="The first run: its number, or its name.", show_default=False)
    ],
    other: Annotated[str, typer.Argument(metavar="OTHER", help="The run to compare it with.", show_default=False)],
    other_file: Annotated[
        Path | None, option("--other-file", metavar="FILE", help="The logbook of the other run; the same if left out.")
    ] = None,
    points: Annotated[
        int,
        option("--points", metavar="N", help="At how many states to measure; 100 if left out.", parser=whole_number),
    ] = 100,
    rows: Annotated[
        int,
        option("--rows", metavar="N", help="Rows to predict at each of them; 1000 if left out.", parser=whole_number),
    ] = 1000,
    data: DataFile = None,
    as_json: AsJson = False,
) -> None:
    """Show where two runs part, how far apart they go and which examples change side.

    They are compared over the steps that both have, by computing them again.
    """
    first = chosen_run(file, run, data)
    second = chosen_run(other_file or file, other, data)
    with step_progress(make_console(stderr=True), "computing both runs again") as progress:
        answer = first.compare(second, points=points, rows=rows, progress=progress)
    print(facts_text(answer.to_dict()) if as_json else answer)

"""`engineroom query`: anything that any steps of a run computed, in hindsight."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from engineroom.cli._options import AsJson, DataFile, LogbookFile, RunNumber, chosen_run, option
from engineroom.errors import OptionError
from engineroom.lens import query as query_run
from engineroom.show import facts_text, make_console, step_progress

__all__ = ["QUERY_EXAMPLES", "query"]

QUERY_EXAMPLES = """\
Examples:
  engineroom query demo.logbook dense1.weight.grad.norm
  engineroom query demo.logbook dense1.dead loss --steps 1:100
  engineroom query demo.logbook dense1.weight --output weights.npz
  engineroom query demo.logbook loss.examples --steps 5 --json"""


def query(
    file: LogbookFile,
    names: Annotated[
        list[str],
        typer.Argument(
            metavar="NAME...",
            help="Such as dense1.weight, dense1.weight.grad.norm, dense1.weight.update_ratio, dense1.a, dense1.dead.",
            show_default=False,
        ),
    ],
    steps: Annotated[
        str | None,
        option("--steps", metavar="A:B", help="From step A to step B, A:B:C every C; one step; all if left out."),
    ] = None,
    output: Annotated[
        Path | None, option("--output", metavar="NPZ", help="A new file for the arrays, to read with numpy.load.")
    ] = None,
    run: RunNumber = None,
    data: DataFile = None,
    as_json: AsJson = False,
) -> None:
    """Ask for anything that any steps computed; one replay answers all.

    Weights are as a step left them, the rest is what it computed on the way.
    """
    if output is not None and output.exists():
        raise OptionError(f"{str(output)!r} is there already: name a new file")
    asked = chosen_run(file, run, data)
    with step_progress(make_console(stderr=True), "computing the steps again") as progress:
        answer = query_run(asked.record, names, None if steps is None else _steps(steps, asked.steps), progress)
    if output is not None:
        with output.open("xb") as opened:
            arrays: dict[str, Any] = {"steps": np.array(answer.steps), **answer.values}
            np.savez(opened, **arrays)
    if as_json:
        print(facts_text(answer.to_dict()))
    else:
        print(answer)


def _steps(text: str, last: int) -> range:
    try:
        parts = [int(part) if part.strip() else None for part in text.split(":")]
    except ValueError:
        parts = []
    if not 1 <= len(parts) <= 3 or parts == [None]:
        raise OptionError(f"--steps must be steps such as 1:100, 1:1000:10 or 5, got {text!r}")
    begin = parts[0] if parts[0] is not None else 1
    end = begin if len(parts) == 1 else parts[1] if parts[1] is not None else last
    every = parts[2] if len(parts) == 3 and parts[2] is not None else 1
    if every < 1:
        raise OptionError(f"--steps goes upwards by 1 or more, got {text!r}")
    return range(begin, end + 1, every)

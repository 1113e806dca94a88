"""`engineroom query`: anything that any steps of a run computed, in hindsight."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from engineroom.cli._options import (
    AsJson,
    DataFile,
    Force,
    LogbookFile,
    RunNumber,
    Steps,
    check_output,
    chosen_run,
    option,
    steps_of,
    tell_newest,
)
from engineroom.lens import inquire
from engineroom.lens import query as query_run
from engineroom.show import check_query_file, count, facts_text, make_console, say, step_progress, write_query

__all__ = ["QUERY_EXAMPLES", "query"]

QUERY_EXAMPLES = """\
Examples:
  engineroom query demo.logbook dense1.weight.grad.norm
  engineroom query demo.logbook dense1.dead loss --steps 1:100
  engineroom query demo.logbook dense1.weight loss --output weights.npz
  engineroom query demo.logbook dense1.a --steps 1:20 --output acts.parquet
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
    steps: Steps = None,
    output: Annotated[
        Path | None,
        option("--output", metavar="FILE", help="A .npy, .npz, .csv or .parquet file; it may be larger than memory."),
    ] = None,
    force: Force = False,
    run: RunNumber = None,
    data: DataFile = None,
    as_json: AsJson = False,
) -> None:
    """Ask for anything that any steps computed; one replay answers all.

    Weights are as a step left them, the rest is what it computed on the way. A table has a row a step.
    """
    if output is not None:
        check_query_file(output, len(set(names)))
        check_output(output, force, file)
    asked = chosen_run(file, run, data)
    chosen = steps_of(steps, asked.steps)
    with step_progress(make_console(stderr=True), "computing the steps again") as progress:
        if output is None:
            answer = query_run(asked.record, names, chosen, progress)
        else:
            inquiry = inquire(asked.record, names, chosen)
            write_query(inquiry, output, progress)
    if output is not None:
        shapes = {reader.name: list(inquiry.shape(reader)) for reader in inquiry.readers}
        if as_json:
            print(facts_text({"run": asked.number, "file": output, "steps": inquiry.steps, "shapes": shapes}))
        else:
            tell_newest(asked, run)
            say(make_console(), f"{output} holds {', '.join(shapes)} of {count(len(inquiry.steps), 'step')}.")
    elif as_json:
        facts = {"run": asked.number, **answer.to_dict()}
        if answer.batch:
            facts["rows"] = [answer.rows_of(step) for step in answer.steps]
        print(facts_text(facts))
    else:
        tell_newest(asked, run)
        print(answer)

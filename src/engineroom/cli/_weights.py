"""`engineroom landscape` and `engineroom contributions`: the loss around weights, and which examples made them."""

from __future__ import annotations

from typing import Annotated, cast

import typer

from engineroom.cli._options import (
    AsJson,
    DataFile,
    LogbookFile,
    RunNumber,
    Steps,
    any_number,
    chosen_run,
    option,
    steps_of,
    tell_newest,
    whole_number,
)
from engineroom.errors import OptionError
from engineroom.lens import WhichRows
from engineroom.show import facts_text, make_console, show_contributions, show_landscape, step_progress

__all__ = ["CONTRIBUTIONS_EXAMPLES", "LANDSCAPE_EXAMPLES", "contributions", "landscape"]

LANDSCAPE_EXAMPLES = """\
Examples:
  engineroom landscape demo.logbook
  engineroom landscape demo.logbook dense1.weight.20.5 --step 120
  engineroom landscape demo.logbook dense1.weight.20.5 dense1.bias.5
  engineroom landscape demo.logbook path
  engineroom landscape demo.logbook --between 0,500 --json"""

CONTRIBUTIONS_EXAMPLES = """\
Examples:
  engineroom contributions demo.logbook dense1.weight.20.5
  engineroom contributions demo.logbook dense1.weight.20.5 --steps 100:200
  engineroom contributions demo.logbook dense2.bias.0 --prove hardest
  engineroom contributions demo.logbook dense2.bias.0 --prove 812 --json"""


def landscape(
    file: LogbookFile,
    along: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="WEIGHT",
            help="Such as dense1.weight.20.5; two make a surface; or the words random or path; "
            "the one that made the largest move if left out.",
            show_default=False,
        ),
    ] = None,
    step: Annotated[
        int | None,
        option(
            "--step",
            metavar="T",
            help="The update to draw, from 1; the weight's largest if left out.",
            parser=whole_number,
        ),
    ] = None,
    between: Annotated[
        str | None,
        option(
            "--between",
            metavar="S,T",
            help="Instead of weights: the states after S and T updates for a line, three states for a plane.",
        ),
    ] = None,
    rows: Annotated[
        str | None,
        option(
            "--rows",
            metavar="WHICH",
            help="Rows whose loss is drawn: batch, training or validation; the step's batch if left out.",
        ),
    ] = None,
    points: Annotated[
        int | None,
        option(
            "--points",
            metavar="N",
            help="Points along an axis; if left out 101, or 25 x 25 for a surface.",
            parser=whole_number,
        ),
    ] = None,
    span: Annotated[
        float | None,
        option(
            "--span",
            metavar="D",
            help="How far to look to each side; as far as step and valley reach if left out.",
            parser=any_number,
        ),
    ] = None,
    seed: Annotated[
        int,
        option(
            "--seed",
            metavar="S",
            help="Another number gives other random directions; 0 if left out.",
            parser=whole_number,
        ),
    ] = 0,
    run: RunNumber = None,
    data: DataFile = None,
    as_json: AsJson = False,
) -> None:
    """Draw the loss along a weight around its value, with the step that was taken and the slope on it.

    Two weights, random directions, the path of the run or the plane through three states are a surface.
    """
    asked = chosen_run(file, run, data)
    with step_progress(make_console(stderr=True), "measuring the loss") as progress:
        answer = asked.landscape(
            *(along or ()),
            step=step,
            between=None if between is None else _states(between),
            rows=cast("WhichRows | None", rows),
            points=points,
            span=span,
            seed=seed,
            progress=progress,
        )
    if as_json:
        print(facts_text({"run": asked.number, **answer.to_dict()}))
    else:
        tell_newest(asked, run)
        show_landscape(make_console(), answer)


def contributions(
    file: LogbookFile,
    weight: Annotated[
        str,
        typer.Argument(
            metavar="WEIGHT", help="Such as dense1.weight.20.5, from input 20 to neuron 5.", show_default=False
        ),
    ],
    steps: Steps = None,
    prove: Annotated[
        str | None,
        option(
            "--prove",
            metavar="ROW",
            help="Train again without this row, or without the one that pushed most (hardest); keep nothing.",
        ),
    ] = None,
    top: Annotated[
        int, option("--top", metavar="N", help="How many rows to list each way; 5 if left out.", parser=whole_number)
    ] = 5,
    run: RunNumber = None,
    data: DataFile = None,
    as_json: AsJson = False,
) -> None:
    """Say which training examples' pushes made a weight what it is, every digit accounted for."""
    asked = chosen_run(file, run, data)
    chosen = steps_of(steps, asked.steps)
    without = False if prove is None else True if prove == "hardest" else whole_number(prove)
    with step_progress(make_console(stderr=True), "computing the steps again") as progress:
        answer = asked.contributions(weight, chosen, top=top, prove=without, progress=progress)
    if as_json:
        print(facts_text({"run": asked.number, **answer.to_dict()}))
    else:
        tell_newest(asked, run)
        show_contributions(make_console(), answer)


def _states(text: str) -> list[int]:
    try:
        return [int(part) for part in text.split(",")]
    except ValueError:
        raise OptionError(f"--between must be states such as 0,500, got {text!r}") from None

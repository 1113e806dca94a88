"""`engineroom stability`: how sharply the loss curves, and what learning rate that allows."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Annotated

from engineroom.cli._options import (
    AsJson,
    DataFile,
    LogbookFile,
    RunNumber,
    chosen_run,
    flag,
    option,
    tell_newest,
    whole_number,
)
from engineroom.show import facts_text, make_console, show_stability, step_progress

__all__ = ["STABILITY_EXAMPLES", "stability"]

STABILITY_EXAMPLES = """\
Examples:
  engineroom stability demo.logbook
  engineroom stability demo.logbook --step 0 --prove
  engineroom stability demo.logbook --step 120 --sample 500 --json"""


def stability(
    file: LogbookFile,
    step: Annotated[
        int | None,
        option(
            "--step",
            metavar="T",
            help="The state after T updates; if left out the last, or where a schedule brought the learning rate "
            "down, the last with half of the highest.",
            parser=whole_number,
        ),
    ] = None,
    sample: Annotated[
        int | None,
        option(
            "--sample", metavar="N", help="Look at so many of the training rows; all if left out.", parser=whole_number
        ),
    ] = None,
    prove: Annotated[
        bool,
        flag("--prove", help="Train on from there at 1/2, 1, 2 and 4 times the run's learning rate; keep nothing."),
    ] = False,
    run: RunNumber = None,
    data: DataFile = None,
    as_json: AsJson = False,
) -> None:
    """Say how sharply the loss curves at a state, and where the learning rate stands beside the largest stable one.

    The limit is that of the parabola that fits the loss there: above it steps miss the bottom by more and more. What
    training really does there --prove tries, in memory; the file stays as it is.
    """
    asked = chosen_run(file, run, data)
    trying = step_progress(make_console(stderr=True), "trying learning rates") if prove else nullcontext()
    with trying as progress:
        answer = asked.stability(step, sample=sample, prove=prove, progress=progress)
    if as_json:
        print(facts_text({"run": asked.number, **answer.to_dict()}))
    else:
        tell_newest(asked, run)
        show_stability(make_console(), answer)

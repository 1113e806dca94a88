"""Questions to a run that a logbook keeps: runs, why, trace, at, verify."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Annotated

import typer

from engineroom import api
from engineroom.cli._facts import logbook_facts
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
from engineroom.errors import OptionError
from engineroom.lens import summarize
from engineroom.lens import trace as trace_weights
from engineroom.plan import resolve, whole_buffer
from engineroom.show import (
    count,
    facts_text,
    make_console,
    say,
    show_matrix,
    show_runs,
    show_state,
    show_trace,
    show_verification,
    show_why,
    step_progress,
)

__all__ = [
    "AT_EXAMPLES",
    "RUNS_EXAMPLES",
    "TRACE_EXAMPLES",
    "VERIFY_EXAMPLES",
    "WHY_EXAMPLES",
    "at",
    "runs",
    "trace",
    "verify",
    "why",
]

RUNS_EXAMPLES = """\
Examples:
  engineroom runs demo.logbook
  engineroom runs demo.logbook --json"""

WHY_EXAMPLES = """\
Examples:
  engineroom why demo.logbook
  engineroom why demo.logbook dense1.weight.20.5 --step 120
  engineroom why demo.logbook 'dense1.weight[20, 5]' --epoch 2 --prove
  engineroom why demo.logbook dense2.bias.0 --step 1 --json
  engineroom why penguins.logbook dense1.weight.sex=female.3"""

TRACE_EXAMPLES = """\
Examples:
  engineroom trace demo.logbook dense1.weight.20.5
  engineroom trace demo.logbook 'dense1.weight[0, 0]' --run 1
  engineroom trace demo.logbook dense2.bias.0 --json"""

AT_EXAMPLES = """\
Examples:
  engineroom at demo.logbook 0
  engineroom at demo.logbook 120 dense2.weight
  engineroom at demo.logbook 120 dense1.weight.20.5 --json"""

VERIFY_EXAMPLES = """\
Examples:
  engineroom verify demo.logbook
  engineroom verify demo.logbook --run 1 --json"""


def runs(file: LogbookFile, as_json: AsJson = False) -> None:
    """List the runs that a logbook keeps."""
    book = api.open(file)
    if as_json:
        print(facts_text(logbook_facts(book)))
        return
    console = make_console()
    kept = "It contains rows of training data." if book.contains_rows else "It contains no rows of training data."
    console.print(f"{file}: {count(len(book.runs), 'run')}. {kept}", soft_wrap=True)
    show_runs(console, [run.record for run in book.runs])


def why(
    file: LogbookFile,
    weight: Annotated[
        str | None,
        typer.Argument(
            metavar="WEIGHT",
            help="Such as dense1.weight.20.5, from input 20 to neuron 5, or dense1.weight.COLUMN.5; "
            "the one with the largest move if left out.",
            show_default=False,
        ),
    ] = None,
    step: Annotated[
        int | None,
        option(
            "--step",
            metavar="T",
            help="The update to explain, from 1; the weight's largest if left out.",
            parser=whole_number,
        ),
    ] = None,
    epoch: Annotated[
        int | None,
        option("--epoch", metavar="E", help="Explain the last update of epoch E, from 0.", parser=whole_number),
    ] = None,
    prove: Annotated[bool, flag("--prove", help="Make the step again without the row that pushed hardest.")] = False,
    run: RunNumber = None,
    data: DataFile = None,
    as_json: AsJson = False,
) -> None:
    """Explain why a weight moved in one step, to the last digit.

    Without a weight and a step, the largest move of the run is explained.
    """
    asked = chosen_run(file, run, data)
    known = weight is not None and (step is not None or epoch is not None)
    searching = nullcontext() if known else step_progress(make_console(stderr=True), "looking for the largest move")
    with searching as progress:
        answer = asked.why(weight, step, epoch=epoch, prove=prove, progress=progress)
    if as_json:
        print(facts_text({"run": asked.number, **answer.to_dict()}))
    else:
        tell_newest(asked, run)
        show_why(make_console(), answer)


def trace(
    file: LogbookFile,
    weight: Annotated[
        str,
        typer.Argument(
            metavar="WEIGHT", help="Such as dense1.weight.20.5, from input 20 to neuron 5.", show_default=False
        ),
    ],
    run: RunNumber = None,
    data: DataFile = None,
    as_json: AsJson = False,
) -> None:
    """Draw the whole path of a weight, from before the first step to after the last.

    Nobody had to log it: the run is computed again.
    """
    asked = chosen_run(file, run, data)
    with step_progress(make_console(stderr=True), "computing the run again") as progress:
        answer = trace_weights(asked.record, weight, progress)
    if as_json:
        (one,) = answer.to_dict()["weights"]
        print(facts_text({"run": asked.number, **one}))
    else:
        tell_newest(asked, run)
        show_trace(make_console(), answer)


def at(
    file: LogbookFile,
    step: Annotated[
        int,
        typer.Argument(
            metavar="STEP",
            help="The state after so many updates; 0 is before the first.",
            show_default=False,
            parser=whole_number,
        ),
    ],
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="NAME", help="An array such as dense1.weight, or one of its weights.", show_default=False
        ),
    ] = None,
    run: RunNumber = None,
    data: DataFile = None,
    as_json: AsJson = False,
) -> None:
    """Show the network as it was after any step, bit for bit."""
    asked = chosen_run(file, run, data)
    state = asked.at(step)
    console = make_console()
    place = f"run {asked.number} after {count(step, 'step')}" if step else f"run {asked.number} before its first step"
    if name is None:
        summaries = summarize(state)
        if as_json:
            print(facts_text({"run": asked.number, "step": step, "parameters": summaries}))
        else:
            tell_newest(asked, run)
            show_state(console, place, summaries)
        return
    array = whole_buffer(asked.plan, name)
    arrays = {**state.weights, **state.slots}
    if array is not None and array.name in arrays:
        values = arrays[array.name]
        if as_json:
            print(facts_text({"run": asked.number, "step": step, "name": array.name, "values": values}))
        else:
            tell_newest(asked, run)
            show_matrix(console, f"{array.name}, {place}", values, *_axes(asked, array.name))
        return
    element = resolve(asked.plan, name, asked.dataset.columns, asked.dataset.no_inputs)
    if element.buffer not in arrays:
        raise OptionError(f"{element.buffer} is not part of a state; name one of {', '.join(arrays)}")
    value = arrays[element.buffer][element.index]
    if as_json:
        exact = {"value": value, "hex": float(value).hex()}
        print(facts_text({"run": asked.number, "step": step, "name": str(element), **exact}))
    else:
        tell_newest(asked, run)
        say(console, f"{element} = {value!s}, {place}")


def verify(file: LogbookFile, run: RunNumber = None, data: DataFile = None, as_json: AsJson = False) -> int:
    """Compute a whole run again and compare every loss and every saved state with the record, bit by bit."""
    asked = chosen_run(file, run, data)
    with step_progress(make_console(stderr=True), "computing the run again") as progress:
        found = asked.verify(progress)
    if as_json:
        print(facts_text({"run": asked.number, "equal": found.ok, "verification": found}))
    else:
        tell_newest(asked, run)
        show_verification(make_console(), found)
    return 0 if found.ok else 1


def _axes(run: api.Run, array: str) -> tuple[list[str], list[str]]:
    """Return what rows and columns of an array are called: inputs by their column's name, outputs by their class."""
    layer, _, kind = array.partition(".")
    inputs, outputs = run.at(0).weights[f"{layer}.weight"].shape
    first, last = layer == run.network.names[0], layer == run.network.names[-1]
    target = run.dataset.target
    names = target.classes if target.kind == "classes" else target.names
    columns = [str(n) for n in names] if last and len(names) == outputs else [str(o) for o in range(outputs)]
    if kind.startswith("bias"):
        return [""], columns
    return [f.name for f in run.dataset.features] if first else [str(i) for i in range(inputs)], columns

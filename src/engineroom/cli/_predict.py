"""`engineroom predict`: what a trained network says of rows it has not seen."""

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
    chosen_run,
    flag,
    option,
    tell_newest,
    whole_number,
)
from engineroom.cli._predicted import (
    predicted_for,
    prediction_columns,
    prediction_facts,
    tell_predictions,
    tell_remarks,
)
from engineroom.cli._predictions_file import check_predictions_file, write_predictions
from engineroom.data import as_table, without_totals
from engineroom.errors import OptionError
from engineroom.show import facts_text

__all__ = ["PREDICT_EXAMPLES", "predict"]

PREDICT_EXAMPLES = """\
Examples:
  engineroom predict houses.logbook new.csv
  engineroom predict houses.logbook new.csv --output predicted.csv
  engineroom predict penguins.logbook penguins -o said.csv --with-inputs
  engineroom predict penguins.logbook penguins --json
  engineroom predict penguins.logbook --worst 10"""


def predict(
    file: LogbookFile,
    table: Annotated[
        str | None,
        typer.Argument(
            metavar="TABLE", help="A file of new rows, with the columns it was trained on.", show_default=False
        ),
    ] = None,
    worst: Annotated[
        int | None,
        option(
            "--worst",
            metavar="N",
            help="In place of a table: the N known rows with the largest losses.",
            parser=whole_number,
        ),
    ] = None,
    output: Annotated[
        Path | None, option("--output", "-o", metavar="CSV", help="Write every prediction to this file.")
    ] = None,
    with_inputs: Annotated[
        bool, flag("--with-inputs", help="With --output: write all columns of the table beside the predictions.")
    ] = False,
    probabilities: Annotated[
        bool,
        flag(
            "--probabilities",
            help="With --output or --json: the probability of every class, not of the likeliest alone.",
        ),
    ] = False,
    force: Force = False,
    run: RunNumber = None,
    data: DataFile = None,
    as_json: AsJson = False,
) -> None:
    """Predict the target of new rows with the weights of a run.

    Where the table has the target's column, the true values stand beside, and how good the network is on these rows.
    """
    if worst is not None:
        if table is not None or output is not None or with_inputs or probabilities:
            raise OptionError(
                "--worst N prints rows that the run knows, so it takes neither a TABLE nor --output, nor what says how "
                "to write that"
            )
        _tell_worst(file, run, data, worst, as_json)
        return
    if table is None:
        raise OptionError("predict needs a TABLE of new rows, or --worst N for known rows that it does badly on")
    if with_inputs and output is None:
        raise OptionError("--with-inputs writes the table's columns to a file too: add --output FILE, or leave it out")
    if probabilities and output is None and not as_json:
        raise OptionError("--probabilities are written to a file or as JSON: add --output FILE or --json")
    if output is not None:
        check_predictions_file(output, table, file, force)
    asked = chosen_run(file, run, data)
    target = asked.dataset.target
    if probabilities and target.kind != "classes":
        raise OptionError(
            f"--probabilities needs a target of classes, and {target.names[0]!r} is a number: leave it out"
        )
    source, totals = without_totals(asked.dataset, table)
    found = predicted_for(asked, source, totals)
    if output is not None:
        inputs = as_table(source) if with_inputs else None
        write_predictions(output, prediction_columns(found, inputs, probabilities=probabilities))
    tell_remarks(asked, found)
    if as_json:
        print(facts_text({"run": asked.number, **prediction_facts(found, probabilities=probabilities)}))
        return
    tell_newest(asked, run)
    tell_predictions(found, output)


def _tell_worst(file: Path, run: str | None, data: str | None, worst: int, as_json: bool) -> None:
    """Print the known rows with the largest losses."""
    if worst < 1:
        raise OptionError(f"--worst must be a whole number of at least 1, got {worst}")
    asked = chosen_run(file, run, data)
    found = asked.worst(worst)
    if not as_json:
        tell_newest(asked, run)
    print(facts_text({"run": asked.number, **found.to_dict()}) if as_json else found)

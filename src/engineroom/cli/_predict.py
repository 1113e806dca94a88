"""`engineroom predict`: what a trained network says of rows it has not seen."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from numpy.typing import NDArray

from engineroom import api
from engineroom.cli._options import (
    AsJson,
    DataFile,
    Force,
    LogbookFile,
    RunNumber,
    check_output,
    chosen_run,
    option,
    tell_newest,
    whole_number,
)
from engineroom.data import NewRows, NewTargets, new_rows, new_targets, prepare_inputs
from engineroom.errors import FileError, OptionError
from engineroom.run import gives_one_answer, shortfall
from engineroom.show import count, facts_text, make_console, say, show_evaluation, show_predictions

__all__ = ["PREDICT_EXAMPLES", "predict"]

PREDICT_EXAMPLES = """\
Examples:
  engineroom predict houses.logbook new.csv
  engineroom predict houses.logbook new.csv --output predicted.csv
  engineroom predict penguins.logbook penguins --json
  engineroom predict penguins.logbook --worst 10"""


_OUTPUTS = ("", ".csv", ".tsv", ".txt")


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
    force: Force = False,
    run: RunNumber = None,
    data: DataFile = None,
    as_json: AsJson = False,
) -> None:
    """Predict the target of new rows with the weights of a run.

    Where the table has the target's column, the true values stand beside, and how good the network is on these rows.
    """
    if worst is not None:
        if table is not None or output is not None:
            raise OptionError("--worst N prints rows that the run knows, so it takes neither a TABLE nor --output")
        if worst < 1:
            raise OptionError(f"--worst must be a whole number of at least 1, got {worst}")
        asked = chosen_run(file, run, data)
        found = asked.worst(worst)
        if not as_json:
            tell_newest(asked, run)
        print(facts_text({"run": asked.number, **found.to_dict()}) if as_json else found)
        return
    if table is None:
        raise OptionError("predict needs a TABLE of new rows, or --worst N for known rows that it does badly on")
    if output is not None and file.exists() and output.exists() and output.samefile(file):
        raise OptionError(f"--output {output} is the logbook itself: name another file, so that its runs are not lost")
    if output is not None and Path(table).exists() and output.exists() and output.samefile(table):
        raise OptionError(f"--output {output} is the table itself: name another file, so that the rows are not lost")
    if output is not None and output.suffix.lower() not in _OUTPUTS:
        raise OptionError(
            f"--output writes CSV text, or with .tsv tabs in place of commas: name such a file, got {str(output)!r}"
        )
    if output is not None:
        check_output(output, force, file)
    asked = chosen_run(file, run, data)
    target = asked.dataset.target
    said = asked.predict(table)
    chances = asked.predict_proba(table) if target.kind == "classes" else None
    certain = None if chances is None else chances.max(axis=1)
    names = [target.names[0]] if said.ndim == 1 else list(target.names)
    rows: list[list[Any]] = [_plain(value) for value in said]
    x = prepare_inputs(asked.dataset, table)
    given = new_rows(asked.dataset, table, x)
    true = new_targets(asked.dataset, table, x)
    metrics: dict[str, float] = {}
    if true is not None:
        metrics = asked.record.measure(asked.record.at(asked.best_state_step), x[true.rows], true.y)
    if output is not None:
        _write(output, names, rows, certain, given)
    doubts = _doubts(asked, x, said if chances is None else chances)
    for doubt in [*doubts, *map(str, given.outside)]:
        say(make_console(stderr=True), doubt, "er.warn")
    if given.incomplete:
        told = " ".join([f"{count(given.incomplete, 'row')} had empty cells.", *map(str, given.filled)])
        say(make_console(stderr=True), told, "er.quiet")
    if as_json:
        answer: dict[str, Any] = {"run": asked.number, "target": names, "unit": target.unit, "predictions": said}
        if certain is not None:
            answer["probability"] = certain
        answer["rows_with_empty_cells"] = given.incomplete
        answer["filled"] = given.filled
        answer["far_outside"] = given.outside
        if true is not None:
            answer["true"] = [row[0] if said.ndim == 1 else row for row in true.values]
            answer["evaluation"] = {
                "rows": len(true.rows),
                "metrics": metrics,
                "rows_without_target": true.empty,
                "rows_of_unseen_class": true.unseen,
                "rows_trained_on": true.trained_on,
            }
        if given.identifier:
            answer["identifier"] = {"column": given.identifier, "cells": given.names}
        print(facts_text(answer))
        return
    tell_newest(asked, run)
    console = make_console()
    if output is None:
        truths = () if true is None else true.values
        show_predictions(console, target, rows, certain, given.identifier, given.names, truths)
    else:
        console.print(f"{count(len(rows), 'prediction')} written to {output}", soft_wrap=True)
    if true is not None:
        show_evaluation(console, target, len(true.rows), metrics)
        for told in _measured(true, target.names[0]):
            say(console, told)


def _measured(true: NewTargets, name: str) -> list[str]:
    """Return what is to be known of the rows that were measured, a sentence each."""
    told = []
    if true.trained_on:
        told.append(
            f"{true.trained_on:,} of the {count(len(true.rows), 'row')} "
            f"{'is' if true.trained_on == 1 else 'are'} the same as rows that the network was trained on; on these it "
            "usually does better than on new ones."
        )
    left_out = [
        *([f"{count(true.empty, 'row')} without a value of {name!r} that can be read"] if true.empty else []),
        *([f"{count(true.unseen, 'row')} of a class that training never saw"] if true.unseen else []),
    ]
    if left_out:
        told.append(f"Left out: {', and '.join(left_out)}.")
    return told


def _doubts(run: api.Run, x: NDArray[Any], answers: NDArray[Any]) -> list[str]:
    """Return why these answers are not to be relied on, a sentence each."""
    doubts = []
    if run.status == "nonfinite":
        doubts.append(
            f"{run.record.name} reached NaN or infinity in step {run.steps:,}, so its predictions mean nothing: fork "
            "it from an earlier state with a smaller learning rate, or ask another run with --run N."
        )
    if gives_one_answer(x, answers.reshape(len(answers), -1)):
        short = shortfall(run.record)
        told = "The network gives one answer for all of these rows, though they differ."
        doubts.append(told if short is None else short.text)
    return doubts


def _plain(value: Any) -> list[Any]:
    return [v.item() if isinstance(v, np.generic) else v for v in np.atleast_1d(value)]


def _write(path: Path, names: list[str], rows: list[list[Any]], certain: Any, given: NewRows) -> None:
    try:
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, delimiter="\t" if path.suffix.lower() == ".tsv" else ",")
            named = [given.identifier] if given.identifier else []
            writer.writerow(["row", *named, *names, *(["probability"] if certain is not None else [])])
            for number, row in enumerate(rows):
                writer.writerow(
                    [
                        number,
                        *given.names[number : number + 1],
                        *row,
                        *([f"{certain[number]:.6g}"] if certain is not None else []),
                    ]
                )
    except OSError as error:
        raise FileError(f"cannot write {path}: {error.strerror}") from None

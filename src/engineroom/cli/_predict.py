"""`engineroom predict`: what a trained network says of rows it has not seen."""

from __future__ import annotations

from dataclasses import dataclass
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
    chosen_run,
    flag,
    option,
    tell_newest,
    whole_number,
)
from engineroom.cli._predictions_file import Columns, check_predictions_file, write_predictions
from engineroom.data import (
    Label,
    NewRows,
    NewTargets,
    Source,
    Table,
    Target,
    as_table,
    date_text,
    new_rows,
    new_targets,
    prepare_inputs,
    without_totals,
)
from engineroom.errors import OptionError
from engineroom.run import gives_one_answer, shortfall
from engineroom.show import count, facts_text, make_console, say, show_evaluation, show_predictions

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
    said = _said(asked, source)
    certain = None if said.chances is None else said.chances.max(axis=1)
    x = prepare_inputs(asked.dataset, source)
    given = new_rows(asked.dataset, source, x)
    true = new_targets(asked.dataset, source, x)
    metrics: dict[str, float] = {}
    if true is not None:
        metrics = asked.record.measure(asked.record.at(asked.best_state_step), x[true.rows], true.y)
    if output is not None:
        write_predictions(
            output, _columns(said, target, given, true, probabilities, as_table(source) if with_inputs else None)
        )
    doubts = _doubts(asked, x, said.values if said.chances is None else said.chances)
    for doubt in [*doubts, *map(str, given.outside), *given.remarks]:
        say(make_console(stderr=True), doubt, "er.warn")
    if len(totals):
        told = f"{count(len(totals), 'total row')} at the end left out, as training leaves out such rows."
        say(make_console(stderr=True), told, "er.warn")
    if given.incomplete:
        told = " ".join([f"{count(given.incomplete, 'row')} had empty cells.", *map(str, given.filled)])
        say(make_console(stderr=True), told, "er.quiet")
    if as_json:
        answer: dict[str, Any] = {
            "run": asked.number,
            "target": said.names,
            "unit": target.unit,
            "predictions": said.values,
        }
        if certain is not None:
            answer["probability"] = certain
        if probabilities:
            answer["classes"] = said.classes
            answer["probabilities"] = said.chances
        answer["rows_with_empty_cells"] = given.incomplete
        answer["total_rows_left_out"] = totals
        answer["filled"] = given.filled
        answer["far_outside"] = given.outside
        answer["remarks"] = given.remarks
        if true is not None:
            answer["true"] = [row[0] if said.values.ndim == 1 else row for row in true.values]
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
        show_predictions(console, target, said.rows, certain, given.identifier, given.names, truths)
    else:
        console.print(f"{count(len(said.rows), 'prediction')} written to {output}", soft_wrap=True)
    if true is not None:
        show_evaluation(console, target, len(true.rows), metrics)
        for told in _measured(true, target.names[0]):
            say(console, told)


@dataclass(frozen=True, eq=False)
class _Said:
    """What a network says of rows: the values as Python has them, and a row of cells each under `names`."""

    names: list[str]
    values: NDArray[Any]
    rows: list[list[Any]]
    chances: NDArray[Any] | None
    classes: tuple[Label, ...]


def _said(run: api.Run, source: Source) -> _Said:
    target, values = run.dataset.target, run.predict(source)
    chances = run.predict_proba(source) if target.kind == "classes" else None
    names = [target.names[0]] if values.ndim == 1 else list(target.names)
    return _Said(names, values, [_plain(value) for value in values], chances, target.classes)


def _measured(true: NewTargets, name: str) -> list[str]:
    """Return what is to be known of the rows that were measured, a sentence each."""
    told = []
    if true.trained_on is None:
        told.append(
            "Whether the network was trained on some of these rows is not known, because its logbook keeps no rows: "
            "--data TABLE, with the table that it was trained on, tells."
        )
    elif true.trained_on:
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


def _columns(
    said: _Said, target: Target, given: NewRows, true: NewTargets | None, probabilities: bool, inputs: Table | None
) -> Columns:
    """Return what is written to a file: each row's number, what names it or all of its table, and what is predicted."""
    made = Columns()
    made.add("row", range(len(said.rows)))
    if inputs is not None:
        made.add_table(inputs)
    elif given.identifier:
        made.add(given.identifier, given.names)
    for place, name in enumerate(said.names):
        made.add(f"predicted {name}", _written([row[place] for row in said.rows], target))
    if said.chances is not None:
        made.add("probability", [f"{chance:.6g}" for chance in said.chances.max(axis=1)])
        for place, label in enumerate(said.classes if probabilities else ()):
            made.add(f"probability of {label}", [f"{chance:.6g}" for chance in said.chances[:, place]])
    if true is not None and inputs is None:
        for place, name in enumerate(said.names):
            made.add(f"true {name}", _written([row[place] for row in true.values], target))
    return made


def _written(values: list[Any], target: Target) -> list[Any]:
    """Return values of the target as a file has them: numbers in full, dates to the day."""
    if not target.dates:
        return values
    return [None if value is None else date_text(float(np.round(value))) for value in values]

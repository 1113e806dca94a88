"""What a network says of new rows and what is known of them, in each form in which `engineroom predict` gives it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engineroom import api
from engineroom.cli._predictions_file import Columns
from engineroom.data import NewRows, NewTargets, Source, Table, Target, date_text, new_rows, new_targets, prepare_inputs
from engineroom.run import gives_one_answer, shortfall
from engineroom.show import count, make_console, say, show_evaluation, show_predictions

__all__ = ["Predicted", "predicted_for", "prediction_columns", "prediction_facts", "tell_predictions", "tell_remarks"]


@dataclass(frozen=True, eq=False)
class Predicted:
    """What a network says of new rows, and what is known of them.

    Attributes
    ----------
    target : what is predicted.
    names : the columns that are predicted, of which `rows` has a cell each.
    values : the predictions as Python has them: (n,), or (n, O) where the target has several columns.
    chances : (n, K) the probability of each class; None where the target is a number.
    x : (n, I) the rows, prepared.
    given, totals : what the table holds, and which rows at its end were left out as totals.
    true, metrics : the true values among them, and how good the network is there; None and empty without any.
    """

    target: Target
    names: list[str]
    values: NDArray[Any]
    chances: NDArray[Any] | None
    x: NDArray[Any]
    given: NewRows
    totals: NDArray[np.int64]
    true: NewTargets | None
    metrics: dict[str, float]

    @property
    def rows(self) -> list[list[Any]]:
        """The predictions, a row of cells each."""
        return [[v.item() if isinstance(v, np.generic) else v for v in np.atleast_1d(row)] for row in self.values]

    @property
    def certain(self) -> NDArray[Any] | None:
        """(n,) the probability of the class that is predicted; None where the target is a number."""
        return None if self.chances is None else self.chances.max(axis=1)


def predicted_for(run: api.Run, source: Source, totals: NDArray[np.int64]) -> Predicted:
    """Return what the weights that predict say of a table without its totals."""
    dataset, target, values = run.dataset, run.dataset.target, run.predict(source)
    chances = run.predict_proba(source) if target.kind == "classes" else None
    names = [target.names[0]] if values.ndim == 1 else list(target.names)
    x = prepare_inputs(dataset, source)
    given, true = new_rows(dataset, source, x), new_targets(dataset, source, x)
    metrics: dict[str, float] = {}
    if true is not None:
        metrics = run.record.measure(run.record.at(run.best_state_step), x[true.rows], true.y)
    return Predicted(target, names, values, chances, x, given, totals, true, metrics)


def prediction_columns(found: Predicted, inputs: Table | None, *, probabilities: bool) -> Columns:
    """Return what is written to a file: each row's number, what names it or all of its table, and what is predicted.

    Parameters
    ----------
    inputs : the table, where all its columns are written too.
    probabilities : whether those of every class are.
    """
    target, given, true, rows, made = found.target, found.given, found.true, found.rows, Columns()
    made.add("row", range(len(rows)))
    if inputs is not None:
        made.add_table(inputs)
    elif given.identifier:
        made.add(given.identifier, given.names)
    for place, name in enumerate(found.names):
        made.add(f"predicted {name}", _written([row[place] for row in rows], target))
    if found.chances is not None:
        made.add("probability", [f"{chance:.6g}" for chance in found.chances.max(axis=1)])
        for place, label in enumerate(target.classes if probabilities else ()):
            made.add(f"probability of {label}", [f"{chance:.6g}" for chance in found.chances[:, place]])
    if true is not None and inputs is None:
        for place, name in enumerate(found.names):
            made.add(f"true {name}", _written([row[place] for row in true.values], target))
    return made


def prediction_facts(found: Predicted, *, probabilities: bool) -> dict[str, Any]:
    """Return what `--json` prints of them."""
    given, true = found.given, found.true
    facts: dict[str, Any] = {"target": found.names, "unit": found.target.unit, "predictions": found.values}
    if found.certain is not None:
        facts["probability"] = found.certain
    if probabilities:
        facts |= {"classes": found.target.classes, "probabilities": found.chances}
    facts |= {
        "rows_with_empty_cells": given.incomplete,
        "total_rows_left_out": found.totals,
        "filled": given.filled,
        "far_outside": given.outside,
        "remarks": given.remarks,
    }
    if true is not None:
        facts["true"] = [row[0] if found.values.ndim == 1 else row for row in true.values]
        facts["evaluation"] = {
            "rows": len(true.rows),
            "metrics": found.metrics,
            "rows_without_target": true.empty,
            "rows_of_unseen_class": true.unseen,
            "rows_trained_on": true.trained_on,
        }
    if given.identifier:
        facts["identifier"] = {"column": given.identifier, "cells": given.names}
    return facts


def tell_remarks(run: api.Run, found: Predicted) -> None:
    """Print on standard error what is to be known before these predictions are relied on."""
    console, given = make_console(stderr=True), found.given
    for remark in (*_doubts(run, found), *map(str, given.outside), *given.remarks):
        say(console, remark, "er.warn")
    if len(found.totals):
        told = f"{count(len(found.totals), 'total row')} at the end left out, as training leaves out such rows."
        say(console, told, "er.warn")
    if given.incomplete:
        told = " ".join([f"{count(given.incomplete, 'row')} had empty cells.", *map(str, given.filled)])
        say(console, told, "er.quiet")


def tell_predictions(found: Predicted, output: Path | None) -> None:
    """Print them, or to which file they were written, and how good the network is on these rows."""
    console, given, true = make_console(), found.given, found.true
    if output is None:
        truths = () if true is None else true.values
        show_predictions(console, found.target, found.rows, found.certain, given.identifier, given.names, truths)
    else:
        console.print(f"{count(len(found.values), 'prediction')} written to {output}", soft_wrap=True)
    if true is not None:
        show_evaluation(console, found.target, len(true.rows), found.metrics)
        for told in _measured(true, found.target.names[0]):
            say(console, told)


def _measured(true: NewTargets, name: str) -> Iterator[str]:
    """Yield what is to be known of the rows that were measured, a sentence each."""
    if true.trained_on is None:
        yield (
            "Whether the network was trained on some of these rows is not known, because its logbook keeps no rows: "
            "--data TABLE, with the table that it was trained on, tells."
        )
    elif true.trained_on:
        yield (
            f"{true.trained_on:,} of the {count(len(true.rows), 'row')} "
            f"{'is' if true.trained_on == 1 else 'are'} the same as rows that the network was trained on; on these it "
            "usually does better than on new ones."
        )
    left_out = [
        *([f"{count(true.empty, 'row')} without a value of {name!r} that can be read"] if true.empty else []),
        *([f"{count(true.unseen, 'row')} of a class that training never saw"] if true.unseen else []),
    ]
    if left_out:
        yield f"Left out: {', and '.join(left_out)}."


def _doubts(run: api.Run, found: Predicted) -> Iterator[str]:
    """Yield why these predictions are not to be relied on, a sentence each."""
    if run.status == "nonfinite":
        yield (
            f"{run.record.name} reached NaN or infinity in step {run.steps:,}, so its predictions mean nothing: fork "
            "it from an earlier state with a smaller learning rate, or ask another run with --run N."
        )
    answers = found.values if found.chances is None else found.chances
    if gives_one_answer(found.x, answers.reshape(len(answers), -1)):
        short = shortfall(run.record)
        told = "The network gives one answer for all of these rows, though they differ."
        yield told if short is None else short.text


def _written(values: list[Any], target: Target) -> list[Any]:
    """Return values of the target as a file has them: numbers in full, dates to the day."""
    if not target.dates:
        return values
    return [None if value is None else date_text(float(np.round(value))) for value in values]

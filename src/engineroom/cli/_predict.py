"""`engineroom predict`: what a trained network says of rows it has not seen."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from engineroom.cli._options import AsJson, DataFile, LogbookFile, RunNumber, chosen_run, option, tell_newest
from engineroom.errors import FileError, OptionError
from engineroom.show import count, facts_text, make_console, show_predictions

__all__ = ["PREDICT_EXAMPLES", "predict"]

PREDICT_EXAMPLES = """\
Examples:
  engineroom predict houses.logbook new.csv
  engineroom predict houses.logbook new.csv --output predicted.csv
  engineroom predict penguins.logbook penguins --json"""


def predict(
    file: LogbookFile,
    table: Annotated[
        str,
        typer.Argument(
            metavar="TABLE", help="A file of new rows, with the columns it was trained on.", show_default=False
        ),
    ],
    output: Annotated[
        Path | None, option("--output", "-o", metavar="CSV", help="Write every prediction to this file.")
    ] = None,
    run: RunNumber = None,
    data: DataFile = None,
    as_json: AsJson = False,
) -> None:
    """Predict the target of new rows with the weights of a run."""
    if output is not None and file.exists() and output.exists() and output.samefile(file):
        raise OptionError(f"--output {output} is the logbook itself: name another file, so that its runs are not lost")
    if output is not None and Path(table).exists() and output.exists() and output.samefile(table):
        raise OptionError(f"--output {output} is the table itself: name another file, so that the rows are not lost")
    asked = chosen_run(file, run, data)
    target = asked.dataset.target
    said = asked.predict(table)
    certain = asked.predict_proba(table).max(axis=1) if target.kind == "classes" else None
    names = [target.names[0]] if said.ndim == 1 else list(target.names)
    rows: list[list[Any]] = [_plain(value) for value in said]
    if output is not None:
        _write(output, names, rows, certain)
    if as_json:
        answer: dict[str, Any] = {"run": asked.number, "target": names, "unit": target.unit, "predictions": said}
        if certain is not None:
            answer["probability"] = certain
        print(facts_text(answer))
        return
    tell_newest(asked, run)
    console = make_console()
    if output is None:
        show_predictions(console, names, rows, certain, target.unit)
    else:
        console.print(f"{count(len(rows), 'prediction')} written to {output}", soft_wrap=True)


def _plain(value: Any) -> list[Any]:
    return [v.item() if isinstance(v, np.generic) else v for v in np.atleast_1d(value)]


def _write(path: Path, names: list[str], rows: list[list[Any]], certain: Any) -> None:
    try:
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(["row", *names, *(["probability"] if certain is not None else [])])
            for number, row in enumerate(rows):
                writer.writerow([number, *row, *([f"{certain[number]:.6g}"] if certain is not None else [])])
    except OSError as error:
        raise FileError(f"cannot write {path}: {error.strerror}") from None

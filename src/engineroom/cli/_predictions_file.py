"""What `engineroom predict --output` writes: a line a row, with as much beside the predictions as was asked for."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engineroom.cli._options import check_output
from engineroom.data import Table, unique_names
from engineroom.errors import FileError, OptionError

__all__ = ["Columns", "check_predictions_file", "write_predictions"]

_ENDINGS = ("", ".csv", ".tsv", ".txt")


@dataclass
class Columns:
    """Columns of equal length, in order."""

    names: list[str] = field(default_factory=list)
    cells: list[Sequence[Any]] = field(default_factory=list)

    def add(self, name: str, cells: Sequence[Any]) -> None:
        """Append a column."""
        self.names.append(name)
        self.cells.append(cells)

    def add_table(self, table: Table) -> None:
        """Append the columns of a table as they stand in it, an empty cell as nothing."""
        rows = [table.row(row) for row in range(table.rows)]
        for name in table.names:
            self.add(name, [row[name] for row in rows])


def check_predictions_file(output: Path, table: str, logbook: Path, force: bool) -> None:
    """Raise an OptionError where predictions cannot be written to `output`, or would replace what is to be kept."""
    if logbook.exists() and output.exists() and output.samefile(logbook):
        raise OptionError(f"--output {output} is the logbook itself: name another file, so that its runs are not lost")
    if Path(table).exists() and output.exists() and output.samefile(table):
        raise OptionError(f"--output {output} is the table itself: name another file, so that the rows are not lost")
    if output.suffix.lower() not in _ENDINGS:
        raise OptionError(
            f"--output writes CSV text, or with .tsv tabs in place of commas: name such a file, got {str(output)!r}"
        )
    check_output(output, force, logbook)


def write_predictions(path: Path, columns: Columns) -> None:
    """Write columns below their names, which get a number where two are alike; an OSError is told as a FileError."""
    names, _ = unique_names(columns.names)
    try:
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, delimiter="\t" if path.suffix.lower() == ".tsv" else ",")
            writer.writerow(names)
            writer.writerows(zip(*columns.cells, strict=True))
    except OSError as error:
        raise FileError(f"cannot write {path}: {error.strerror}") from None

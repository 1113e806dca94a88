"""What was made of a table, to be read before training: one line a column, then notes."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

__all__ = ["ColumnReport", "TableReport"]

_EXAMPLE_WIDTH = 24


@dataclass(frozen=True)
class ColumnReport:
    """One line of the table's report.

    Attributes
    ----------
    name : the column.
    read_as : what its cells were taken for.
    example : its first cell that is not empty.
    missing : how many cells are empty or hold a word for that.
    done : what was done with it.
    role : "input", "target" or "dropped".
    brief : what was done with it, in a few words.
    """

    name: str
    read_as: str
    example: str
    missing: int
    done: str
    role: str
    brief: str


@dataclass(frozen=True)
class TableReport:
    """What was made of a table.

    Attributes
    ----------
    columns : one line a column, the target last.
    rows : how many rows are used.
    inputs : how many columns x has.
    notes : what else was noticed or decided, a sentence each.
    split_text : which rows were held out.
    """

    columns: tuple[ColumnReport, ...]
    rows: int
    inputs: int
    notes: tuple[str, ...]
    split_text: str

    def to_dict(self) -> dict[str, Any]:
        """Return the report as a JSON-able dict."""
        return {
            "columns": [asdict(column) for column in self.columns],
            "rows": self.rows,
            "inputs": self.inputs,
            "notes": list(self.notes),
            "split": self.split_text,
        }

    def __str__(self) -> str:
        head = ("column", "read as", "example", "missing", "what was done")
        lines = [head, *(_line(column) for column in self.columns)]
        widths = [max(len(line[k]) for line in lines) for k in range(len(head) - 1)]
        table = ["  ".join([*(c.ljust(w) for c, w in zip(line, widths, strict=False)), line[-1]]) for line in lines]
        table.insert(1, "  ".join(["-" * w for w in widths] + ["-" * len(head[-1])]))
        facts = [f"{self.rows:,} rows, {self.inputs:,} prepared {'input' if self.inputs == 1 else 'inputs'}"]
        return "\n".join([*table, "", *facts, self.split_text, *self.notes])


def _line(column: ColumnReport) -> tuple[str, str, str, str, str]:
    example = column.example if len(column.example) <= _EXAMPLE_WIDTH else column.example[: _EXAMPLE_WIDTH - 3] + "..."
    done = f"target: {column.done}" if column.role == "target" else column.done
    return column.name, column.read_as, example, f"{column.missing:,}", done

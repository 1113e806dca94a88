"""Whether a logbook still holds the run that was read from it: a file may be exchanged for another of its name."""

from __future__ import annotations

from dataclasses import replace

from engineroom.errors import LogbookError
from engineroom.logbook import Logbook, RunRow

__all__ = ["check_same", "is_same"]


def is_same(a: RunRow, b: RunRow) -> bool:
    """Whether two entries are of one run, which may grow and end; all else about it was said when it began."""
    return replace(a, status=b.status, steps=b.steps) == b


def check_same(logbook: Logbook, row: RunRow) -> None:
    """Raise a LogbookError where the logbook holds another run by now under the number of the one that was read."""
    if not is_same(logbook.run(row.number), row):
        raise LogbookError(
            f"{logbook.name} was exchanged since it was opened, and its run {row.number} is another one: "
            "open the logbook again"
        )

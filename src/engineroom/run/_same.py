"""Whether a logbook still holds the run that was read from it: a file may be exchanged for another of its name."""

from __future__ import annotations

from dataclasses import replace

from engineroom.errors import LogbookError
from engineroom.logbook import Logbook, RunRow

__all__ = ["check_same"]


def check_same(logbook: Logbook, row: RunRow) -> None:
    """Raise a LogbookError where the logbook holds another run by now under the number of the one that was read."""
    there = logbook.run(row.number)
    # A run may grow and end; all else about it was said when it began.
    if replace(there, status=row.status, steps=row.steps) != row:
        raise LogbookError(
            f"{logbook.name} was exchanged since it was opened, and its run {row.number} is another one: "
            "open the logbook again"
        )

"""A logbook in memory, written to a file: what must survive the program, or be read by several threads."""

from __future__ import annotations

import json
from pathlib import Path

from engineroom.data import Dataset
from engineroom.errors import LogbookError
from engineroom.logbook import Writer
from engineroom.run._keeping import fits_a_file
from engineroom.run._record import Record

__all__ = ["copy_runs"]


def copy_runs(record: Record, path: Path) -> None:
    """Write all runs of the logbook in memory that holds a run into a new file; the numbers stay.

    Parameters
    ----------
    record : one of the runs.
    path : the file, which must not be there yet or hold no runs.

    Raises
    ------
    LogbookError : when the file cannot be written.
    """
    kept = record.logbook
    whole: Dataset = record.chain[0].dataset
    rows = fits_a_file(whole)
    description, blobs = whole.to_payload(rows)
    with Writer.open(path) as writer:
        if writer.logbook.runs():
            raise LogbookError(f"{str(path)!r} holds runs already: name a new file")
        data = writer.add_data(whole.digest, json.dumps(description), blobs, rows=rows)
        for row in kept.runs():
            number = writer.begin_run(
                numerics=row.numerics,
                engineroom=row.engineroom,
                seed=row.seed,
                spec=row.spec,
                plan=row.plan,
                data=data,
                name=row.name,
                parent=row.parent,
                parent_step=row.parent_step,
            )
            first = 1 + (row.parent_step or 0)
            last = min(kept.last_scalar(row.number, "loss"), row.steps)
            if last >= first:
                writer.add_scalars(number, "loss", first, kept.scalars(row.number, "loss", first, last))
            for summary in kept.summaries(row.number, "loss"):
                writer.put_summary(number, "loss", summary)
            writer.add_metrics(number, kept.metrics(row.number))
            for step in kept.keyframe_steps(row.number):
                stored = kept.keyframe(row.number, step)
                writer.add_keyframe(number, step, stored.digest, stored.content)
            for event in kept.events(row.number):
                writer.add_event(number, event.step, event.kind, event.payload)
            writer.commit(number, steps=row.steps, status=row.status)

"""How a run is entered in a logbook, and how it is taken out of one again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from engineroom._version import __version__
from engineroom.data import Dataset, relink
from engineroom.errors import DataError, LogbookError, OptionError
from engineroom.logbook import EMBED_LIMIT, Logbook, RunRow, Writer
from engineroom.numerics import NUMERICS
from engineroom.plan import Plan, parse_plan
from engineroom.run._record import EngineName, Record
from engineroom.run._same import is_same
from engineroom.run._settings import Settings

__all__ = ["check_name", "enter", "enter_fork", "fits_a_file", "records_of"]

_LONGEST = 1000
"""Characters of a run's name, which every list of runs tells."""


def check_name(name: str | None) -> None:
    """Raise an OptionError unless a run can be called so."""
    if name is not None and (not isinstance(name, str) or not name.isprintable()):
        raise OptionError(f"name must be printable text, or None, got {name!r:.80}")
    if name is not None and len(name) > _LONGEST:
        raise OptionError(f"name may have at most {_LONGEST:,} characters, got {len(name):,}: choose a shorter one")


_UNREADABLE = (ArithmeticError, AttributeError, LookupError, MemoryError, RecursionError, TypeError, ValueError)
"""What text and numbers that somebody changed lead to where they are taken for a plan, a network or data."""


def fits_a_file(dataset: Dataset) -> bool:
    """Whether the rows of a data set are few enough to be kept in a logbook."""
    return dataset.x.nbytes + dataset.y.nbytes <= EMBED_LIMIT


def enter(
    writer: Writer,
    dataset: Dataset,
    settings: Settings,
    plan: Plan,
    *,
    seed: int,
    name: str | None,
    include_rows: bool,
) -> int:
    """Enter a run and its data, and return its number."""
    blobs: Mapping[str, bytes] = {}
    if writer.logbook.path is None:
        # In memory the record has the data set itself.
        description: dict[str, Any] = {}
        include_rows = False
    else:
        include_rows = include_rows and fits_a_file(dataset)
        description, blobs = dataset.to_payload(include_rows)
    data = writer.add_data(dataset.digest, json.dumps(description), blobs, rows=include_rows)
    return writer.begin_run(
        name=name,
        numerics=NUMERICS,
        engineroom=__version__,
        seed=seed,
        spec=settings.to_dict(),
        plan=plan.text,
        data=data,
    )


def enter_fork(writer: Writer, parent: Record, settings: Settings, plan: Plan, *, seed: int, name: str | None) -> int:
    """Enter a fork beside its parent, whose data it shares, and return its number."""
    return writer.begin_run(
        name=name,
        numerics=NUMERICS,
        engineroom=__version__,
        seed=seed,
        spec=settings.to_dict(),
        plan=plan.text,
        data=parent.row.data,
        parent=parent.number,
        parent_step=settings.segment.start,
    )


def records_of(
    logbook: Logbook,
    data: Any = None,
    *,
    engine: EngineName = "native",
    isa: str | None = None,
    threads: int | None = None,
    known: Sequence[Record] = (),
) -> list[Record]:
    """Return the records of all runs in a logbook, oldest first.

    Parameters
    ----------
    data : what runs were trained on, to bring back rows that the file does not keep.
    known : records of the same logbook from an earlier look: what has not changed since is not read again.

    Raises
    ------
    DataError : when `data` was given and is not what any run was trained on.
    """
    # The data of a run that began by itself are whole; a fork may have dropped some.
    datasets = {record.row.data: record.dataset for record in known if record.parent is None}
    earlier = {record.number: record for record in known}
    records: list[Record] = []
    misfit, fits = None, False
    for row in logbook.runs():
        if row.number in earlier and earlier[row.number].row == row:
            records.append(earlier[row.number])
            continue
        try:
            if row.data not in datasets:
                datasets[row.data] = _dataset_of(logbook, row)
            plan = parse_plan(row.plan)
            settings = Settings.from_dict(row.spec)
        except LogbookError:
            raise
        except _UNREADABLE as error:
            raise LogbookError(
                f"{logbook.name} is damaged: run {row.number}, which engineroom {row.engineroom} wrote, cannot be read "
                f"({_told(error):.200})"
            ) from error
        dataset = datasets[row.data]
        if data is not None and not dataset.has_rows:
            try:
                dataset = datasets[row.data] = relink(dataset, data)
                fits = True
            except DataError as error:
                misfit = error
        parent = _parent_of(logbook, row, settings, records)
        if settings.segment.dropped:
            dataset = _without(logbook, dataset, settings)
        record = Record(logbook, row, plan, settings, dataset, parent, engine=engine, isa=isa, threads=threads)
        before = earlier.get(row.number)
        if before is not None and is_same(before.row, row):
            record.follow(before)
        records.append(record)
    if misfit is not None and not fits:
        raise misfit
    return records


def _told(error: Exception) -> str:
    """Return what an error says, in one line."""
    if isinstance(error, KeyError):
        return f"{error} is missing"
    return " ".join(str(error).split()) or type(error).__name__


def _without(logbook: Logbook, dataset: Dataset, settings: Settings) -> Dataset:
    try:
        return dataset.without(np.array(settings.segment.dropped, np.int64))
    except _UNREADABLE:
        raise LogbookError(f"{logbook.name} is damaged: a fork drops rows that its data do not have") from None


def _parent_of(logbook: Logbook, row: RunRow, settings: Settings, before: list[Record]) -> Record | None:
    """Return the run that a fork goes on from: one entered earlier, which has the state it began with."""
    start = settings.segment.start
    if row.parent is None and start == 0:
        return None
    parent = next((record for record in before if record.number == row.parent), None)
    if parent is None or row.parent_step != start or not parent.start <= start <= min(parent.steps, row.steps):
        raise LogbookError(
            f"{logbook.name} is damaged: run {row.number} goes on from state {start:,} of run {row.parent}, "
            "which is not there"
        )
    return parent


def _dataset_of(logbook: Logbook, row: RunRow) -> Dataset:
    stored = logbook.data(row.data)
    return Dataset.from_payload(json.loads(stored.payload), stored.blobs)

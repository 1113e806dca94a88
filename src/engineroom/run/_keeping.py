"""How a run is entered in a logbook, and how it is taken out of one again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from engineroom._version import __version__
from engineroom.data import Dataset, relink
from engineroom.errors import DataError, LogbookError
from engineroom.logbook import EMBED_LIMIT, Logbook, RunRow, Writer
from engineroom.numerics import NUMERICS
from engineroom.plan import Plan, parse_plan
from engineroom.run._record import EngineName, Record
from engineroom.run._settings import Settings

__all__ = ["enter", "records_of"]


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
        include_rows = include_rows and dataset.x.nbytes + dataset.y.nbytes <= EMBED_LIMIT
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


def records_of(
    logbook: Logbook,
    data: Any = None,
    *,
    engine: EngineName = "native",
    isa: str | None = None,
    threads: int | None = None,
) -> list[Record]:
    """Return the records of all runs in a logbook, oldest first.

    Parameters
    ----------
    data : what runs were trained on, to bring back rows that the file does not keep.

    Raises
    ------
    DataError : when `data` was given and is not what any run was trained on.
    """
    datasets: dict[str, Dataset] = {}
    records, misfit, fits = [], None, False
    for row in logbook.runs():
        try:
            if row.data not in datasets:
                datasets[row.data] = _dataset_of(logbook, row)
            plan = parse_plan(row.plan)
        except (KeyError, TypeError, ValueError) as error:
            raise LogbookError(f"{logbook.name} is damaged: run {row.number} cannot be read ({error})") from error
        dataset = datasets[row.data]
        if data is not None and not dataset.has_rows:
            try:
                dataset = datasets[row.data] = relink(dataset, data)
                fits = True
            except DataError as error:
                misfit = error
        settings = Settings.from_dict(row.spec)
        records.append(Record(logbook, row, plan, settings, dataset, engine=engine, isa=isa, threads=threads))
    if misfit is not None and not fits:
        raise misfit
    return records


def _dataset_of(logbook: Logbook, row: RunRow) -> Dataset:
    stored = logbook.data(row.data)
    return Dataset.from_payload(json.loads(stored.payload), stored.blobs)

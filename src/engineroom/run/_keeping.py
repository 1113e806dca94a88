"""How a run is entered in a logbook, and how it is taken out of one again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from engineroom._version import __version__
from engineroom.data import Dataset
from engineroom.errors import LogbookError
from engineroom.logbook import EMBED_LIMIT, Logbook, RunRow, Writer
from engineroom.numerics import NUMERICS
from engineroom.plan import Plan, parse_plan
from engineroom.run._record import EngineName, Record
from engineroom.run._settings import Settings

__all__ = ["enter", "record_of"]


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


def record_of(
    logbook: Logbook,
    row: RunRow,
    data: Any = None,
    *,
    engine: EngineName = "native",
    isa: str | None = None,
    threads: int | None = None,
) -> Record:
    """Return the record of a run in a logbook.

    Parameters
    ----------
    data : what relinks rows that the file does not keep: a function from the stored data set to the same with rows.
    """
    stored = logbook.data(row.data)
    try:
        dataset = Dataset.from_payload(json.loads(stored.payload), stored.blobs)
        plan = parse_plan(row.plan)
    except (KeyError, TypeError, ValueError) as error:
        raise LogbookError(f"{logbook.name} is damaged: run {row.number} cannot be read ({error})") from error
    if data is not None and not dataset.has_rows:
        dataset = data(dataset)
    return Record(logbook, row, plan, Settings.from_dict(row.spec), dataset, engine=engine, isa=isa, threads=threads)

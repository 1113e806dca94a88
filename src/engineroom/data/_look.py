"""A first look at a table, before anybody has said which column is to be predicted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

from engineroom.data._judge import (
    SAME_AS_FLOAT,
    ColumnChoice,
    ColumnKind,
    Reading,
    drop_reason,
    read_columns,
    rows_without_totals,
)
from engineroom.data._lines import column_notes
from engineroom.data._raw import Table
from engineroom.data._source import Source, as_table
from engineroom.errors import OptionError, UnknownNameError, nearest

__all__ = ["ColumnLook", "TableLook", "look"]

_TARGETS = re.compile(
    r"(target|label|class|species|price|outcome|result|churn|y|survived|quality|score)$", re.IGNORECASE
)


@dataclass(frozen=True)
class ColumnLook:
    """A column: what it would be read as, its first cell, and how many are empty.

    `note` is why it would be left out; `notes` are sentences on how it is read where that is open.
    """

    name: str
    kind: ColumnKind
    example: str
    missing: int
    note: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class TableLook:
    """A table: its columns, how many rows it has, columns that may be meant as target, likeliest first, and notes."""

    columns: tuple[ColumnLook, ...]
    rows: int
    targets: tuple[str, ...]
    notes: tuple[str, ...]


def look(source: Source, columns: Mapping[str, str] | None = None) -> TableLook:
    """Return what each column of a table would be read as.

    Parameters
    ----------
    source : as `from_table` takes it.
    columns : kinds by name, where the judgement is to be overruled.

    Examples
    --------
    >>> seen = look({"id": [1, 2, 3], "city": ["Ulm", "Ulm", "Bonn"], "price": [1.5, 2.5, 2.0]})
    >>> [(column.name, column.kind, column.note) for column in seen.columns]
    [('id', 'drop', 'identifier'), ('city', 'category', ''), ('price', 'number', '')]
    >>> seen.targets
    ('price', 'city')
    """
    table = as_table(source)
    asked: dict[str, ColumnChoice] = {}
    for name, kind in (columns or {}).items():
        if name not in table.names:
            raise UnknownNameError(f"there is no column {name!r}{nearest(name, table.names)}")
        if kind not in get_args(ColumnChoice):
            raise OptionError(f"column {name!r} can be read as {', '.join(get_args(ColumnChoice))}, not as {kind!r}")
        asked[name] = kind  # type: ignore[assignment]  # just checked
    clean = table.cleaned()
    rows, empty, totals = rows_without_totals(clean)
    found = tuple(_column(reading, table) for reading in read_columns(clean.take(rows), asked))
    # The last column is the usual place of a target.
    kept = [c.name for c in reversed(found) if c.kind not in ("drop", "date")]
    targets = sorted(kept, key=lambda name: _TARGETS.search(name) is None)
    notes = [*table.notes]
    notes += [f"empty rows left out: {empty}"] * bool(empty)
    notes += [f"total rows at the end left out: {totals}"] * bool(totals)
    return TableLook(found, len(rows), tuple(targets[:5]), tuple(notes))


def _column(reading: Reading, table: Table) -> ColumnLook:
    reason, missing = drop_reason(reading), reading.missing
    remark = table.remarks.get(reading.name)
    notes = [] if remark is None else [f"{remark}."]
    if reason == SAME_AS_FLOAT:
        notes += column_notes(reading)
    if reason:
        return ColumnLook(reading.name, "drop", reading.example, missing, reason, tuple(notes))
    if reading.kind == "number" and (unit := table.units.get(reading.name)):
        notes.append(f"durations are read as {unit}.")
    return ColumnLook(reading.name, reading.kind, reading.example, missing, "", (*notes, *column_notes(reading)))

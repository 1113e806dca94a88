"""One SQLite file keeps many runs: plans, data, losses, keyframes and what happened."""

from engineroom.logbook._choice import chosen_row
from engineroom.logbook._inspection import damage_of
from engineroom.logbook._lock import is_being_written
from engineroom.logbook._logbook import Logbook
from engineroom.logbook._place import beside
from engineroom.logbook._repair import Repair, repair
from engineroom.logbook._room import EMPTY, PAGE, bytes_of_keyframe
from engineroom.logbook._rows import Event, MetricRow, RunRow, StoredData, StoredKeyframe, Summary
from engineroom.logbook._schema import EMBED_LIMIT, SCHEMA
from engineroom.logbook._store import FileStore
from engineroom.logbook._unused import leaving_none_unused
from engineroom.logbook._writable import check_writable
from engineroom.logbook._writer import Writer

__all__ = [
    "EMBED_LIMIT",
    "EMPTY",
    "PAGE",
    "SCHEMA",
    "Event",
    "FileStore",
    "Logbook",
    "MetricRow",
    "Repair",
    "RunRow",
    "StoredData",
    "StoredKeyframe",
    "Summary",
    "Writer",
    "beside",
    "bytes_of_keyframe",
    "check_writable",
    "chosen_row",
    "damage_of",
    "is_being_written",
    "leaving_none_unused",
    "repair",
]

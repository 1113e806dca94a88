"""The tables of a logbook, and the marks by which a file is known to be one."""

from __future__ import annotations

__all__ = [
    "APPLICATION_ID",
    "EMBED_LIMIT",
    "HEADER",
    "KINDS",
    "SCHEMA",
    "SEALED",
    "SEALS",
    "SIGNED",
    "SUMMARIES",
    "TABLES",
]

APPLICATION_ID = 0x45526C62
"""`ERlb`, in SQLite's header: this file is a logbook of engineroom."""

SCHEMA = 3
"""Version of the tables, in SQLite's `user_version`; docs/logbook.md says what each version brought."""

SEALED = 2
"""The schema from which on rows have marks, and runs have seals."""

EMBED_LIMIT = 64 * 2**20
"""Bytes of rows up to which data is kept in the file; beyond it only the hash is kept."""

HEADER = "number, name, created, numerics, engineroom, seed, spec, plan, data, parent, parent_step"
"""The columns of a run that never change."""

SIGNED = {
    "data": "key, digest, payload, rows_kept",
    "runs": HEADER,
    "scalars": "run, name, first_step, count, content",
    "summaries": "run, name, first_step, count, least, greatest, worst_step, mean, first, last, digest",
    "metrics": "run, step, epoch, name, value",
    "keyframes": "run, step, digest, length(content)",
    "events": "run, number, step, kind, payload",
}
"""What the mark of a row covers. A keyframe's bytes are covered by its digest, a data set's arrays by its key."""

KINDS: dict[str, type | tuple[type, ...]] = {
    **dict.fromkeys(("run", "number", "step", "epoch", "first_step", "count", "worst_step"), int),
    **dict.fromkeys(("value", "least", "greatest", "mean", "first", "last"), (float, int, type(None))),
}
"""What columns of a run's rows hold; NULL stands for a NaN."""

SEALS = """
CREATE TABLE seals (
    run INTEGER PRIMARY KEY,
    tallies TEXT NOT NULL,
    mark BLOB
);
"""

# Past a million steps a scalar is no longer kept step by step, but as one row for many steps; replay gives the rest.
SUMMARIES = """
CREATE TABLE summaries (
    run INTEGER NOT NULL REFERENCES runs(number),
    name TEXT NOT NULL,
    first_step INTEGER NOT NULL,
    count INTEGER NOT NULL,
    least REAL,
    greatest REAL,
    worst_step INTEGER NOT NULL,
    mean REAL,
    first REAL,
    last REAL,
    digest TEXT NOT NULL,
    mark BLOB,
    PRIMARY KEY (run, name, first_step)
);
"""

# A run's scalars come in chunks, never a row a step: a million losses are a few rows of 8 bytes a step.
# `parent` and `parent_step` say from where a fork went off; both are NULL for a run that began by itself.
TABLES = (
    """
CREATE TABLE about (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
CREATE TABLE data (
    key TEXT PRIMARY KEY,
    digest TEXT NOT NULL,
    payload TEXT NOT NULL,
    rows_kept INTEGER NOT NULL,
    mark BLOB
);
CREATE TABLE blobs (
    data TEXT NOT NULL REFERENCES data(key),
    name TEXT NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (data, name)
);
CREATE TABLE runs (
    number INTEGER PRIMARY KEY,
    name TEXT,
    created TEXT NOT NULL,
    status TEXT NOT NULL,
    steps INTEGER NOT NULL,
    numerics INTEGER NOT NULL,
    engineroom TEXT NOT NULL,
    seed TEXT NOT NULL,
    spec TEXT NOT NULL,
    plan TEXT NOT NULL,
    data TEXT NOT NULL REFERENCES data(key),
    parent INTEGER REFERENCES runs(number),
    parent_step INTEGER,
    mark BLOB
);
CREATE TABLE scalars (
    run INTEGER NOT NULL REFERENCES runs(number),
    name TEXT NOT NULL,
    first_step INTEGER NOT NULL,
    count INTEGER NOT NULL,
    content BLOB NOT NULL,
    mark BLOB,
    PRIMARY KEY (run, name, first_step)
);
CREATE TABLE metrics (
    run INTEGER NOT NULL REFERENCES runs(number),
    step INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    name TEXT NOT NULL,
    value REAL,
    mark BLOB,
    PRIMARY KEY (run, step, name)
);
CREATE TABLE keyframes (
    run INTEGER NOT NULL REFERENCES runs(number),
    step INTEGER NOT NULL,
    digest TEXT NOT NULL,
    content BLOB NOT NULL,
    mark BLOB,
    PRIMARY KEY (run, step)
);
CREATE TABLE events (
    number INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES runs(number),
    step INTEGER NOT NULL,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    mark BLOB
);
"""
    + SUMMARIES
    + SEALS
)

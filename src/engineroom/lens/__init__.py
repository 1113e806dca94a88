"""Questions to a run, answered by computing its steps again: why a weight moved, its path, anything else."""

from engineroom.lens._ask import why
from engineroom.lens._largest import Move, largest_move
from engineroom.lens._query import Hit, Query, first, query, steps_asked
from engineroom.lens._summary import ParameterSummary, summarize
from engineroom.lens._trace import Path, Trace, trace
from engineroom.lens._why import (
    Account,
    Chain,
    ChainExample,
    Earlier,
    Example,
    Factor,
    Gradient,
    Link,
    Memory,
    Proof,
    Rest,
    Term,
    Why,
)

__all__ = [
    "Account",
    "Chain",
    "ChainExample",
    "Earlier",
    "Example",
    "Factor",
    "Gradient",
    "Hit",
    "Link",
    "Memory",
    "Move",
    "ParameterSummary",
    "Path",
    "Proof",
    "Query",
    "Rest",
    "Term",
    "Trace",
    "Why",
    "first",
    "largest_move",
    "query",
    "steps_asked",
    "summarize",
    "trace",
    "why",
]

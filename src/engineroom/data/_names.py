"""Columns found by their names, or by their order where nobody gave them any."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

from engineroom.errors import DataError, ShapeError, nearest

__all__ = ["columns_for", "in_order_of", "own_names", "repeated_name"]

_NUMBERED = re.compile(r"(?:x|column)(\d*)")
"""What columns are called that nobody gave a name."""


def own_names(x: Any) -> list[str] | None:
    """Return the column names of a frame of pandas, Polars or Arrow; None for anything else."""
    found = _names(x)
    return found if found and all(isinstance(name, str) for name in found) and len(set(found)) == len(found) else None


def repeated_name(x: Any) -> Any:
    """Return the first name that two columns of a frame have; None where each has its own."""
    return next((name for name, count in Counter(_names(x)).items() if count > 1), None)


def in_order_of(known: Sequence[str], x: Any, what: str) -> Any:
    """Return a frame's columns in the order in which a network knows them; anything else as it is."""
    names = own_names(x)
    if names is None:
        if not _nameless(known) and (twice := repeated_name(x)) is not None:
            raise DataError(f"{what} has two columns {twice!r}: rename one, so that they are found by their names")
        return x
    chosen = list(columns_for(known, names, what))
    if chosen == names:
        return x
    # Polars and Arrow select by a method, pandas by brackets.
    return x.select(chosen) if callable(getattr(x, "select", None)) else x[chosen]


def columns_for(known: Sequence[str], names: Sequence[str], what: str) -> Sequence[str]:
    """Return which columns of a table, and in which order, are those that a network was trained on.

    They are found by name, or by order where either side has no names; DataError or ShapeError where neither will do.

    Parameters
    ----------
    known : what the network calls its columns.
    names : what the table calls its.
    what : the table, for messages.

    Examples
    --------
    >>> columns_for(["age", "size"], ["size", "price", "age"], "the table")
    ['age', 'size']
    >>> columns_for(["x0", "x1"], ["age", "size"], "the table")
    ['age', 'size']
    """
    if set(known) <= set(names):
        return known
    if not (_nameless(known) or _nameless(names)):
        lost = next(name for name in known if name not in names)
        raise DataError(f"{what} has no column {lost!r}, which the network is trained on{nearest(lost, names)}")
    if len(names) != len(known):
        asked = "1 column" if len(known) == 1 else f"{len(known)} columns"
        raise ShapeError(
            f"this network is trained on an array of {asked} and {what} has {len(names)} ({_listed(names)}): "
            f"give it {asked} of numbers in the array's order"
        )
    if (set(known) & set(names) and not _counted(names)) or _disordered(names):
        raise DataError(
            f"{what} has the columns {_listed(names)} and the network is trained on {_listed(known)}: "
            "give all of these names, in any order, or other names in their order"
        )
    return names


def _nameless(names: Iterable[str]) -> bool:
    return all(_NUMBERED.fullmatch(name) for name in names)


def _counted(names: Iterable[str]) -> bool:
    """Whether columns are numbered on in their order, from whichever number."""
    found = [_NUMBERED.fullmatch(name) for name in names]
    numbers = [int(match[1]) for match in found if match and match[1]]
    return len(numbers) == len(found) and all(b == a + 1 for a, b in pairwise(numbers))


def _disordered(names: Sequence[str]) -> bool:
    """Whether columns are numbered, and in another order than that of their numbers."""
    numbers = [int(match[1] or 0) for name in names if (match := _NUMBERED.fullmatch(name))]
    return len(numbers) == len(names) and numbers != sorted(numbers)


def _names(x: Any) -> list[Any]:
    """Return what a frame calls its columns; nothing for anything else, and for one that is not computed yet."""
    names = getattr(x, "column_names", None if hasattr(x, "collect") else getattr(x, "columns", None))
    return [] if names is None or callable(names) else list(names)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:6]) + (", ..." if len(names) > 6 else "")

"""A number, a law or plain data becomes a schedule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engineroom.ops._spec import Family
from engineroom.ops.schedules._constant import Constant
from engineroom.ops.schedules._cosine import Cosine
from engineroom.ops.schedules._schedule import Schedule

__all__ = ["SCHEDULES", "schedule"]

SCHEDULES: Family[Schedule] = Family("schedule", Schedule, (Constant, Cosine))


def schedule(given: float | Schedule | Mapping[str, Any]) -> Schedule:
    """Return the schedule that is meant by `given`; a number is a constant learning rate.

    Example
    -------
    >>> schedule(0.1)
    Constant(lr=0.1, warmup=0)
    """
    if isinstance(given, (Schedule, Mapping)):
        return SCHEDULES(given)
    return Constant(given)

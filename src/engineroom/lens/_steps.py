"""Which steps a question means."""

from __future__ import annotations

import operator
from typing import Any

from engineroom.errors import OptionError
from engineroom.run import Record

__all__ = ["steps_asked"]


def steps_asked(record: Record, steps: range | slice | int | None, first: int = 1) -> range:
    """Return the steps that are meant, ascending.

    Parameters
    ----------
    steps : None is all updates, from 1; a slice's end is left out, as a range's is.
    first : the lowest number that can be asked for: 1 for updates, 0 for states.
    """
    if steps is None:
        return range(1, record.steps + 1)
    if isinstance(steps, slice):
        begin = 1 if steps.start is None else steps.start
        try:
            steps = range(*slice(begin, steps.stop, steps.step).indices(record.steps + 1))
        except TypeError:
            raise _not_steps(steps) from None
    elif not isinstance(steps, range):
        if isinstance(steps, bool):
            raise _not_steps(steps)
        try:
            steps = range(operator.index(steps), operator.index(steps) + 1)
        except TypeError:
            raise _not_steps(steps) from None
    if steps.step < 1:
        raise OptionError(f"steps go upwards, got {steps}")
    for t in (*steps[:1], *steps[-1:]):
        record.checked_step(t, first)
    return steps


def _not_steps(given: Any) -> OptionError:
    return OptionError(f"steps must be a range such as range(1, 101), one step, or None for all, got {given!r:.80}")

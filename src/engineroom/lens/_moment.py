"""A function of the user's own on the states of a run, in one replay."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from engineroom.errors import OptionError
from engineroom.lens._ask import why
from engineroom.lens._steps import steps_asked
from engineroom.lens._why import Why
from engineroom.plan import State
from engineroom.run import Record, StepProgress

__all__ = ["Hit", "first", "map_states"]

T = TypeVar("T")


@dataclass(frozen=True)
class Hit:
    """The first state at which something held.

    Attributes
    ----------
    step : after so many updates.
    why : why the weight moved that moved most in the update that led to it; None where it is the initial state.
    """

    step: int
    why: Why | None

    def __str__(self) -> str:
        return f"first in state {self.step:,}" + ("" if self.why is None else f"\n\n{self.why}")


def first(
    record: Record,
    predicate: Callable[[State], bool],
    steps: range | slice | int | None = None,
    progress: StepProgress | None = None,
) -> Hit | None:
    """Return the first state of a run at which `predicate` holds, and why the step to it was made; None if none.

    Parameters
    ----------
    predicate : may ask the run anything meanwhile; what it raises is raised.
    steps : the states to look at, ascending; None is all of them from the initial one, 0, on.
    progress : told how many states were looked at, and of how many.

    Examples
    --------
    >>> import engineroom as er
    >>> run = er.train(er.Network(er.Dense(1, bias=False, init="zeros")), [1, 2, 3], [2, 4, 6], loss="mse",
    ...                optimizer=er.SGD(lr=0.01), batch_size=None, epochs=50, dtype="float64")
    >>> hit = first(run.record, lambda state: state["dense1.weight"].item() > 1)
    >>> hit.step, hit.why.name
    (8, 'dense1.weight[0, 0]')
    """
    asked = range(record.steps + 1) if steps is None else steps_asked(record, steps, first=0)
    for t, held in _each(record, predicate, asked, progress):
        if held:
            return Hit(t, why(record, step=t) if t else None)
    return None


def map_states(
    record: Record,
    function: Callable[[State], T],
    steps: range | slice | int | None = None,
    progress: StepProgress | None = None,
) -> list[T]:
    """Return what `function` says of the state after each of some steps, in one replay.

    Parameters
    ----------
    function : may ask the run anything meanwhile; what it raises is raised.
    steps : after which, ascending; 0 is the initial state; None is all from 1 on.
    progress : told how many states were looked at, and of how many.

    Examples
    --------
    >>> import engineroom as er
    >>> run = er.train(er.Network(er.Dense(1, bias=False)), [1, 2, 3], [2, 4, 6], steps=2)
    >>> map_states(run.record, lambda state: state.step, range(0, 3))
    [0, 1, 2]
    """
    return [value for _, value in _each(record, function, steps_asked(record, steps, first=0), progress)]


def _each(
    record: Record, function: Callable[[State], T], steps: range, progress: StepProgress | None
) -> Iterator[tuple[int, T]]:
    if not callable(function):
        raise OptionError(f"a function of a state is expected, such as lambda state: ..., got {function!r:.80}")
    # Apart, because the function may ask the run itself for other states.
    for i, state in enumerate(record.apart().states(steps)):
        yield state.step, function(state)
        if progress is not None:
            progress(i + 1, len(steps))

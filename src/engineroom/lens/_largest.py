"""The largest move of a run: where to begin when nothing in particular was asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engineroom.engine import Tap
from engineroom.errors import OptionError
from engineroom.lens._place import locate
from engineroom.plan import Slice, whole_buffer
from engineroom.run import Record, StepProgress

__all__ = ["Move", "largest_move"]

# Beyond so many parameters whole states are compared, because a tap for each element would cost more.
_TAPPED = 20_000
_PIECE = 4_000_000


@dataclass(frozen=True)
class Move:
    """One update of one weight: `change` is new minus old, computed in float64."""

    name: str
    step: int
    change: float


def largest_move(record: Record, weight: str | None = None, progress: StepProgress | None = None) -> Move:
    """Return the largest single move of a run, found by replaying all of it; the earliest of equal ones.

    Parameters
    ----------
    record : the run.
    weight : a weight such as "dense1.weight[3, 5]", or an array such as "dense1.weight", to look at nothing else;
        None looks at all parameters.
    progress : told how far the replay is.

    Raises
    ------
    OptionError : when the run has made no step.

    Examples
    --------
    >>> import engineroom as er
    >>> run = er.train(er.Network(er.Dense(1, bias=False, init="zeros")), [1, 2, 3], [2, 4, 6], loss="mse",
    ...                optimizer=er.SGD(lr=0.01), batch_size=None, epochs=50, dtype="float64")
    >>> move = largest_move(run.record)
    >>> move.name, move.step, round(move.change, 4)
    ('dense1.weight[0, 0]', 1, 0.1867)
    """
    if record.steps == 0:
        raise OptionError(f"{record.name} has made no step yet, so no weight has moved: train it first")
    known = record.at(0).weights
    array = None if weight is None else whole_buffer(record.plan, weight)
    if weight is not None and (array is None or array.name not in known):
        place = locate(record.plan, record.dataset, weight)
        step, _, change = _largest(record.trace(place.name, progress))
        return Move(place.name, step, change)
    wanted = known if array is None else [array.name]
    parameters = [piece for piece in record.plan.layout if piece.name in wanted]
    found = Move(_element(parameters, 0), 1, 0.0)
    for start, states in _states(record, parameters):
        step, column, change = _largest(states)
        if not abs(change) <= abs(found.change):
            found = Move(_element(parameters, column), start + step, change)
        if progress is not None:
            progress(start + len(states) - 1, record.steps)
        if not np.isfinite(change):
            break
    return found


def _states(record: Record, parameters: list[Slice]) -> Iterator[tuple[int, NDArray[Any]]]:
    """Yield (step, (k + 1, parameters)): all parameters in state `step` and the k states after it."""
    size = sum(piece.size for piece in parameters)
    k = max(1, min(_PIECE // size, 1024))
    taps = [Tap(piece.name, i) for piece in parameters for i in range(piece.size)] if size <= _TAPPED else []
    last = _flat(record, parameters, 0)
    for start in range(0, record.steps, k):
        stop = min(start + k, record.steps)
        if taps:
            after = record.replay(start, stop, taps)
        else:
            after = np.stack([_flat(record, parameters, t) for t in range(start + 1, stop + 1)])
        yield start, np.concatenate([last[None, :], after])
        last = after[-1]


def _flat(record: Record, parameters: list[Slice], t: int) -> NDArray[Any]:
    state = record.at(t)
    return np.concatenate([state[piece.name].reshape(-1) for piece in parameters])


def _largest(states: NDArray[Any]) -> tuple[int, int, float]:
    """Return (step within, column, change) of the largest move; what is not finite is larger than all that is."""
    with np.errstate(all="ignore"):
        moves = np.diff(states.astype(np.float64), axis=0)
        size = np.abs(moves)
    size[~np.isfinite(size)] = np.inf
    step, column = np.unravel_index(int(np.argmax(size)), size.shape)
    return int(step) + 1, int(column), float(moves[step, column])


def _element(parameters: list[Slice], column: int) -> str:
    for piece in parameters:
        if column < piece.size:
            index = np.unravel_index(column, piece.shape)
            return f"{piece.name}[{', '.join(str(int(i)) for i in index)}]"
        column -= piece.size
    raise IndexError(column)

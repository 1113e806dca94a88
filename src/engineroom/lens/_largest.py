"""The largest move of a run: where to begin when nothing in particular was asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engineroom.engine import Tap
from engineroom.errors import OptionError
from engineroom.lens._place import Place, locate
from engineroom.plan import element_at, resolve, whole_buffer
from engineroom.run import Record, StepProgress

__all__ = ["Move", "largest_move"]


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
    known = [buffer.name for buffer in record.plan.parameters]
    array = None if weight is None else whole_buffer(record.plan, weight)
    if weight is not None and (array is None or array.name not in known):
        place = locate(record.plan, record.dataset, weight)
        return max(_largest_moves(record, place, progress), key=_length)
    found = []
    for first, elements, changes in record.moved(known if array is None else [array.name], progress):
        at = _largest(changes)
        found.append(Move(str(element_at(record.plan, int(elements[at]))), first + at, float(changes[at])))
    return max(found, key=_length)


def _largest_moves(record: Record, place: Place, progress: StepProgress | None) -> Iterator[Move]:
    """Yield the largest move of a weight within each of many stretches of steps, so that no run is too long."""
    element = resolve(record.plan, place.name)
    for run, end in zip(record.chain, record.ends, strict=True):
        # What a fork set is no move of the step before it: each run of the family begins with its own state.
        at, old = run.start, np.array([run.at(run.start)[place.parameter][place.index]], np.float64)
        if at == end:
            continue
        for piece in run.pieces(at, end, [Tap(element.buffer, element.flat)]):
            path = np.concatenate([old, piece[:, 0].astype(np.float64)])
            with np.errstate(all="ignore"):
                changes = np.diff(path)
            step = _largest(changes)
            yield Move(place.name, at + step + 1, float(changes[step]))
            at, old = at + len(piece), path[-1:]
            if progress is not None:
                progress(at, record.steps)


def _length(move: Move) -> float:
    """Return how far a move went; what is not finite is larger than all that is."""
    return abs(move.change) if np.isfinite(move.change) else np.inf


def _largest(changes: NDArray[np.float64]) -> int:
    """Return the first step of the largest change; what is not finite is larger than all that is."""
    return int(np.argmax(np.where(np.isfinite(changes), np.abs(changes), np.inf)))

"""A state at a glance: each parameter's spread, for people who want an overview before they ask for a weight."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engineroom.plan import State

__all__ = ["ParameterSummary", "summarize"]

_BINS = 16


@dataclass(frozen=True)
class ParameterSummary:
    """What one parameter holds in a state, computed in float64 over its finite elements.

    Attributes
    ----------
    name, shape : which parameter.
    mean, std, smallest, largest : of its elements; NaN when none is finite.
    histogram : how many elements lie in each of 16 equal parts between smallest and largest.
    nonfinite : how many elements are NaN or infinite.
    """

    name: str
    shape: tuple[int, ...]
    mean: float
    std: float
    smallest: float
    largest: float
    histogram: tuple[int, ...]
    nonfinite: int


def summarize(state: State) -> tuple[ParameterSummary, ...]:
    """Return one summary for each parameter of `state`, in the plan's order.

    Examples
    --------
    >>> import engineroom as er
    >>> run = er.train(er.Network(er.Dense(1, bias=False, init="zeros")), [1, 2, 3], [2, 4, 6], loss="mse",
    ...                optimizer=er.SGD(lr=0.01), batch_size=None, epochs=50, dtype="float64")
    >>> [(s.name, s.shape, round(s.mean, 4)) for s in summarize(run.at(1))]
    [('dense1.weight', (1, 1), 0.1867)]
    """
    found = []
    for name, array in state.weights.items():
        values = np.asarray(array, dtype=np.float64).reshape(-1)
        finite = values[np.isfinite(values)]
        nonfinite = values.size - finite.size
        if finite.size == 0:
            nan = float("nan")
            found.append(ParameterSummary(name, array.shape, nan, nan, nan, nan, (0,) * _BINS, nonfinite))
            continue
        low, high = float(finite.min()), float(finite.max())
        # Halved before they are subtracted, so that the span of the largest floats does not overflow.
        place = (finite / 2 - low / 2) / (high / 2 - low / 2) if high > low else np.full(finite.shape, 0.5)
        counts = np.bincount(np.minimum((place * _BINS).astype(np.int64), _BINS - 1), minlength=_BINS)
        with np.errstate(over="ignore", invalid="ignore"):
            mean, std = float(finite.mean()), float(finite.std())
        found.append(ParameterSummary(name, array.shape, mean, std, low, high, tuple(counts.tolist()), nonfinite))
    return tuple(found)

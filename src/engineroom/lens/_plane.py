"""Every place between the data, where the inputs are one or two numbers, and what neurons give there."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engineroom.data import Dataset
from engineroom.plan import State
from engineroom.run import Record

__all__ = ["places", "raw_inputs", "responses"]

_SIDE, _LINE = 24, 64
"""Points along each of two inputs, and along one, at which each neuron is asked what it gives."""

Axes = tuple[NDArray[np.float64], ...]


def raw_inputs(dataset: Dataset, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return (n, I) the inputs of rows in their own units."""
    mean = np.array([f.mean for f in dataset.features])
    scale = np.array([f.scale for f in dataset.features])
    raw: NDArray[np.float64] = dataset.x[rows].astype(np.float64) * scale + mean
    return raw


def places(dataset: Dataset, count: int) -> tuple[Axes, NDArray[Any]]:
    """Return `count` values of each input in its own unit, a little past the data, and all their combinations prepared.

    Returns
    -------
    axes : for each input (count,) float64.
    x : (count ** I, I) rows as the network takes them, the last input changing fastest.
    """
    x = dataset.x.astype(np.float64)
    low, high = x.min(0), x.max(0)
    edge = np.where(high > low, 0.12 * (high - low), 1.0)
    axes = [np.linspace(a, b, count) for a, b in zip(low - edge, high + edge, strict=True)]
    mesh = np.stack([m.reshape(-1) for m in np.meshgrid(*axes, indexing="ij")], axis=1)
    raw = tuple(axis * f.scale + f.mean for axis, f in zip(axes, dataset.features, strict=True))
    return raw, np.ascontiguousarray(mesh, dataset.x.dtype)


def responses(record: Record, state: State) -> tuple[Axes, dict[str, NDArray[Any]]]:
    """Return what each neuron gives over all places, by its layer's name (units, points...), and where these are.

    Nothing where the network is told more than two numbers: no picture holds them.
    """
    width = record.dataset.x.shape[1]
    if width > 2:
        return (), {}
    axes, x = places(record.dataset, _LINE if width == 1 else _SIDE)
    found = record.activations(state, x)
    return axes, {name: values.T.reshape(-1, *(len(axis) for axis in axes)) for name, values in found.items()}

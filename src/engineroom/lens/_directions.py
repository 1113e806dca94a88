"""Directions through the space of all weights: at random, between states, along the path of the run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engineroom.lens._chance import random_direction
from engineroom.plan import Plan
from engineroom.run import Record

__all__ = ["Plane", "path_plane", "random_plane", "states_plane"]

_STATES = 41
"""How many states of a run stand for its path."""


@dataclass(frozen=True, eq=False)
class Plane:
    """A line or a plane in the space of weights.

    Attributes
    ----------
    base : (state_size,) where both coordinates are 0.
    directions : what a step of 1 along each axis adds, float64.
    names : of the axes.
    windows : from where to where each axis is worth a look.
    marks : points with a name and their coordinates.
    title : what the plane is.
    """

    base: NDArray[Any]
    directions: tuple[NDArray[np.float64], ...]
    names: tuple[str, ...]
    windows: tuple[tuple[float, float], ...]
    marks: tuple[tuple[str, tuple[float, ...]], ...]
    title: str

    def at(self, coordinates: Sequence[float]) -> NDArray[Any]:
        """Return the weights at a point, rounded to the run's type once."""
        there = self.base.astype(np.float64)
        for amount, direction in zip(coordinates, self.directions, strict=True):
            there += amount * direction
        with np.errstate(over="ignore"):
            return there.astype(self.base.dtype)


def random_plane(plan: Plan, base: NDArray[Any], step: int, seed: int) -> Plane:
    """Return two random directions through a state, scaled to the network.

    The weights into each neuron get a normal direction as long as they are themselves, and biases none, so that a step
    of 1 changes every neuron by its own size.

    Source: Li, Xu, Taylor, Studer and Goldstein, Visualizing the loss landscape of neural nets, 2018, section 4.
    """
    directions = tuple(_filter_normalized(plan, base, seed, axis) for axis in range(2))
    return Plane(
        base,
        directions,
        ("random direction 1, in each neuron's own size", "random direction 2, in each neuron's own size"),
        ((-1.0, 1.0), (-1.0, 1.0)),
        ((f"state {step:,}", (0.0, 0.0)),),
        f"in two random directions around state {step:,}",
    )


def _filter_normalized(plan: Plan, base: NDArray[Any], seed: int, axis: int) -> NDArray[np.float64]:
    drawn = random_direction(seed, axis, len(base))
    made = np.zeros(len(base))
    for piece in plan.layout:
        if plan.buffer(piece.name).role == "parameter" and len(piece.shape) == 2:
            inside = slice(piece.offset, piece.offset + piece.size)
            direction, weights = (a[inside].astype(np.float64).reshape(piece.shape) for a in (drawn, base))
            lengths = np.linalg.norm(weights, axis=0) / np.linalg.norm(direction, axis=0)
            made[inside] = (direction * lengths).reshape(-1)
    return made


def states_plane(steps: Sequence[int], values: Sequence[NDArray[Any]]) -> Plane:
    """Return the line through two states or the plane through three: the first at 0, each other at 1 of its axis."""
    base = values[0]
    directions = tuple(v.astype(np.float64) - base.astype(np.float64) for v in values[1:])
    names = tuple(f"from state {steps[0]:,} to state {t:,}" for t in steps[1:])
    marks = [(f"state {steps[0]:,}", tuple(0.0 for _ in directions))]
    for axis, t in enumerate(steps[1:]):
        marks.append((f"state {t:,}", tuple(float(i == axis) for i in range(len(directions)))))
    windows = tuple((-0.5, 1.5) for _ in directions)
    return Plane(base, directions, names, windows, tuple(marks), f"{' and '.join(names)}")


def path_plane(record: Record, plan: Plan) -> Plane:
    """Return the plane in which the run's path spreads most: the first two principal components around its last state.

    Source: Li and others 2018, section 7.
    """
    steps = sorted({round(i * record.steps / (_STATES - 1)) for i in range(_STATES)})
    # Runs of a family may keep different slots, but their parameters come first and alike.
    size = sum(piece.size for piece in plan.layout if plan.buffer(piece.name).role == "parameter")
    states = [state.values[:size] for state in record.apart().states(steps)]
    last = states[-1]
    spread = np.stack([state.astype(np.float64) - last for state in states])
    sizes, found = np.linalg.eigh(spread @ spread.T)
    directions, columns = [], []
    for axis in (-1, -2):
        length = float(np.sqrt(max(sizes[axis], 0.0)))
        along = found[:, axis] * length
        # The sign is free; the path begins on the left and below.
        along = -along if along[0] > 0 else along
        directions.append(spread.T @ along / length**2 if length > 0 else np.zeros(size))
        columns.append(along)
    whole = np.zeros(plan.state_size, plan.dtype)
    whole[:size] = last
    padded = tuple(np.concatenate([d, np.zeros(plan.state_size - size)]) for d in directions)
    total = float(np.clip(sizes, 0, None).sum())
    shares = [max(float(sizes[axis]), 0.0) / total if total else 0.0 for axis in (-1, -2)]
    windows = []
    for along in columns:
        low, high = float(along.min()), float(along.max())
        margin = 0.25 * (high - low) or 1.0
        windows.append((low - margin, high + margin))
    return Plane(
        whole,
        padded,
        (
            f"first principal component, {100 * shares[0]:.1f} % of the path's spread",
            f"second principal component, {100 * shares[1]:.1f} % of the path's spread",
        ),
        tuple(windows),
        tuple((f"state {t:,}", (float(a), float(b))) for t, a, b in zip(steps, *columns, strict=True)),
        "in the plane of its path",
    )

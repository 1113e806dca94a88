"""The loss as a surface over the weights: its slope and, along any direction, how the slope changes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engineroom.errors import OptionError
from engineroom.lens._place import layer_of
from engineroom.numerics import reduce
from engineroom.ops import Linearized, activation, linearize
from engineroom.plan import BATCH, Operation, Plan

__all__ = ["Curvature", "Dead", "Kinks"]

Array = NDArray[Any]

_NEAR = 1e-3
"""Of the usual size: nearer to a kink than this is called near."""
_ROOM = 2**32
"""Bytes that the values of a pass over all rows may take."""


@dataclass(frozen=True)
class Kinks:
    """Places where an operation bends so sharply that it has no second derivative; it is taken as 0 there.

    Attributes
    ----------
    operation : which one, such as "relu of dense1" or "mae".
    at : how many of its elements lie exactly on a kink.
    near : how many more lie within a thousandth of their usual size (their root mean square) of one.
    of : how many elements there are.
    """

    operation: str
    at: int
    near: int
    of: int


@dataclass(frozen=True)
class Dead:
    """Units of a layer whose activation is off, a relu at 0, for every row, so that nothing curves along their weights.

    Attributes
    ----------
    layer : which.
    units, of : how many of its units are, and how many it has.
    """

    layer: str
    units: int
    of: int


class Curvature:
    """The mean loss over some rows as a function of the weights, near given ones, in float64.

    Parameters
    ----------
    plan : whose forward, loss and backward operations are followed.
    weights : all parameters by name.
    x, y : the rows; y as the plan's loss reads it.
    trained : the parameters that may move; directions and gradients are these, flat, one after the other.

    Attributes
    ----------
    loss : at the given weights.
    gradient : (size,) float64.
    kinks : of each operation that has some.
    dead : of each layer that has some.
    size : how many numbers a direction has.
    """

    def __init__(self, plan: Plan, weights: Mapping[str, Array], x: Array, y: Array, trained: Sequence[str]) -> None:
        _check_room(plan, len(x))
        self._trained = [(name, weights[name].shape, weights[name].size) for name in trained]
        self._still = {name: np.zeros(w.shape) for name, w in weights.items() if name not in trained}
        self.size = sum(size for _, _, size in self._trained)
        values: dict[str, Any] = {name: np.asarray(w, np.float64) for name, w in weights.items()}
        values |= {"x": np.asarray(x, np.float64), "y": y if y.dtype.kind == "i" else np.asarray(y, np.float64)}
        self._steps: list[tuple[Operation, Linearized]] = []
        kinks, dead = [], []
        # What each operation of the backward pass goes back through: by its law and what it reads.
        forward: dict[tuple[str, str], Linearized] = {}
        for operation in plan.operations:
            if operation.phase == "update":
                continue
            reads = [None if name == "-" else values[name] for name in operation.reads]
            back = forward.get((operation.law, operation.reads[0]))
            near = linearize(operation.law, dict(operation.attributes))(reads, operation.writes, back)
            if operation.phase == "forward":
                stem = operation.law.removesuffix("_forward")
                forward |= {(f"{stem}_backward", name): near for name in (operation.reads[0], operation.writes[0])}
                if stem in activation.laws and (off := activation.laws[stem].off) is not None:
                    dead += _dead(operation, near.writes[0], off)
            values.update(zip(operation.writes, near.writes, strict=True))
            self._steps.append((operation, near))
            if near.kink_distance is not None:
                kinks.append(_kinks(operation, near.kink_distance))
        self.kinks, self.dead = tuple(kinks), tuple(dead)
        self.loss = float(reduce(values["loss.examples"]) / len(x))
        self.gradient = self._flat({name: values[f"{name}.grad"] for name in trained})

    def times(self, direction: Array) -> Array:
        """Return the Hessian of the loss times a direction, exact but for rounding: tangents of both passes."""
        changes: dict[str, Any] = {**self._still, **self.split(direction)}
        for operation, near in self._steps:
            written = near.tangent([changes.get(name) for name in operation.reads])
            changes.update((n, c) for n, c in zip(operation.writes, written, strict=True) if n != "-")
        return self._flat({name: changes[f"{name}.grad"] for name, _, _ in self._trained})

    def split(self, direction: Array) -> dict[str, Array]:
        """Return a flat direction as arrays by their parameters' names."""
        pieces, at = {}, 0
        for name, shape, size in self._trained:
            pieces[name] = direction[at : at + size].reshape(shape)
            at += size
        return pieces

    def _flat(self, arrays: Mapping[str, Array]) -> Array:
        return np.concatenate([arrays[name].reshape(-1) for name, _, _ in self._trained])


def _kinks(operation: Operation, distance: Array) -> Kinks:
    stem, _, way = operation.law.rpartition("_")
    name = f"{stem} of {operation.writes[0].partition('.')[0]}" if way == "forward" else stem
    at = int(np.count_nonzero(distance == 0))
    return Kinks(name, at, int(np.count_nonzero(distance <= _NEAR)) - at, distance.size)


def _dead(operation: Operation, values: Array | None, off: float) -> list[Dead]:
    if values is None:
        return []
    units = int(np.count_nonzero((values == off).all(axis=0)))
    return [Dead(layer_of(operation.writes[0]), units, values.shape[1])] if units else []


def _check_room(plan: Plan, rows: int) -> None:
    width = sum(math.prod(b.shape[1:]) for b in plan.buffers if b.shape and b.shape[0] == BATCH)
    # Values, their slopes and bends, and the changes that a direction makes.
    if 4 * 8 * rows * width > _ROOM:
        fitting = _ROOM // (32 * width)
        raise OptionError(
            f"the curvature over {rows:,} rows would take more than {_ROOM // 2**30} GiB: "
            f"ask for a part of them, such as sample={max(1, fitting // 2)}"
        )

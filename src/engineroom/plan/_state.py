"""The state after t steps: every parameter and every optimizer slot in one flat array."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engineroom.numerics import same_bits
from engineroom.plan._plan import Plan

__all__ = ["State"]


@dataclass(frozen=True, eq=False, repr=False)
class State:
    """The state after `step` weight updates.

    Attributes
    ----------
    plan : the plan whose layout the values follow.
    step : how many updates were made; 0 is the initial state.
    values : (plan.state_size,) array of the plan's dtype, read-only.

    Example
    -------
    >>> from engineroom.network import Network
    >>> from engineroom.ops import MSE, SGD, Dense
    >>> from engineroom.plan import build_plan
    >>> plan = build_plan(Network(Dense(1)), MSE(), SGD(), inputs=2, target=("number", 1), batch_size=3, steps=1)
    >>> state = State(plan, 0, np.array([1.0, 2.0, 0.5], np.float32))
    >>> state["dense1.weight"]
    array([[1.],
           [2.]], dtype=float32)
    >>> sorted(state.weights)
    ['dense1.bias', 'dense1.weight']
    """

    plan: Plan
    step: int
    values: NDArray[Any]

    def __post_init__(self) -> None:
        self.values.flags.writeable = False

    def __getitem__(self, name: str) -> NDArray[Any]:
        """Return the parameter or slot called `name` as a read-only view of its shape."""
        for piece in self.plan.layout:
            if piece.name == name:
                return self.values[piece.offset : piece.offset + piece.size].reshape(piece.shape)
        raise KeyError(name)

    def __repr__(self) -> str:
        return f"<State {self.step:,}: {len(self.plan.parameters)} parameters, {self.values.size:,} values>"

    @property
    def weights(self) -> dict[str, NDArray[Any]]:
        """All parameters by name."""
        return {b.name: self[b.name] for b in self.plan.parameters}

    @property
    def slots(self) -> dict[str, NDArray[Any]]:
        """All optimizer state by name, such as `dense1.weight.m`."""
        return {b.name: self[b.name] for b in self.plan.buffers if b.role == "slot"}

    def same_bits(self, other: State) -> bool:
        """Whether both hold the same bits; any NaN equals any NaN."""
        a, b = self.values, other.values
        if a.dtype != b.dtype or a.shape != b.shape:
            return False
        return bool(np.all(same_bits(a, b)))

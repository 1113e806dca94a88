"""The loss on some rows as a function of the weights, computed by an engine that belongs to nobody else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engineroom.engine import make_engine
from engineroom.plan import PHASES, Plan, State
from engineroom.run._begin import adopted
from engineroom.run._record import Record
from engineroom.run._targets import engine_targets

__all__ = ["Ground"]


class Ground:
    """The mean loss of fixed rows, for any weights of a run's network.

    Parameters
    ----------
    record : the run; a fork may have changed the loss, so the run of a family that made the step in question.
    rows : (n,) rows of `dataset.x`.
    """

    def __init__(self, record: Record, rows: NDArray[np.int64]) -> None:
        record.check_numerics()
        record.dataset.need_rows()
        self.plan: Plan = replace(record.plan, batch_size=len(rows), shuffle=False)
        self._x = record.dataset.x[rows]
        self._y = engine_targets(self.plan, record.dataset.y[rows])
        # All rows are its one batch, so that it can be asked for their gradient too.
        self._engine = make_engine(self.plan, self._x, self._y, record.seed, **record.how)

    def __len__(self) -> int:
        return len(self._x)

    def values_of(self, state: State) -> NDArray[Any]:
        """Return the weights of a state, which may be of another run of the family, as `loss` takes them."""
        return adopted(state, self.plan).values

    def loss(self, values: NDArray[Any]) -> float:
        """Return the loss at weights laid out as in `State.values`."""
        self._engine.load(State(self.plan, 0, values))
        return self._engine.evaluate(self._x, self._y).loss

    def buffers(self, values: NDArray[Any], names: Iterable[str]) -> dict[str, NDArray[Any]]:
        """Return buffers of the plan as the forward pass, the loss and the backward pass leave them there."""
        self._engine.load(State(self.plan, 0, values))
        for phase in PHASES[:-1]:
            self._engine.phase(phase)
        return {name: self._engine.read(name) for name in names}

    def gradient(self, values: NDArray[Any]) -> NDArray[np.float64]:
        """Return the gradient of the loss there, laid out alike; 0 for the optimizer's slots."""
        gradients = self.buffers(values, [f"{buffer.name}.grad" for buffer in self.plan.parameters])
        found = np.zeros(self.plan.state_size)
        for piece in self.plan.layout:
            if f"{piece.name}.grad" in gradients:
                found[piece.offset : piece.offset + piece.size] = gradients[f"{piece.name}.grad"].reshape(-1)
        return found

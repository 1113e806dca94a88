"""The engine of a segment: the same engine, with steps, optimizer and order each counted from where it is due.

An engine counts all three from one number. Where a fork began an epoch anew while its optimizer goes on counting, or
the other way round, the batches are laid before the engine in the order in which it will take them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engineroom.data import Dataset
from engineroom.engine import Engine, Evaluation, Moves, Progress, Tap, make_engine
from engineroom.plan import BATCH, Phase, Plan, State
from engineroom.run._order import order_of_epoch, steps_per_epoch
from engineroom.run._segment import Segment
from engineroom.run._targets import engine_targets

__all__ = ["machine_for"]


def machine_for(plan: Plan, segment: Segment, dataset: Dataset, seed: int, how: Mapping[str, Any]) -> Engine:
    """Return an engine that makes the steps of a segment, numbered as the run numbers them."""
    x, y = dataset.training_x, engine_targets(plan, dataset.training_y)
    if plan.batch_size >= len(x) or segment.clock == segment.order - segment.epoch * steps_per_epoch(
        len(x), plan.batch_size
    ):
        engine = make_engine(plan, x, y, seed, **how)
        return _Shifted(engine, plan, segment.clock) if segment.clock else engine
    return _Fed(make_engine(replace(plan, shuffle=False), x, y, seed, **how), plan, segment, x, y, seed)


class _Shifted:
    """An engine whose own count of steps begins at state `clock` of the run."""

    def __init__(self, engine: Engine, plan: Plan, clock: int) -> None:
        self._engine = engine
        self._plan = plan
        self._clock = clock

    @property
    def plan(self) -> Plan:
        return self._plan

    @property
    def threads(self) -> int:
        return self._engine.threads

    def initial(self) -> State:
        return self._engine.initial()

    def load(self, state: State) -> None:
        self._engine.load(State(self._plan, state.step - self._clock, state.values))

    def snapshot(self) -> State:
        state = self._engine.snapshot()
        return State(self._plan, state.step + self._clock, state.values)

    def run(self, n: int, taps: Sequence[Tap] = ()) -> Progress:
        return self._engine.run(n, taps)

    def moves(self, n: int, parameters: Sequence[str]) -> Moves:
        return self._engine.moves(n, parameters)

    def phase(self, phase: Phase) -> None:
        self._engine.phase(phase)

    def read(self, buffer: str) -> NDArray[Any]:
        return self._engine.read(buffer)

    def rows(self) -> NDArray[np.int64]:
        return self._engine.rows()

    def bind(self, x: NDArray[Any], y: NDArray[Any]) -> None:
        self._engine.bind(x, y)

    def evaluate(self, x: NDArray[Any], y: NDArray[Any]) -> Evaluation:
        return self._engine.evaluate(x, y)

    def predict(self, x: NDArray[Any]) -> NDArray[Any]:
        return self._engine.predict(x)

    def stop(self) -> None:
        self._engine.stop()


class _Fed(_Shifted):
    """An engine that is given the rows of each epoch in order: its full batches together, then the smaller one."""

    def __init__(
        self, engine: Engine, plan: Plan, segment: Segment, x: NDArray[Any], y: NDArray[Any], seed: int
    ) -> None:
        super().__init__(engine, plan, segment.clock)
        self._segment = segment
        self._x, self._y, self._seed = x, y, seed
        self._per_epoch = steps_per_epoch(len(x), plan.batch_size)
        self._block = range(0)
        self._taken: NDArray[np.int64] = np.empty((0, 0), np.int64)
        self._t = 0

    def load(self, state: State) -> None:
        super().load(state)
        self._t = state.step

    def run(self, n: int, taps: Sequence[Tap] = ()) -> Progress:
        losses = np.empty(n)
        tapped = np.full((n, len(taps)), np.nan, self._plan.dtype)
        done = 0
        while True:
            if done < n:
                self._lay(self._t + 1)
            there = [i for i, tap in enumerate(taps) if self._holds(tap)]
            count = min(n - done, self._block.stop - self._t - 1)
            made = self._engine.run(count, [taps[i] for i in there])
            losses[done : done + made.done] = made.losses
            tapped[done : done + made.done, there] = made.taps
            done += made.done
            self._t += made.done
            if done == n or made.reason != "completed":
                return Progress(done, losses[:done], tapped[:done], made.reason)

    def moves(self, n: int, parameters: Sequence[str]) -> Moves:
        made: list[Moves] = []
        left = n
        while left and (not made or made[-1].reason == "completed"):
            self._lay(self._t + 1)
            made.append(self._engine.moves(min(left, self._block.stop - self._t - 1), parameters))
            left -= made[-1].done
            self._t += made[-1].done
        if not made:
            return self._engine.moves(0, parameters)
        losses, elements, changes = (
            np.concatenate([getattr(m, name) for m in made]) for name in ("losses", "elements", "changes")
        )
        return Moves(n - left, losses, elements, changes, made[-1].reason)

    def phase(self, phase: Phase) -> None:
        if phase == "forward":
            self._lay(self._t + 1)
        self._engine.phase(phase)
        if phase == "update":
            self._t += 1

    def rows(self) -> NDArray[np.int64]:
        # Sequential: the rows of the engine are places in what was laid before it.
        rows: NDArray[np.int64] = self._taken.reshape(-1)[self._engine.rows()]
        return rows

    def _holds(self, tap: Tap) -> bool:
        """Whether the batches laid out have this element; a smaller last batch may not."""
        rows = self._taken.shape[1]
        if rows == self._plan.batch_size:
            return True
        return tap.index < math.prod(rows if n == BATCH else n for n in self._plan.buffer(tap.buffer).shape)

    def _lay(self, t: int) -> None:
        """Lay out the batches that step t belongs to, unless they are there."""
        if t in self._block:
            return
        epoch, k = self._segment.place(t, self._per_epoch)
        size, order = self._plan.batch_size, order_of_epoch(self._plan, self._seed, len(self._x), epoch)
        full, first = len(order) // size, t - k
        if k < full:
            batches, self._block = order[: full * size].reshape(full, size), range(first, first + full)
        else:
            batches, self._block = order[full * size :].reshape(1, -1), range(t, t + 1)
        # The engine takes place (its own step - 1) mod the number of batches.
        self._taken = np.roll(batches, (self._block.start - self._clock - 1) % len(batches), axis=0)
        state = self._engine.snapshot()
        rows = self._taken.reshape(-1)
        self._engine.bind(self._x[rows], self._y[rows])
        self._engine.load(state)

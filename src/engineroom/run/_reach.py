"""Any state of a run reached again: from its keyframes, by an engine that goes the same steps."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from time import perf_counter
from typing import Any, Literal, TypeVar, cast

import numpy as np

from engineroom.data import Dataset
from engineroom.engine import Engine
from engineroom.errors import LogbookError, NumericsError
from engineroom.logbook import Logbook, RunRow
from engineroom.numerics import NUMERICS, digest
from engineroom.plan import Plan, State
from engineroom.run._begin import begun
from engineroom.run._facts import RecordFacts
from engineroom.run._machine import machine_for
from engineroom.run._recorded import LossComparison
from engineroom.run._replay import replayed
from engineroom.run._settings import Settings
from engineroom.run._states import States

__all__ = ["EngineName", "Reach"]

EngineName = Literal["native", "reference"]

Self = TypeVar("Self", bound="Reach")

_NEAR = 0.015
"""Seconds of replay; no state on a shorter way is kept."""


class Reach(RecordFacts):
    """A run as it was recorded, and an engine to go to any of its states.

    States before the one a fork began at are its parent's. One thread at a time replays; a second one waits.

    Parameters
    ----------
    logbook, row, plan, settings, dataset, parent : as in `RecordFacts`.
    engine, isa, threads : with what to replay; none of them changes a bit.
    """

    parent: Reach | None

    def __init__(
        self,
        logbook: Logbook,
        row: RunRow,
        plan: Plan,
        settings: Settings,
        dataset: Dataset,
        parent: Reach | None = None,
        *,
        engine: EngineName = "native",
        isa: str | None = None,
        threads: int | None = None,
    ) -> None:
        super().__init__(logbook, row, plan, settings, dataset, parent)
        self.how: dict[str, Any] = {"engine": engine, "isa": isa, "threads": threads}
        self._engine: Engine | None = None
        self._states = States()
        self._holds: State | None = None
        self.lock = threading.RLock()

    def __reduce__(self) -> tuple[Any, ...]:
        """Be copied and pickled as what the logbook told; a copy has engines of its own, as one `apart` has."""
        told = self.logbook, self.row, self.plan, self.settings, self.dataset, self.parent
        return partial(type(self), **self.how), told

    def at(self, t: int) -> State:
        """Return the state after t updates, equal to the original in every bit.

        Raises
        ------
        OptionError : when the run has no such step.
        LogbookError : when a keyframe no longer has its hash, or a loss on the way differs from the recorded one.
        """
        t = self.checked_step(t)
        holder = self.holder(t)
        if holder is not self:
            return holder.at(t)
        with self.lock:
            state = self._base(t)
            if state.step != t:
                return self._by_halves(t, state)
            self._states.add(state)
            return state

    def states(self, steps: Sequence[int]) -> Iterator[State]:
        """Yield the states after some steps, ascending from 0 on, in one replay; each is what `at` gives.

        Ask nothing else of the run before the next one, or let a record `apart` give them.
        """
        for _, _, engine in self._reached(steps, 0, self.holder):
            yield engine.snapshot()

    def apart(self: Self) -> Self:
        """Return the same record with engines of its own, so that it replays while something else asks this one."""
        made: Self | None = None
        for run in self.chain:
            made = run.twin(made)
        return cast("Self", made)

    def twin(self: Self, parent: Self | None, states: States | None = None) -> Self:
        """Return the same run with an engine of its own; the losses that were kept of it are read once for both.

        Parameters
        ----------
        parent : a twin of its parent, None where it has none.
        states : where it keeps states that it reached; None is a place of its own.
        """
        made = type(self)(self.logbook, self.row, self.plan, self.settings, self.dataset, parent, **self.how)
        made._twin_of = self
        made._states = States() if states is None else states
        return made

    def keyframe(self, step: int) -> State:
        """Return the state kept after `step` updates; LogbookError when it no longer has its hash."""
        stored = self.kept(lambda book: book.keyframe(self.number, step))
        dtype = np.dtype(self.plan.dtype)
        size = self.plan.state_size * dtype.itemsize
        if len(stored.content) == size:
            values = np.frombuffer(stored.content, dtype.newbyteorder("<")).astype(dtype)
            if digest(values) == stored.digest:
                return State(self.plan, step, values)
        raise LogbookError(
            f"{self.logbook.name} is damaged: the keyframe at step {step:,} of {self.name} no longer has its hash; "
            "`verify` says what is intact"
        )

    def check_numerics(self) -> None:
        """Raise a NumericsError where this engineroom would compute other bits."""
        if self.plan.numerics != NUMERICS:
            raise NumericsError(
                f"{self.name} was recorded under numerics {self.plan.numerics}, this engineroom computes under "
                f"numerics {NUMERICS}, so a replay would not be exact: "
                f"install engineroom {self.row.engineroom} to replay it"
            )

    def _reached(
        self: Self, steps: Sequence[int], first: int, of: Callable[[int], Self]
    ) -> Iterator[tuple[int, Self, Engine]]:
        """Yield each of some steps t, from `first` on, the run it is `of`, and its engine in state t - first."""
        at, engine, run = -1, None, self
        with ExitStack() as alone:
            for member in self.chain:
                alone.enter_context(member.lock)
            for t in steps:
                t = self.checked_step(t, first)
                goal = t - first
                # Not through the steps between when a keyframe is nearer.
                if engine is None or of(t) is not run or (goal - at > 1 and any(at < s <= goal for s in run.keyframes)):
                    run = of(t)
                    engine = run._engine_at(goal)
                else:
                    run._go_on(engine, at, goal)
                yield t, run, engine
                at = t

    def _engine_at(self, t: int, base: State | None = None) -> Engine:
        """Return the engine in state t, reached from `base` or from the nearest state that needs no replay."""
        base = self._base(t) if base is None else base
        engine = self._take_engine()
        engine.load(base)
        self._go_on(engine, base.step, t)
        return engine

    def _by_halves(self, t: int, base: State) -> State:
        """Return the state in t, and keep those halfway there, and halfway from there on, while the way is long.

        Whoever looked at a state looks next at those around it. They take a quarter of the room for states at the most.
        """
        engine, comparison = self._engine_at(base.step, base), self.recorded.comparison(base.step)
        most = self._states.room // 4 // base.values.nbytes
        at, slow = base.step, True
        kept: list[State] = []
        while at < t:
            goal = at + (t - at) // 2 if slow and t - at > 1 and len(kept) < most else t
            began = perf_counter()
            self._go_on(engine, at, goal, comparison)
            at, slow = goal, perf_counter() - began > _NEAR
            if slow or at == t:
                kept.append(engine.snapshot())
        # Only now have all losses on the way been compared.
        for state in kept:
            self._states.add(state)
        return kept[-1]

    def _go_on(self, engine: Engine, at: int, t: int, comparison: LossComparison | None = None) -> float:
        """Bring the engine from state `at` to state t, every loss compared; return the last of them."""
        loss = float("nan")
        comparison = self.recorded.comparison(at) if comparison is None else comparison
        for _, made in replayed(engine.run, at, t, comparison, self.name):
            loss = float(made.losses[-1])
        return loss

    def _base(self, t: int) -> State:
        """Return the nearest state at or before t that needs no replay."""
        held = self._states.nearest(t)
        kept = max((s for s in self.keyframes if s <= t), default=None)
        if held is not None and (kept is None or held.step >= kept):
            return held
        if kept is None:
            return self._take_engine().initial() if self.parent is None else self._begun(self.parent.at(self.start))
        return self.keyframe(kept)

    def _begun(self, before: State) -> State:
        """Return the state that this fork goes on from, where its parent was at `before`."""
        kept = self.parent is not None and self.parent.optimizer.law == self.optimizer.law
        return begun(before, self.plan, self.segment, slots=kept)

    def _take_engine(self, holding: State | None = None) -> Engine:
        """Return the engine that replays, built when it is first needed; what its buffers held is given up."""
        self._holds = holding
        if self._engine is None:
            self.check_numerics()
            self._engine = machine_for(self.plan, self.segment, self.dataset, self.seed, self.how)
        return self._engine

"""The record of a run: what was kept of it, and every step of it computed again on demand."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cached_property, partial
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from engineroom.data import Dataset
from engineroom.engine import Engine, Evaluation, Tap, make_engine
from engineroom.errors import LogbookError, NumericsError, OptionError
from engineroom.logbook import Event, Logbook, MetricRow, RunRow, damage_of
from engineroom.network import Network
from engineroom.numerics import NUMERICS, digest
from engineroom.ops import Loss, Optimizer
from engineroom.plan import Element, Plan, State, resolve
from engineroom.run._examination import Examination
from engineroom.run._finding import NonFinite
from engineroom.run._order import rows_of_step, steps_per_epoch
from engineroom.run._replay import StepProgress, replayed
from engineroom.run._settings import Settings
from engineroom.run._states import States
from engineroom.run._stopping import Best, Monitor
from engineroom.run._targets import engine_targets
from engineroom.run._verification import Verification, verification_of

__all__ = ["EngineName", "Record"]

EngineName = Literal["native", "reference"]


class Record:
    """A run as it was recorded, and a machine to make any of its steps again.

    One thread at a time replays; a second one waits.

    Parameters
    ----------
    logbook : where it is kept.
    row : its entry there.
    plan, settings : what one step does, and what was asked for.
    dataset : what it was trained on; its rows may be missing.
    engine, isa, threads : with what to replay; none of them changes a bit.
    """

    def __init__(
        self,
        logbook: Logbook,
        row: RunRow,
        plan: Plan,
        settings: Settings,
        dataset: Dataset,
        *,
        engine: EngineName = "native",
        isa: str | None = None,
        threads: int | None = None,
    ) -> None:
        self.logbook = logbook
        self.row = row
        self.plan = plan
        self.settings = settings
        self.dataset = dataset
        self.how: dict[str, Any] = {"engine": engine, "isa": isa, "threads": threads}
        self._engine: Engine | None = None
        self._states = States()
        self._holds: State | None = None
        self.lock = threading.RLock()

    @property
    def number(self) -> int:
        """Its number in the logbook, from 1."""
        return self.row.number

    @property
    def name(self) -> str:
        """What messages call it."""
        return f"run {self.row.number}" + (f" ({self.row.name})" if self.row.name else "")

    @property
    def status(self) -> str:
        """How it ended: "completed", "stopped early", "interrupted", "nonfinite"; or "running"."""
        return self.row.status

    @property
    def network(self) -> Network:
        """The network that was trained."""
        return self.settings.network

    @property
    def loss_law(self) -> Loss:
        """The loss that was minimized."""
        return self.settings.loss

    @property
    def optimizer(self) -> Optimizer:
        """The optimizer that updated the weights."""
        return self.settings.optimizer

    @property
    def seed(self) -> int:
        """The seed of the initial weights and of the order."""
        return self.row.seed

    @property
    def steps(self) -> int:
        """How many weight updates were made."""
        return self.row.steps

    @cached_property
    def steps_per_epoch(self) -> int:
        """How many steps see each training row once."""
        return steps_per_epoch(len(self.dataset.training), self.plan.batch_size)

    @cached_property
    def loss(self) -> NDArray[np.float64]:
        """(steps,) float64: `loss[t-1]` is what step t measured before its update."""
        values = self.logbook.scalars(self.number, "loss", 1, self.steps)
        values.flags.writeable = False
        return values

    def losses(self, start: int, stop: int) -> NDArray[np.float64]:
        """Return the losses of the steps that lead from state `start` to state `stop`."""
        return self.loss[start:stop]

    @cached_property
    def validation(self) -> list[MetricRow]:
        """What was measured on the validation rows, in order; empty without such rows."""
        return self.logbook.metrics(self.number)

    @cached_property
    def events(self) -> list[Event]:
        """What happened, in order."""
        return self.logbook.events(self.number)

    @cached_property
    def finding(self) -> NonFinite | None:
        """Where the run left the numbers, if it did."""
        return next((NonFinite.from_dict(e.payload) for e in self.events if e.kind == "nonfinite"), None)

    @cached_property
    def best(self) -> Best | None:
        """The best moment on the validation rows; None without such rows."""
        monitor = Monitor(self.settings.early_stopping)
        for row in self.validation:
            monitor.see(row.epoch, row.step, row.values)
        return monitor.best

    @property
    def chosen_step(self) -> int:
        """The state that predicts: the best one with early stopping, else the last one."""
        return self.best.step if self.settings.early_stopping is not None and self.best is not None else self.steps

    @cached_property
    def keyframes(self) -> list[int]:
        """The steps whose states were kept."""
        return self.logbook.keyframe_steps(self.number)

    def rate(self, t: int) -> float:
        """Return the learning rate of step t."""
        return self.optimizer.schedule.over(self.settings.steps).rate(t)

    def at(self, t: int) -> State:
        """Return the state after t updates, equal to the original in every bit.

        Raises
        ------
        OptionError : when the run has no such step.
        LogbookError : when a keyframe no longer has its hash, or a loss on the way differs from the recorded one.
        """
        t = self.checked_step(t)
        with self.lock:
            base = self._base(t)
            if base.step == t:
                self._states.add(base)
                return base
            state = self._engine_at(t).snapshot()
            self._states.add(state)
            return state

    def rows(self, t: int) -> NDArray[np.int64]:
        """Return the rows of step t's batch, as rows of `dataset.x`, in the order of the batch."""
        t = self.checked_step(t, first=1)
        inside = rows_of_step(self.plan, self.seed, len(self.dataset.training), t)
        rows: NDArray[np.int64] = self.dataset.training[inside]
        return rows

    def replay(self, start: int, stop: int, taps: Sequence[Tap], progress: StepProgress | None = None) -> NDArray[Any]:
        """Return (stop - start, number of taps): what was tapped after each step from state `start` to state `stop`."""
        start, stop = self.checked_step(start), self.checked_step(stop)
        with self.lock:
            engine = self._engine_at(start)
            out = np.empty((max(0, stop - start), len(taps)), self.plan.dtype)
            tapped = partial(engine.run, taps=taps)
            for at, piece in replayed(tapped, start, stop, self.losses(start, stop), self.name):
                out[at - start - piece.done : at - start] = piece.taps
                if progress is not None:
                    progress(at - start, stop - start)
            return out

    def moves(
        self, parameters: Sequence[str], progress: StepProgress | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return which element of these parameters each step moved most, and by how much, in one replay.

        Returns
        -------
        (steps,) places in `State.values`, and (steps,) new minus old in float64; see `Engine.moves`.
        """
        elements, changes = np.empty(self.steps, np.int64), np.empty(self.steps, np.float64)
        with self.lock:
            engine = self._engine_at(0)
            moved = partial(engine.moves, parameters=parameters)
            for at, piece in replayed(moved, 0, self.steps, self.losses(0, self.steps), self.name):
                elements[at - piece.done : at] = piece.elements
                changes[at - piece.done : at] = piece.changes
                if progress is not None:
                    progress(at, self.steps)
        return elements, changes

    def trace(
        self, elements: str | Element | Iterable[str | Element], progress: StepProgress | None = None
    ) -> NDArray[Any]:
        """Return (steps + 1, k): the whole path of k weights, from state 0 to the last, in one replay."""
        given = [elements] if isinstance(elements, (str, Element)) else list(elements)
        found = [resolve(self.plan, e) if isinstance(e, str) else e for e in given]
        for element in found:
            if self.plan.buffer(element.buffer).role not in ("parameter", "slot"):
                raise OptionError(
                    f"trace follows weights, biases and optimizer slots, and {element} is none of them: "
                    "name one such as 'dense1.weight[3, 5]'"
                )
        first = self.at(0)
        begin = np.array([first[e.buffer].reshape(-1)[e.flat] for e in found], self.plan.dtype)
        path = self.replay(0, self.steps, [Tap(e.buffer, e.flat) for e in found], progress)
        return np.concatenate([begin[None, :], path])

    def examine(self, t: int) -> Examination:
        """Make step t again and return it, taken apart."""
        t = self.checked_step(t, first=1)
        before, after = self.at(t - 1), self.at(t)
        return Examination(before, after, self.rate(t), self.rows(t), self._read_after)

    def _read_after(self, before: State, buffer: str) -> NDArray[Any]:
        """Return a buffer as the step after `before` left it."""
        with self.lock:
            if self._holds is not before:
                engine = self._take_engine()
                engine.load(before)
                engine.run(1)
                self._holds = before
            return self._take_engine(before).read(buffer)

    def fork_step(self, t: int, without_rows: Iterable[int]) -> State:
        """Make step t again as if some rows (of `dataset.x`) had not been in its batch; return the state after it.

        The loss is the mean over the rows that remain.
        """
        t = self.checked_step(t, first=1)
        left_out = set(map(int, without_rows))
        batch = self.rows(t)
        kept = np.array([row for row in batch.tolist() if row not in left_out], np.int64)
        if not len(kept):
            raise OptionError(f"step {t:,} cannot be made without all {len(batch)} rows of its batch: leave one in")
        before = self.at(t - 1)
        plan = replace(self.plan, batch_size=len(kept), shuffle=False)
        with self.lock:
            y = engine_targets(plan, self.dataset.y)
            engine = make_engine(plan, self.dataset.x[kept], y[kept], self.seed, **self.how)
            engine.load(State(plan, before.step, before.values))
            engine.run(1)
            after = engine.snapshot()
        return State(self.plan, after.step, after.values)

    def verify(self, progress: StepProgress | None = None) -> Verification:
        """Replay the whole run from its seed and compare every loss and every keyframe with what was recorded.

        Every row that the logbook keeps of the run is checked too, and that none is missing.
        """
        kept = self.logbook.unchecked()  # what a check refuses is still compared, to say where it differs
        with self.lock:
            engine = self._take_engine()
            losses = kept.scalars(self.number, "loss", 1, self.steps)
            found = verification_of(
                engine,
                self.name,
                losses,
                kept.keyframe_steps(self.number),
                lambda s: kept.keyframe(self.number, s),
                progress,
            )
        return replace(found, damage=damage_of(self.logbook, self.number))

    def evaluate(self, state: State, x: NDArray[Any], y: NDArray[Any]) -> Evaluation:
        """Return outputs and losses of prepared rows at a state of this run."""
        with self.lock:
            engine = self._take_engine()
            engine.load(state)
            return engine.evaluate(x, engine_targets(self.plan, y))

    def outputs(self, state: State, x: NDArray[Any]) -> NDArray[Any]:
        """Return the network's output for prepared rows at a state of this run."""
        with self.lock:
            engine = self._take_engine()
            engine.load(state)
            return engine.predict(x)

    def _engine_at(self, t: int) -> Engine:
        """Return the engine in state t."""
        base = self._base(t)
        engine = self._take_engine()
        engine.load(base)
        for _ in replayed(engine.run, base.step, t, self.losses(base.step, t), self.name):
            pass
        return engine

    def _take_engine(self, holding: State | None = None) -> Engine:
        """Return the engine that replays, built when it is first needed; what its buffers held is given up."""
        self._holds = holding
        if self._engine is None:
            if self.plan.numerics != NUMERICS:
                raise NumericsError(
                    f"{self.name} was recorded under numerics {self.plan.numerics}, this engineroom computes under "
                    f"numerics {NUMERICS}, so a replay would not be exact: "
                    f"install engineroom {self.row.engineroom} to replay it"
                )
            x, y = self.dataset.training_x, engine_targets(self.plan, self.dataset.training_y)
            self._engine = make_engine(self.plan, x, y, self.seed, **self.how)
        return self._engine

    def keyframe(self, step: int) -> State:
        """Return the state kept after `step` updates; LogbookError when it no longer has its hash."""
        stored = self.logbook.keyframe(self.number, step)
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

    def checked_step(self, t: int, first: int = 0) -> int:
        """Return t as an int between `first` and the last step, or raise a sentence that explains steps."""
        if isinstance(t, bool) or not isinstance(t, (int, np.integer)):
            raise OptionError(f"a step is a whole number, got {t!r}")
        if first <= t <= self.steps:
            return int(t)
        if t == 0:
            raise OptionError(
                f"step 0 is no update: steps count from 1, state 0 is the initial state; {self.name} has steps "
                f"1 to {self.steps:,}, and its first update is step=1"
            )
        epochs = -(-self.steps // self.steps_per_epoch)
        raise OptionError(
            f"{self.name} has no step {t:,}: it made {self.steps:,} updates, numbered 1 to {self.steps:,} "
            f"({self.steps_per_epoch:,} an epoch, epochs 0 to {max(0, epochs - 1):,}); state 0 is the initial state"
        )

    def last_step_of(self, epoch: int) -> int:
        """Return the last step of an epoch, counted from 0."""
        epochs = -(-self.steps // self.steps_per_epoch)
        if isinstance(epoch, bool) or not isinstance(epoch, (int, np.integer)) or not 0 <= epoch < epochs:
            raise OptionError(
                f"{self.name} has no epoch {epoch!r}: it ran {epochs:,}, counted from 0 to {max(0, epochs - 1):,}"
            )
        return min((int(epoch) + 1) * self.steps_per_epoch, self.steps)

    def _base(self, t: int) -> State:
        """Return the nearest state at or before t that needs no replay."""
        held = self._states.nearest(t)
        kept = max((s for s in self.keyframes if s <= t), default=None)
        if held is not None and (kept is None or held.step >= kept):
            return held
        if kept is None:
            return self._take_engine().initial()
        return self.keyframe(kept)

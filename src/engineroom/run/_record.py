"""The record of a run: what was kept of it, and every step of it computed again on demand."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from engineroom.engine import Engine, Evaluation, Tap, make_engine
from engineroom.errors import OptionError
from engineroom.logbook import Logbook, damage_of
from engineroom.plan import Element, Plan, State, resolve
from engineroom.run._begin import adopted
from engineroom.run._examination import Examination
from engineroom.run._metrics import measure_for
from engineroom.run._order import rows_of_step
from engineroom.run._reach import EngineName, Reach
from engineroom.run._recorded import Recorded
from engineroom.run._replay import StepProgress, replayed
from engineroom.run._same import check_same
from engineroom.run._targets import engine_targets
from engineroom.run._verification import Leg, Verification, verification_of

__all__ = ["EngineName", "Record", "Walked"]

T = TypeVar("T")

_FEWEST = 8
"""Kept states that a path without replay goes through, however large they are."""


@dataclass(frozen=True)
class Walked:
    """A step that was just made again.

    Attributes
    ----------
    step, plan : which one, and what it did.
    read : gives a buffer of the plan as the step left it.
    before : buffers as they were before it.
    loss : what it measured.
    """

    step: int
    plan: Plan
    read: Callable[[str], NDArray[Any]]
    before: dict[str, NDArray[Any]]
    loss: float


class Record(Reach):
    """A run as it was recorded, and a machine to make any of its steps again.

    Steps before the one a fork began at are made by the run that it was forked from.
    """

    parent: Record | None

    def losses(self, start: int, stop: int, progress: StepProgress | None = None) -> NDArray[np.float64]:
        """Return the losses of the steps that lead from state `start` to state `stop`, replayed where not kept.

        It has an engine of its own for that, so that it can be asked in the midst of another replay.
        """
        start, stop = self.checked_step(start), self.checked_step(stop)
        out = np.empty(max(0, stop - start))
        for run, first, last in self.stretches(start, stop):
            kept = min(last, run.recorded.kept_until)
            if first < kept:
                out[first - start : kept - start] = run.recorded.kept[first - run.start : kept - run.start]
                first = kept
            if first >= last:
                continue
            with run._aside.lock:
                engine = run._aside._engine_at(first)
                for at, piece in replayed(engine.run, first, last, run.recorded.comparison(first), run.name):
                    out[at - piece.done - start : at - start] = piece.losses
                    if progress is not None:
                        progress(at - start, stop - start)
        return out

    @property
    def last_loss(self) -> float | None:
        """What the last step measured before its update; None without steps."""
        maker = self.maker(self.steps)
        end = next(end for run, end in zip(self.chain, self.ends, strict=True) if run is maker)
        summaries = maker.recorded.summaries
        if summaries and summaries[-1].last_step == end:
            return summaries[-1].last
        return float(self.losses(self.steps - 1, self.steps)[0]) if self.steps else None

    def rate(self, t: int) -> float:
        """Return the learning rate of step t."""
        maker = self.maker(t)
        return maker.optimizer.schedule.over(maker.settings.steps).rate(t - maker.segment.clock)

    def rows(self, t: int) -> NDArray[np.int64]:
        """Return the rows of step t's batch, as rows of `dataset.x`, in the order of the batch."""
        t = self.checked_step(t, first=1)
        maker = self.maker(t)
        if maker is not self:
            return maker.rows(t)
        inside = rows_of_step(self.plan, self.seed, len(self.dataset.training), t, self.segment)
        rows: NDArray[np.int64] = self.dataset.training[inside]
        return rows

    def replay(self, start: int, stop: int, taps: Sequence[Tap], progress: StepProgress | None = None) -> NDArray[Any]:
        """Return (stop - start, number of taps): what was tapped after each step from state `start` to state `stop`.

        What a run of the family does not have, such as a slot of an optimizer that came later, is NaN. Afterwards
        state `stop` is at hand for `at`.
        """
        start, stop = self.checked_step(start), self.checked_step(stop)
        out = np.full((max(0, stop - start), len(taps)), np.nan, self.plan.dtype)
        for run, first, last in self.stretches(start, stop):
            here = {buffer.name for buffer in run.plan.buffers}
            known = [i for i, tap in enumerate(taps) if tap.buffer in here]
            at = first
            for piece in run.pieces(first, last, [taps[i] for i in known]):
                out[at - start : at - start + len(piece), known] = piece
                at += len(piece)
                if progress is not None:
                    progress(at - start, stop - start)
        return out

    def pieces(self, start: int, stop: int, taps: Sequence[Tap], most: int | None = None) -> Iterator[NDArray[Any]]:
        """Yield what was tapped after each of this run's own steps between two states, `most` steps at a time."""
        with self.lock:
            engine = self._engine_at(start)
            go = partial(engine.run, taps=taps)
            for _, piece in replayed(go, start, stop, self.recorded.comparison(start), self.name, most):
                yield piece.taps
            self._states.add(engine.snapshot())

    def walk(self, steps: Sequence[int], before: Sequence[str] = ()) -> Iterator[Walked]:
        """Yield each of some steps, ascending, as the engine left it, in one replay.

        Ask nothing else of the run before the next one, or walk `apart`.

        Parameters
        ----------
        before : buffers to keep as they were before each step.
        """
        for t, maker, engine in self._reached(steps, 1, self.maker):
            here = {buffer.name for buffer in maker.plan.buffers}
            old = {name: engine.read(name) for name in before if name in here}
            loss = maker._go_on(engine, t - 1, t)
            yield Walked(t, maker.plan, engine.read, old, loss)

    @cached_property
    def _aside(self) -> Record:
        return self.apart()

    def moves(
        self, parameters: Sequence[str], progress: StepProgress | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return which element of these parameters each step moved most, and by how much, in one replay.

        Returns
        -------
        (steps,) places in `State.values`, and (steps,) new minus old in float64; see `Engine.moves`.
        """
        pieces = list(self.moved(parameters, progress))
        elements = [np.empty(0, np.int64), *(elements for _, elements, _ in pieces)]
        return np.concatenate(elements), np.concatenate([np.empty(0), *(changes for _, _, changes in pieces)])

    def moved(
        self, parameters: Sequence[str], progress: StepProgress | None = None
    ) -> Iterator[tuple[int, NDArray[np.int64], NDArray[np.float64]]]:
        """Yield what `moves` returns for some steps at a time, with the first of these steps."""
        # Every run of the family has the same parameters in the same places.
        for run, end in zip(self.chain, self.ends, strict=True):
            with run.lock:
                engine = run._engine_at(run.start)
                moved = partial(engine.moves, parameters=parameters)
                for at, piece in replayed(moved, run.start, end, run.recorded.comparison(run.start), run.name):
                    if progress is not None:
                        progress(at, self.steps)
                    yield at - piece.done + 1, piece.elements, piece.changes

    def _element(self, name: str) -> Element:
        return resolve(self.plan, name, self.dataset.columns, self.dataset.no_inputs)

    def trace(
        self, elements: str | Element | Iterable[str | Element], progress: StepProgress | None = None
    ) -> NDArray[Any]:
        """Return (steps + 1, k): the whole path of k weights, from state 0 to the last, in one replay."""
        found = self._followed(elements)
        path = np.full((self.steps + 1, len(found)), np.nan, self.plan.dtype)
        path[1:] = self.replay(0, self.steps, [Tap(e.buffer, e.flat) for e in found], progress)
        # Where a run of the family begins, its state is what its fork made of it.
        for start in {run.start for run in self.chain}:
            path[start] = _values(self.at(start), found)
        return path

    def glimpse(
        self, elements: str | Element | Iterable[str | Element], room: int = 32 * 2**20
    ) -> tuple[NDArray[np.int64], NDArray[Any]]:
        """Return (n,) steps whose states were kept, and (n, k) what k weights were there: a path without any replay.

        Of states that take more than `room` bytes together only some are read, see `landmarks`.
        """
        found = self._followed(elements)
        most = max(_FEWEST, room // (self.plan.state_size * np.dtype(self.plan.dtype).itemsize))
        steps = np.array(self.landmarks(most), np.int64)
        with ExitStack() as held:
            # As every other question holds a run first and then reads the logbook: in memory that has a lock too.
            for run in self.chain:
                held.enter_context(run.lock)
            held.enter_context(self.logbook.moment())
            values = np.array([_values(self.at(int(step)), found) for step in steps], self.plan.dtype)
        return steps, values.reshape(len(steps), len(found))

    def landmarks(self, most: int) -> list[int]:
        """Return steps whose states need no replay, state 0 and those kept: `most` at most, and the last.

        Of more every second is left out, and again, from the first on: while a run grows those that are left stay the
        same, so that whoever asks again finds nearly all of them at hand.
        """
        kept = sorted({0, *(s for run, a, z in self.stretches(0, self.steps) for s in run.keyframes if a <= s <= z)})
        every = 1
        while len(kept) > every * most:
            every *= 2
        return sorted({*kept[::every], kept[-1]})

    def found(self, what: Hashable, find: Callable[[], T]) -> T:
        """Return what `find` finds out about this run's steps; where it was asked before, what it found then."""
        return self._states.found(what, find)

    def _followed(self, elements: str | Element | Iterable[str | Element]) -> list[Element]:
        """Return the weights, biases and slots that are named, or raise a sentence."""
        given = [elements] if isinstance(elements, (str, Element)) or not isinstance(elements, Iterable) else elements
        found = [e if isinstance(e, Element) else self._element(e) for e in given]
        for element in found:
            if self.plan.buffer(element.buffer).role not in ("parameter", "slot"):
                raise OptionError(
                    f"trace follows weights, biases and optimizer slots, and {element} is none of them: "
                    "name one such as 'dense1.weight[3, 5]'"
                )
        return found

    def at_hand(self, t: int, behind: int = 0) -> int:
        """Return the last step up to t that begins `behind` steps after a kept state: no others are made before it."""
        last = self.checked_step(min(t, self.steps), first=1)
        ahead = 1 + behind
        return ahead + max((kept for kept in self.maker(last).keyframes if kept + ahead <= last), default=last - ahead)

    def examine(self, t: int) -> Examination:
        """Make step t again and return it, taken apart."""
        t = self.checked_step(t, first=1)
        maker = self.maker(t)
        before = maker.at(t - 1)
        with maker.lock:
            engine, loss = maker._engine_after(before)
            after = engine.snapshot()
        maker._states.add(after)
        return Examination(before, after, loss, self.rate(t), t - maker.segment.clock, self.rows(t), maker._read_after)

    def _engine_after(self, before: State) -> tuple[Engine, float]:
        """Return the engine as the step after `before` left it, and what that step measured."""
        engine = self._take_engine()
        engine.load(before)
        loss = self._go_on(engine, before.step, before.step + 1)
        self._holds = before
        return engine, loss

    def _read_after(self, before: State, buffer: str) -> NDArray[Any]:
        """Return a buffer as the step after `before` left it."""
        with self.lock:
            engine = self._take_engine(before) if self._holds is before else self._engine_after(before)[0]
            return engine.read(buffer)

    def fork_step(self, t: int, without_rows: Iterable[int]) -> State:
        """Make step t again as if some rows (of `dataset.x`) had not been in its batch; return the state after it.

        The loss is the mean over the rows that remain.
        """
        t = self.checked_step(t, first=1)
        maker = self.maker(t)
        if maker is not self:
            return maker.fork_step(t, without_rows)
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
            engine.load(State(plan, before.step - self.segment.clock, before.values))
            engine.run(1)
            after = engine.snapshot()
        return State(self.plan, t, after.values)

    def verify(self, progress: StepProgress | None = None) -> Verification:
        """Replay the whole run from its seed and compare every loss and every keyframe with what was recorded.

        Every row that the logbook keeps of the run is checked too, and that none is missing. A fork is followed from
        the seed of the first run of its family.
        """
        kept = self.logbook.unchecked()  # what a check refuses is still compared, to say where it differs
        chain = self.chain
        damage = tuple(dict.fromkeys(d for run in chain for d in damage_of(self.logbook, run.number)))
        if not damage:  # a damaged entry is another one too, and is told as damage
            for run in chain:
                check_same(self.logbook, run.row)
        family = list(zip(chain, self.ends, strict=True))
        with self.lock:
            found = verification_of([run._leg(kept, stop) for run, stop in family], self.name, self.steps, progress)
        return replace(found, damage=damage)

    def _leg(self, kept: Logbook, stop: int) -> Leg:
        engine = self._take_engine()
        return Leg(
            engine=engine,
            begin=lambda before: engine.initial() if before is None else self._begun(before),
            start=self.start,
            stop=stop,
            recorded=Recorded(kept, self.number, self.start, stop),
            keyframes=[s for s in kept.keyframe_steps(self.number) if s <= stop],
            load=lambda s: kept.keyframe(self.number, s),
        )

    def evaluate(self, state: State, x: NDArray[Any], y: NDArray[Any]) -> Evaluation:
        """Return outputs and losses of prepared rows at a state of this run."""
        with self.lock:
            engine = self._take_engine()
            engine.load(self._seen(state))
            return engine.evaluate(x, engine_targets(self.plan, y))

    def outputs(self, state: State, x: NDArray[Any]) -> NDArray[Any]:
        """Return the network's output for prepared rows at a state of this run; the training rows are not needed."""
        return self._looking(state, x, self._nothing(1)).predict(x)

    def activations(self, state: State, x: NDArray[Any]) -> dict[str, NDArray[Any]]:
        """Return what each layer gives for prepared rows at a state of this run, (n, units) by the layer's name."""
        plan = replace(self.plan, batch_size=len(x), shuffle=False)
        engine = make_engine(plan, x, self._nothing(len(x)), self.seed, **self.how)
        engine.load(State(plan, 0, adopted(state, plan).values))
        engine.phase("forward")
        return {name: engine.read(plan.activation_of(name)) for name in self.network.names}

    def measure(self, state: State, x: NDArray[Any], y: NDArray[Any]) -> dict[str, float]:
        """Return the metrics of prepared rows at a state of this run; the training rows are not needed."""
        targets = engine_targets(self.plan, y)
        found = self._looking(state, x, targets[:1]).evaluate(x, targets)
        return measure_for(self.plan, self.dataset.target)(found, targets)

    def _nothing(self, rows: int) -> NDArray[Any]:
        """Return targets for an engine that is asked only what it says."""
        target = self.plan.buffer("y")
        if target.role == "classes":
            return np.zeros(rows, np.int32)
        return np.zeros((rows, target.shape[1]), self.plan.dtype)

    def _looking(self, state: State, x: NDArray[Any], y: NDArray[Any]) -> Engine:
        """Return an engine of its own that holds the weights of a state."""
        engine = make_engine(self.plan, x[:1], y, self.seed, **self.how)
        engine.load(State(self.plan, 0, adopted(state, self.plan).values))
        return engine

    def _seen(self, state: State) -> State:
        """Return a state, which may be of another run of the family, as one that the engine can look at."""
        return State(self.plan, self.start, adopted(state, self.plan).values)


def _values(state: State, elements: Sequence[Element]) -> list[float]:
    """Return what some weights are in a state; NaN for a slot that it does not have."""
    here = {piece.name for piece in state.plan.layout}
    return [float(state[e.buffer].reshape(-1)[e.flat]) if e.buffer in here else float("nan") for e in elements]

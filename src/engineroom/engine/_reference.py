"""The reference engine: the whole of training in plain NumPy, written to be read.

It promises the bits of docs/numerics.md and nothing else: no speed, no threads, no shortcuts. Each operation of the
plan is one call of its reference kernel (`engineroom.ops`), in the order in which the plan lists them, and the native
engine is tested against it bit by bit. Whoever wonders what training does can read `_step` and follow the calls.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engineroom.engine._arrays import checked_inputs, checked_parameters, checked_targets
from engineroom.engine._engine import Evaluation, Moves, Progress, Reason, Tap
from engineroom.errors import EngineError, OptionError, ShapeError, UnknownNameError, nearest
from engineroom.numerics import Stream, normal, permutation, reduce, uniform
from engineroom.ops import SCHEDULES, Kernel, Moment, Schedule, kernel
from engineroom.plan import BATCH, PHASES, Operation, Phase, Plan, State

__all__ = ["ReferenceEngine"]

Array = NDArray[Any]


class ReferenceEngine:
    """A plan bound to training data and a seed, holding one state; see `Engine` for the verbs.

    Parameters
    ----------
    plan : what one step does.
    x : (n, I) floats of the plan's dtype.
    y : (n, O) floats of the plan's dtype, or (n,) int32 classes.
    seed : from 0 to 2**64 - 1.
    """

    def __init__(self, plan: Plan, x: Array, y: Array, seed: int) -> None:
        self._plan = plan
        self._seed = seed
        self._schedule = schedule_of(plan)
        self._kernels: list[tuple[Operation, Kernel]] = [
            (operation, kernel(operation.law, dict(operation.attributes))) for operation in plan.operations
        ]
        self._stop = threading.Event()
        self.bind(x, y)

    def bind(self, x: Array, y: Array) -> None:
        """Take other training rows; the state is lost, so `load` one before the next step."""
        self._x = checked_inputs(self._plan, x)
        self._y = checked_targets(self._plan, y, len(self._x))
        self._order: tuple[int, NDArray[np.int64]] | None = None
        self.load(self.initial())

    @property
    def plan(self) -> Plan:
        """The plan it runs."""
        return self._plan

    @property
    def threads(self) -> int:
        """How many threads share a step."""
        return 1

    def initial(self) -> State:
        """Return state 0; a parameter's numbers come from the weight stream at its ordinal, slots begin at +0."""
        values = np.zeros(self._plan.state_size, self._plan.dtype)
        ordinals = {buffer.name: n for n, buffer in enumerate(self._plan.parameters)}
        for piece in self._plan.layout:
            init = self._plan.buffer(piece.name).init
            if init is None:
                continue
            if init.kind == "constant":
                drawn: Array = np.full(piece.size, init.values[0])
            else:
                draw = uniform if init.kind == "uniform" else normal
                drawn = draw(self._seed, Stream.INITIAL, ordinals[piece.name], piece.size, *init.values)
            values[piece.offset : piece.offset + piece.size] = drawn
        return State(self._plan, 0, values)

    def load(self, state: State) -> None:
        """Go to `state`; the next step is `state.step + 1`."""
        if state.plan.layout != self._plan.layout or state.values.dtype != np.dtype(self._plan.dtype):
            raise ShapeError("the state to load belongs to another plan; load one of this plan's own")
        self._done = state.step
        self._phase = 0
        self._buffers: dict[str, Array] = {piece.name: state[piece.name].copy() for piece in self._plan.layout}
        self._rows: NDArray[np.int64] | None = None

    def snapshot(self) -> State:
        """Return a copy of the present state."""
        self._between_steps("a snapshot")
        values = np.concatenate([self._buffers[piece.name].ravel() for piece in self._plan.layout])
        return State(self._plan, self._done, values)

    def run(self, n: int, taps: Sequence[Tap] = ()) -> Progress:
        """Make up to `n` steps."""
        self._between_steps("a run")
        if n < 0:
            raise OptionError(f"a run makes 0 or more steps, got {n}; pass a count of steps")
        for tap in taps:
            self._check_tap(tap)
        losses: list[float] = []
        tapped = np.zeros((n, len(taps)), self._plan.dtype)
        reason: Reason = "completed"
        while len(losses) < n:
            if self._stop.is_set():
                self._stop.clear()
                reason = "stopped"
                break
            losses.append(self._step())
            for column, tap in enumerate(taps):
                tapped[len(losses) - 1, column] = self._tapped(tap)
            if not self._finite(losses[-1]):
                reason = "nonfinite"
                break
        return Progress(len(losses), np.array(losses, np.float64), tapped[: len(losses)], reason)

    def moves(self, n: int, parameters: Sequence[str]) -> Moves:
        """Make up to `n` steps as `run` does, and find which element of these parameters each step moved most."""
        checked_parameters(self._plan, parameters)
        losses: list[float] = []
        elements: list[int] = []
        changes: list[float] = []
        reason: Reason = "completed"
        while len(elements) < n and reason == "completed":
            before = self.snapshot()
            made = self.run(1)
            reason = made.reason
            if made.done:
                element, change = _largest_move(before, self.snapshot(), parameters)
                losses.append(float(made.losses[0]))
                elements.append(element)
                changes.append(change)
        return Moves(
            len(losses),
            np.array(losses, np.float64),
            np.array(elements, np.int64),
            np.array(changes, np.float64),
            reason,
        )

    def _step(self) -> float:
        for phase in PHASES:
            self.phase(phase)
        return self._mean(self._buffers["loss.examples"])

    def phase(self, phase: Phase) -> None:
        """Run one phase of the next step; after "update" the step is made."""
        if phase != PHASES[self._phase]:
            raise EngineError(f"the next phase is {PHASES[self._phase]!r}, got {phase!r}; run the phases in order")
        step = self._done + 1
        if phase == "forward":
            self._rows = self._rows_of(step)
            self._buffers["x"] = self._x[self._rows]
            self._buffers["y"] = self._y[self._rows]
        self._interpret(phase, self._buffers, Moment(step, self._schedule.rate(step)))
        self._phase = (self._phase + 1) % len(PHASES)
        if phase == "update":
            self._done = step

    def _interpret(self, phase: Phase, buffers: dict[str, Array], moment: Moment) -> None:
        """Run the operations of one phase on the given buffers."""
        # What overflows or is not a number is the contract's to pass on, not NumPy's to warn of.
        with np.errstate(all="ignore"):
            for operation, run in self._kernels:
                if operation.phase == phase:
                    reads = [None if name == "-" else buffers[name] for name in operation.reads]
                    results = run(reads, operation.writes, moment)
                    for name, result in zip(operation.writes, results, strict=True):
                        if name != "-" and result is not None:
                            buffers[name] = result

    def _rows_of(self, step: int) -> NDArray[np.int64]:
        """Return the rows of a step's batch: a piece of its epoch's order."""
        n, size = len(self._x), self._plan.batch_size
        epoch, k = divmod(step - 1, -(-n // size))
        if not self._plan.shuffle or size >= n:
            order = np.arange(n)
        elif self._order is not None and self._order[0] == epoch:
            order = self._order[1]
        else:
            order = permutation(self._seed, Stream.ORDER, epoch, n)
            self._order = epoch, order
        return order[k * size : (k + 1) * size]

    def read(self, buffer: str) -> Array:
        """Return a copy of a buffer as the last step or phase left it."""
        self._known(buffer)
        if buffer not in self._buffers:
            raise EngineError(f"{buffer} is not computed yet; run a step or its phase first")
        held: Array = self._buffers[buffer].copy()
        return held

    def rows(self) -> NDArray[np.int64]:
        """Return the rows of the last step, or of the step begun."""
        if self._rows is None:
            raise EngineError("no step has been made since the state was loaded; run one first")
        held: NDArray[np.int64] = self._rows.copy()
        return held

    def evaluate(self, x: Array, y: Array) -> Evaluation:
        """Run forward and loss on any rows; nothing is updated."""
        x = checked_inputs(self._plan, x)
        buffers = self._parameters() | {"x": x, "y": checked_targets(self._plan, y, len(x))}
        moment = Moment(self._done, 0.0)
        self._interpret("forward", buffers, moment)
        self._interpret("loss", buffers, moment)
        examples = buffers["loss.examples"]
        return Evaluation(buffers[self._plan.output], examples, self._mean(examples))

    def predict(self, x: Array) -> Array:
        """Return the network's output for rows of input."""
        buffers = self._parameters() | {"x": checked_inputs(self._plan, x)}
        self._interpret("forward", buffers, Moment(self._done, 0.0))
        return buffers[self._plan.output]

    def stop(self) -> None:
        """Ask a `run` in another thread to end before its next step; without one, the next `run` makes no step."""
        self._stop.set()

    def _parameters(self) -> dict[str, Array]:
        return {buffer.name: self._buffers[buffer.name] for buffer in self._plan.parameters}

    def _mean(self, examples: Array) -> float:
        with np.errstate(all="ignore"):
            return float(reduce(examples) / len(examples))

    def _finite(self, loss: float) -> bool:
        state = (self._buffers[piece.name] for piece in self._plan.layout)
        return bool(np.isfinite(loss)) and all(bool(np.isfinite(array).all()) for array in state)

    def _check_tap(self, tap: Tap) -> None:
        self._known(tap.buffer)
        rows = min(self._plan.batch_size, len(self._x))
        whole = math.prod(rows if n == BATCH else n for n in self._plan.buffer(tap.buffer).shape)
        if not 0 <= tap.index < whole:
            raise OptionError(f"{tap.buffer} has elements 0 to {whole - 1}, got a tap on element {tap.index}")

    def _tapped(self, tap: Tap) -> Any:
        flat = self._buffers[tap.buffer].ravel()
        # The last batch of an epoch may be smaller than the buffer.
        return flat[tap.index] if tap.index < flat.size else np.nan

    def _known(self, buffer: str) -> None:
        names = [b.name for b in self._plan.buffers]
        if buffer not in names:
            raise UnknownNameError(f"no buffer of the plan is called {buffer!r}{nearest(buffer, names)}")

    def _between_steps(self, what: str) -> None:
        if self._phase:
            coming = PHASES[self._phase]
            raise EngineError(f"{what} needs a whole step, but {coming!r} comes next; run the phases to the end")


def _largest_move(before: State, after: State, parameters: Sequence[str]) -> tuple[int, float]:
    """Return the place of the element that moved most, and new minus old."""
    watched = np.zeros(len(before.values), bool)
    for piece in before.plan.layout:
        watched[piece.offset : piece.offset + piece.size] = piece.name in parameters
    with np.errstate(all="ignore"):
        changes = after.values.astype(np.float64) - before.values.astype(np.float64)
    size = np.where(np.isfinite(changes), np.abs(changes), np.inf)
    element = int(np.argmax(np.where(watched, size, -1.0)))
    return element, float(changes[element])


def schedule_of(plan: Plan) -> Schedule:
    """Return the schedule law that a plan's schedule line stands for."""
    law = SCHEDULES.kind_of(plan.schedule.law)
    whole = ("warmup", "steps")
    numbers: Mapping[str, Any] = {k: int(v) if k in whole else v for k, v in plan.schedule.attributes}
    build: Callable[..., Schedule] = law
    return build(**numbers)

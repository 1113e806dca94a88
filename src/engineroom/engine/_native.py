"""The native engine: the steps of a plan run in compiled code, without Python and without the GIL.

The one importer of the extension. It converts arrays and errors; the arithmetic is in `native/`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from engineroom.engine import _core
from engineroom.engine._arrays import checked_inputs, checked_parameters, checked_targets
from engineroom.engine._engine import Evaluation, Moves, Progress, Reason, Tap
from engineroom.errors import EngineError, OptionError, ShapeError, UnknownNameError, nearest
from engineroom.plan import PHASES, Phase, Plan, State

__all__ = ["NativeEngine", "instruction_sets"]


def instruction_sets() -> tuple[str, ...]:
    """Return the instruction sets this machine runs, the best first; each gives the same bits."""
    return tuple(_core.instruction_sets())


class NativeEngine:
    """A plan bound to training data and a seed, holding one state; satisfies `Engine`.

    Parameters
    ----------
    plan : what a step does.
    x : (n, I) training inputs, converted to the plan's dtype.
    y : (n, O) numbers, or (n,) classes.
    seed : of the initial weights and the order of the rows, 0 <= seed < 2**64.
    isa : "scalar", "avx2", "avx512" or "neon"; None takes the best this machine has. The bits are the same.
    threads : how many threads share a step; None chooses by the cost of a step. The bits are the same.
    """

    def __init__(
        self,
        plan: Plan,
        x: NDArray[Any],
        y: NDArray[Any],
        seed: int,
        *,
        isa: str | None = None,
        threads: int | None = None,
    ) -> None:
        if isa is not None and isa not in instruction_sets():
            raise OptionError(
                f"isa must be one this machine runs ({', '.join(instruction_sets())}), got {isa!r}; "
                "leave it out to take the best"
            )
        if threads is not None and not 1 <= threads <= 256:
            raise OptionError(f"threads must be between 1 and 256, got {threads}; leave it out to choose by cost")
        if not 0 <= seed < 2**64:
            raise OptionError(f"seed must be between 0 and 2**64 - 1, got {seed}; choose another")
        self._plan = plan
        self._dtype = np.dtype(plan.dtype)
        with _translated():
            self._core = _core.Core(plan.text, seed, isa or "", threads or 0)
        self.bind(x, y)

    def bind(self, x: NDArray[Any], y: NDArray[Any]) -> None:
        """Take other training rows; the state is lost, so `load` one before the next step."""
        inputs = checked_inputs(self._plan, x)
        targets = checked_targets(self._plan, y, len(inputs))
        with _translated():
            self._core.bind(inputs, targets)

    @property
    def plan(self) -> Plan:
        """The plan it runs."""
        return self._plan

    @property
    def isa(self) -> str:
        """The instruction set it runs on."""
        return self._core.isa

    @property
    def threads(self) -> int:
        """How many threads share a step."""
        return self._core.threads

    def initial(self) -> State:
        """Return state 0: the initial weights of the plan and the seed. The engine's own state is unchanged."""
        values = np.empty(self._plan.state_size, self._dtype)
        self._core.initial(values)
        return State(self._plan, 0, values)

    def load(self, state: State) -> None:
        """Go to `state`; the next step is `state.step + 1`."""
        if state.values.shape != (self._plan.state_size,):
            raise ShapeError(
                f"a state of this plan has {self._plan.state_size} numbers, "
                f"got an array of shape {state.values.shape}; load a state of the same plan"
            )
        with _translated():
            self._core.load(np.ascontiguousarray(state.values, self._dtype), state.step)

    def snapshot(self) -> State:
        """Return a copy of the present state."""
        values = np.empty(self._plan.state_size, self._dtype)
        with _translated():
            step = self._core.snapshot(values)
        return State(self._plan, step, values)

    def run(self, n: int, taps: Sequence[Tap] = ()) -> Progress:
        """Make up to `n` steps without Python and without the GIL."""
        if n < 0:
            raise OptionError(f"a run makes 0 or more steps, got {n}; pass a count of steps")
        for tap in taps:
            self._known(tap.buffer)
        losses = np.empty(n, np.float64)
        sampled = np.empty((n, len(taps)), self._dtype)
        with _translated():
            done, reason = self._core.run(n, [t.buffer for t in taps], [t.index for t in taps], losses, sampled)
        return Progress(done, losses[:done], sampled[:done], cast(Reason, reason))

    def moves(self, n: int, parameters: Sequence[str]) -> Moves:
        """Make up to `n` steps as `run` does, and find which element of these parameters each step moved most."""
        checked_parameters(self._plan, parameters)
        losses, elements, changes = np.empty(n, np.float64), np.empty(n, np.int64), np.empty(n, np.float64)
        with _translated():
            done, reason = self._core.moves(n, list(parameters), losses, elements, changes)
        return Moves(done, losses[:done], elements[:done], changes[:done], cast(Reason, reason))

    def phase(self, phase: Phase) -> None:
        """Run one phase of the next step; after "update" the step is made. In order, else EngineError."""
        if phase not in PHASES:
            raise UnknownNameError(f"no phase is called {phase!r}{nearest(phase, PHASES)}")
        with _translated():
            self._core.phase(PHASES.index(phase))

    def read(self, buffer: str) -> NDArray[Any]:
        """Return a copy of a buffer as the last step (or phase) left it, with its actual number of rows."""
        self._known(buffer)
        with _translated():
            return np.array(self._core.read(buffer))

    def rows(self) -> NDArray[np.int64]:
        """Return the row numbers (of the training data given) of the last step or of the step begun."""
        with _translated():
            return np.array(self._core.rows(), np.int64)

    def evaluate(self, x: NDArray[Any], y: NDArray[Any]) -> Evaluation:
        """Run forward and loss on rows that need not be training rows; the state is unchanged."""
        inputs = checked_inputs(self._plan, x)
        outputs = self._outputs(len(inputs))
        examples = np.empty(len(inputs), self._dtype)
        targets = checked_targets(self._plan, y, len(inputs))
        with _translated():
            loss = self._core.evaluate(inputs, targets, outputs, examples)
        return Evaluation(outputs, examples, loss)

    def predict(self, x: NDArray[Any]) -> NDArray[Any]:
        """Return the plan's output buffer for rows of input."""
        inputs = checked_inputs(self._plan, x)
        outputs = self._outputs(len(inputs))
        with _translated():
            self._core.predict(inputs, outputs)
        return outputs

    def stop(self) -> None:
        """Ask a `run` in another thread to end before its next step; without one, the next `run` makes no step."""
        self._core.stop()

    def _known(self, buffer: str) -> None:
        names = [b.name for b in self._plan.buffers]
        if buffer not in names:
            raise UnknownNameError(f"no buffer of the plan is called {buffer!r}{nearest(buffer, names)}")

    def _outputs(self, rows: int) -> NDArray[Any]:
        return np.empty((rows, self._core.facts["outputs"]), self._dtype)


@contextmanager
def _translated() -> Iterator[None]:
    """Turn the core's errors into engineroom's; their sentences stay."""
    try:
        yield
    except ValueError as error:
        raise OptionError(str(error)) from None
    except MemoryError:
        raise OptionError("the network needs more memory than there is: take fewer units or a smaller batch") from None
    except RuntimeError as error:
        raise EngineError(str(error)) from None

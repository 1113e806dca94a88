"""What both engines offer: the same verbs, and the same bits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engineroom.plan import Phase, Plan, State

__all__ = ["Engine", "Evaluation", "Moves", "Progress", "Reason", "Tap"]

Reason: TypeAlias = Literal["completed", "stopped", "nonfinite"]


@dataclass(frozen=True)
class Tap:
    """One element of a buffer to be read after each step: `index` counts in the unpadded row-major array."""

    buffer: str
    index: int


@dataclass(frozen=True, eq=False)
class Progress:
    """What a call of `run` did.

    Attributes
    ----------
    done : steps made in this call.
    losses : (done,) float64; `losses[i]` is the loss that step measured before its update.
    taps : (done, number of taps) of the plan's dtype, read after each update.
    reason : "completed"; "stopped" when `stop` was called; "nonfinite" when the last step's loss was
        not finite or its update left a parameter or slot that is not finite (that step was made whole).
    """

    done: int
    losses: NDArray[np.float64]
    taps: NDArray[Any]
    reason: Reason


@dataclass(frozen=True, eq=False)
class Moves:
    """The largest move of each of some steps.

    Attributes
    ----------
    done, losses : as of `Progress`.
    elements : (done,) int64; the place in `State.values` of the element that the step moved most, the first of equal
        ones. A move that is not finite is larger than all that are.
    changes : (done,) float64; new minus old.
    reason : as of `Progress`.
    """

    done: int
    losses: NDArray[np.float64]
    elements: NDArray[np.int64]
    changes: NDArray[np.float64]
    reason: Reason


@dataclass(frozen=True, eq=False)
class Evaluation:
    """The network on given rows with the present parameters, nothing updated.

    Attributes
    ----------
    outputs : (rows, O) of the plan's dtype, the plan's `output` buffer.
    examples : (rows,) of the plan's dtype, each example's loss.
    loss : their mean in float64 by the contract's `reduce`.
    """

    outputs: NDArray[Any]
    examples: NDArray[Any]
    loss: float


class Engine(Protocol):
    """A plan bound to training data and a seed, holding one state."""

    @property
    def plan(self) -> Plan:
        """The plan it runs."""
        ...

    @property
    def threads(self) -> int:
        """How many threads share a step."""
        ...

    def initial(self) -> State:
        """Return state 0: the initial weights of the plan and the seed. The engine's own state is unchanged."""
        ...

    def bind(self, x: NDArray[Any], y: NDArray[Any]) -> None:
        """Take other training rows; the state is lost, so `load` one before the next step."""
        ...

    def load(self, state: State) -> None:
        """Go to `state`; the next step is `state.step + 1`."""
        ...

    def snapshot(self) -> State:
        """Return a copy of the present state."""
        ...

    def run(self, n: int, taps: Sequence[Tap] = ()) -> Progress:
        """Make up to `n` steps without Python and without the GIL."""
        ...

    def moves(self, n: int, parameters: Sequence[str]) -> Moves:
        """Make up to `n` steps as `run` does, and find which element of these parameters each step moved most."""
        ...

    def phase(self, phase: Phase) -> None:
        """Run one phase of the next step; after "update" the step is made. In order, else EngineError."""
        ...

    def read(self, buffer: str) -> NDArray[Any]:
        """Return a copy of a buffer as the last step (or phase) left it, with its actual number of rows."""
        ...

    def rows(self) -> NDArray[np.int64]:
        """Return the row numbers (of the training data given) of the last step or of the step begun."""
        ...

    def evaluate(self, x: NDArray[Any], y: NDArray[Any]) -> Evaluation:
        """Run forward and loss on rows that need not be training rows; the state is unchanged."""
        ...

    def predict(self, x: NDArray[Any]) -> NDArray[Any]:
        """Return the plan's output buffer for rows of input."""
        ...

    def stop(self) -> None:
        """Ask a `run` in another thread to end before its next step."""
        ...

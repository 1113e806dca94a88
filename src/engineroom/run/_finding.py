"""Where a run first reached NaN or infinity: found by making its last step again, phase by phase."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from engineroom.engine import Engine
from engineroom.plan import PHASES, Operation, Phase, State

__all__ = ["NonFinite", "find_nonfinite"]


@dataclass(frozen=True)
class NonFinite:
    """A run that reached NaN or infinity.

    Attributes
    ----------
    step : the step at which it happened; the run ends with it.
    phase, operation : where it appeared first.
    buffer : the array that operation wrote; `element` is its first element that is not finite, `value` what it is.
    parameter : the one that `operation` works on, or the first that the step left not finite, or the largest.
    rows : rows of the batch, as row numbers in the data as they came.
    largest : the largest magnitude in `parameter` before the step: how far it had already gone.

    Examples
    --------
    >>> import engineroom as er
    >>> run = er.train(er.Network(er.Dense(1, init="zeros")), [1, 2, 3], [2, 4, 6], optimizer=er.SGD(lr=1.0))
    >>> run.status, run.finding.phase, run.finding.operation, run.finding.step == run.steps
    ('nonfinite', 'loss', 'mse_forward', True)
    """

    step: int
    phase: Phase
    operation: str
    buffer: str
    element: tuple[int, ...]
    value: str
    parameter: str
    rows: tuple[int, ...]
    largest: float

    def __str__(self) -> str:
        return f"{self.happened}; try a smaller learning rate"

    @property
    def happened(self) -> str:
        """What happened and where, as words without advice."""
        rows = ", ".join(map(str, self.rows[:8])) + (f", ... ({len(self.rows)} in all)" if len(self.rows) > 8 else "")
        where = f"{self.buffer}[{', '.join(map(str, self.element))}]"
        return (
            f"training stopped at step {self.step:,}: {where} became {self.value} in {self.operation} "
            f"({self.phase}); {self.parameter} had gone up to {self.largest:.3g} before that step, "
            f"and the batch held rows {rows}"
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        return asdict(self) | {"largest": self.largest.hex()}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> NonFinite:
        """Return the finding that `to_dict` gave."""
        changed = {"element": tuple(data["element"]), "rows": tuple(data["rows"])}
        return cls(**{**data, **changed, "largest": float.fromhex(data["largest"])})


def find_nonfinite(engine: Engine, before: State, row_numbers: np.ndarray[Any, np.dtype[np.int64]]) -> NonFinite | None:
    """Make the step after `before` again and return where it first reached NaN or infinity, or None if it did not.

    Parameters
    ----------
    engine : is left after that step.
    row_numbers : for each training row its number in the data as they came.
    """
    engine.load(before)
    plan = engine.plan
    first: tuple[Phase, Operation, str, tuple[int, ...], str] | None = None
    for phase in PHASES:
        engine.phase(phase)
        for operation in plan.operations:
            if first is None and operation.phase == phase:
                first = _first_in(engine, phase, operation)
    if first is None:
        return None
    phase, operation, buffer, element, value = first
    after = engine.snapshot()
    broken = [name for name, weights in after.weights.items() if not np.isfinite(weights).all()]
    touched = [n for n in (*operation.reads, *operation.writes) if n in before.weights]
    magnitudes = {name: float(np.max(np.abs(w), initial=0.0)) for name, w in before.weights.items()}
    parameter = next(iter((*touched, *broken)), max(magnitudes, key=lambda name: magnitudes[name]))
    return NonFinite(
        step=before.step + 1,
        phase=phase,
        operation=operation.law,
        buffer=buffer,
        element=element,
        value=value,
        parameter=parameter,
        rows=tuple(row_numbers[engine.rows()].tolist()),
        largest=magnitudes[parameter],
    )


def _first_in(
    engine: Engine, phase: Phase, operation: Operation
) -> tuple[Phase, Operation, str, tuple[int, ...], str] | None:
    for name in operation.writes:
        if name == "-":
            continue
        values = engine.read(name)
        bad = np.argwhere(~np.isfinite(values))
        if len(bad):
            element = tuple(int(i) for i in bad[0])
            return phase, operation, name, element, str(float(values[element]))
    return None

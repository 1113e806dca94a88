"""Rows of a batch in words: what they are, what they should give, and what the network made of them."""

from __future__ import annotations

import math
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engineroom.data import Dataset, Feature, Target, is_missing, with_unit
from engineroom.lens._place import Place
from engineroom.plan import Plan
from engineroom.run import Examination

__all__ = ["Rows", "short", "target_of"]


def short(value: float) -> str:
    """Return `value` with four significant digits, as it reads in a sentence."""
    return f"{value + 0.0:.4g}"


class Rows:
    """The rows of one step's batch.

    Parameters
    ----------
    plan, dataset : of the run.
    examination : the step, taken apart.
    """

    def __init__(self, plan: Plan, dataset: Dataset, examination: Examination):
        self.plan = plan
        self.dataset = dataset
        self.examination = examination
        self.indices: NDArray[np.int64] = examination.rows

    def inputs(self, buffer: str) -> NDArray[Any]:
        """Return (B, I) of the buffer a layer reads: rows of the data for the first one, as the run saw them."""
        if self.plan.buffer(buffer).role != "input":
            return self.examination.read(buffer)
        inputs: NDArray[Any] = self.dataset.x[self.indices].astype(self.plan.dtype)
        return inputs

    def targets(self, output: int) -> NDArray[Any]:
        """Return (B,) what the loss compares this output with: 1 or 0 for classes."""
        y = self.dataset.y[self.indices]
        width = self.plan.buffer(self.plan.output).shape[-1]
        targets: NDArray[Any] = y[:, output] if y.ndim == 2 else (y == (1 if width == 1 else output)).astype(np.float64)
        return targets

    def predictions(self, output: int) -> NDArray[Any]:
        """Return (B,) what the loss compares with it: a value, or a probability where the loss takes logits."""
        return self._outputs[:, output]

    def number(self, position: int) -> int:
        """Return the row number in the data as they came."""
        return int(self.dataset.row_numbers[self.indices[position]])

    def target(self, position: int) -> str:
        """Return what the row should give, in words."""
        return target_of(self.dataset, int(self.indices[position]))

    def prediction(self, position: int) -> str:
        """Return what the network gave before this update, in words."""
        out = self._outputs[position]
        target = self.dataset.target
        if target.kind != "classes":
            return _values(target, out)
        if not np.isfinite(out).all():
            return "nan"
        if len(out) == 1:
            out = np.array([1 - out[0], out[0]])
        k = int(np.argmax(out))
        return f"{target.classes[k]} ({out[k]:.0%})"

    def raw(self, place: Place, position: int) -> str | None:
        """Return the input as it stood in the source, such as "41 years"; None for a bias, a neuron or bare arrays."""
        if place.input is None or self.plan.buffer(place.backward.reads[0]).role != "input":
            return None
        if self.dataset.preparation is None:
            return None
        feature = self.dataset.features[place.input]
        value = self.dataset.raw(int(self.indices[position])).get(feature.source)
        return _raw_text(feature, value)

    @cached_property
    def _outputs(self) -> NDArray[Any]:
        """(B, O) predictions: probabilities where the loss takes logits."""
        with np.errstate(all="ignore"):
            return self.plan.lowered_loss.chances(self.examination.read(self.plan.output))


def target_of(dataset: Dataset, row: int) -> str:
    """Return what a row of x should give, in words."""
    target = dataset.target
    return str(target.classes[int(dataset.y[row])]) if target.kind == "classes" else _values(target, dataset.y[row])


def _values(target: Target, values: NDArray[Any]) -> str:
    """Return outputs or targets in the source's own scale and unit."""
    texts = [_measured(value, target.unit) for value in target.restored(np.atleast_1d(values))[:3].tolist()]
    more = ", ..." if np.size(values) > 3 else ""
    return ", ".join(texts) + more


def _raw_text(feature: Feature, cell: Any) -> str:
    """Return a cell of the source; text already has its unit."""
    if isinstance(cell, (int, float)):
        return "missing" if math.isnan(cell) else _measured(cell, feature.unit)
    return "missing" if cell is None or (isinstance(cell, str) and is_missing(cell)) else str(cell)


def _measured(value: float, unit: str) -> str:
    """Return a value as people write it, with its unit: $1,200, 41 years, 12.5%."""
    number = f"{value + 0.0:,.5g}" if abs(value) < 1e5 else f"{value:,.0f}" if abs(value) < 1e12 else short(value)
    return with_unit(number, unit)

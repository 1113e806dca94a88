"""Rows of a batch in words: what they are, what they should give, and what the network made of them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import cached_property
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engineroom.data import Dataset, Feature, Target, amount_texts, is_missing
from engineroom.lens._place import Place
from engineroom.plan import Plan
from engineroom.run import Examination

__all__ = ["Rows", "cells_of", "percent", "short", "targets_of", "told_of"]


def short(value: float) -> str:
    """Return `value` with four significant digits, as it reads in a sentence."""
    return f"{value + 0.0:.4g}"


def percent(part: float) -> str:
    """Return a part of 1 in per cent with one decimal; what lies halfway is rounded up, as the page and people do.

    Examples
    --------
    >>> percent(73 / 80), percent(0.9722), percent(-0.0001)
    ('91.3 %', '97.2 %', '0.0 %')
    """
    value = 100.0 * float(part)
    if not isfinite(value):
        return f"{value} %"
    # A decimal holds a float exactly, and all digits of the largest one.
    rounded = Decimal(value).quantize(Decimal("0.1"), ROUND_HALF_UP, Context(prec=400))
    return f"{rounded or abs(rounded):f} %"


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

    def targets_told(self, positions: Sequence[int]) -> list[str]:
        """Return what rows should give, in words."""
        return targets_of(self.dataset, self.indices[positions])

    def predictions_told(self, positions: Sequence[int]) -> list[str]:
        """Return what the network gave for rows before this update, in words."""
        outputs = self._outputs[positions]
        target = self.dataset.target
        return [_class_told(target, out) for out in outputs] if target.kind == "classes" else _told(target, outputs)

    def cells_told(self, place: Place, positions: Sequence[int]) -> list[str | None]:
        """Return inputs as they stood in the source, such as "41 years"; None for a bias, a neuron or bare arrays."""
        if place.input is None or self.plan.buffer(place.backward.reads[0]).role != "input":
            return [None] * len(positions)
        if self.dataset.preparation is None:
            return [None] * len(positions)
        feature = self.dataset.features[place.input]
        cells = [self.dataset.raw(int(self.indices[position])).get(feature.source) for position in positions]
        return list(_cells_told(feature, cells))

    @cached_property
    def _outputs(self) -> NDArray[Any]:
        """(B, O) predictions: probabilities where the loss takes logits."""
        with np.errstate(all="ignore"):
            return self.plan.lowered_loss.chances(self.examination.read(self.plan.output))


def targets_of(dataset: Dataset, rows: NDArray[np.int64]) -> list[str]:
    """Return what rows of x should give, in words; of numbers the points are in line."""
    target = dataset.target
    if target.kind == "classes":
        return [str(target.classes[index]) for index in dataset.y[rows].tolist()]
    return _told(target, dataset.y[rows])


def told_of(target: Target, values: NDArray[Any]) -> list[str]:
    """Return (n, O) numbers in the target's own unit in words, the first three of a row."""
    return [", ".join(row[:3]) + (", ..." if len(row) > 3 else "") for row in target.texts(values)]


def cells_of(dataset: Dataset, row: int) -> dict[str, str]:
    """Return a row of the source in words: column -> cell, its numbers as `amount_texts` writes them."""
    # Bare arrays are taken as they are: their numbers have no unit, and the deviation is not that of these.
    features = {} if dataset.raw_table is None else {feature.source: feature for feature in reversed(dataset.features)}
    return {
        name: str(cell) if isinstance(cell, bool) else _cells_told(features.get(name, Feature(name, name)), [cell])[0]
        for name, cell in dataset.raw(row).items()
    }


def _class_told(target: Target, out: NDArray[Any]) -> str:
    if not np.isfinite(out).all():
        return "nan"
    if len(out) == 1:
        out = np.array([1 - out[0], out[0]])
    k = int(np.argmax(out))
    return f"{target.classes[k]} ({100 * out[k]:.0f} %)"


def _told(target: Target, values: NDArray[Any]) -> list[str]:
    """Return outputs or targets in the source's own scale and unit."""
    return told_of(target, target.restored(values))


def _cells_told(feature: Feature, cells: Sequence[Any]) -> list[str]:
    """Return cells of a column of the source; text already has its unit."""
    numbers = [cell for cell in cells if isinstance(cell, (int, float)) and cell == cell]
    amounts = iter(amount_texts(numbers, feature.unit, feature.deviation))
    return [next(amounts) if isinstance(cell, (int, float)) and cell == cell else _word(cell) for cell in cells]


def _word(cell: Any) -> str:
    return cell if isinstance(cell, str) and not is_missing(cell) else "missing"

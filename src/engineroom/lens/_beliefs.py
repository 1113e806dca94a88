"""What the network believes of the data at a state: how each row comes out, and what it says between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from engineroom.errors import OptionError
from engineroom.lens._counts import check_counts
from engineroom.lens._plane import places, raw_inputs, responses
from engineroom.plan import State
from engineroom.run import Record, predicted, probabilities

__all__ = ["Beliefs", "Part", "beliefs"]

Part = Literal["validation", "training"]

_SIDE, _LINE, _NEURONS = 96, 256, 256
"""Points of the grid along each of two inputs, and along one; neurons that are told at the most."""


@dataclass(frozen=True, eq=False)
class Beliefs:
    """What the network says of some rows.

    Attributes
    ----------
    step, part : after how many updates, of which rows.
    rows : (n,) rows of `dataset.x`.
    said : (n,) class indices, or (n, O) numbers in the target's own unit.
    truth : what is right, alike.
    losses : (n,) of each row; `loss` is their mean.
    chances : (n, K) probabilities of the classes; (n, 0) for numbers.
    confusion : (K, K) how many rows of each class were taken for which; (0, 0) for numbers.
    right : the part of the rows whose class is right; None for numbers.
    points : (n, 1 or 2) the inputs in their own units, where there are no more than two; else (n, 0).
    grid : over the range of each input, its values.
    answers : (grid..., K or O) probabilities or numbers on that grid.
    responses : by the layer's name, (units, points...) what each neuron gives over the same range, on a coarser grid:
        its activation, and of the last layer of a classifier the probability; empty in a network of many neurons.
    """

    step: int
    part: Part
    rows: NDArray[np.int64]
    said: NDArray[Any]
    truth: NDArray[Any]
    losses: NDArray[Any]
    loss: float
    chances: NDArray[Any]
    confusion: NDArray[np.int32]
    right: float | None
    points: NDArray[np.float64]
    grid: tuple[NDArray[np.float64], ...]
    answers: NDArray[Any]
    responses: Mapping[str, NDArray[Any]]

    @property
    def hardest(self) -> NDArray[np.int64]:
        """Positions of the rows, those of greatest loss first."""
        return np.argsort(-np.nan_to_num(self.losses, nan=np.inf), kind="stable")


def beliefs(record: Record, step: int | None = None, *, part: Part = "validation", limit: int = 2000) -> Beliefs:
    """Return what the network says of rows of the data at a state.

    Parameters
    ----------
    step : after so many updates; None is the last state.
    part : which rows; where none are held out, those trained on.
    limit : at most so many of them, spread evenly.

    Examples
    --------
    >>> import engineroom as er
    >>> run = er.train(er.Network(er.Dense(1, bias=False, init="zeros")), [1, 2, 3], [2, 4, 6], loss="mse",
    ...                optimizer=er.SGD(lr=0.01), batch_size=None, epochs=50, dtype="float64")
    >>> found = beliefs(run.record, 50)
    >>> found.said.round(2).tolist(), found.truth.tolist(), found.part
    ([[1.99], [3.97], [5.96]], [[2.0], [4.0], [6.0]], 'training')
    """
    check_counts(limit=limit)
    if part not in ("validation", "training"):
        raise OptionError(f"part must be 'validation' or 'training', got {part!r:.80}")
    dataset, target, plan = record.dataset, record.dataset.target, record.plan
    dataset.need_rows()
    part = dataset.measured_on if part == "validation" else part
    rows = dataset.validation if part == "validation" else dataset.training
    rows = rows[np.unique(np.linspace(0, len(rows) - 1, min(limit, len(rows))).astype(np.int64))]
    state = record.at(record.steps if step is None else step)
    measured = record.evaluate(state, dataset.x[rows], dataset.y[rows])
    classes = target.kind == "classes"
    chances = np.empty((len(rows), 0), measured.outputs.dtype)
    confusion = np.zeros((0, 0), np.int32)
    right = None
    truth: NDArray[Any]
    if classes:
        chances = probabilities(plan, target, measured.outputs)
        said, truth = _index(chances), dataset.y[rows].astype(np.int32)
        confusion = np.zeros((target.outputs, target.outputs), np.int32)
        np.add.at(confusion, (truth, said), 1)
        right = float(np.mean(said == truth))
    else:
        said = _numbers(record, measured.outputs)
        truth = target.restored(dataset.y[rows])
    points, grid, answers, responses = _between(record, state, rows)
    return Beliefs(
        step=state.step,
        part=part,
        rows=rows,
        said=said,
        truth=truth,
        losses=measured.examples,
        loss=measured.loss,
        chances=chances,
        confusion=confusion,
        right=right,
        points=points,
        grid=grid,
        answers=answers,
        responses=responses,
    )


def _index(chances: NDArray[Any]) -> NDArray[np.int32]:
    index: NDArray[np.int32] = np.argmax(chances, axis=1).astype(np.int32)
    return index


def _numbers(record: Record, outputs: NDArray[Any]) -> NDArray[Any]:
    """Return (n, O) numbers in the target's own unit."""
    values = predicted(record.plan, record.dataset.target, outputs)
    return values[:, None] if values.ndim == 1 else values


def _between(
    record: Record, state: State, rows: NDArray[np.int64]
) -> tuple[NDArray[np.float64], tuple[NDArray[np.float64], ...], NDArray[Any], Mapping[str, NDArray[Any]]]:
    """Return the rows' inputs in their own units, a grid over their range, and what is said there."""
    dataset, width = record.dataset, record.dataset.x.shape[1]
    if width > 2:
        return np.empty((len(rows), 0)), (), np.empty(0), {}
    grid, x = places(dataset, _LINE if width == 1 else _SIDE)
    outputs = record.outputs(state, x)
    classes = dataset.target.kind == "classes"
    answers = probabilities(record.plan, dataset.target, outputs) if classes else _numbers(record, outputs)
    return (
        raw_inputs(dataset, rows),
        grid,
        answers.reshape(*(len(axis) for axis in grid), -1),
        _responses(record, state),
    )


def _responses(record: Record, state: State) -> Mapping[str, NDArray[Any]]:
    """Return what each neuron gives over the range of the inputs, unless there are too many of them."""
    if sum(layer.units for layer in record.network.layers) > _NEURONS:
        return {}
    found = responses(record, state)[1]
    if record.dataset.target.kind == "classes":
        last = record.network.names[-1]
        units, *points = found[last].shape
        chances = probabilities(record.plan, record.dataset.target, found[last].reshape(units, -1).T)
        # A single output is the probability of the second of two classes.
        found[last] = chances[:, -units:].T.reshape(units, *points)
    return found

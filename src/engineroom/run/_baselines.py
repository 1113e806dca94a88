"""Two simple answers that a network must beat: always the same one, and a weighted sum of the inputs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from engineroom.data import Dataset
from engineroom.engine import Evaluation
from engineroom.numerics import log, reduce
from engineroom.ops import Adam, Cosine
from engineroom.plan import State
from engineroom.run._defaults import default_loss, default_network
from engineroom.run._metrics import measure_for, row_misses
from engineroom.run._record import Record
from engineroom.run._settings import Settings
from engineroom.run._targets import engine_targets
from engineroom.run._train import train_run

__all__ = ["Baseline", "baselines", "misses", "scores"]

_STEPS, _BATCH, _LEARNING_RATE, _DECAY = 1500, 256, 0.05, 1e-4
"""How ridge and logistic regression are fitted; the weight decay is the ridge."""


@dataclass(frozen=True)
class Baseline:
    """A simple answer and how good it is.

    Attributes
    ----------
    name : "mean", "commonest class", "ridge regression" or "logistic regression".
    metrics : as the run's own, on the same rows.
    on : "validation" rows, or "training" rows where none were held out.
    misses : (n,) each of these rows' own: 0 right and 1 wrong for classes, the squared miss for numbers.
    """

    name: str
    metrics: dict[str, float]
    on: Literal["validation", "training"]
    misses: NDArray[np.float64] = field(repr=False, compare=False)


def baselines(record: Record) -> tuple[Baseline, Baseline]:
    """Return both baselines of a run, fitted on its training rows by the same engine.

    Ridge and logistic regression are one layer without activation, trained with Adam and a little weight decay.
    """
    dataset, target = record.dataset, record.dataset.target
    binary = record.loss_law.yes_or_no
    classes = target.kind == "classes"
    network = default_network(target, (), record.loss_law)
    law = record.loss_law.after("identity") if binary else default_loss(target, network)
    settings = Settings(
        network,
        law,
        Adam(lr=Cosine(_LEARNING_RATE), weight_decay=_DECAY),
        batch_size=min(_BATCH, len(dataset.training)),
        steps=_STEPS,
    )
    linear = train_run(dataset, settings, seed=record.seed, max_size="1MB", **record.how)
    always = np.zeros(linear.plan.state_size, linear.plan.dtype)
    bias = next(piece for piece in linear.plan.layout if piece.name == "dense1.bias")
    constant = _constant(engine_targets(linear.plan, dataset.training_y), binary, target.outputs)
    always[bias.offset : bias.offset + bias.size] = constant
    words = ("commonest class", "logistic regression") if binary or classes else ("mean", "ridge regression")
    always_same, trained = State(linear.plan, 0, always), linear.at(linear.steps)
    first, second = (
        Baseline(name, _measured(linear, state, dataset), dataset.measured_on, _misses(linear, state, dataset))
        for name, state in zip(words, (always_same, trained), strict=True)
    )
    return first, second


def scores(record: Record, step: int | None = None, dataset: Dataset | None = None) -> dict[str, float]:
    """Return what a run's weights score on the rows on which the baselines are measured.

    Parameters
    ----------
    step : after how many updates; None is the state that predicts.
    dataset : whose rows; None is the run's own. A fork may have dropped some.
    """
    return _measured(record, record.at(record.chosen_step if step is None else step), dataset or record.dataset)


def misses(record: Record) -> NDArray[np.float64]:
    """Return (n,) what the weights that predict miss in each of the rows on which the baselines are measured.

    As `Baseline.misses`: 0 right and 1 wrong for classes, the squared miss for numbers.
    """
    return _misses(record, record.at(record.chosen_step), record.dataset)


def _measured(record: Record, state: State, dataset: Dataset) -> dict[str, float]:
    found, y = _evaluated(record, state, dataset)
    return measure_for(record.plan, dataset.target)(found, y)


def _misses(record: Record, state: State, dataset: Dataset) -> NDArray[np.float64]:
    found, y = _evaluated(record, state, dataset)
    return row_misses(record.plan, dataset.target, found.outputs, y)


def _evaluated(record: Record, state: State, dataset: Dataset) -> tuple[Evaluation, NDArray[Any]]:
    dataset.need_rows()
    y = engine_targets(record.plan, dataset.y[dataset.measured])
    return record.evaluate(state, dataset.x[dataset.measured], y), y


def _constant(y: NDArray[Any], binary: bool, classes: int) -> NDArray[np.float64]:
    """Return the outputs that fit the targets best when the inputs are ignored."""
    if y.ndim == 1:
        return log(np.maximum(np.bincount(y, minlength=classes), 0.5) / len(y))
    mean = np.array([reduce(column) for column in y.T]) / len(y)
    if not binary:
        return mean
    share = np.clip(mean, 0.5 / len(y), 1 - 0.5 / len(y))
    return log(share / (1 - share))

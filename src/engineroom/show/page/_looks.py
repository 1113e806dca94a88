"""Pictures of what a network does with the data: a neuron, its beliefs, one example, who pushes, how layers fare."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engineroom.errors import OptionError
from engineroom.lens import beliefs, cells_of, health, neuron, pushes, targets_of, told_of
from engineroom.plan import State
from engineroom.run import Record, StepProgress, predicted, probabilities
from engineroom.show._images import images_of
from engineroom.show.page._asks import BeliefsAsk, ExampleAsk, ExamplesAsk, HealthAsk, NeuronAsk, PushesAsk
from engineroom.show.page._replies import BeliefsReply, Example, Examples, HealthReply, NeuronReply, PushesReply
from engineroom.show.page._shades import shades
from engineroom.show.page._told import feature_names

__all__ = ["beliefs_of", "example_of", "examples_of", "health_of", "neuron_of", "pushes_of"]

_HARDEST = 24

_MOST = 1024
"""Rows that one question may name."""


def neuron_of(record: Record, ask: NeuronAsk) -> NeuronReply:
    """Return a neuron, and rows of the data passing through it."""
    found = neuron(record, ask.layer, ask.index, ask.step, rows=min(ask.rows, 4096))
    place = record.network.names.index(ask.layer)
    spec = record.network.layers[place]
    y = record.dataset.y[found.rows]
    above = record.network.names[place - 1]
    order = np.argsort(-np.nan_to_num(found.a), kind="stable").astype(np.int32)
    plane: dict[str, NDArray[Any]] = {}
    if found.axes and np.isfinite(found.over).all():
        plane = {"x": found.points, f"{ask.layer}.responses": shades(found.over[None])}
        plane |= {f"grid_{name}": axis for name, axis in zip("xy", found.axes, strict=False)}
    return NeuronReply(
        step=found.step,
        layer=ask.layer,
        index=ask.index,
        name=found.name,
        activation=spec.activation.law,
        formula=spec.activation.formula,
        bias=found.bias,
        inputs=feature_names(record) if place == 0 else [f"{above}[{i}]" for i in range(len(found.weights))],
        rows=record.dataset.row_numbers[found.rows].tolist(),
        columns={
            "z": found.z,
            "a": found.a,
            "target": y if y.ndim == 1 else y[:, 0],
            "curve_z": found.curve_z,
            "curve_a": found.curve_a,
            "weight": found.weights,
            "outgoing": found.outgoing,
            "best": order[:12],
            "least": order[::-1][:12],
            **plane,
        },
    )


def beliefs_of(record: Record, ask: BeliefsAsk) -> BeliefsReply:
    """Return what the network believes of rows of the data."""
    found = beliefs(record, ask.step, part=ask.rows, limit=min(ask.limit, 100_000))
    columns: dict[str, NDArray[Any]] = {
        "prediction": found.said,
        "y": found.truth,
        "loss": found.losses,
        "hardest": found.hardest[:_HARDEST].astype(np.int32),
    }
    if found.right is not None:
        columns |= {"probabilities": found.chances.astype(np.float32), "confusion": found.confusion}
    if found.grid:
        with np.errstate(over="ignore"):
            columns |= {"x": found.points, "grid": found.answers.astype(np.float32)}
        columns |= {f"grid_{name}": axis for name, axis in zip("xy", found.grid, strict=False)}
        last = record.network.names[-1] if found.right is not None else None
        for name, given in found.responses.items():
            if np.isfinite(given).all():  # what is NaN or infinite somewhere has no colour
                # Probabilities are shown as they are, not beside the largest.
                columns[f"{name}.responses"] = shades(given, 1.0 if name == last else None)
    return BeliefsReply(
        step=found.step,
        part=found.part,
        rows=record.dataset.row_numbers[found.rows].tolist(),
        loss=found.loss,
        right=found.right,
        classes=[str(name) for name in record.dataset.target.classes],
        inputs=feature_names(record),
        columns=columns,
    )


def example_of(record: Record, ask: ExampleAsk) -> Example:
    """Return one row of the data, and what the network says of it."""
    found = examples_of(record, ExamplesAsk(ask.run, [ask.row], ask.step))
    return Example(
        row=ask.row,
        step=found.step,
        part=found.parts[0],
        cells=found.cells[0],
        target=found.targets[0],
        prediction=found.predictions[0],
        loss=found.losses[0],
        columns={name: column[0] for name, column in found.columns.items()},
    )


def examples_of(record: Record, ask: ExamplesAsk) -> Examples:
    """Return rows of the data, and what the network says of each: the same as of that row alone, to the bit."""
    dataset = record.dataset
    dataset.need_rows()
    if not 1 <= len(ask.rows) <= _MOST:
        raise OptionError(f"examples.rows must name between 1 and {_MOST:,} rows, got {len(ask.rows):,}")
    places = [np.flatnonzero(dataset.row_numbers == row) for row in ask.rows]
    for row, found in zip(ask.rows, places, strict=True):
        if not len(found):
            raise OptionError(f"the data of {record.name} have no row {row:,}: they have {dataset.size:,} rows")
    rows = np.concatenate(places)
    state = record.at(max(record.keyframes, default=record.steps) if ask.step is None else ask.step)
    measured = record.evaluate(state, dataset.x[rows], dataset.y[rows])
    images = images_of(dataset)
    columns: dict[str, NDArray[Any]] = {} if images is None else {"image": images.ink(dataset.x[rows])}
    if dataset.target.kind == "classes":
        columns["probabilities"] = probabilities(record.plan, dataset.target, measured.outputs)
    held_out, trained_on = np.isin(rows, dataset.validation), np.isin(rows, dataset.training)
    # Each row has as many decimals as it needs, whatever it is asked for with.
    words = [_told(record, rows[i : i + 1], measured.outputs[i : i + 1]) for i in range(len(rows))]
    return Examples(
        rows=ask.rows,
        step=state.step,
        parts=[
            "validation" if held else "training" if own else "left out"
            for held, own in zip(held_out, trained_on, strict=True)
        ],
        cells=[cells_of(dataset, int(row)) if images is None else {} for row in rows],
        targets=[targets[0] for targets, _ in words],
        predictions=[predictions[0] for _, predictions in words],
        losses=[float(loss) for loss in measured.examples],
        columns=columns,
    )


def pushes_of(record: Record, ask: PushesAsk) -> PushesReply:
    """Return which examples push hardest, on one weight or on all of them."""
    found = pushes(record, ask.step, ask.weight, top=ask.top)
    dataset = record.dataset
    state: State = record.at(found.step)
    targets, predictions = _told(record, found.rows, record.outputs(state, dataset.x[found.rows]))
    columns: dict[str, NDArray[Any]] = {"push": found.push, "loss": found.losses}
    images = images_of(dataset)
    if images is not None:
        columns["images"] = images.ink(dataset.x[found.rows])
    return PushesReply(
        step=found.step,
        weight=found.weight,
        rows=dataset.row_numbers[found.rows].tolist(),
        targets=targets,
        predictions=predictions,
        columns=columns,
    )


def health_of(record: Record, ask: HealthAsk, progress: StepProgress) -> HealthReply:
    """Return how each layer fares over the steps, with histograms at one of them."""
    found = health(record, min(ask.points, 512), ask.step, glance=ask.glance, progress=progress)
    columns: dict[str, NDArray[Any]] = {"step": found.steps.astype(np.float64), **found.series}
    for name, told in found.histograms.items():
        columns |= {f"{name}.counts": told.counts, f"{name}.edges": told.edges}
    return HealthReply(
        step=found.step, layers=list(record.network.names), histograms=list(found.histograms), columns=columns
    )


def _told(record: Record, rows: NDArray[np.int64], outputs: NDArray[Any]) -> tuple[list[str], list[str]]:
    """Return in words what rows should give and what the network gives, numbers with as many decimals in both."""
    target = record.dataset.target
    said = predicted(record.plan, target, outputs)
    if target.kind == "classes":
        return targets_of(record.dataset, rows), [str(label) for label in said.tolist()]
    true = target.restored(record.dataset.y[rows])
    told = told_of(target, np.concatenate([true, said.reshape(true.shape)]))
    return told[: len(rows)], told[len(rows) :]

"""Pictures of what a network does with the data: a neuron, its beliefs, one example, who pushes, how layers fare."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engineroom.errors import OptionError
from engineroom.lens import beliefs, cells_of, health, neuron, pushes, targets_of, told_of
from engineroom.plan import State
from engineroom.run import Record, StepProgress, predicted, probabilities
from engineroom.show._images import image_of
from engineroom.show.page._asks import BeliefsAsk, ExampleAsk, HealthAsk, NeuronAsk, PushesAsk
from engineroom.show.page._replies import BeliefsReply, Example, HealthReply, NeuronReply, PushesReply
from engineroom.show.page._told import feature_names

__all__ = ["beliefs_of", "example_of", "health_of", "neuron_of", "pushes_of"]

_HARDEST = 24


def neuron_of(record: Record, ask: NeuronAsk) -> NeuronReply:
    """Return a neuron, and rows of the data passing through it."""
    found = neuron(record, ask.layer, ask.index, ask.step, rows=max(1, min(ask.rows, 4096)))
    place = record.network.names.index(ask.layer)
    spec = record.network.layers[place]
    y = record.dataset.y[found.rows]
    above = record.network.names[place - 1]
    order = np.argsort(-np.nan_to_num(found.a), kind="stable").astype(np.int32)
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
        },
    )


def beliefs_of(record: Record, ask: BeliefsAsk) -> BeliefsReply:
    """Return what the network believes of rows of the data."""
    found = beliefs(record, ask.step, part=ask.rows, limit=max(1, min(ask.limit, 100_000)))
    columns: dict[str, NDArray[Any]] = {
        "prediction": found.said,
        "y": found.truth,
        "loss": found.losses,
        "hardest": found.hardest[:_HARDEST].astype(np.int32),
    }
    if found.right is not None:
        columns |= {"probabilities": found.chances.astype(np.float32), "confusion": found.confusion}
    if found.grid:
        columns |= {"x": found.points, "grid": found.answers.astype(np.float32)}
        columns |= {f"grid_{name}": axis for name, axis in zip("xy", found.grid, strict=False)}
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
    dataset = record.dataset
    places = np.flatnonzero(dataset.row_numbers == ask.row)
    if not len(places):
        raise OptionError(f"the data of {record.name} have no row {ask.row:,}: they have {dataset.size:,} rows")
    row = int(places[0])
    state = record.at(max(record.keyframes, default=record.steps) if ask.step is None else ask.step)
    measured = record.evaluate(state, dataset.x[row : row + 1], dataset.y[row : row + 1])
    columns: dict[str, NDArray[Any]] = {"x": dataset.x[row], "output": measured.outputs[0]}
    if dataset.target.kind == "classes":
        columns["probabilities"] = probabilities(record.plan, dataset.target, measured.outputs)[0]
    image = _image(record, row)
    if image is not None:
        columns["image"] = image
    held_out = bool(np.isin(row, dataset.validation))
    targets, predictions = _told(record, np.array([row]), measured.outputs)
    return Example(
        row=ask.row,
        step=state.step,
        part="validation" if held_out else "training" if np.isin(row, dataset.training) else "left out",
        cells=cells_of(dataset, row),
        inputs=feature_names(record),
        target=targets[0],
        prediction=predictions[0],
        loss=float(measured.examples[0]),
        columns=columns,
    )


def pushes_of(record: Record, ask: PushesAsk) -> PushesReply:
    """Return which examples push hardest, on one weight or on all of them."""
    found = pushes(record, ask.step, ask.weight, top=ask.top)
    dataset = record.dataset
    state: State = record.at(found.step)
    targets, predictions = _told(record, found.rows, record.outputs(state, dataset.x[found.rows]))
    columns: dict[str, NDArray[Any]] = {"push": found.push, "loss": found.losses}
    images = [_image(record, int(row)) for row in found.rows]
    if images and all(image is not None for image in images):
        columns["images"] = np.stack([image for image in images if image is not None])
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
    found = health(record, max(1, min(ask.points, 512)), ask.step, glance=ask.glance, progress=progress)
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


def _image(record: Record, row: int) -> NDArray[np.uint8] | None:
    """Return a row as a grey image, ink from 0 to 255 over the range of the whole data; None where it is none."""
    found = image_of(record)
    if found is None:
        return None
    (height, width), pixels = found
    dataset = record.dataset
    mean = np.array([f.mean for f in dataset.features])
    scale = np.array([f.scale for f in dataset.features])
    ink = np.zeros(height * width)
    ink[pixels] = dataset.x[row].astype(np.float64) * scale + mean
    most = float(np.max(dataset.x.max(0).astype(np.float64) * scale + mean))
    image: NDArray[np.uint8] = np.clip(255 * ink / (most or 1.0), 0, 255).round().astype(np.uint8)
    return image.reshape(height, width)

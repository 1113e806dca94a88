"""What a run is, told for the page: its row in the list, its layers, its laws and its data."""

from __future__ import annotations

from typing import Any

from engineroom.data import DAYS, is_currency
from engineroom.ops import Spec
from engineroom.plan import Operation, Plan
from engineroom.run import Record
from engineroom.show._changes import changes
from engineroom.show._images import images_of
from engineroom.show._metrics import held_out_metric
from engineroom.show._runs import network_text, optimizer_text
from engineroom.show.page._measures import Measure, TargetFacts
from engineroom.show.page._replies import (
    Description,
    Law,
    Layer,
    OperationReply,
    ParameterShape,
    RowCounts,
    RunRow,
)

__all__ = ["class_names", "described", "feature_names", "operation_row", "run_row"]


def run_row(record: Record, training: bool = False) -> RunRow:
    """Return what the list of runs says of a run.

    Parameters
    ----------
    training : whether it is training in this process.
    """
    return RunRow(**_facts(record, training), optimizer=optimizer_text(record))


def _facts(record: Record, training: bool) -> dict[str, Any]:
    name, text = held_out_metric(record) or (None, None)
    return {
        "number": record.number,
        "name": record.row.name,
        "status": record.status,
        "steps": record.steps,
        "planned": record.settings.steps,
        "epochs": record.epochs,
        "parent": record.row.parent,
        "start": record.start,
        "changes": [] if record.parent is None else changes(record) or ["nothing"],
        "network": network_text(record.network, len(record.dataset.features)),
        "loss_last": record.last_loss,
        "metric_name": name,
        "metric_text": text,
        "created": record.row.created,
        "training": training,
    }


def described(record: Record, training: bool = False) -> Description:
    """Return all that the page needs to know of a run to draw it."""
    dataset, plan, images = record.dataset, record.plan, images_of(record.dataset)
    return Description(
        **_facts(record, training),
        layers=_layers(record),
        parameters=_shapes(plan, "parameter"),
        slots=_shapes(plan, "slot"),
        inputs=feature_names(record),
        input_mean=[feature.mean for feature in dataset.features],
        input_scale=[feature.scale for feature in dataset.features],
        input_measures=[_measure(feature.unit, feature.deviation) for feature in dataset.features],
        input_image=None if images is None else images.shape,
        input_pixels=None if images is None else images.pixels,
        outputs=class_names(record),
        target=TargetFacts(
            kind=dataset.target.kind,
            names=list(dataset.target.names),
            measures=[_measure(dataset.target.unit, None if scale == 1 else scale) for scale in dataset.target.scale],
            mean=list(dataset.target.mean),
            scale=list(dataset.target.scale),
        ),
        loss=record.loss_law.law,
        loss_law=_law(record.loss_law),
        optimizer=_law(record.optimizer),
        batch_size=plan.batch_size,
        steps_per_epoch=record.steps_per_epoch,
        rows=RowCounts(training=len(dataset.training), validation=len(dataset.validation)),
        dtype=plan.dtype,
        seed=record.seed,
        chosen_step=record.chosen_step,
        keyframes=record.keyframes,
        finding=None if record.finding is None else str(record.finding),
        plan_text=plan.text,
    )


def _shapes(plan: Plan, role: str) -> list[ParameterShape]:
    return [ParameterShape(buffer.name, list(buffer.shape)) for buffer in plan.buffers if buffer.role == role]


def _measure(unit: str, deviation: float | None) -> Measure:
    return Measure(unit=unit, currency=is_currency(unit), dates=unit == DAYS, deviation=deviation)


def feature_names(record: Record) -> list[str]:
    """Return what the inputs are called."""
    return [feature.name for feature in record.dataset.features]


def class_names(record: Record) -> list[str]:
    """Return what the outputs are called: a single yes-or-no output by the class that it says yes to."""
    target, width = record.dataset.target, record.plan.buffer(record.plan.output).shape[-1]
    names = [str(name) for name in (target.classes or target.names)]
    return names[-1:] if target.kind == "classes" and width == 1 else names


def operation_row(operation: Operation) -> OperationReply:
    """Return an operation of the plan, with its line in words that can be read."""
    reads, writes = ([name for name in names if name != "-"] for names in (operation.reads, operation.writes))
    return OperationReply(
        phase=operation.phase,
        law=operation.law,
        text=f"{operation.law}({', '.join(reads)}) -> {', '.join(writes)}",
        reads=reads,
        writes=writes,
    )


def _layers(record: Record) -> list[Layer]:
    width, layers = len(record.dataset.features), []
    for name, it in zip(record.network.names, record.network.layers, strict=True):
        layers.append(
            Layer(
                name=name,
                kind=it.law,
                inputs=width,
                outputs=it.units,
                activation=it.activation.law,
                activation_law=it.activation.to_dict(),
                formula=it.activation.formula,
                bias=it.bias,
            )
        )
        width = it.units
    return layers


def _law(spec: Spec) -> Law:
    data = spec.to_dict()
    return Law(law=data.pop("law"), attributes=data, formula=spec.formula, words=spec.words)

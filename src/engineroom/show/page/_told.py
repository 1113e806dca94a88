"""What a run is, told for the page: its row in the list, its layers, and the Python that makes it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from engineroom.data import DAYS, is_currency
from engineroom.ops import Spec
from engineroom.plan import Operation
from engineroom.run import Record, Settings
from engineroom.show._changes import changes
from engineroom.show._images import image_of
from engineroom.show._metrics import metric_text
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


_LAW = re.compile(r"(?<![\w.'])(?=[A-Z]\w*\()")
"""Where the name of a law begins in the text of a layer."""


def run_row(record: Record, training: bool = False) -> RunRow:
    """Return what the list of runs says of a run.

    Parameters
    ----------
    training : whether it is training in this process.
    """
    return RunRow(**_facts(record, training), optimizer=optimizer_text(record))


def _facts(record: Record, training: bool) -> dict[str, Any]:
    name, value, text = _metric(record)
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
        "metric": value,
        "metric_name": name,
        "metric_text": text,
        "created": record.row.created,
        "training": training,
    }


def described(record: Record, training: bool = False) -> Description:
    """Return all that the page needs to know of a run to draw it."""
    dataset, plan, image = record.dataset, record.plan, image_of(record)
    shapes: Callable[[str], list[ParameterShape]] = lambda role: [  # noqa: E731
        ParameterShape(b.name, list(b.shape)) for b in plan.buffers if b.role == role
    ]
    return Description(
        **_facts(record, training),
        layers=_layers(record),
        parameters=shapes("parameter"),
        slots=shapes("slot"),
        inputs=feature_names(record),
        input_mean=[feature.mean for feature in dataset.features],
        input_scale=[feature.scale for feature in dataset.features],
        input_measures=[_measure(feature.unit, feature.deviation) for feature in dataset.features],
        input_image=None if image is None else image[0],
        input_pixels=None if image is None else image[1],
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
        code=_code(record),
    )


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


def _metric(record: Record) -> tuple[str | None, float | None, str | None]:
    """Return the metric that people ask for first, where the weights that predict were measured."""
    for row in reversed(record.validation):
        if row.step == record.chosen_step:
            name = next(n for n in ("accuracy", "rmse", "loss") if n in row.values)
            return name, row.values[name], metric_text(row.values, record.dataset.target)
    return None, None, None


def _code(record: Record) -> str:
    """Return the Python that makes the run again."""
    mine, dataset = record.settings, record.dataset
    if record.parent is not None:
        given = {}
        if mine.optimizer != record.parent.settings.optimizer:
            if mine.optimizer.law != record.parent.optimizer.law:
                given["optimizer"] = _call(mine.optimizer)
            else:
                given["lr"] = _schedule(mine)
        if mine.batch_size != record.parent.settings.batch_size:
            given["batch_size"] = str(mine.batch_size)
        if mine.loss != record.parent.settings.loss:
            given["loss"] = repr(mine.loss.law)
        if record.seed != record.parent.seed:
            given["seed"] = str(record.seed)
        if record.segment.values:
            given["set"] = repr(dict(record.segment.values))
        if record.segment.frozen:
            given["freeze"] = repr(list(record.segment.frozen))
        given["steps"] = str(mine.steps - record.start)
        listed = ", ".join(f"{name}={value}" for name, value in given.items())
        return f"twin = run.fork(at={record.start}, {listed})\n"
    table = dataset.preparation is not None
    said = {
        "target": repr(dataset.target.names[0]) if table else "",
        "loss": repr(mine.loss.law),
        "optimizer": _call(mine.optimizer),
        "batch_size": "None" if mine.batch_size >= len(dataset.training) else str(mine.batch_size),
        "steps": str(mine.steps),
        "seed": str(record.seed) if record.seed else "",
        "dtype": repr(dataset.dtype) if dataset.dtype != "float32" else "",
    }
    per_epoch = record.steps_per_epoch
    if mine.steps % per_epoch == 0:
        said = {("epochs" if k == "steps" else k): (str(mine.steps // per_epoch) if k == "steps" else v)
                for k, v in said.items()}  # fmt: skip
    layers = ", ".join(_LAW.sub("er.", repr(it)) for it in record.network.layers)
    listed = "".join(f",\n               {name}={value}" for name, value in said.items() if value)
    data = "table" if table else "x, y"
    return f"import engineroom as er\n\nnet = er.Network({layers})\nrun = er.train(net, {data}{listed})\n"


def _call(spec: Spec) -> str:
    """Return a law as the Python that makes it, what is as usual left out."""
    given = []
    for name, value in spec.to_dict().items():
        if name == "law" or value == _usual(spec).get(name):
            continue
        if name == "lr" and isinstance(value, dict):
            plain = value["law"] == "constant" and not value.get("warmup")
            inner = ", ".join(f"{k}={v!r}" for k, v in value.items() if k != "law" and v not in (None, 0))
            given.append(f"lr={value['lr']!r}" if plain else f"lr=er.{value['law'].capitalize()}({inner})")
        else:
            given.append(f"{name}={value!r}")
    return f"er.{type(spec).__name__}({', '.join(given)})"


def _usual(spec: Spec) -> dict[str, Any]:
    try:
        return type(spec)().to_dict()
    except TypeError:
        return {}


def _schedule(settings: Settings) -> str:
    schedule = settings.optimizer.schedule
    return repr(schedule.lr) if schedule.law == "constant" else f"er.{schedule.law.capitalize()}({schedule.lr!r})"

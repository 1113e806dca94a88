"""How good a network is, in the words and the unit of its target."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isnan

from engineroom.data import Target, amount_text, amount_texts
from engineroom.lens import percent
from engineroom.run import Record
from engineroom.show._numbers import number

__all__ = ["METRICS", "held_out_metric", "metric_column", "metric_text", "metrics_text"]

METRICS = {
    "accuracy": ("accuracy", ""),
    "rmse": ("usual miss", "RMSE"),
    "mae": ("mean miss", "MAE"),
    "r2": ("explained", "R²"),
    "loss": ("loss", ""),
}
"""What a metric is called, and what the field calls it where that is something else."""


def held_out_metric(record: Record) -> tuple[str, str] | None:
    """Return how good a run is on its held-out rows: the metric's name, and its value in words.

    A run that was interrupted within an epoch was measured before its last state, and the words say in which; None
    where nothing was measured, or where training ended at NaN or infinity.
    """
    measured = [row for row in record.validation if row.step <= record.chosen_step]
    if not measured or record.status == "nonfinite":
        return None
    row = measured[-1]
    place = "" if row.step == record.chosen_step else f" in state {row.step:,}"
    name = next(name for name in ("accuracy", "rmse", "loss") if name in row.values)
    return name, metric_text(row.values, record.dataset.target) + place


def metric_text(values: Mapping[str, float], target: Target) -> str:
    """Return the metric that people ask for first: the part of classes that is right, or the usual miss of a number.

    Examples
    --------
    >>> metric_text({"loss": 0.1, "accuracy": 0.9722}, Target("classes", ("digit",), classes=(0, 1)))
    '97.2 % right'
    >>> metric_text({"loss": 0.1, "rmse": 21500.0}, Target("number", ("price",), mean=(0.0,), scale=(1.0,), unit="$"))
    'off by $21,500'
    """
    if "accuracy" in values:
        return f"{percent(values['accuracy'])} right"
    if "rmse" in values:
        return f"off by {amount_text(values['rmse'], target.miss_unit)}"
    return f"loss {number(values['loss'])}"


def metrics_text(values: Mapping[str, float], target: Target) -> str:
    """Return all metrics by the names that tables give them, amounts in the target's unit.

    Examples
    --------
    >>> target = Target("number", ("price",), mean=(0.0,), scale=(1.0,), unit="$")
    >>> metrics_text({"loss": 0.125, "rmse": 21500.0, "mae": 17000.0, "r2": 0.9649}, target)
    'usual miss (RMSE) $21,500, mean miss (MAE) $17,000, explained (R²) 96.5 %, loss 0.125'
    """
    told = []
    columns = {name: [value] for name, value in values.items()}
    for name, (word, term) in METRICS.items():
        if name in values and not (name == "r2" and isnan(values[name])):
            (cell,) = metric_column(name, columns[name], target, columns)
            told.append(f"{word}{f' ({term})' if term else ''} {cell}")
    return ", ".join(told)


def metric_column(
    name: str, values: Sequence[float], target: Target, beside: Mapping[str, Sequence[float]] | None = None
) -> list[str]:
    """Return one metric of several networks as they stand below each other.

    Parameters
    ----------
    beside : the metrics in the columns beside it; misses have one number of decimals in all of them.

    Examples
    --------
    >>> metric_column("r2", [-0.0001, 0.9649], Target("number", ("price",)))
    ['0.0 %', '96.5 %']
    """
    if name in ("accuracy", "r2"):
        return [percent(value) for value in values]
    if name in ("rmse", "mae"):
        misses = [miss for other in ("rmse", "mae") if other != name for miss in (beside or {}).get(other, ())]
        return amount_texts([*values, *misses], target.miss_unit)[: len(values)]
    return [number(value) for value in values]

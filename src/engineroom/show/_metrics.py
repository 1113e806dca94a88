"""How good a network is, in the words and the unit of its target."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isnan

from engineroom.data import Target, amount_text, amount_texts
from engineroom.show._numbers import number

__all__ = ["METRICS", "metric_column", "metric_text", "metrics_text"]

METRICS = {
    "accuracy": ("accuracy", ""),
    "rmse": ("usual miss", "RMSE"),
    "mae": ("mean miss", "MAE"),
    "r2": ("explained", "R²"),
    "loss": ("loss", ""),
}
"""What a metric is called, and what the field calls it where that is something else."""


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
        return f"{100 * values['accuracy']:.1f} % right"
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
    for name, (word, term) in METRICS.items():
        if name in values and not (name == "r2" and isnan(values[name])):
            told.append(f"{word}{f' ({term})' if term else ''} {metric_column(name, [values[name]], target)[0]}")
    return ", ".join(told)


def metric_column(name: str, values: Sequence[float], target: Target) -> list[str]:
    """Return one metric of several networks as they stand below each other."""
    if name in ("accuracy", "r2"):
        return [f"{100 * value:.1f} %" for value in values]
    if name in ("rmse", "mae"):
        return amount_texts(values, target.miss_unit)
    return [number(value) for value in values]

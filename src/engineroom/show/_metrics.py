"""How good a network is, in the words and the unit of its target."""

from __future__ import annotations

from collections.abc import Mapping

from engineroom.data import Target, amount_text
from engineroom.show._numbers import number

__all__ = ["metric_text"]


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

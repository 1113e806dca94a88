"""How good a network is on rows it did not train on, in the words and units of its target."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from engineroom.data import Target
from engineroom.engine import Evaluation
from engineroom.numerics import reduce
from engineroom.plan import Plan

__all__ = ["Measure", "is_better", "measure_for", "metric_names", "ranked_by", "row_misses", "says_yes"]

Measure = Callable[[Evaluation, "NDArray[Any]"], dict[str, float]]
"""Metrics of an evaluation and the rows' prepared targets."""


def says_yes(plan: Plan, outputs: NDArray[Any]) -> NDArray[np.bool_]:
    """Return (n, O) which outputs say yes: those whose probability is above one half."""
    yes: NDArray[np.bool_] = outputs > (0.0 if plan.lowered_loss.takes_logits else 0.5)
    return yes


def metric_names(plan: Plan, target: Target) -> tuple[str, ...]:
    """Return what a run of `plan` on `target` is measured by, see `measure_for`."""
    classes = plan.lowered_loss.yes_or_no or target.kind == "classes"
    return ("loss", "accuracy") if classes else ("loss", "rmse", "mae", "r2")


def measure_for(plan: Plan, target: Target) -> Measure:
    """Return what measures a run of `plan` on `target`.

    Classes: `loss`, `accuracy`. Numbers: `loss`, `rmse`, `mae` in the target's own unit and `r2`, the share of the
    variance around the rows' own mean that is explained; several outputs are averaged.
    """
    if plan.lowered_loss.yes_or_no:

        def binary(evaluation: Evaluation, y: NDArray[Any]) -> dict[str, float]:
            right = says_yes(plan, evaluation.outputs) == (y.reshape(evaluation.outputs.shape) > 0.5)
            return {"loss": evaluation.loss, "accuracy": float(np.count_nonzero(right)) / right.size}

        return binary
    if target.kind == "classes":

        def classes(evaluation: Evaluation, y: NDArray[Any]) -> dict[str, float]:
            right = np.argmax(evaluation.outputs, axis=1) == y
            return {"loss": evaluation.loss, "accuracy": float(np.count_nonzero(right)) / len(y)}

        return classes
    scale = np.array(target.scale, np.float64)

    def number(evaluation: Evaluation, y: NDArray[Any]) -> dict[str, float]:
        with np.errstate(all="ignore"):  # where a run flies off, a square may lie beyond float64
            truth = y.astype(np.float64)
            miss = evaluation.outputs.astype(np.float64) - truth
            rows, width = miss.shape
            squares = np.array([reduce(np.square(miss[:, o])) for o in range(width)])
            spread = [reduce(np.square(truth[:, o] - reduce(truth[:, o]) / rows)) for o in range(width)]
            absolute = np.array([reduce(np.abs(miss[:, o])) for o in range(width)])
            explained = np.array([1 - s / t if t > 0 else np.nan for s, t in zip(squares, spread, strict=True)])
            return {
                "loss": evaluation.loss,
                "rmse": float(np.sqrt(reduce(squares * scale**2) / width / rows)),
                "mae": reduce(absolute * scale) / width / rows,
                "r2": reduce(explained) / width,
            }

    return number


def ranked_by(metrics: Mapping[str, float]) -> tuple[Literal[1, -1], str]:
    """Return 1 and the metric that says which of two networks is better, or -1 where less of it is."""
    return (1, "accuracy") if "accuracy" in metrics else (-1, "rmse")


def is_better(metrics: Mapping[str, float], than: Mapping[str, float]) -> bool:
    """Return whether metrics are better than others of the same rows.

    Examples
    --------
    >>> is_better({"loss": 0.2, "accuracy": 0.9}, than={"loss": 0.1, "accuracy": 0.8})
    True
    >>> is_better({"loss": 0.2, "rmse": 9.0}, than={"loss": 0.1, "rmse": 8.0})
    False
    """
    sign, name = ranked_by(metrics)
    return metrics[name] > than[name] if sign > 0 else metrics[name] < than[name]


def row_misses(plan: Plan, target: Target, outputs: NDArray[Any], y: NDArray[Any]) -> NDArray[np.float64]:
    """Return (n,) each row's own part of the metrics, so that answers to the same rows can be compared row by row.

    Classes: 0 where the answer is right, 1 where it is wrong, so that their mean is 1 - accuracy; of several yes or no
    the share that is wrong. Numbers: the squared miss in the target's own unit, averaged over several outputs, so that
    their mean is rmse**2.

    Parameters
    ----------
    outputs : (n, O) what a network gave.
    y : the rows' prepared targets.
    """
    each: NDArray[np.float64]
    if plan.lowered_loss.yes_or_no:
        each = np.mean(says_yes(plan, outputs) != (y.reshape(outputs.shape) > 0.5), axis=1)
    elif target.kind == "classes":
        each = (np.argmax(outputs, axis=1) != y).astype(np.float64)
    else:
        with np.errstate(all="ignore"):
            miss = (outputs.astype(np.float64) - y.astype(np.float64)) * np.array(target.scale, np.float64)
            # A square may lie beyond float64; the largest number can still be subtracted.
            each = np.nan_to_num(np.mean(np.square(miss), axis=1), nan=np.finfo(np.float64).max)
    return each

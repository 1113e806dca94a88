"""How each layer fares over the steps of a run: what moves, what is dead, what is spread how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engineroom.errors import OptionError
from engineroom.lens._counts import check_counts
from engineroom.lens._query import query
from engineroom.run import Record, StepProgress

__all__ = ["Health", "Histogram", "health"]

_BINS = 48
_FAR = 1e300  # Beyond it the arithmetic of bins overflows: what lies there is counted in the outermost.
_QUANTILES = (5, 25, 50, 75, 95)


@dataclass(frozen=True, eq=False)
class Histogram:
    """How many of a buffer's numbers lie between neighbouring edges; those that are not finite are left out."""

    counts: NDArray[np.float64]
    edges: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Health:
    """How the layers of a network fare.

    Attributes
    ----------
    step : the step of the histograms.
    steps : (k,) the steps that were looked at.
    series : by layer and what is measured, such as "dense1.update_ratio", (k,) numbers: `update_ratio` (how long the
        update of the weights is beside them), `gradient_norm`, `activation_mean`, `activation_std`, `activation_q5`
        and `_q25`, `_q50`, `_q75`, `_q95` (so many per cent of the activations lie below it), and where the
        activation can be so `dead` or `saturated`, parts of the units.
    histograms : by buffer, of weights, gradients and activations at `step`.
    """

    step: int
    steps: NDArray[np.int64]
    series: Mapping[str, NDArray[np.float64]]
    histograms: Mapping[str, Histogram]


def health(
    record: Record,
    points: int = 64,
    step: int | None = None,
    *,
    glance: bool = False,
    progress: StepProgress | None = None,
) -> Health:
    """Return how each layer fares.

    Parameters
    ----------
    points : at how many steps to look, spread evenly.
    step : whose numbers to count; None is the last step.
    glance : look only at steps that begin at a kept state, which need no replay: at `points` and the last of them at
        most, and for the histograms at the last one up to `step`. For whoever watches a run that trains.

    Examples
    --------
    >>> import engineroom as er
    >>> run = er.train(er.Network(er.Dense(1, bias=False, init="zeros")), [1, 2, 3], [2, 4, 6], loss="mse",
    ...                optimizer=er.SGD(lr=0.01), batch_size=None, epochs=50, dtype="float64")
    >>> found = health(run.record, points=3)
    >>> found.steps.tolist(), found.series["dense1.gradient_norm"].round(2).tolist()
    ([1, 25, 50], [18.67, 1.78, 0.15])
    """
    check_counts(points=points)
    if not record.steps:
        raise OptionError(f"{record.name} has made no step yet, so there is nothing to look at")
    step = record.checked_step(record.steps if step is None else step, first=1)
    if glance:
        step, steps = record.at_hand(step), _at_hand(record, min(points, record.steps))
    else:
        steps = np.unique(np.linspace(1, record.steps, min(points, record.steps)).astype(np.int64)).tolist()
    acts = {name: record.plan.activation_of(name) for name in record.network.names}
    found = []
    for done, t in enumerate(steps, 1):
        found.append(record.found(("health", t), partial(_measured, record, acts, t)))
        if progress is not None:
            progress(done, len(steps))
    series = {name: np.array([measured[name] for measured in found]) for name in found[0]}
    return Health(step, np.array(steps, np.int64), series, _histograms(record, step, acts))


def _at_hand(record: Record, points: int) -> list[int]:
    """Return steps that begin at a kept state: so many at most, and the last."""
    return sorted({record.at_hand(kept + 1) for kept in record.landmarks(points)})


def _measured(record: Record, acts: Mapping[str, str], step: int) -> dict[str, float]:
    """Return the numbers of one step, by layer and what is measured."""
    asked: dict[str, str] = {}
    parts: dict[str, int] = {}
    for layer, spec in zip(record.network.names, record.network.layers, strict=True):
        asked[f"{layer}.update_ratio"] = f"{layer}.weight.update_ratio"
        asked[f"{layer}.gradient_norm"] = f"{layer}.weight.grad.norm"
        for name, there in (("dead", spec.activation.off), ("saturated", spec.activation.ends)):
            if there is not None:
                asked[f"{layer}.{name}"], parts[f"{layer}.{name}"] = f"{layer}.{name}", spec.units
    found = query(record, [*asked.values(), *acts.values()], step)
    told = {name: float(found[source][0]) / parts.get(name, 1) for name, source in asked.items()}
    with np.errstate(all="ignore"):
        for layer, source in acts.items():
            values = found[source][0].astype(np.float64)
            values = values[np.isfinite(values)]
            told[f"{layer}.activation_mean"] = float(values.mean()) if values.size else float("nan")
            told[f"{layer}.activation_std"] = float(values.std()) if values.size else float("nan")
            levels = np.percentile(values, _QUANTILES) if values.size else np.full(len(_QUANTILES), np.nan)
            told |= {f"{layer}.activation_q{q}": level for q, level in zip(_QUANTILES, levels.tolist(), strict=True)}
    return told


def _histograms(record: Record, step: int, acts: Mapping[str, str]) -> dict[str, Histogram]:
    examination = record.examine(step)
    told: dict[str, Histogram] = {}
    for layer, act in acts.items():
        told[f"{layer}.weight"] = _histogram(examination.after[f"{layer}.weight"])
        told[f"{layer}.weight.grad"] = _histogram(examination.read(f"{layer}.weight.grad"))
        told[act] = _histogram(examination.read(act))
    return told


def _histogram(values: NDArray[Any]) -> Histogram:
    numbers = values.astype(np.float64).reshape(-1)
    numbers = numbers[np.isfinite(numbers)]
    if not numbers.size:
        return Histogram(np.zeros(1), np.array([0.0, 1.0]))
    numbers = np.clip(numbers, -_FAR, _FAR)
    low, high = float(numbers.min()), float(numbers.max())
    if high - low <= 1e-12 * max(1.0, abs(low)):
        around = 0.5 * max(1.0, abs(low))
        low, high = low - around, high + around
    counts, edges = np.histogram(numbers, _BINS, (low, high))
    return Histogram(counts.astype(np.float64), edges)

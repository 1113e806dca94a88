"""The paths of weights, and how the layers fare, over the steps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

import numpy as np

from engineroom.errors import OptionError
from engineroom.lens import health, largest_move, trace
from engineroom.run import Record, StepProgress
from engineroom.show._numbers import number
from engineroom.show.plot._losses import step_name
from engineroom.show.plot._style import (
    NEGATIVE,
    SERIES,
    End,
    drawing,
    label_ends,
    mark_fork,
    say_upright,
    set_scale,
    step_axis,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["HealthMeasure", "plot_health", "plot_weight"]

HealthMeasure: TypeAlias = Literal["update_ratio", "gradient_norm", "activation", "dead", "saturated"]

_NAMES: dict[str, str] = {
    "update_ratio": "length of the update / length of the weights",
    "gradient_norm": "length of the gradient",
    "activation": "activations: median, quartiles",
    "dead": "units off for the whole batch, %",
    "saturated": "units at an end of their range, %",
}
_MANY = 5000


def plot_weight(
    record: Record, names: Sequence[str], ax: Axes | None = None, progress: StepProgress | None = None
) -> Axes:
    """Draw the paths of weights from the initial state to the last.

    Parameters
    ----------
    names : such as "dense1.weight[3, 5]"; none is the weight that made the largest move.
    """
    found = trace(record, list(names) or [largest_move(record, None, progress).name])
    with drawing(ax) as axes:
        states, ends = np.arange(len(found.values)), []
        for i, name in enumerate(found.names):
            color = NEGATIVE if len(found.names) == 1 else SERIES[i % len(SERIES)]
            path = found.values[:, i]
            axes.plot(states, path, color=color, rasterized=len(states) > _MANY)
            known = np.flatnonzero(np.isfinite(path))
            said = number(path[known[-1]]) if len(known) else ""
            text = said if len(found.names) == 1 else f"{name}  {said}"
            ends += [End(float(k), float(path[k]), text, color) for k in known[-1:]]
        set_scale(axes, found.values.astype(np.float64), log=False)
        step_axis(axes, f"after {step_name(record)}; 0: initial weights")
        say_upright(axes, *(found.names[0], found.paths[0].words.replace("`", "")) if len(names) < 2 else ("weight",))
        mark_fork(axes, record.start)
        label_ends(axes, ends)
    return axes


def plot_health(
    record: Record,
    measure: HealthMeasure = "update_ratio",
    ax: Axes | None = None,
    *,
    points: int = 64,
    progress: StepProgress | None = None,
) -> Axes:
    """Draw how each layer fares.

    Parameters
    ----------
    measure : which of `lens.health`'s measures.
    points : at how many steps, spread evenly.
    """
    if measure not in get_args(HealthMeasure):
        raise OptionError(f"health is measured as {', '.join(get_args(HealthMeasure))}, got {measure!r:.80}")
    found = health(record, points, progress=progress)
    line = "activation_q50" if measure == "activation" else measure
    layers = [layer for layer in record.network.names if f"{layer}.{line}" in found.series]
    if not layers:
        kind = "relu" if measure == "dead" else "tanh or sigmoid"
        raise OptionError(f"only layers with {kind} can be {measure}, and {record.name} has none: ask for another")
    part = 100.0 if measure in ("dead", "saturated") else 1.0
    with drawing(ax) as axes:
        lines, drawn = [], []
        for i, layer in enumerate(layers):
            values, color = part * found.series[f"{layer}.{line}"], SERIES[i % len(SERIES)]
            axes.plot(found.steps, values, color=color, clip_on=part == 1)
            lines.append((layer, values, color))
            drawn.append(values)
            if measure == "activation":
                low, high = (found.series[f"{layer}.activation_q{q}"] for q in (25, 75))
                axes.fill_between(found.steps, low, high, color=color, alpha=0.16, linewidth=0)
                drawn += [low, high]
        set_scale(axes, np.concatenate(drawn), None if measure in ("update_ratio", "gradient_norm") else False)
        if measure in ("dead", "saturated"):
            axes.set_ylim(0, max(20.0, *(float(np.nanmax(v)) * 1.08 for v in drawn)))
        step_axis(axes, step_name(record))
        axes.set_ylabel(_NAMES[measure])
        mark_fork(axes, record.start)
        floor = axes.get_ylim()[0] if axes.get_yscale() == "log" else -np.inf
        ends = []
        for layer, values, color in lines:
            # A layer that no longer moves has left a logarithmic chart below: it is labelled where it left.
            known = np.flatnonzero(np.isfinite(values) & (values >= floor))
            ends += [End(float(found.steps[k]), float(values[k]), layer, color) for k in known[-1:]]
        label_ends(axes, ends)
    return axes

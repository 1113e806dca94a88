"""The loss over the steps, of one run or of several on one chart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from engineroom.errors import OptionError
from engineroom.run import Record
from engineroom.show._numbers import number
from engineroom.show._runs import network_text
from engineroom.show.plot._style import (
    INK,
    NEGATIVE,
    POSITIVE,
    SERIES,
    End,
    drawing,
    label_ends,
    mark_fork,
    set_scale,
    step_axis,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["LossCurve", "loss_curve", "loss_name", "plot_loss", "plot_race", "step_name"]

_EACH = 20_000
"""Up to so many steps each of them is drawn; beyond, spans of steps."""
_EPOCHS = 3
_DASHES: tuple[Any, ...] = ("-", (0, (4, 1.5)), (0, (1, 1.2)))

Numbers = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class LossCurve:
    """What is drawn of the losses of a run.

    Attributes
    ----------
    steps, least, greatest : of each step, whose least and greatest loss are the same, or of each span of steps.
    mean_steps, means : the mean of each epoch or span, at its middle; empty where each step is the whole epoch.
    """

    steps: Numbers
    least: Numbers
    greatest: Numbers
    mean_steps: Numbers
    means: Numbers

    @property
    def each(self) -> bool:
        """Whether each step is drawn."""
        return self.least is self.greatest

    @property
    def strong(self) -> tuple[Numbers, Numbers]:
        """Steps and numbers of the line that the eye should follow."""
        return (self.mean_steps, self.means) if len(self.means) else (self.steps, self.least)


def loss_curve(record: Record, start: int = 0) -> LossCurve:
    """Return what is drawn of the losses of the steps after state `start`."""
    if record.steps <= start:
        raise OptionError(f"{record.name} has no step after state {start:,} yet, so there is no loss to draw")
    if record.steps > _EACH:
        spans = [s for s in record.loss_summaries() if s.first_step > start]
        ends = np.array([(s.first_step, s.count, s.least, s.greatest, s.mean) for s in spans])
        middle = ends[:, 0] + (ends[:, 1] - 1) / 2
        return LossCurve(middle, ends[:, 2], ends[:, 3], middle, ends[:, 4])
    steps = np.arange(start + 1, record.steps + 1, dtype=np.float64)
    losses = record.loss[start:]
    epochs = np.array([record.epoch_of(t) for t in range(start + 1, record.steps + 1)])
    which, first, counts = np.unique(epochs, return_index=True, return_counts=True)
    if len(which) < _EPOCHS or counts.max() == 1:
        return LossCurve(steps, losses, losses, np.empty(0), np.empty(0))
    with np.errstate(all="ignore"):
        means = np.array([losses[i : i + n].mean() for i, n in zip(first, counts, strict=True)])
    return LossCurve(steps, losses, losses, steps[first] + (counts - 1) / 2, means)


def loss_name(record: Record) -> str:
    """Return what the loss is called, such as `loss (cross entropy)`."""
    law = record.loss_law.law
    known = {"mse": "mean squared error", "mae": "mean absolute error"}
    return f"loss ({known.get(law, law.replace('_', ' '))})"


def step_name(record: Record) -> str:
    """Return what the steps are called, with how many make an epoch."""
    n = record.steps_per_epoch
    return "step (each an epoch)" if n == 1 else f"step ({n:,} an epoch)"


def plot_loss(record: Record, ax: Axes | None = None, *, log: bool | None = None) -> Axes:
    """Draw the loss of each step, the mean of each epoch and the loss of the held-out rows.

    Parameters
    ----------
    log : whether y is logarithmic; None is where the greatest is more than 100 times the least.
    """
    curve = loss_curve(record)
    with drawing(ax) as axes:
        _draw(axes, curve, NEGATIVE, "-")
        full = record.steps_per_epoch == 1
        y = curve.strong[1]
        said = "training rows" if full else "mean of an epoch" if len(curve.means) else "each batch"
        ends = [End(record.steps, y[-1], said if curve.each else "mean of the steps", NEGATIVE)]
        drawn = [y]
        if record.validation:
            steps = np.array([row.step for row in record.validation], np.float64)
            losses = np.array([row.values["loss"] for row in record.validation])
            axes.plot(steps, losses, color=POSITIVE, marker="o" if len(steps) < 40 else "", markersize=2.6)
            ends.append(End(steps[-1], losses[-1], "held-out rows", POSITIVE))
            drawn.append(losses)
        set_scale(axes, np.concatenate(drawn), log, np.concatenate([curve.least, curve.greatest]))
        step_axis(axes, step_name(record))
        axes.set_ylabel(loss_name(record))
        mark_fork(axes, record.start)
        label_ends(axes, ends)
        _tell_end(axes, record)
    return axes


def plot_race(
    records: Sequence[Record], labels: Sequence[str] | None = None, ax: Axes | None = None, *, log: bool | None = None
) -> Axes:
    """Draw the losses of several runs on one chart; a fork begins where it leaves its parent.

    Parameters
    ----------
    labels : what the runs are called; None says in what they differ.
    """
    if labels is not None and len(labels) != len(records):
        raise OptionError(f"a race of {len(records)} runs needs as many labels, got {len(labels)}")
    names = list(labels) if labels is not None else differences(records)
    laws = {record.loss_law.law for record in records}
    if len(laws) > 1:
        raise OptionError(f"runs race on one loss, and these minimized {' and '.join(sorted(laws))}")
    lines, drawn, noise = [], [], []
    with drawing(ax) as axes:
        for i, (record, name) in enumerate(zip(records, names, strict=True)):
            color, dash = SERIES[i % len(SERIES)], _DASHES[i // len(SERIES) % len(_DASHES)]
            start = record.start if any(_same(record.parent, other) for other in records) else 0
            curve = loss_curve(record, start)
            _draw(axes, curve, color, dash, pale=0.22)
            x, y = curve.strong
            if start:
                axes.plot(x[:1], y[:1], color=color, marker="o", markersize=4, linestyle="none")
            lines.append((record, x, y, name, color))
            drawn.append(y)
            noise += [curve.least, curve.greatest]
        set_scale(axes, np.concatenate(drawn), log, np.concatenate(noise))
        per_epoch = {record.steps_per_epoch for record in records}
        step_axis(axes, step_name(records[0]) if len(per_epoch) == 1 else "step")
        axes.set_ylabel(loss_name(records[0]))
        floor = axes.get_ylim()[0]
        ends = []
        for record, x, y, name, color in lines:
            # A line that leaves the chart below is labelled there.
            known = np.flatnonzero(np.isfinite(y) & (y >= floor))
            ends += [End(_end(record, x[k]), y[k], name, color) for k in known[-1:]]
        label_ends(axes, ends)
    return axes


def differences(records: Sequence[Record]) -> list[str]:
    """Return what to call each of some runs: its name, or its number and in what it differs from the others."""
    facts: dict[str, list[str]] = {
        "network": [network_text(r.network, r.dataset.x.shape[1]) for r in records],
        "optimizer": [r.optimizer.law for r in records],
        "lr": [f"lr {number(r.optimizer.schedule.lr)}" for r in records],
        "batch": [f"batch {r.plan.batch_size:,}" for r in records],
        "seed": [f"seed {r.seed}" for r in records],
    }
    telling = [values for values in facts.values() if len(set(values)) > 1]
    named = []
    for i, record in enumerate(records):
        said = ", ".join(values[i] for values in telling)
        named.append(record.row.name or said or record.name)
    again = {name for name in named if named.count(name) > 1}
    return [f"run {r.number}, {n}" if n in again else n for n, r in zip(named, records, strict=True)]


def _same(first: Record | None, second: Record) -> bool:
    if first is None or first.number != second.number:
        return False
    return first.logbook is second.logbook or (
        first.logbook.path is not None and first.logbook.path == second.logbook.path
    )


def _end(record: Record, x: float) -> float:
    """Return where a line is labelled: at the run's end, unless its losses were no longer finite long before."""
    return float(record.steps) if record.steps - x <= record.steps_per_epoch else x


def _draw(axes: Axes, curve: LossCurve, color: str, dash: Any, pale: float = 0.32) -> None:
    strong = not len(curve.means)
    if curve.each:
        axes.plot(
            curve.steps,
            curve.least,
            color=color,
            linestyle=dash if strong else "-",
            linewidth=1.6 if strong else 0.6,
            alpha=1 if strong else pale,
            rasterized=len(curve.steps) > 5000,
        )
    else:
        # A zero would tear a hole on a logarithmic axis.
        least = np.maximum(curve.least, np.finfo(np.float64).tiny)
        axes.fill_between(curve.steps, least, curve.greatest, color=color, alpha=pale / 1.4, linewidth=0)
    if not strong:
        axes.plot(curve.mean_steps, curve.means, color=color, linestyle=dash)


def _tell_end(axes: Axes, record: Record) -> None:
    """Say where the run reached NaN or infinity, if it did."""
    if record.finding is not None:
        found = record.finding
        said = f"step {found.step:,} reached NaN or infinity: {found.buffer} became {found.value}"
        axes.annotate(said, (0, 1), xycoords="axes fraction", ha="left", va="bottom", fontsize=8, color=INK)

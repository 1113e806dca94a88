"""The loss around the weights: a curve with the step thrown on it, or a surface with its contours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from engineroom.lens import Landscape
from engineroom.run import Record
from engineroom.show._numbers import number
from engineroom.show.plot._losses import loss_name
from engineroom.show.plot._style import ACCENT, INK, NEGATIVE, POSITIVE, SOFT, drawing, sequential, set_scale

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_landscape"]

_LEVELS = 14
_FAR = 100.0


def plot_landscape(record: Record, answer: Landscape, ax: Axes | None = None) -> Axes:
    """Draw a landscape: the loss along one coordinate, or over two.

    Parameters
    ----------
    answer : what `lens.landscape` found.
    """
    flat = len(answer.axes) == 1
    with drawing(ax, *((5.6, 3.3) if flat else (5.0, 3.9))) as axes:
        (_draw_curve if flat else _draw_surface)(axes, record, answer)
    return axes


def _draw_curve(axes: Axes, record: Record, answer: Landscape) -> None:
    (along,) = answer.axes
    first, last = answer.marks[0], answer.marks[-1]
    axes.plot(along.values, answer.losses, color=NEGATIVE)
    set_scale(axes, answer.losses, log=False)
    limits = axes.get_ylim()
    axes.plot(along.values, answer.tangent(), color=SOFT, linewidth=0.8, linestyle=(0, (4, 3)))
    axes.set_ylim(limits)
    axes.set_xlim(float(along.values[0]), float(along.values[-1]))
    arrow = {"arrowstyle": "-|>", "color": POSITIVE, "linewidth": 1.4, "shrinkA": 0, "shrinkB": 0, "mutation_scale": 9}
    axes.annotate("", (last.at[0], last.loss), (first.at[0], first.loss), arrowprops=arrow)
    axes.plot([first.at[0]], [first.loss], color=POSITIVE, marker="o", markersize=4.5, linestyle="none")
    axes.plot(
        [answer.lowest.at[0]], [answer.lowest.loss], color=ACCENT, marker="x", markersize=5, markeredgewidth=1.6,
        linestyle="none",
    )  # fmt: skip
    right = first.at[0] < (along.values[0] + along.values[-1]) / 2
    side: dict[str, Any] = {"textcoords": "offset points", "fontsize": 8, "annotation_clip": False}
    said = f"step {answer.step:,}" if answer.step is not None else first.label
    axes.annotate(
        f"{said}: {number(first.at[0])} to {number(last.at[0])}", (first.at[0], first.loss),
        (9 if right else -9, 3), ha="left" if right else "right", color=POSITIVE, **side,
    )  # fmt: skip
    axes.annotate(
        f"lowest at {number(answer.lowest.at[0])}", (answer.lowest.at[0], answer.lowest.loss), (0, 10),
        ha="center", color=ACCENT, **side,
    )  # fmt: skip
    # The tangent has its name under the valley's wall, where nothing else is.
    down = limits[0] + 0.16 * (limits[1] - limits[0])
    foot = first.at[0] + (down - first.loss) / along.slope if along.slope else float("nan")
    if along.values[0] <= foot <= along.values[-1]:
        left = along.slope < 0
        axes.annotate(
            f"slope {number(along.slope)}".replace("-", "\N{MINUS SIGN}"), (foot, down), (-8 if left else 8, 0),
            ha="right" if left else "left", va="center", color=SOFT, **side,
        )  # fmt: skip
    axes.set_xlabel(along.name)
    axes.set_ylabel(loss_name(record))


def _draw_surface(axes: Axes, record: Record, answer: Landscape) -> None:
    from matplotlib.patheffects import withStroke
    from matplotlib.ticker import FuncFormatter

    first, second = answer.axes
    heights, levels = _levels(answer.losses)
    filled = axes.contourf(first.values, second.values, heights.T, levels, cmap=sequential())
    axes.contour(first.values, second.values, heights.T, levels, colors="white", linewidths=0.4, alpha=0.7)
    at = np.array([mark.at for mark in answer.marks])
    axes.plot(at[:, 0], at[:, 1], color=POSITIVE, linewidth=1.5, marker="o", markersize=2.6 if len(at) > 4 else 4)
    axes.plot(
        [answer.lowest.at[0]], [answer.lowest.at[1]], color=INK, marker="x", markersize=6, markeredgewidth=1.6,
        linestyle="none", clip_on=False,
    )  # fmt: skip
    # However close the two lie, the lower one's label hangs and the upper one's stands.
    ends = sorted(dict.fromkeys((answer.marks[0], answer.marks[-1])), key=lambda mark: mark.at[1])
    for mark, (rise, stands) in zip(ends, ((-2, "top"), (2, "bottom")), strict=False):
        axes.annotate(
            mark.label, (mark.at[0], mark.at[1]), (7, rise), textcoords="offset points", fontsize=8, va=stands,
            color=INK, path_effects=[withStroke(linewidth=2.2, foreground="white", alpha=0.85)],
        )  # fmt: skip
    axes.grid(visible=False)
    axes.set_xlim(float(first.values[0]), float(first.values[-1]))
    axes.set_ylim(float(second.values[0]), float(second.values[-1]))
    axes.set_xlabel(first.name)
    axes.set_ylabel(second.name)
    figure = axes.get_figure(root=False)
    if figure is None:
        return
    bar = figure.colorbar(filled, ax=axes, fraction=0.05, pad=0.02, label=loss_name(record))
    bar.outline.set_visible(False)
    if heights is not answer.losses:
        bar.ax.yaxis.set_major_formatter(FuncFormatter(lambda height, _: number(10**height, 2)))


def _levels(losses: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the heights that are drawn, logarithms where losses lie far apart, and the levels of the contours."""
    from matplotlib.ticker import MaxNLocator

    finite = losses[np.isfinite(losses)]
    if not len(finite):
        return losses, np.linspace(0, 1, _LEVELS)
    heights = losses
    if finite.min() > 0 and finite.max() > _FAR * finite.min():
        with np.errstate(all="ignore"):
            heights = np.log10(losses)
        finite = heights[np.isfinite(heights)]
    low, high = float(finite.min()), float(finite.max())
    levels = np.array(MaxNLocator(_LEVELS).tick_values(low, high if high > low else low + 1.0))
    return np.ma.masked_invalid(heights) if len(finite) < heights.size else heights, levels

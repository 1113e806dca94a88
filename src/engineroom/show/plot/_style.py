"""How pictures look: the page's colours on white, few lines, labels where the eye is."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from textwrap import wrap
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from engineroom.errors import OptionError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colors import LinearSegmentedColormap
    from matplotlib.figure import Figure

__all__ = [
    "ACCENT", "FAINT", "INK", "NEGATIVE", "PAPER", "POSITIVE", "SERIES", "SOFT", "End",
    "diverging", "drawing", "figure_of", "label_ends", "mark_fork", "say_upright", "sequential",
    "set_scale", "step_axis", "style",
]  # fmt: skip

INK, SOFT, FAINT, PAPER = "#1d2126", "#565d66", "#8b9199", "#f7f5f0"
POSITIVE, NEGATIVE, ACCENT = "#b04b07", "#2563b0", "#0d6e63"

SERIES = ("#2563b0", "#c8650f", "#25a196", "#ad74f8", "#510036", "#624b06")
"""Colours of lines on one chart, told apart by eyes of every kind and, by their lightness, in grey."""

_STYLE: Any = {
    "font.size": 9.0,
    "font.family": ["DejaVu Sans"],
    "text.color": INK,
    "figure.facecolor": "white",
    "axes.facecolor": "white",
    "axes.edgecolor": FAINT,
    "axes.labelcolor": INK,
    "axes.labelsize": 9.0,
    "axes.labelpad": 6.0,
    "axes.linewidth": 0.7,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.grid.which": "major",
    "axes.axisbelow": True,
    "axes.xmargin": 0.02,
    "axes.ymargin": 0.06,
    "axes.formatter.use_mathtext": True,
    "grid.color": "#ebe8e1",
    "grid.linewidth": 0.7,
    "xtick.color": FAINT,
    "ytick.color": FAINT,
    "xtick.labelcolor": SOFT,
    "ytick.labelcolor": SOFT,
    "xtick.labelsize": 8.0,
    "ytick.labelsize": 8.0,
    "xtick.major.width": 0.7,
    "ytick.major.size": 0.0,
    "ytick.minor.size": 0.0,
    "lines.linewidth": 1.6,
    "lines.solid_capstyle": "round",
    "lines.solid_joinstyle": "round",
    "image.interpolation": "nearest",
}
_FAR = 100.0
"""From how large a ratio of greatest to least on a logarithmic axis tells more."""
_DECADES = 10.0
"""What lies farther below the first value is as good as zero."""
_NEAR = 0.08
_LINE = 12.0
"""How far apart labels are, in points."""


def _need_matplotlib() -> None:
    try:
        import matplotlib.figure  # noqa: F401  # only whether it is there
    except ImportError:
        raise OptionError('a plot needs matplotlib; install it with pip install "engineroom[plot]"') from None


def figure_of(width: float, height: float, **given: Any) -> Figure:
    """Return an empty figure that no window and no list of open figures knows.

    Parameters
    ----------
    width, height : in inches.
    given : more for Matplotlib's `Figure`.
    """
    _need_matplotlib()
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), **given)


@contextmanager
def style() -> Iterator[None]:
    """Draw in this style while it lasts."""
    _need_matplotlib()
    import matplotlib

    with matplotlib.rc_context(_STYLE):
        yield


@contextmanager
def drawing(ax: Axes | None, width: float = 5.6, height: float = 3.3) -> Iterator[Axes]:
    """Give the axes to draw on, those of a figure of their own where none are given.

    Parameters
    ----------
    width, height : of that figure, in inches.
    """
    with style():
        from matplotlib.axes import Axes

        if ax is not None and not isinstance(ax, Axes):
            raise OptionError(f"ax must be Axes of Matplotlib, such as those of plt.subplots(), got {ax!r:.80}")
        if ax is not None:
            yield ax
            return
        figure = figure_of(width, height, dpi=200, layout="constrained")
        axes = figure.add_subplot()
        # Notebooks know pyplot's figures only. With this one too, whoever ends a cell with these axes sees the picture.
        vars(axes)["_repr_png_"] = partial(_in_a_notebook, figure)
        yield axes


def _in_a_notebook(figure: Figure) -> tuple[bytes, dict[str, int]]:
    """Return a picture and at which size to show it; two dots of it are one of the screen's."""
    file = io.BytesIO()
    figure.savefig(file, format="png")
    width, height = figure.get_size_inches() * figure.dpi / 2
    return file.getvalue(), {"width": round(width), "height": round(height)}


@dataclass(frozen=True)
class End:
    """Where a line ends, and what is written there."""

    x: float
    y: float
    text: str
    color: str


def label_ends(ax: Axes, ends: Sequence[End]) -> None:
    """Write at the end of each line what it is, so that no legend is needed; labels that would touch make room."""
    low, high = ax.get_ylim()
    ends = [end for end in ends if np.isfinite(end.y)]
    if not ends:
        return
    left, right = ax.get_xlim()
    last = max(end.x for end in ends)
    # Lines that end nearly where the last one ends are labelled in one column.
    ends = [replace(end, x=last) if last - end.x < _NEAR * abs(right - left) else end for end in ends]
    height = 0.9 * ax.get_position().height * _inches(ax) * 72
    least, most = min(low, high), max(low, high)
    down, up = ax.transAxes.transform([(0, 0), (0, 1)])[:, 1]
    for x in dict.fromkeys(end.x for end in ends):
        column = [end for end in ends if end.x == x]
        inside = ax.transData.transform([(end.x, np.clip(end.y, least, most)) for end in column])[:, 1]
        own = np.clip((inside - down) / (up - down), 0, 1) * height
        for end, at, moved in zip(column, own, _apart(own, _LINE, height), strict=True):
            ax.annotate(
                end.text.replace("-", "\N{MINUS SIGN}") if end.text[:1] == "-" else end.text,
                (x, float(np.clip(end.y, least, most))),
                (6, moved - at),
                textcoords="offset points",
                color=end.color,
                fontsize=8,
                va="center",
                annotation_clip=False,
            )


def say_upright(ax: Axes, *told: str) -> None:
    """Name the y axis, a line for each of `told`; what is longer than the axis is broken into lines."""
    from matplotlib.font_manager import FontProperties

    letter = 0.58 * FontProperties(size=ax.yaxis.label.get_fontsize()).get_size_in_points()
    letters = max(8, int(ax.get_position().height * _inches(ax) * 72 / letter))
    ax.set_ylabel("\n".join(line for text in told for line in wrap(text, letters)))


def _inches(ax: Axes) -> float:
    figure = ax.get_figure(root=True)
    return 3.0 if figure is None else float(figure.get_size_inches()[1])


def _apart(places: NDArray[np.float64], gap: float, room: float) -> NDArray[np.float64]:
    """Return places in the same order, `gap` apart and half of it from both ends, those that touch moved alike."""

    def inside(middle: float, count: int) -> tuple[float, int]:
        edge = min(gap * count / 2, room / 2)
        return min(max(middle, edge), room - edge), count

    order = np.argsort(places, kind="stable")
    groups = [inside(float(places[i]), 1) for i in order]  # the middle of labels that touch, and how many they are
    at = 0
    while at + 1 < len(groups):
        (low, n), (high, m) = groups[at], groups[at + 1]
        if high - low < gap * (n + m) / 2 - 1e-9:
            groups[at : at + 2] = [inside((low * n + high * m) / (n + m), n + m)]
            at = max(0, at - 1)
        else:
            at += 1
    moved = np.empty(len(places))
    moved[order] = [middle + gap * (i - (n - 1) / 2) for middle, n in groups for i in range(n)]
    return moved


def step_axis(ax: Axes, label: str) -> None:
    """Let the steps run along x: whole numbers, thousands set apart."""
    from matplotlib.ticker import MaxNLocator

    ax.xaxis.set_major_locator(MaxNLocator(6, integer=True, min_n_ticks=1))
    ax.xaxis.set_major_formatter("{x:,.0f}")
    ax.set_xlabel(label)


def mark_fork(ax: Axes, start: int) -> None:
    """Mark the state from which a fork goes on; nothing where a run began by itself."""
    if start:
        ax.axvline(start, color=FAINT, linewidth=0.7, linestyle=(0, (3, 3)))
        ax.annotate(
            f"forked at {start:,}", (start, 1), (4, -4), xycoords=("data", "axes fraction"),
            textcoords="offset points", fontsize=8, color=SOFT, va="top",
        )  # fmt: skip


def set_scale(ax: Axes, values: NDArray[Any], log: bool | None, noise: NDArray[Any] | None = None) -> None:
    """Set the limits of y around the finite values, logarithmic where asked for or where that tells more.

    Parameters
    ----------
    log : None is logarithmic where the greatest of values and noise is more than 100 times the least.
    noise : what scatters around the values; how far it reaches down counts for nineteen of twenty.
    """
    finite = values[np.isfinite(values)].astype(np.float64)
    positive = finite[finite > 0]
    if log is True and not len(positive):
        raise OptionError("log=True needs a positive number, and there is none: leave log out")
    if not len(finite):
        return
    around = finite if noise is None else np.concatenate([finite, _bulk(noise)])
    above = around[around > 0]
    if log or (log is None and around.min() >= 0 and len(positive) > 1 and _far(above)):
        around = above
        low, high = np.log10(around.min()), np.log10(around.max())
        low = max(low, np.log10(positive[0]) - _DECADES)
        edge = 0.06 * (high - low) or 0.5
        ax.set_yscale("log", nonpositive="mask")  # a zero has no place on it: a gap
        low, high = max(low - edge, -307.0), min(high + edge, 307.0)
        ax.set_ylim(10.0**low, 10.0**high)
        if max(high, -low) + (high - low) > 307:
            # Matplotlib also computes the ticks next to those that are seen, and they would be infinite.
            decades = np.arange(np.ceil(low), np.floor(high) + 1)
            ax.set_yticks(10.0 ** decades[:: max(1, len(decades) // 5)])
            ax.set_yticks([], minor=True)
    else:
        low, high = float(around.min()), float(around.max())
        edge = 0.06 * (high - low) or abs(high) * 0.1 or 1.0
        # A loss is seen against zero, where that leaves it room.
        ax.set_ylim(0 if noise is not None and 0 <= low < 0.3 * high else low - edge, high + edge)


def _far(positive: NDArray[Any]) -> bool:
    return bool(np.log10(positive.max()) - np.log10(positive.min()) > np.log10(_FAR))


def _bulk(noise: NDArray[Any]) -> NDArray[Any]:
    finite = noise[np.isfinite(noise)]
    bulk: NDArray[Any] = finite[finite >= np.quantile(finite, 0.05)] if len(finite) else finite
    return bulk


def diverging(paper: str = "#ffffff") -> LinearSegmentedColormap:
    """Return the colours of the signs: blue below zero, orange above, paper between."""
    _need_matplotlib()
    from matplotlib.colors import LinearSegmentedColormap

    stops = ["#123a73", NEGATIVE, "#9dbbe2", paper, "#eaa877", POSITIVE, "#5e2500"]
    return LinearSegmentedColormap.from_list("engineroom signs", stops)


def sequential() -> LinearSegmentedColormap:
    """Return the colours of heights: light where low, dark where high, even in grey."""
    _need_matplotlib()
    from matplotlib.colors import LinearSegmentedColormap

    stops = ["#fbf7ea", "#d5e4d3", "#93c3b7", "#4d958f", "#1b6670", "#123d4e"]
    return LinearSegmentedColormap.from_list("engineroom heights", stops)

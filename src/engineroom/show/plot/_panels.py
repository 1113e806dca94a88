"""The parts of a moving picture: each is drawn once and then changed from step to step."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from engineroom.lens import Beliefs, beliefs
from engineroom.plan import State
from engineroom.run import Record
from engineroom.show._images import images_of
from engineroom.show.plot._losses import loss_curve
from engineroom.show.plot._style import (
    INK,
    NEGATIVE,
    PAPER,
    POSITIVE,
    SERIES,
    SOFT,
    diverging,
    set_scale,
    step_axis,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.image import AxesImage

__all__ = ["Box", "Panel", "draws_edges", "edges_panel", "fit_panel", "loss_panel", "matrices_panel"]

Box = tuple[float, float, float, float]
"""Left, bottom, width and height, as parts of the figure."""

_EDGES, _UNITS, _WRITTEN = 600, 24, 1
_TILES = 144
_MATRICES = 3
_ROWS = 400
_STRENGTH = 0.62


class Panel(Protocol):
    """Shows one state."""

    def __call__(self, state: State) -> None: ...


def loss_panel(figure: Figure, box: Box, record: Record) -> Panel:
    """Draw the loss curve as far as it has come."""
    axes, curve = figure.add_axes(box), loss_curve(record)
    x, y = curve.strong
    set_scale(axes, y, None, np.concatenate([curve.least, curve.greatest]))
    axes.set_xlim(0, record.steps * 1.03)
    step_axis(axes, "step")
    thin = len(curve.means) > 0
    axes.set_ylabel(f"loss, strong: mean of {'an epoch' if curve.each else 'a span'}" if thin else "loss")
    pale = axes.plot([], [], color=NEGATIVE, alpha=0.35, linewidth=0.7)[0]
    strong = axes.plot([], [], color=NEGATIVE, linewidth=2)[0]
    dot = axes.plot([], [], color=POSITIVE, marker="o", markersize=6, linestyle="none", clip_on=False)[0]

    def show(state: State) -> None:
        some, all_ = curve.steps <= state.step, x <= state.step
        if thin:
            pale.set_data(curve.steps[some], curve.least[some])
        strong.set_data(x[all_], y[all_])
        at = np.flatnonzero(np.isfinite(y) & all_)[-1:]
        low, high = axes.get_ylim()
        dot.set_data(x[at], np.clip(y[at], low, high))

    return show


def draws_edges(record: Record) -> bool:
    """Whether a network is small enough to be drawn edge by edge."""
    widths = [len(record.dataset.features), *(layer.units for layer in record.network.layers)]
    return max(widths) <= _UNITS and sum(a * b for a, b in pairwise(widths)) <= _EDGES


def edges_panel(figure: Figure, box: Box, record: Record, samples: Sequence[State]) -> Panel:
    """Draw a small network: an edge a weight, as wide as it is large, orange above zero and blue below.

    Parameters
    ----------
    samples : states by which the widths are measured.
    """
    from matplotlib.collections import LineCollection
    from matplotlib.colors import to_rgba

    axes = figure.add_axes(box)
    axes.set_axis_off()
    layers = list(record.network.names)
    widths = [len(record.dataset.features), *(layer.units for layer in record.network.layers)]
    places = [_column(i, n) for i, n in enumerate(widths)]
    most = _largest([f"{layer}.weight" for layer in layers], samples)
    colors = np.array([to_rgba(NEGATIVE), to_rgba(POSITIVE)])
    drawn = []
    for i, layer in enumerate(layers):
        lines = [(a, b) for a in places[i] for b in places[i + 1]]
        collection = LineCollection(lines, capstyle="round", zorder=1)
        axes.add_collection(collection)
        drawn.append((f"{layer}.weight", collection))
    spots = np.array([place for column in places for place in column])
    size = 170 if max(widths) <= 6 else 90 if max(widths) <= 12 else 34
    axes.scatter(spots[:, 0], spots[:, 1], s=size, color="white", edgecolors=SOFT, linewidths=1.1, zorder=2)
    few = sum(len(lines.get_segments()) for _, lines in drawn) <= _WRITTEN
    said = [axes.text(0, 0, "", fontsize=10, color=INK, ha="center", va="bottom") for _ in spots] if few else []
    axes.set_xlim(-0.12, len(layers) + 0.12)
    axes.set_ylim(-0.62, 0.62)

    def show(state: State) -> None:
        for name, collection in drawn:
            weights = np.nan_to_num(state[name].astype(np.float64).reshape(-1))
            share = np.clip(np.abs(weights) / most[name], 0, 1)
            collection.set_linewidth((0.4 + 4.6 * share).tolist())
            shade = colors[(weights > 0).astype(int)]
            shade[:, 3] = 0.25 + 0.7 * share
            collection.set_color(shade)
            if few:
                for text, line, weight in zip(said, collection.get_segments(), weights.tolist(), strict=False):
                    text.set_text(f"{weight:{'.3f' if abs(weight) < 1000 else '.3g'}}".replace("-", "\N{MINUS SIGN}"))
                    text.set_position((float(line[:, 0].mean()), float(line[:, 1].mean()) + 0.05))

    return show


def matrices_panel(figure: Figure, box: Box, record: Record, samples: Sequence[State]) -> Panel:
    """Draw the weights of each layer as pixels; those that look at images as one small image a neuron.

    Parameters
    ----------
    samples : states by which the colours are measured.
    """
    names = [f"{layer}.weight" for layer in record.network.names][:_MATRICES]
    most = _largest(names, samples, part=0.995)
    left, bottom, width, height = box
    cells: list[Box] = [box]
    if len(names) > 1:
        gap, first = 0.03, 0.66 * width
        each = (height - gap * 2 * (len(names) - 2)) / (len(names) - 1)
        cells = [(left, bottom, first, height)]
        cells += [
            (left + first + gap, bottom + height - (i + 1) * each - 2 * gap * i, width - first - gap, each)
            for i in range(len(names) - 1)
        ]
    drawn: list[tuple[str, AxesImage, Callable[[NDArray[Any]], NDArray[Any]]]] = []
    for i, (name, cell) in enumerate(zip(names, cells, strict=True)):
        axes = figure.add_axes(cell)
        axes.set_axis_off()
        weights = samples[0][name]
        arranged, said = _arrangement(record, i, weights)
        image = axes.imshow(
            arranged(weights), cmap=diverging(PAPER), vmin=-most[name], vmax=most[name], interpolation="auto",
            aspect="equal" if said else "auto", interpolation_stage="rgba",
        )  # fmt: skip
        text = f"{name.split('.')[0]}: {said or ' x '.join(f'{n:,}' for n in weights.shape)}"
        axes.text(0.5, -0.02, text, transform=axes.transAxes, ha="center", va="top", fontsize=8, color=SOFT)
        drawn.append((name, image, arranged))

    def show(state: State) -> None:
        for name, image, arranged in drawn:
            image.set_data(arranged(state[name]))

    return show


def fit_panel(figure: Figure, box: Box, record: Record) -> Panel:
    """Draw what the network says between the examples: the fitted curve of one input, the regions of two."""
    axes, first = figure.add_axes(box), _believed(record, 0)
    axes.grid(visible=False)
    features, target = record.dataset.features, record.dataset.target
    axes.set_xlabel(_unit(features[0].name, features[0].unit))
    if len(features) == 2:
        axes.set_ylabel(_unit(features[1].name, features[1].unit))
        change = _regions(axes, record, first)
    else:
        axes.set_ylabel(_unit(target.names[0], target.unit) if target.kind == "number" else "probability")
        change = _curves(axes, record, first)

    def show(state: State) -> None:
        change(first if state.step == 0 else _believed(record, state.step))

    return show


def _curves(axes: Axes, record: Record, first: Beliefs) -> Callable[[Beliefs], None]:
    classes = record.dataset.target.kind == "classes"
    truth = first.truth if classes else first.truth[:, 0]
    outputs = first.answers.shape[-1]
    color: Any = "white" if classes else SOFT
    y = truth.astype(np.float64)
    if classes and outputs > 2:  # each on the line that should be 1 there
        color, y = [SERIES[k % len(SERIES)] for k in truth.tolist()], np.ones(len(truth))
    axes.scatter(first.points[:, 0], y, s=14, color=color, edgecolors=SOFT, linewidths=0.7, alpha=0.75, zorder=2)
    shown = range(outputs)[-1:] if classes and outputs == 2 else range(outputs)
    lines = [
        axes.plot([], [], color=POSITIVE if len(shown) == 1 else SERIES[k % len(SERIES)], linewidth=2.4)[0]
        for k in shown
    ]
    low, high = (0.0, 1.0) if classes else (float(y.min()), float(y.max()))
    span = high - low or 1.0
    # Where it begins is seen too, unless that is far off.
    begin = np.clip(np.nan_to_num(first.answers[:, list(shown)]), low - 0.8 * span, high + 0.8 * span)
    axes.set_ylim(min(low, float(begin.min())) - 0.1 * span, max(high, float(begin.max())) + 0.1 * span)
    axes.set_xlim(float(first.grid[0][0]), float(first.grid[0][-1]))

    def change(found: Beliefs) -> None:
        for k, line in zip(shown, lines, strict=True):
            line.set_data(found.grid[0], found.answers[:, k])

    return change


def _regions(axes: Axes, record: Record, first: Beliefs) -> Callable[[Beliefs], None]:
    from matplotlib.colors import to_rgb

    classes = record.dataset.target.kind == "classes"
    extent = (*first.grid[0][[0, -1]].tolist(), *first.grid[1][[0, -1]].tolist())
    paper = np.array(to_rgb(PAPER))
    count = first.answers.shape[-1]
    names = (NEGATIVE, POSITIVE) if count <= 2 else SERIES
    colors = np.array([to_rgb(names[k % len(names)]) for k in range(count)])
    low, high = (0.0, 1.0) if classes else (float(first.truth[:, 0].min()), float(first.truth[:, 0].max()))
    signs = diverging(PAPER)

    def of_numbers(values: NDArray[Any]) -> NDArray[Any]:
        return np.asarray(signs(np.clip((values - low) / (high - low or 1.0), 0, 1)))[..., :3]

    def pixels(found: Beliefs) -> NDArray[Any]:
        answers = np.nan_to_num(np.swapaxes(found.answers, 0, 1).astype(np.float64))
        if classes and count == 2:
            return np.asarray(signs(0.5 + 0.38 * (answers[..., 1] - 0.5)))[..., :3]
        inks = answers @ colors if classes else of_numbers(answers[..., 0])
        mixed: NDArray[Any] = np.clip(paper + (inks - paper) * (_STRENGTH if classes else 0.8), 0, 1)
        return mixed

    image = axes.imshow(pixels(first), extent=extent, origin="lower", aspect="auto", interpolation="bilinear")
    inks = colors[first.truth] if classes else of_numbers(first.truth[:, 0])
    axes.scatter(first.points[:, 0], first.points[:, 1], s=17, c=inks, edgecolors="white", linewidths=0.7)
    for spine in axes.spines.values():
        spine.set_visible(False)

    def change(found: Beliefs) -> None:
        image.set_data(pixels(found))

    return change


def _believed(record: Record, step: int) -> Beliefs:
    return beliefs(record, step, part="training", limit=_ROWS)


def _unit(name: str, unit: str) -> str:
    return f"{name} ({unit})" if unit else name


def _column(i: int, n: int) -> list[tuple[float, float]]:
    """Return the places of n neurons, one below the other."""
    apart = min(1 / max(1, n - 1), 0.28)
    return [(float(i), apart * ((n - 1) / 2 - k)) for k in range(n)]


def _largest(names: Sequence[str], samples: Sequence[State], part: float = 1.0) -> dict[str, float]:
    """Return how large the weights of each array become, all but the largest few."""
    found = {}
    for name in names:
        finite = [np.nan_to_num(state[name].astype(np.float64), posinf=0, neginf=0) for state in samples]
        sizes = [np.quantile(np.abs(weights), part) for weights in finite]
        found[name] = float(max(sizes)) or 1.0
    return found


def _arrangement(
    record: Record, layer: int, weights: NDArray[Any]
) -> tuple[Callable[[NDArray[Any]], NDArray[Any]], str]:
    """Return how weights are laid out as pixels, and what that is called; a bare matrix has no name."""
    images = images_of(record.dataset) if layer == 0 else None
    count = weights.shape[1]
    if images is None or count > _TILES:
        return (lambda w: w), ""
    (high, wide), pixels = images.shape, images.pixels
    if record.dataset.raw_table is None and len(pixels) != high * wide:
        return (lambda w: w), ""  # numbered columns of an array, but no picture of them
    across = math.ceil(math.sqrt(count))
    down = math.ceil(count / across)
    places = np.array(pixels)

    def tiles(w: NDArray[Any]) -> NDArray[Any]:
        sheet = np.full((down * (high + 1) - 1, across * (wide + 1) - 1), np.nan)
        for k in range(count):
            tile = np.zeros(high * wide)
            tile[places] = w[:, k]
            top, left = (k // across) * (high + 1), (k % across) * (wide + 1)
            sheet[top : top + high, left : left + wide] = tile.reshape(high, wide)
        return sheet

    return tiles, f"the {high} x {wide} weights of each of {count} neurons"

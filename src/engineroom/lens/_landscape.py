"""The loss around the weights: along one weight or two, or along directions through all of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engineroom.lens._layout import table, wrapped
from engineroom.lens._sentences import signed
from engineroom.lens._why import plain

__all__ = ["Axis", "Landscape", "Mark", "WhichRows"]

WhichRows: TypeAlias = Literal["batch", "training", "validation"]

_SHOWN = {1: 11, 2: 7}
"""How many of an axis's values the printed answer shows."""


@dataclass(frozen=True, eq=False)
class Axis:
    """One direction in which the weights were changed.

    Attributes
    ----------
    name : a weight, or what the direction is.
    place : of a weight, the same in words.
    values : (n,) of the weight itself, or how far along the direction; float64, evenly spaced.
    slope : of the loss along it at the first mark: the gradient that the step stood on.
    """

    name: str
    place: str
    values: NDArray[np.float64]
    slope: float


@dataclass(frozen=True)
class Mark:
    """A point on the landscape: what it is, where it lies on each axis, and its loss."""

    label: str
    at: tuple[float, ...]
    loss: float


@dataclass(frozen=True, eq=False)
class Landscape:
    """The loss as a function of one or two coordinates, everything else held.

    Attributes
    ----------
    title : what was changed, and where.
    step : the update drawn on it; None where it is of no single one.
    rows, count : of which rows it is the mean loss, and how many there are.
    axes : one for a curve, two for a surface.
    losses : (n,) or (n, m) float64; `losses[i, j]` is at `axes[0].values[i]` and `axes[1].values[j]`.
    marks : for a step the weight before and after it; otherwise the states that lie on it.
    lowest : the lowest point seen.
    sentences : what it shows, in words.
    """

    title: str
    step: int | None
    rows: WhichRows
    count: int
    axes: tuple[Axis, ...]
    losses: NDArray[np.float64]
    marks: tuple[Mark, ...]
    lowest: Mark
    sentences: tuple[str, ...]

    def tangent(self, axis: int = 0) -> NDArray[np.float64]:
        """Return (n,) the straight line that the slope draws along an axis through the first mark."""
        mark, along = self.marks[0], self.axes[axis]
        line: NDArray[np.float64] = mark.loss + along.slope * (along.values - mark.at[axis])
        return line

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as plain lists and dicts for JSON; floats as in `Why.to_dict`, the arrays as they are."""
        axes = [
            {"name": a.name, "place": a.place, "values": a.values.tolist(), "slope": plain(a.slope)} for a in self.axes
        ]
        points = {
            name: [{"label": m.label, "at": list(m.at), "loss": plain(m.loss)} for m in marks]
            for name, marks in (("marks", self.marks), ("lowest", (self.lowest,)))
        }
        facts = {name: getattr(self, name) for name in ("title", "step", "rows", "count")}
        return {
            **facts,
            "axes": axes,
            "losses": self.losses.tolist(),
            "marks": points["marks"],
            "lowest": points["lowest"][0],
            "sentences": list(self.sentences),
        }

    def __str__(self) -> str:
        lines = [self.title, *(line for sentence in self.sentences for line in wrapped(sentence)), ""]
        marks = self.marks if len(self.marks) <= 4 else (self.marks[0], self.marks[-1])
        rows = [["", *(f"along {i + 1}" if len(self.axes) > 1 else "at" for i in range(len(self.axes))), "loss"]]
        rows += [[m.label, *map(_number, m.at), _loss(m.loss)] for m in (*marks, self.lowest)]
        lines += table(rows, "l" + "r" * len(self.axes) + "r")
        for i, axis in enumerate(self.axes):
            which = f"Along {i + 1}: " if len(self.axes) > 1 else "Along "
            words = f"{axis.name}, {axis.place}" if axis.place else axis.name
            lines += wrapped(f"{which}{words}; slope {signed(axis.slope)} at the first point.")
        return "\n".join([*lines, "", *self._numbers()])

    def _numbers(self) -> list[str]:
        """Return some of the losses, as a table."""
        shown = [_spread(len(axis.values), _SHOWN[len(self.axes)]) for axis in self.axes]
        first = self.axes[0]
        if len(self.axes) == 1:
            cells = [[_number(first.values[i]), _loss(self.losses[i])] for i in shown[0]]
            return ["The loss along it", *table([["value", "loss"], *cells], "rr")]
        second = self.axes[1]
        cells = [["", *(_number(second.values[j]) for j in shown[1])]]
        cells += [[_number(first.values[i]), *(_loss(self.losses[i, j]) for j in shown[1])] for i in shown[0]]
        return ["The loss, along 1 downwards and along 2 to the right", *table(cells, "r" * (len(shown[1]) + 1))]


def _spread(n: int, most: int) -> list[int]:
    """Return up to `most` places among n, evenly spread, the ends among them."""
    return sorted({round(i * (n - 1) / (most - 1)) for i in range(most)})


def _number(value: float) -> str:
    return f"{value:.4g}" if value else "0"


def _loss(value: float) -> str:
    return f"{value:.6g}"

"""A path drawn with characters: a curve with its axes, and a one-line spark.

Every column of the drawing stands for several steps and is filled from the smallest to the largest
value among them, so that no spike is lost however long the path is.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engineroom.show._numbers import number

__all__ = ["curve", "spark"]

_BLOCKS = "▁▂▃▄▅▆▇█"
_ASCII_BLOCKS = "_.-=+*#@"
# Bits of a Braille cell, by column (2) and row from the top (4); U+2800 is the empty cell.
_DOTS = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))


def spark(values: Sequence[float] | NDArray[np.float64], width: int = 40, *, ascii_only: bool = False) -> str:
    """Return one line of blocks, the last value of each piece standing for it.

    Examples
    --------
    >>> spark([0, 1, 2, 3, 4, 5, 6, 7])
    '▁▂▃▄▅▆▇█'
    >>> spark([1, 2, 4], ascii_only=True)
    '_-@'
    """
    path = np.asarray(values, dtype=np.float64)
    if path.size == 0:
        return ""
    pieces = np.array_split(path, min(width, path.size))
    low, high = _range(path)
    blocks = _ASCII_BLOCKS if ascii_only else _BLOCKS
    drawn = []
    for piece in pieces:
        value = float(piece[-1])
        drawn.append(blocks[round(_place(value, low, high) * (len(blocks) - 1))] if math.isfinite(value) else "!")
    return "".join(drawn)


def curve(
    values: Sequence[float] | NDArray[np.float64],
    *,
    width: int = 80,
    height: int = 10,
    ascii_only: bool = False,
    dotted: Sequence[float] | NDArray[np.float64] | None = None,
    ends: tuple[str, str] | None = None,
) -> list[str]:
    """Return the lines of a drawing of `values` with a scale on the left and states below.

    Parameters
    ----------
    values : the path; `values[i]` is that of state i. What is not finite is left out.
    width, height : characters of the whole drawing and rows of the curve in it.
    ascii_only : draw with `*` instead of Braille dots.
    dotted : as many values, drawn dotted beside the path as far as they are on its scale.
    ends : what to write below the ends instead of states.
    """
    path = np.asarray(values, dtype=np.float64)
    low, high = _range(path)
    beside = np.empty(0) if dotted is None else np.asarray(dotted, dtype=np.float64).copy()
    beside[(beside < low) | (beside > high)] = np.nan
    scale = (high, _middle(low, high), low)
    # As many digits as tell them apart.
    texts = next((t for digits in range(4, 17) if len(set(t := [number(v, digits) for v in scale])) == 3), None)
    labels = dict(zip((0, height // 2, height - 1), texts or map(number, scale), strict=True))
    if low == high:
        labels = {height // 2: number(low)}
    margin = max(map(len, labels.values()))
    room = max(16, width - margin - 2)
    draw = _ascii_cells if ascii_only else _dots
    cells = draw(path, beside, low, high, room, height)
    corner, side, floor, mark = ("+", "|", "-", "+") if ascii_only else ("└", "│", "─", "┤")
    lines = []
    for row in range(height):
        lines.append(f"{labels.get(row, ''):>{margin}} {mark if row in labels else side}{cells[row]}".rstrip())
    lines.append(f"{'':>{margin}} {corner}{floor * room}")
    left, right = ends or ("state 0", f"{max(path.size - 1, 0):,}")
    lines.append(f"{'':>{margin}}  {left}{right:>{room - len(left)}}")
    return lines


def _range(path: NDArray[np.float64]) -> tuple[float, float]:
    finite = path[np.isfinite(path)]
    return (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)


def _middle(low: float, high: float) -> float:
    middle = low / 2 + high / 2
    return middle if abs(middle) >= 1e-3 * (high / 2 - low / 2) else 0.0


def _place(value: float, low: float, high: float) -> float:
    """Place a value between 0 and 1, halfway when all are equal. Halved first, so that no difference overflows."""
    return (value / 2 - low / 2) / (high / 2 - low / 2) if high > low else 0.5


def _levels(
    path: NDArray[np.float64], low: float, high: float, columns: int, rows: int
) -> list[tuple[int, int] | None]:
    """For each column the rows to fill, counted from the bottom; None where nothing is finite.

    Neighbouring columns are joined, so that a steep path is a line and not a scatter of dots.
    """
    edges = np.linspace(0, path.size, columns + 1)
    filled: list[tuple[int, int] | None] = []
    last: int | None = None
    for column in range(columns):
        start = min(int(edges[column]), path.size - 1)
        piece = path[start : max(int(edges[column + 1]), start + 1)]
        piece = piece[np.isfinite(piece)]
        if piece.size == 0:
            filled.append(None)
            last = None
            continue
        levels = [round(_place(float(v), low, high) * (rows - 1)) for v in (piece.min(), piece.max())]
        end = round(_place(float(piece[-1]), low, high) * (rows - 1))
        if last is not None and last < levels[0]:
            levels[0] = min(last + 1, levels[0])
        if last is not None and last > levels[1]:
            levels[1] = max(last - 1, levels[1])
        filled.append((levels[0], levels[1]))
        last = end
    return filled


def _dots(
    path: NDArray[np.float64], beside: NDArray[np.float64], low: float, high: float, width: int, height: int
) -> list[str]:
    cells = [[0x2800] * width for _ in range(height)]
    for values, every in ((path, 1), (beside, 3)):
        if values.size:
            for column, filled in enumerate(_levels(values, low, high, width * 2, height * 4)):
                if filled is not None and column % every == 0:
                    for level in range(filled[0], filled[1] + 1):
                        from_top = height * 4 - 1 - level
                        cells[from_top // 4][column // 2] |= _DOTS[column % 2][from_top % 4]
    return ["".join(" " if cell == 0x2800 else chr(cell) for cell in row) for row in cells]


def _ascii_cells(
    path: NDArray[np.float64], beside: NDArray[np.float64], low: float, high: float, width: int, height: int
) -> list[str]:
    cells = [[" "] * width for _ in range(height)]
    for values, mark in ((beside, "."), (path, "*")):
        if values.size:
            for column, filled in enumerate(_levels(values, low, high, width, height)):
                if filled is not None:
                    for level in range(filled[0], filled[1] + 1):
                        cells[height - 1 - level][column] = mark
    return ["".join(row) for row in cells]

"""Weights as the colours that show them: a quarter of the bytes, for whoever draws them a pixel each."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engineroom.show.page._frames import Columns

__all__ = ["shaded", "shades"]

_MANY = 4096
"""Numbers from which on an array is drawn as pixels."""

_ROUND = (1.0, 1.5, 2.0, 3.0, 5.0, 7.0)

_LEAST = 1e-36
"""Magnitude of the deepest colour at the least: float32 holds what makes it a shade."""


def shaded(columns: Columns) -> Columns:
    """Return the columns, those of many numbers as shades."""
    return {name: shades(values) if values.size > _MANY else values for name, values in columns.items()}


def shades(values: NDArray[Any], most: float | None = None) -> NDArray[np.uint8]:
    """Return which of 256 colours shows each value: 0 the most negative, 128 zero, 255 the most positive.

    The page's own pictures round in the same way, to the shade (`shadeOf` in `web/src/lib/theme.ts`).

    Parameters
    ----------
    values : any numbers.
    most : the magnitude of the deepest colours; None is the largest, rounded up so that it does not flicker.

    Examples
    --------
    >>> shades(np.array([-2.0, -1.0, 0.0, 1.9])).tolist()
    [0, 64, 128, 249]
    """
    deepest = _steady(_largest(values)) if most is None else most
    with np.errstate(invalid="ignore", over="ignore"):
        scaled = values * values.dtype.type(127.5 / deepest)
        scaled += 128
        found: NDArray[np.uint8] = np.clip(scaled, 0, 255, out=scaled).astype(np.uint8)
    return found


def _largest(values: NDArray[Any]) -> float:
    most = max(float(values.max(initial=0.0)), -float(values.min(initial=0.0)))
    if math.isfinite(most):
        return most
    finite = values[np.isfinite(values)]
    return max(float(finite.max(initial=0.0)), -float(finite.min(initial=0.0)))


def _steady(most: float) -> float:
    """Return the magnitude of the deepest colour: 1, 1.5, 2, 3, 5 or 7 times a power of ten, not less than `most`."""
    if not most > 0.0:
        return 1.0
    most = max(most, _LEAST)
    power = 10.0 ** math.floor(math.log10(most))
    return next((f for f in _ROUND if f * power >= most * 0.999), 10.0) * power

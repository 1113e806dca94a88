"""How far to look around a weight, so that both its move and the valley that the loss has there can be seen."""

from __future__ import annotations

import math
from collections.abc import Callable

__all__ = ["bottom", "window"]

_REACH = 64.0
"""Of the move, beyond which a valley is not looked for; weights of the usual size may be changed by four times it."""

_GOLDEN = (math.sqrt(5) - 1) / 2


def window(loss: Callable[[float], float], old: float, new: float, size: float) -> tuple[float, float]:
    """Return the values between which to draw the loss along one weight.

    From the old value outwards, in steps that double, the lowest loss is looked for, either way. The window holds the
    move, and the valley's bottom with as much of its far side as the old value has of the near one.

    Parameters
    ----------
    loss : of the value of this weight.
    old, new : the weight before and after the step.
    size : what weights of its layer usually measure.

    Examples
    --------
    >>> low, high = window(lambda w: 14 / 3 * (w - 2) ** 2, 0.0, 0.18666666666666665, 0.0)
    >>> round(low, 3), round(high, 3)
    (-0.4, 4.4)
    """
    move = abs(new - old)
    limit = max(_REACH * move, 4 * size) or 1.0
    # The finest look is at the move itself, or at a hundredth of the farthest where the weight did not move.
    nearest = move or limit / 128
    offsets = [0.0]
    while nearest <= limit:
        offsets += [nearest, -nearest]
        nearest *= 2
    offsets.sort()
    losses = [_finite(loss(old + offset)) for offset in offsets]
    best = min(range(len(offsets)), key=lambda i: (losses[i], abs(offsets[i])))
    points = [old, new, old + offsets[best]]
    if 0 < best < len(offsets) - 1:
        low, high = old + offsets[best - 1], old + offsets[best + 1]
        deepest, _ = bottom(loss, low, high)
        points += [deepest, 2 * deepest - old]
    low, high = min(points), max(points)
    if high - low < 2 * move:
        low, high = low - move, high + move
    margin = 0.1 * (high - low) or limit
    return low - margin, high + margin


def bottom(loss: Callable[[float], float], low: float, high: float) -> tuple[float, float]:
    """Return where the loss is lowest between two values, and how low, by golden section.

    Examples
    --------
    >>> where, how_low = bottom(lambda w: (w - 2) ** 2 + 1, 0.0, 3.0)
    >>> round(where, 6), round(how_low, 6)
    (2.0, 1.0)
    """
    a, b = low, high
    c, d = b - _GOLDEN * (b - a), a + _GOLDEN * (b - a)
    at_c, at_d = _finite(loss(c)), _finite(loss(d))
    for _ in range(48):
        if at_c <= at_d:
            b, d, at_d = d, c, at_c
            c = b - _GOLDEN * (b - a)
            at_c = _finite(loss(c))
        else:
            a, c, at_c = c, d, at_d
            d = a + _GOLDEN * (b - a)
            at_d = _finite(loss(d))
    return (c, at_c) if at_c <= at_d else (d, at_d)


def _finite(loss: float) -> float:
    """Rank what is no number highest."""
    return math.inf if math.isnan(loss) else loss

"""How steps come nearer to the bottom of a parabola: straight on, swinging across it, or from side to side."""

from __future__ import annotations

import cmath
import math
from dataclasses import dataclass

from engineroom.ops import Optimizer

__all__ = ["Approach", "approach_of", "creeping_rate"]

_SLOW = 24 / 25
"""What a step leaves of the distance to the bottom, at the least, where it creeps."""

_HALVINGS = 100


@dataclass(frozen=True)
class Approach:
    """What becomes of the distance from the bottom, step after step in the long run.

    Attributes
    ----------
    factor : what a step multiplies its size by: the largest magnitude of the recursion's roots.
    crossing : steps from one crossing of the bottom to the next; 1 where each step lands on the other side, inf where
        none does.
    """

    factor: float
    crossing: float


def approach_of(law: Optimizer, lr: float, curvature: float) -> Approach:
    """Return how steps at a learning rate approach the bottom of a parabola of this curvature.

    The roots of `z^2 - T*z + D`, with T and D from `Optimizer.recursion`, multiply the distance. A complex pair
    `r*exp(+-i*a)` swings it across the bottom every `pi/a` steps.

    Source: Polyak, Some methods of speeding up the convergence of iteration methods, 1964, for the heavy ball.

    Examples
    --------
    >>> from engineroom.ops import SGD
    >>> approach_of(SGD(), 0.01, 28 / 3).factor.__round__(4)
    0.9067
    >>> swinging = approach_of(SGD(momentum=0.9), 0.01, 28 / 3)
    >>> round(swinging.factor, 4), round(swinging.crossing, 2)
    (0.9487, 10.12)
    """
    trace, product = law.recursion(lr, curvature)
    root = cmath.sqrt(trace * trace - 4 * product)
    most = max((trace + root) / 2, (trace - root) / 2, key=lambda z: (abs(z), z.real))
    if root.imag:
        return Approach(abs(most), math.pi / abs(cmath.phase(most)))
    return Approach(abs(most), 1.0 if most.real < 0 else math.inf)


def creeping_rate(law: Optimizer, limit: float, curvature: float) -> float:
    """Return up to which learning rate steps creep: come straight on, and at most a 25th nearer each; inf for no limit.

    Examples
    --------
    >>> from engineroom.ops import SGD
    >>> round(creeping_rate(SGD(), 2 / 8.0, 8.0), 9) == 2 / 8.0 / 50
    True
    """
    if limit == math.inf:
        return math.inf
    low, high = 0.0, limit
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        now = approach_of(law, middle, curvature)
        if now.crossing == math.inf and now.factor >= _SLOW:
            low = middle
        else:
            high = middle
    return low

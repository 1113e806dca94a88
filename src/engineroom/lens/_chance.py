"""All that questions draw at random, from places of the random numbers to which training never comes.

A number is a function of the seed, a stream, a step within it and an index (section 8 of docs/numerics.md), so that no
question changes what a run draws, and none gets the numbers that the run itself was made of.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engineroom.numerics import Stream, normal, permutation

__all__ = ["drawn_rows", "random_direction", "starting_vector"]

_DIRECTIONS = 16
"""A stream beside those of training; its steps are the axes."""

_APART = 2**40
"""A step in training's own streams: beyond the parameters that are counted in one, and the one split in the other."""


def random_direction(seed: int, axis: int, n: int) -> NDArray[np.float64]:
    """Return n normally distributed numbers, others for each axis."""
    drawn: NDArray[np.float64] = normal(seed, _DIRECTIONS, axis, n)
    return drawn


def starting_vector(seed: int, n: int) -> NDArray[np.float64]:
    """Return n normally distributed numbers, with which the search for an eigenvector begins."""
    drawn: NDArray[np.float64] = normal(seed, Stream.INITIAL, _APART, n)
    return drawn


def drawn_rows(seed: int, rows: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """Return so many of the rows, sorted; without replacement."""
    order: NDArray[Any] = permutation(seed, Stream.SPLIT, _APART, len(rows))
    return np.sort(rows[order[:count]])

"""What every library is asked to do: the same networks on the same rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["BATCHES", "CASES", "Case"]

BATCHES = 8
"""Batches of data in each case; all libraries take them in turn, in order."""


@dataclass(frozen=True)
class Case:
    """A network, a batch and an optimizer.

    Attributes
    ----------
    sizes : widths, inputs first. One output is a number (mse), more are classes (cross-entropy); relu between.
    batch : rows of a step. Adam with lr 0.001 in float32, but for the one-weight lesson, which is SGD in float64.
    """

    name: str
    sizes: tuple[int, ...]
    batch: int

    @property
    def one_weight(self) -> bool:
        """Whether this is the lesson: y = 2x, no bias, plain gradient descent with lr 0.01."""
        return self.sizes == (1, 1)

    @property
    def classes(self) -> bool:
        return self.sizes[-1] > 1

    def data(self) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return x (rows, I) and y: (rows,) int32 classes, or (rows, 1) numbers."""
        if self.one_weight:
            return np.array([[1.0], [2.0], [3.0]]), np.array([[2.0], [4.0], [6.0]])
        rng = np.random.default_rng(0)
        rows = self.batch * BATCHES
        x = rng.normal(size=(rows, self.sizes[0])).astype(np.float32)
        if self.classes:
            # Every class is there, so that a library that counts classes sees as many as the network has outputs.
            return x, rng.permutation(np.arange(rows, dtype=np.int32) % self.sizes[-1])
        return x, rng.normal(size=(rows, 1)).astype(np.float32)

    def weights(self) -> list[tuple[NDArray[Any], NDArray[Any]]]:
        """Return starting weights (I, O) and biases (O,) of each layer."""
        rng = np.random.default_rng(1)
        return [
            ((rng.normal(size=(i, o)) * np.sqrt(2 / i)).astype(np.float32), np.zeros(o, np.float32))
            for i, o in zip(self.sizes, self.sizes[1:], strict=False)
        ]


CASES = {
    case.name: case
    for case in (
        Case("one weight", (1, 1), 3),
        Case("2-8-8-1 b16", (2, 8, 8, 1), 16),
        Case("64-64-10 b32", (64, 64, 10), 32),
        Case("784-128-10 b64", (784, 128, 10), 64),
        Case("784-512-512-10 b256", (784, 512, 512, 10), 256),
    )
}

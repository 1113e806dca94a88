"""The ends of a symmetric matrix's spectrum, found by multiplying vectors with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engineroom.lens._chance import starting_vector

__all__ = ["Spectrum", "spectrum"]

Vector = NDArray[Any]

_ROOM = 2**30
"""Bytes that the vectors kept for orthogonalization may take."""


@dataclass(frozen=True)
class Spectrum:
    """What was found of a symmetric matrix H.

    Attributes
    ----------
    largest : the largest eigenvalue; some eigenvalue lies within `residual` of it.
    smallest : the smallest seen on the way; that of H is this or less.
    residual : the length of `H q - largest q` for the unit vector q found with it.
    products : how many vectors were multiplied with H.
    converged : whether `residual` came below the tolerance.
    direction : q, not part of a printed answer.
    """

    largest: float
    smallest: float
    residual: float
    products: int
    converged: bool
    direction: Vector

    def moved(self, by: float) -> Spectrum:
        """Return the spectrum of `H + by*I`."""
        return Spectrum(
            self.largest + by, self.smallest + by, self.residual, self.products, self.converged, self.direction
        )


def spectrum(
    times: Callable[[Vector], Vector], n: int, *, tolerance: float = 1e-6, most: int = 300, seed: int = 0
) -> Spectrum:
    """Return the largest eigenvalue of a symmetric matrix H of n rows, by Lanczos with full reorthogonalization.

    Each product with H adds one vector to an orthonormal basis Q in which H is tridiagonal, `T = Q.T @ H @ Q`; the
    largest eigenvalue of the small T approaches that of H. With y its eigenvector in T and b the next entry beside the
    diagonal, the residual of `Q @ y` is `b * |y[-1]|`, so that its accuracy is known without another product. Each new
    vector is made orthogonal to all before it, twice; else rounding brings found eigenvalues back as copies.

    Parameters
    ----------
    times : v -> H @ v, both (n,) float64.
    tolerance : how small the residual is to be beside the largest size of an eigenvalue found.
    most : products after which to give up; fewer where so many vectors would take more than 1 GiB.
    seed : of the vector to start from.

    Source: Lanczos, An iteration method for the solution of the eigenvalue problem, 1950; Parlett, The symmetric
    eigenvalue problem, 1998, section 13.2 for the residual; Daniel, Gragg, Kaufman and Stewart, 1976, for "twice".

    Examples
    --------
    >>> matrix = np.diag([3.0, -1.0, 2.0])
    >>> found = spectrum(lambda v: matrix @ v, 3)
    >>> round(found.largest, 12), round(found.smallest, 12), found.converged
    (3.0, -1.0, True)
    """
    most = max(1, min(most, n, _ROOM // (8 * n)))
    basis = np.empty((most, n))
    start = starting_vector(seed, n)
    basis[0] = start / np.linalg.norm(start)
    diagonal: list[float] = []
    beside: list[float] = []
    for k in range(most):
        rest = times(basis[k])
        diagonal.append(float(basis[k] @ rest))
        for _ in range(2):
            rest = rest - (basis[: k + 1] @ rest) @ basis[: k + 1]
        left = float(np.linalg.norm(rest))
        values, vectors = np.linalg.eigh(np.diag(diagonal) + np.diag(beside, 1) + np.diag(beside, -1))
        residual = left * abs(float(vectors[-1, -1]))
        converged = residual <= tolerance * max(abs(float(values[0])), abs(float(values[-1])))
        if converged or left == 0 or k + 1 == most:
            break
        beside.append(left)
        basis[k + 1] = rest / left
    direction = vectors[:, -1] @ basis[: k + 1]
    return Spectrum(float(values[-1]), float(values[0]), residual, k + 1, converged, direction)

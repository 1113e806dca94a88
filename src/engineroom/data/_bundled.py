"""Two small data sets that come with engineroom; `bundled/SOURCES.md` says where each is from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engineroom.errors import UnknownNameError, nearest

__all__ = ["BUNDLED", "bundled", "load_digits"]

_FOLDER = Path(__file__).parent / "bundled"

BUNDLED = {"digits": "digit", "penguins": "species"}
"""The names of the bundled data sets, each with its usual target."""

_FILES = {"digits": "digits.npz", "penguins": "penguins.csv"}


def bundled(name: str) -> Path:
    """Return the file of a bundled data set; UnknownNameError when there is none of this name."""
    if name not in _FILES:
        raise UnknownNameError(f"there is no bundled data set {name!r}{nearest(name, _FILES)}")
    return _FOLDER / _FILES[name]


def load_digits() -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the 8x8 images of handwritten digits.

    Returns
    -------
    x : (1797, 64) float64, ink from 0 to 16, row by row.
    y : (1797,) int64, the digit.

    Examples
    --------
    >>> x, y = load_digits()
    >>> x.shape, int(y[0])
    ((1797, 64), 0)
    """
    with np.load(bundled("digits"), allow_pickle=False) as arrays:
        return arrays["pixel"].astype(np.float64), arrays["digit"].astype(np.int64)

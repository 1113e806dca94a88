"""Equal to the bit: zeros of another sign are not, and every NaN is the same NaN."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["same_bits"]


def same_bits(a: npt.NDArray[Any], b: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """Return where two arrays of one floating type and one shape have the same bits, or both a NaN.

    Examples
    --------
    >>> same_bits(np.array([1.0, 0.0, np.nan]), np.array([1.0, -0.0, -np.nan])).tolist()
    [True, False, True]
    """
    word = np.dtype(f"u{a.dtype.itemsize}")
    equal: npt.NDArray[np.bool_] = np.ascontiguousarray(a).view(word) == np.ascontiguousarray(b).view(word)
    nan: npt.NDArray[np.bool_] = np.isnan(a) & np.isnan(b)
    return equal | nan

"""Statistics of columns, summed in index order so that they have the same bits everywhere."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engineroom.errors import DataError

__all__ = ["mean_and_scale", "standardized"]

_SEEN = 2.0**-24  # half the distance of two float32 at 1


def mean_and_scale(
    values: NDArray[np.float64], names: Sequence[str]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return each column's mean and standard deviation.

    `mean = sum(x) / n` and `scale = sqrt(sum((x - mean)^2) / n)`, both sums left to right from +0 in float64.
    A column whose deviation is 0 gets scale 1, so that it can be divided by. Of large numbers that hardly differ, such
    as 1e15, 1e15 + 1 and 1e15 + 2, the sum loses the digits in which they do. Where `rest = sum(x - mean) / n` says
    that the mean is off by more than 2^-24 of the scale, which float32 would show, `mean + rest` takes its place, and
    with `d = x - mean` the scale is `sqrt(sum((d - sum(d) / n)^2) / n)`.

    Parameters
    ----------
    values : (n, columns) float64, n > 0, all finite.
    names : one a column, for the message.

    Returns
    -------
    mean, scale : (columns,) float64.

    Raises
    ------
    DataError : when the squares of a column's numbers exceed float64.
    """
    n = len(values)
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        mean = _sum_in_order(values) / n
        off = values - mean
        scale = np.sqrt(_sum_in_order(off * off) / n)
    for name, column, deviation in zip(names, values.T, scale, strict=True):
        if not np.isfinite(deviation):
            raise DataError(
                f"column {name!r} has numbers up to {np.abs(column).max():.3g}, too large to standardize; "
                "give them in a larger unit or drop the column"
            )
    # a column that holds one value has a mean that may be off in the last bit, and then a scale of nothing but rounding
    alone = (values == values[0]).all(axis=0)
    scale[alone | (scale == 0)] = 1.0
    rest = _sum_in_order(off) / n
    lost = np.abs(rest) > _SEEN * scale
    if lost.any():
        # Numbers this close to their mean are subtracted from it without rounding, so that `rest` is almost exact.
        mean[lost] = np.where(alone, values[0], mean + rest)[lost]
        off = values[:, lost] - mean[lost]
        off -= _sum_in_order(off) / n
        scale[lost] = np.sqrt(_sum_in_order(off * off) / n)
        scale[alone | (scale == 0)] = 1.0
    return mean, scale


def standardized(
    values: NDArray[np.float64], mean: NDArray[np.float64], scale: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return `(values - mean) / scale` in float64."""
    with np.errstate(over="ignore", under="ignore"):
        result: NDArray[np.float64] = (values - mean) / scale
    return result


def _sum_in_order(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sum each column left to right: `add.accumulate` never pairs, unlike `sum`."""
    total: NDArray[np.float64] = np.add.accumulate(values, axis=0)[-1] + 0.0
    return total

"""Sums in the contract's order: element sums left to right, whole-array reductions in sixteen accumulators."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from engineroom.numerics._fma import fma, fma_float32

Array: TypeAlias = npt.NDArray[Any]

_BLOCK, _ACCUMULATORS = 4096, 16


def product(x: Array, w: Array, start: Array | None = None) -> Array:
    """Return the matrix product ``x @ w + start``, each element one chain of `fma` in the order of k.

    ``z[b, o]`` begins at ``start[o]`` (or +0); then ``z[b, o] = fma(x[b, k], w[k, o], z[b, o])`` for k = 0, 1, ...

    Parameters
    ----------
    x : array (B, K)
    w : array (K, O) of the same dtype
    start : array that broadcasts to (B, O), optional

    Returns
    -------
    array (B, O) of the same dtype

    Examples
    --------
    >>> import numpy as np
    >>> product(np.array([[1.0, 2.0]]), np.array([[3.0], [4.0]]), np.array([0.5]))
    array([[11.5]])
    """
    z = np.zeros((x.shape[0], w.shape[1]), dtype=x.dtype)
    if start is not None:
        z[...] = start
    if x.dtype == np.float32:
        x, w = x.astype(np.float64), w.astype(np.float64)
        with np.errstate(all="ignore"):
            for k in range(w.shape[0]):
                z = fma_float32(x[:, k, None], w[k], z.astype(np.float64))
        return z
    for k in range(w.shape[0]):
        z = fma(x[:, k, None], w[k], z)
    return z


def ordered_sum(a: Array, axis: int) -> Array:
    """Return the sum over one axis, left to right from +0, one accumulator of the array's own type an element.

    Examples
    --------
    >>> import numpy as np
    >>> ordered_sum(np.array([[1e16, 1.0, -1e16]]), axis=1)
    array([0.])
    """
    with np.errstate(all="ignore"):
        total = np.zeros(np.delete(a.shape, axis), dtype=a.dtype)
        for part in np.moveaxis(a, axis, 0):
            total = total + part
        return total


def ordered_dot(a: Array, b: Array, axis: int) -> Array:
    """Return the sum over one axis of ``a*b``, left to right from +0, one `fma` a term.

    Examples
    --------
    >>> import numpy as np
    >>> ordered_dot(np.array([[1.0, 2.0, 3.0]]), np.array([[1.0, 10.0, 100.0]]), axis=1)
    array([321.])
    """
    total = np.zeros(np.delete(a.shape, axis), dtype=a.dtype)
    for x, y in zip(np.moveaxis(a, axis, 0), np.moveaxis(b, axis, 0), strict=True):
        total = fma(x, y, total)
    return total


def reduce(a: Array) -> float:
    """Return the sum of a whole array, in float64, in the order of section 2 of docs/numerics.md.

    Examples
    --------
    >>> import numpy as np
    >>> reduce(np.ones(100_000, dtype=np.float32))
    100000.0
    """
    return _reduce(np.asarray(a, dtype=np.float64).ravel(), None)


def reduce_dot(a: Array, b: Array) -> float:
    """Return the dot product of two whole arrays of equal size, in float64, in the same order with `fma`.

    Examples
    --------
    >>> import numpy as np
    >>> reduce_dot(np.array([1.0, 2.0]), np.array([3.0, 4.0]))
    11.0
    """
    return _reduce(np.asarray(a, dtype=np.float64).ravel(), np.asarray(b, dtype=np.float64).ravel())


def _reduce(a: Array, b: Array | None) -> float:
    whole = a.size - a.size % _BLOCK
    total = 0.0
    with np.errstate(all="ignore"):
        for begin, end, size in ((0, whole, _BLOCK), (whole, a.size, a.size - whole)):
            if begin == end:
                continue
            blocks = _blocks(a[begin:end], size)
            if b is None:
                # `accumulate` adds one row after the other by definition. That a sum of -0 alone does not begin from +0
                # here is made good by the total, which does.
                sums = np.add.accumulate(blocks, axis=0)[-1]
            else:
                sums = np.zeros((blocks.shape[1], _ACCUMULATORS))
                for row, other in zip(blocks, _blocks(b[begin:end], size), strict=True):
                    sums = fma(row, other, sums)
            width = _ACCUMULATORS
            while width > 1:
                width //= 2
                sums = sums[:, :width] + sums[:, width:]
            for block_sum in sums[:, 0].tolist():
                total += block_sum
    return total


def _blocks(a: Array, size: int) -> Array:
    """Return blocks of `size` elements as (rows, blocks, 16), filled with +0, which changes no sum begun at +0."""
    rows = -(-size // _ACCUMULATORS)
    padded = np.zeros((a.size // size, rows * _ACCUMULATORS))
    padded[:, :size] = a.reshape(-1, size)
    blocks: Array = padded.reshape(-1, rows, _ACCUMULATORS).swapaxes(0, 1)
    return blocks

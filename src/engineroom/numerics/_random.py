"""Random numbers as a pure function of (seed, stream, step, index): section 8 of docs/numerics.md."""

from __future__ import annotations

from enum import IntEnum
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from engineroom.numerics._elementary import cos, log
from engineroom.numerics._fma import fma

Array: TypeAlias = npt.NDArray[Any]

_LOW_32, _32 = np.uint64(0xFFFFFFFF), np.uint64(32)


class Stream(IntEnum):
    """What random numbers are for; equal indices of different streams are independent."""

    INITIAL = 0
    ORDER = 1
    DROPOUT = 2
    SPLIT = 3


def philox(counter: Array, key: tuple[int, int]) -> Array:
    """Return Philox-4x32-10 (Salmon, Moraes, Dror and Shaw 2011) of counters (n, 4), words lowest first.

    Examples
    --------
    >>> import numpy as np
    >>> [f"{word:08x}" for word in philox(np.zeros((1, 4), dtype=np.uint32), (0, 0))[0]]
    ['6627e8d5', 'e169c58d', 'bc57ac4c', '9b00dbd8']
    """
    c0, c1, c2, c3 = (counter[:, i].astype(np.uint64) for i in range(4))
    k0, k1 = key
    for _ in range(10):
        p, q = c0 * np.uint64(0xD2511F53), c2 * np.uint64(0xCD9E8D57)
        c0, c1 = (q >> _32) ^ c1 ^ np.uint64(k0), q & _LOW_32
        c2, c3 = (p >> _32) ^ c3 ^ np.uint64(k1), p & _LOW_32
        k0, k1 = (k0 + 0x9E3779B9) % 2**32, (k1 + 0xBB67AE85) % 2**32
    return np.stack([c0, c1, c2, c3], axis=1).astype(np.uint32)


def random_words(seed: int, stream: int, step: int, n: int) -> Array:
    """Return the four 32-bit words of each index 0 .. n-1.

    Parameters
    ----------
    seed : int, 0 <= seed < 2^64
    stream : Stream
    step : int, 0 <= step < 2^48
    n : int

    Returns
    -------
    uint32 array (n, 4)
    """
    index = np.arange(n, dtype=np.uint64)
    counter = np.empty((n, 4), dtype=np.uint32)
    counter[:, 0] = index & _LOW_32
    counter[:, 1] = step % 2**32
    counter[:, 2] = np.uint64(step // 2**32) + ((index >> _32) << np.uint64(16))
    counter[:, 3] = stream
    return philox(counter, (seed % 2**32, seed // 2**32))


def _first_and_second(seed: int, stream: int, step: int, n: int) -> tuple[Array, Array]:
    words = random_words(seed, stream, step, n).astype(np.uint64)
    return words[:, 0] | words[:, 1] << _32, words[:, 2] | words[:, 3] << _32


def _unit(bits: Array) -> Array:
    """Return the high 53 bits as a number in [0, 1)."""
    out: Array = (bits >> np.uint64(11)).astype(np.float64) * 2.0**-53
    return out


def uniform(seed: int, stream: int, step: int, n: int, low: float = 0.0, high: float = 1.0) -> Array:
    """Return n numbers uniform in [low, high), float64: ``fma(high - low, u, low)``.

    Examples
    --------
    >>> [round(u, 6) for u in uniform(0, Stream.INITIAL, 0, 2).tolist()]
    [0.88052, 0.362091]
    """
    first, _ = _first_and_second(seed, stream, step, n)
    return fma(high - low, _unit(first), low)


def normal(seed: int, stream: int, step: int, n: int, mean: float = 0.0, deviation: float = 1.0) -> Array:
    """Return n normally distributed numbers, float64: ``fma(deviation, z, mean)`` (Box and Muller 1958).

    Examples
    --------
    >>> bool(abs(normal(0, Stream.INITIAL, 0, 100_000).std() - 1) < 0.01)
    True
    """
    first, second = _first_and_second(seed, stream, step, n)
    u1 = ((first >> np.uint64(11)) + np.uint64(1)).astype(np.float64) * 2.0**-53
    z = np.sqrt(-2.0 * log(u1)) * cos(6.283185307179586 * _unit(second))
    return fma(deviation, z, mean)


def integers(seed: int, stream: int, step: int, n: int, below: int) -> Array:
    """Return n integers uniform in 0 .. below-1, int64: the high 64 bits of ``first * below``; below up to 2^63.

    Examples
    --------
    >>> sorted(set(integers(0, Stream.INITIAL, 0, 100, 3).tolist()))
    [0, 1, 2]
    """
    first, _ = _first_and_second(seed, stream, step, n)
    b = np.uint64(below)
    low, high = b & _LOW_32, b >> _32
    a0, a1 = first & _LOW_32, first >> _32
    middle = a1 * low + ((a0 * low) >> _32)
    carry = a0 * high + (middle & _LOW_32)
    out: Array = (a1 * high + (middle >> _32) + (carry >> _32)).astype(np.int64)
    return out


def permutation(seed: int, stream: int, step: int, n: int) -> Array:
    """Return 0 .. n-1 in the order of (first(index), index), int64.

    Examples
    --------
    >>> sorted(permutation(0, Stream.ORDER, 0, 5).tolist())
    [0, 1, 2, 3, 4]
    """
    first, _ = _first_and_second(seed, stream, step, n)
    return np.argsort(first, kind="stable").astype(np.int64)

"""Arguments for the tests: every kind of number, with the edges first."""

from __future__ import annotations

import numpy as np


def edges(dtype: type) -> np.ndarray:
    info = np.finfo(dtype)
    values = [
        0.0,
        1.0,
        2.0,
        0.5,
        1.5,
        3.0,
        4.0,
        1e-3,
        1e-10,
        20.0,
        88.0,
        104.0,
        np.pi / 2,
        np.pi,
        0.70710678,
        1.41421356,
    ]
    values += [float(info.max), float(info.tiny), float(info.smallest_subnormal), float(info.tiny) / 2, np.inf, np.nan]
    if dtype is np.float64:
        values += [
            709.78,
            709.79,
            745.13,
            745.14,
            746.0,
            1e15,
            2.0**52,
            2.0**53,
            2.0**53 + 2,
            1e22,
            2.0**-54,
            2.0**-600,
        ]
        # The float64 nearest to a multiple of pi/2 (Muller, "Elementary Functions", 2006).
        values += [float.fromhex("0x1.6ac5b262ca1ffp+849")]
    else:
        values += [87.33, 88.72, 88.73, 103.97, 103.98, 1e15]
    with np.errstate(all="ignore"):
        a = np.array(values, dtype=dtype)
        near = np.concatenate([a, np.nextafter(a, dtype(0)), np.nextafter(a, dtype(np.inf))])
    return np.concatenate([near, -near])


def numbers(dtype: type, count: int, seed: int) -> np.ndarray:
    """Random bit patterns, numbers of ordinary size, and numbers near 0 and 1."""
    rng = np.random.default_rng(seed)
    size = np.dtype(dtype).itemsize
    patterns = rng.integers(0, 2 ** (8 * size), count, dtype=f"u{size}").view(dtype)
    sign = rng.choice([-1.0, 1.0], count)
    parts = [
        patterns,
        (sign * rng.uniform(0, 10, count)).astype(dtype),
        (sign * np.exp(rng.uniform(-30, 5, count))).astype(dtype),
        (1 + sign * np.exp(rng.uniform(-30, 0, count))).astype(dtype),
        rng.uniform(-745, 710, count).astype(dtype),
    ]
    return np.concatenate(parts)


def same_bits(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Where two arrays agree bit for bit, any NaN being equal to any other."""
    word = f"u{a.dtype.itemsize}"
    same: np.ndarray = (a.view(word) == b.view(word)) | (np.isnan(a) & np.isnan(b))
    return same

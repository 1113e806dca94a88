"""exp, expm1, tanh and sigmoid on float64; `short` results are for rounding to float32.

Section 11 of docs/numerics.md is the definition; the steps here are its steps. Callers silence NumPy's warnings.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from engineroom.numerics import _coefficients as c
from engineroom.numerics._fma import fma

Array: TypeAlias = npt.NDArray[Any]

# Adding and subtracting it rounds to an integer; the sum holds that integer in its low bits.
ROUNDER = 1.5 * 2.0**52


def polynomial(coefficients: Sequence[float], x: Array) -> Array:
    """Return c[0] + x*(c[1] + x*(c[2] + ...)), one `fma` a coefficient."""
    p = np.full_like(x, coefficients[-1])
    for coefficient in reversed(coefficients[:-1]):
        p = fma(p, x, coefficient)
    return p


def power_of_two(rounded: Array, bias: int = 1023) -> Array:
    """Return 2^k * 2^(bias - 1023) for rounded = ROUNDER + k."""
    power: Array = ((rounded.view(np.uint64) + np.uint64(bias)) << np.uint64(52)).view(np.float64)
    return power


def clamp(x: Array, low: float, high: float) -> Array:
    x = np.where(x < low, low, x)
    return np.where(x > high, high, x)


def fast_two_sum(a: Array, b: Array) -> tuple[Array, Array]:
    """Return ``a + b`` and its exact error, for ``|a| >= |b|`` or a = 0."""
    s = a + b
    return s, b - (s - a)


def exponential(x: Array, more: Array) -> tuple[Array, Array, Array]:
    """Return (ROUNDER + k, r, u) with exp(x + more) = 2^k (1 + r + u) to about 60 bits."""
    rounded = fma(x, c.LOG2_E, ROUNDER)
    k = rounded - ROUNDER
    a = fma(-k, c.LN2_1, x)
    b = fma(-k, c.LN2_2, a)
    r, low = fast_two_sum(b, more)
    lost = fma(-k, c.LN2_2, a - b) + low
    return rounded, r, fma(r * r, polynomial(c.EXP, r), fma(lost, r, lost))


def scale(rounded: Array, r: Array, u: Array) -> Array:
    """Return 2^k (1 + r + u), by two factors that are normal numbers."""
    half = fma(rounded - ROUNDER, 0.5, ROUNDER)
    rest = rounded - (half - ROUNDER)
    high, low = fast_two_sum(np.ones_like(r), r)
    out: Array = ((high + (low + u)) * power_of_two(half)) * power_of_two(rest)
    return out


def short_exponential(x: Array) -> tuple[Array, Array]:
    """Return (ROUNDER + k, p) with exp(x) = 2^k (1 + p) to about 33 bits."""
    rounded = fma(x, c.LOG2_E, ROUNDER)
    k = rounded - ROUNDER
    r = fma(-k, c.LN2_2, fma(-k, c.LN2_1, x))
    return rounded, fma(r * r, polynomial(c.EXP_SHORT, r), r)


def exp(x: Array, short: bool) -> Array:
    if not short:
        return scale(*exponential(clamp(x, -746.0, 710.0), np.zeros_like(x)))
    rounded, p = short_exponential(clamp(x, -150.0, 150.0))
    s = power_of_two(rounded)
    return fma(s, p, s)


def half_expm1(x: Array, short: bool) -> tuple[Array, Array]:
    """Return half of exp(x) - 1 as high + low. Half, because 2^k may be 2^1024."""
    if short:
        rounded, p = short_exponential(x)
        s = power_of_two(rounded, 1022)
        return fma(s, p, s - 0.5), np.zeros_like(x)
    rounded, r, u = exponential(x, np.zeros_like(x))
    s = power_of_two(rounded, 1022)
    high, low = fast_two_sum(s - 0.5, s * r)
    return fast_two_sum(high, fma(s, u, low))


def quotient(n: Array, n_low: Array, d: Array, d_low: Array) -> Array:
    """Return (n + n_low) / (d + d_low), the low parts being small corrections."""
    inverse = 1.0 / d
    q = n * inverse
    rest = fma(-q, d, n) + fma(-q, d_low, n_low)
    return fma(rest, inverse, q)


def expm1(x: Array, short: bool) -> Array:
    high, _ = half_expm1(clamp(x, -40.0, 710.0), short)
    return np.where(np.abs(x) < 2.0**-54, x, high + high)


def tanh(x: Array, short: bool) -> Array:
    y = np.abs(x)
    h, low = half_expm1(np.where(y > 25.0, 50.0, y + y), short)
    d = h + 1.0
    if short:
        value = h / d
    else:
        t = d - h
        lost = (h - (d - t)) + (1.0 - t)
        value = quotient(h, low, d, lost + low)
    return np.copysign(np.where(y < 2.0**-30, y, value), x)


def sigmoid(x: Array, short: bool) -> Array:
    e = exp(-np.abs(x), short)
    n = np.where(x < 0.0, e, 1.0)
    if short:
        return n / (1.0 + e)
    return quotient(n, np.zeros_like(n), *fast_two_sum(np.ones_like(e), e))

"""log, log1p and pow on float64; `short` results are for rounding to float32.

Section 11 of docs/numerics.md is the definition; the steps here are its steps. Callers silence NumPy's warnings.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from engineroom.numerics import _coefficients as c
from engineroom.numerics._exponential import clamp, exponential, fast_two_sum, polynomial, scale
from engineroom.numerics._fma import fma

Array: TypeAlias = npt.NDArray[Any]

_ONE, _ROOT_HALF = np.uint64(0x3FF0000000000000), np.uint64(0x3FE6A09E667F3BCD)
_EXPONENT_FIELD = np.uint64(0xFFF0000000000000)


def split(x: Array) -> tuple[Array, Array, Array]:
    """Return (e, f, e + 1023 as an integer) with x = 2^e (1 + f), 1 + f from sqrt(1/2) to sqrt(2), of normal x > 0."""
    bits = x.view(np.uint64)
    moved = bits + (_ONE - _ROOT_HALF)
    biased = moved >> np.uint64(52)
    m = (bits - (moved & _EXPONENT_FIELD) + _ONE).view(np.float64)
    return biased.astype(np.float64) - 1023.0, m - 1.0, biased


def join(e: Array, f: Array, short: bool) -> Array:
    """Return log(2^e (1 + f))."""
    s = f / (f + 2.0)
    z = s * s
    bend = s * fma(-z, polynomial(c.LOG_SHORT if short else c.LOG, z), f)  # f - log(1 + f)
    return fma(e, c.LN2_1, f - fma(-e, c.LN2_2, bend))


def lift(x: Array) -> tuple[Array, Array]:
    """Subnormal numbers times 2^54, and the exponent that this adds."""
    subnormal = x < 2.0**-1022
    return np.where(subnormal, x * 2.0**54, x), np.where(subnormal, -54.0, 0.0)


def log(x: Array, short: bool) -> Array:
    y, lifted = (x, np.zeros_like(x)) if short else lift(x)
    e, f, _ = split(y)
    r = join(e + lifted, f, short)
    r = np.where(x < np.inf, r, x)
    return np.where(x > 0.0, r, np.where(x == 0.0, -np.inf, np.nan))


def log1p(x: Array, short: bool) -> Array:
    u = 1.0 + x
    t = u - x
    lost = (1.0 - t) + (x - (u - t))  # 1 + x = u + lost exactly
    e, f, biased = split(u)
    shrink = ((np.uint64(2046) - biased) << np.uint64(52)).view(np.float64)
    shrink = np.where(u < 2.0**60, shrink, 0.0)
    r = join(e, fma(lost, shrink, f), short)
    r = np.where(x < np.inf, r, x)
    r = np.where(np.abs(x) < 2.0**-54, x, r)
    return np.where(x > -1.0, r, np.where(x == -1.0, -np.inf, np.nan))


def log_pair(x: Array) -> tuple[Array, Array]:
    """Return log(x) of a positive finite x to about 64 bits, as high + low."""
    y, lifted = lift(x)
    e, f, _ = split(y)
    e = e + lifted
    # s = f / (f + 2) = s + sl
    d = f + 2.0
    dl = f - (d - 2.0)
    s = f / d
    sl = fma(-s, dl, fma(-s, d, f)) / d
    # z = s^2 = z + zl
    z = s * s
    zl = fma(s + s, sl, fma(s, s, -z))
    # 2/3 + z R(z) = w + wl
    a = z * polynomial(c.LOG_POW, z)
    w = c.TWO_THIRDS_HIGH + a
    wl = (a - (w - c.TWO_THIRDS_HIGH)) + c.TWO_THIRDS_LOW
    # s^2 (2/3 + ...) = q + ql; then times s
    q = z * w
    ql = fma(zl, w, fma(z, wl, fma(z, w, -q)))
    g = s * q
    gl = fma(sl, q, fma(s, ql, fma(s, q, -g)))
    # e ln 2 + 2 s + g, from the largest to the smallest
    m, ml = fast_two_sum(s + s, g)
    ml = ml + (gl + (sl + sl))
    t, tl = fast_two_sum(e * c.LN2_1, m)
    return fast_two_sum(t, fma(e, c.LN2_2, tl + ml))


def is_integer(x: Array) -> Array:
    a = np.abs(x)
    out: Array = (a >= 2.0**52) | (((a + 2.0**52) - 2.0**52) == a)
    return out


def pow(x: Array, y: Array) -> Array:
    a = np.abs(x)
    high, low = log_pair(a)
    high = np.where(a == 0.0, -np.inf, np.where(a < np.inf, high, a))
    # y log|x| = p + pl; pl only where p is in the range of exp
    p = y * high
    pl = fma(y, low, fma(y, high, -p))
    inside = clamp(p, -746.0, 710.0)
    result = scale(*exponential(inside, np.where(inside == p, pl, 0.0)))
    whole = is_integer(y)
    odd = whole & ~is_integer(0.5 * y)
    result = np.where((x < 0.0) & ~whole & (a < np.inf), np.nan, result)
    result = np.where(odd, np.copysign(result, x), result)
    # 1 to any power is 1, even to NaN; -1 to an infinite power too; anything to the power 0 as well.
    return np.where((y == 0.0) | (x == 1.0) | ((a == 1.0) & (np.abs(y) == np.inf)), 1.0, result)

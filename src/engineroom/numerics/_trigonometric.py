"""sin and cos on float64, of any argument; `short` results are for rounding to float32.

Section 11 of docs/numerics.md is the definition; the steps here are its steps. Callers silence NumPy's warnings.
"""

from __future__ import annotations

import math
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from engineroom.numerics import _coefficients as c
from engineroom.numerics._exponential import ROUNDER, polynomial
from engineroom.numerics._fma import fma

Array: TypeAlias = npt.NDArray[Any]

_LARGEST_NEAR_ANGLE = 2.0**20


def near_angle(x: Array) -> tuple[Array, Array, Array]:
    """Return (ROUNDER + n, angle, low) with x = n pi/2 + angle + low, for |x| up to 2^20: pi/2 in 139 bits."""
    rounded = fma(x, c.TWO_OVER_PI, ROUNDER)
    n = rounded - ROUNDER
    a = fma(-n, c.HALF_PI_1, x)  # exact: n has at most 20 bits, the first part 33
    w = n * c.HALF_PI_2
    wl = fma(n, c.HALF_PI_2, -w)
    b = a - w
    t = b - a
    lost = (a - (b - t)) - (w + t)  # a - w = b + lost exactly
    rest = fma(-n, c.HALF_PI_3, lost - wl)
    angle = b + rest
    return rounded, angle, (b - angle) + rest


def far_angle(x: float) -> tuple[float, float, float]:
    """Return the same for one |x| >= 1, from the bits of 2/pi that matter, n modulo 4 (Payne and Hanek 1983)."""
    if not math.isfinite(x):
        return ROUNDER, math.nan, math.nan
    fraction, exponent = math.frexp(abs(x))
    mantissa, exponent = int(math.ldexp(fraction, 53)), exponent - 53
    # |x| = mantissa * 2^exponent: bits of 2/pi above 4 / 2^exponent only make whole turns. 192 bits are used.
    window = (c.TWO_OVER_PI_BITS >> (1280 - 192 - (exponent - 2 + 64))) & (2**192 - 1)
    product = ((mantissa * window) & (2**192 - 1)) >> 64  # quadrants in 2 bits, then their fraction in 126
    quadrants = (product >> 126) + ((product >> 125) & 1)
    below = (product >> 125) & 1
    magnitude = (product << 2) & (2**128 - 1)
    if below:
        magnitude = 2**128 - magnitude
    zeros = 128 - magnitude.bit_length()
    magnitude <<= zeros
    # The fraction as two numbers of 53 bits, times pi/2.
    h = np.array(math.ldexp(magnitude >> 75, -53 - zeros))
    low = np.array(math.ldexp((magnitude >> 22) & (2**53 - 1), -106 - zeros))
    p = h * c.HALF_PI_HIGH
    pl = fma(h, c.HALF_PI_HIGH, -p) + fma(h, c.HALF_PI_LOW, low * c.HALF_PI_HIGH)
    angle = float(p + pl)
    rest = float((p - angle) + pl)
    if x < 0:
        quadrants = -quadrants
    sign = -1.0 if bool(below) != (x < 0) else 1.0
    return ROUNDER + quadrants % 4, sign * angle, sign * rest


def reduce_angle(x: Array) -> tuple[Array, Array, Array]:
    rounded, angle, low = near_angle(x)
    for i in zip(*np.nonzero(~(np.abs(x) <= _LARGEST_NEAR_ANGLE)), strict=True):
        rounded[i], angle[i], low[i] = far_angle(float(x[i]))
    return rounded, angle, low


def sine_of(r: Array, low: Array, quadrants: Array, short: bool) -> Array:
    """Return sin(r + low + quadrants pi/2)."""
    z = r * r
    half = 0.5 * z
    w = 1.0 - half
    if short:
        sine = fma(z * r, polynomial(c.SIN_SHORT, z), r)
        cosine = fma(z * z, polynomial(c.COS_SHORT, z), w)
    else:
        sine = r + fma(z * r, polynomial(c.SIN, z), fma(-half, low, low))
        cosine = w + (((1.0 - w) - half) + fma(z * z, polynomial(c.COS, z), -(r * low)))
    value = np.where(quadrants & np.uint64(1), cosine, sine)
    return np.where(quadrants & np.uint64(2), -value, value)


def sin(x: Array, short: bool) -> Array:
    rounded, angle, low = reduce_angle(x)
    return np.where(np.abs(x) < 2.0**-27, x, sine_of(angle, low, rounded.view(np.uint64), short))


def cos(x: Array, short: bool) -> Array:
    rounded, angle, low = reduce_angle(x)
    return sine_of(angle, low, rounded.view(np.uint64) + np.uint64(1), short)

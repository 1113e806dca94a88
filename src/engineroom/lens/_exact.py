"""Exact arithmetic on stored bits: every finite float is a rational number, so sums can close to the last digit."""

from __future__ import annotations

import math
import struct
from collections.abc import Iterable
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["Amount", "chained", "difference", "dot", "exact", "float32_sum", "floating", "times", "total"]

Amount: TypeAlias = "Fraction | float"
"""A Fraction where the number is finite (then it is exact), a float where it is NaN or infinite."""


def exact(value: Any) -> Amount:
    """Return the rational that a float's bits stand for, or the float itself when it is NaN or infinite."""
    number = float(value)
    return Fraction(number) if math.isfinite(number) else number


def floating(amount: Amount) -> float:
    """Return the nearest float64; beyond its range, infinity."""
    try:
        return float(amount)
    except OverflowError:
        return math.inf if amount > 0 else -math.inf  # math.copysign would take it for a float once more


def times(a: Amount, b: Amount) -> Amount:
    """Return the exact product, or a float when a factor is not finite."""
    return a * b if isinstance(a, Fraction) and isinstance(b, Fraction) else floating(a) * floating(b)


def total(amounts: Iterable[Amount]) -> Amount:
    """Return the exact sum, or a float when one of the amounts is not finite."""
    given = list(amounts)
    finite = [a for a in given if isinstance(a, Fraction)]
    if len(finite) == len(given):
        # In whole numbers over one denominator: Fractions would look for common factors at each sum.
        below = math.lcm(*(a.denominator for a in finite))
        return Fraction(sum(a.numerator * (below // a.denominator) for a in finite), below)
    return sum(a for a in given if not isinstance(a, Fraction))


def dot(x: NDArray[Any], d: NDArray[Any]) -> Amount:
    """Return the sum of `x * d` without any rounding, for arrays of one length.

    Each 53-bit mantissa is cut in two, so that the partial products fit int64; those of equal exponent are
    added in whole numbers, and only as many Python integers are made as there are different exponents.
    """
    if not (np.isfinite(x).all() and np.isfinite(d).all()):
        with np.errstate(all="ignore"):
            return exact(np.sum(x.astype(np.float64) * d.astype(np.float64)))
    if len(x) == 0:
        return Fraction(0)
    a, a_exponent = _mantissa(x)
    b, b_exponent = _mantissa(d)
    a_high, a_low = a >> 27, a & _LOW_27
    b_high, b_low = b >> 27, b & _LOW_27
    exponent = a_exponent + b_exponent
    order = np.argsort(exponent, kind="stable")
    exponent = exponent[order]
    starts = np.flatnonzero(np.concatenate(([True], exponent[1:] != exponent[:-1])))
    floor = int(exponent[0])
    whole = 0
    for piece, shift in ((a_high * b_high, 54), (a_high * b_low + a_low * b_high, 27), (a_low * b_low, 0)):
        piece = piece[order]
        highs = np.add.reduceat(piece >> 32, starts).tolist()
        lows = np.add.reduceat(piece & _LOW_32, starts).tolist()
        for high, low, e in zip(highs, lows, exponent[starts].tolist(), strict=True):
            whole += ((high << 32) + low) << (shift + e - floor)
    return whole * Fraction(2) ** floor


_LOW_27 = (1 << 27) - 1
_LOW_32 = (1 << 32) - 1


def _mantissa(values: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Whole mantissas and exponents with `value == mantissa * 2**exponent`."""
    mantissa, exponent = np.frexp(values.astype(np.float64))
    return np.ldexp(mantissa, 53).astype(np.int64), exponent.astype(np.int64) - 53


def chained(x: NDArray[Any], d: NDArray[Any]) -> float:
    """Return `acc = fma(x[b], d[b], acc)` from +0, b in order, in the arrays' own type.

    This is the contract's sum behind one element of a gradient, reached here without any fused
    instruction: each sum is known without error and then rounded once.
    """
    if not (np.isfinite(x).all() and np.isfinite(d).all()):
        return floating(dot(x, d))
    if x.dtype == np.float32:
        # A product of two float32 has at most 48 bits, so float64 holds it.
        products = x.astype(np.float64) * d.astype(np.float64)
        acc = 0.0
        for product in products.tolist():
            acc = float32_sum(acc, product)
            if not math.isfinite(acc):
                break
        return acc
    exactly = Fraction(0)
    for a, b in zip(x.tolist(), d.tolist(), strict=True):
        acc = floating(Fraction(a) * Fraction(b) + exactly)
        if not math.isfinite(acc):
            return acc
        exactly = Fraction(acc)
    return float(exactly)


def float32_sum(a: float, b: float) -> float:
    """Return the float32 nearest to a + b, ties to even, for float64 numbers whose sum is no subnormal."""
    s = a + b
    back = s - a
    error = (a - (s - back)) + (b - back)
    # Rounding twice could fall on a tie that is none. A float64 with an odd last bit is never one.
    if error != 0 and not int(math.frexp(s)[0] * _TWO_53) & 1:
        s = math.nextafter(s, math.copysign(math.inf, error))
    try:
        return float(_SINGLE.unpack(_SINGLE.pack(s))[0])
    except OverflowError:
        return math.copysign(math.inf, s)


_TWO_53 = 2.0**53
_SINGLE = struct.Struct("<f")


def difference(stored: float, recomputed: float) -> float:
    """Return stored minus recomputed; two NaNs, or equal infinities, differ by nothing."""
    if stored == recomputed or (math.isnan(stored) and math.isnan(recomputed)):
        return 0.0
    return stored - recomputed

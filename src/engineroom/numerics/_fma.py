"""fma(a, b, c) = a*b + c rounded once, exact on every machine, without a hardware instruction."""

from __future__ import annotations

import math
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[Any]

# 2^27 + 1 cuts the 53 bits of a float64 into two halves whose products are exact.
_SPLITTER = 134217729.0
# Inside these magnitudes no error term over- or underflows.
_LARGE_FACTOR, _LARGE_TERM, _SMALL_PRODUCT = 2.0**480, 2.0**960, 2.0**-900


def fma(a: npt.ArrayLike, b: npt.ArrayLike, c: npt.ArrayLike) -> Array:
    """Return ``a*b + c`` with a single rounding, elementwise.

    Parameters
    ----------
    a, b, c : array_like of float32 or float64
        Broadcast against each other. Python numbers take the dtype of the arrays.

    Returns
    -------
    array of the common dtype
        The floating-point number nearest to the exact ``a*b + c``; ties to even, subnormals, infinities, NaN and the
        signs of zeros as IEEE 754 has them.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.float32(1 + 2**-12)
    >>> float(x * x - np.float32(1 + 2**-11)), float(fma(x, x, -np.float32(1 + 2**-11)))
    (0.0, 5.960464477539063e-08)

    Source
    ------
    Boldo and Melquiond, "Emulation of a FMA and correctly rounded sums: proved algorithms using rounding to odd"
    (2008), figure 4. Ours takes rational numbers where an error term could over- or underflow, and for one float64.
    """
    dtype = np.result_type(a, b, c)
    with np.errstate(all="ignore"):
        x, y, z = (np.atleast_1d(np.asarray(v, dtype=np.float64)) for v in (a, b, c))
        if dtype == np.float32:
            out = fma_float32(x, y, z)
        elif x.size == y.size == z.size == 1:
            out = np.array(_alone(x.item(), y.item(), z.item()))  # forty passes of NumPy take far longer
        else:
            out = _fma_float64(x, y, z)
    return out.reshape(np.broadcast(a, b, c).shape)


def fma_float32(a: Array, b: Array, c: Array) -> Array:
    """Return the same for float32 values held in float64 arrays; the caller silences NumPy's warnings."""
    s = np.asarray(a * b + c)  # the product of two float32 is exact in float64, the sum is not
    bits = s.view(np.uint64)
    # Rounding twice goes wrong only where the first result lies half-way between two float32, or is subnormal as one.
    doubtful = (bits & 0x1FFFFFFF) == 0x10000000
    doubtful |= ((bits << np.uint64(1)) - np.uint64(1)) < np.uint64(0x3810000000000000 << 1)
    if doubtful.any():
        x, y, z = (np.broadcast_to(v, s.shape)[doubtful] for v in (a, b, c))
        s[doubtful] = _odd_sum(x * y, z)
    return s.astype(np.float32)


def _two_sum(a: Array, b: Array) -> tuple[Array, Array]:
    """Return ``a + b`` as a rounded sum and its exact error (Knuth 1969, 4.2.2)."""
    s = a + b
    t = s - a
    return s, (a - (s - t)) + (b - t)


def _odd_sum(a: Array, b: Array) -> Array:
    """Return ``a + b`` rounded to odd: its last bit is 1 where anything was lost, which guides a later rounding."""
    s, lost = _two_sum(a, b)
    bits = np.asarray(s).view(np.int64)
    even = (bits & 1) == 0
    upwards, downwards = lost > 0, lost < 0
    move = np.where(s > 0, upwards, downwards).astype(np.int64) - np.where(s > 0, downwards, upwards)
    odd: Array = (bits + move * even).view(np.float64)
    return odd


def _fma_float64(a: Array, b: Array, c: Array) -> Array:
    p = np.asarray(a * b)
    ta, tb = _SPLITTER * a, _SPLITTER * b
    ah, bh = ta - (ta - a), tb - (tb - b)
    al, bl = a - ah, b - bh
    lost = al * bl - (((p - ah * bh) - al * bh) - ah * bl)  # a*b = p + lost exactly (Dekker 1971)
    uh, ul = _two_sum(c, lost)
    th, tl = _two_sum(p, uh)
    out = np.asarray(th + _odd_sum(tl, ul))
    if not out.all():  # an exact zero takes the sign that the plain sum has
        out = np.where(out == 0, p + c, out)
    # Comparisons with NaN are false, so NaN and infinities count as unsafe.
    safe = max(_largest(a), _largest(b)) < _LARGE_FACTOR and _largest(c) < _LARGE_TERM
    small = ~(np.abs(p) > _SMALL_PRODUCT)
    if not safe or (small.any() and (small & (a != 0) & (b != 0)).any()):
        a, b, c, p = np.broadcast_arrays(a, b, c, p)
        _correct(a, b, c, p, out)
    return out


def _largest(a: Array) -> float:
    # max and min pass NaN on, and take less time than the maximum of abs.
    return float(np.maximum(a.max(initial=0), -a.min(initial=0)))


def _correct(a: Array, b: Array, c: Array, p: Array, out: Array) -> None:
    """Put right in `out` the elements whose error terms may have over- or underflowed."""
    finite = np.isfinite(a) & np.isfinite(b)
    special = ~(finite & np.isfinite(c)) | (a == 0) | (b == 0)
    # Nothing rounds in a*b + c here, but a finite product may overflow beside an infinite c.
    out[special] = np.where(finite & ~np.isfinite(c), c, p + c)[special]
    safe = (np.abs(a) < _LARGE_FACTOR) & (np.abs(b) < _LARGE_FACTOR) & (np.abs(c) < _LARGE_TERM)
    safe &= np.abs(p) > _SMALL_PRODUCT
    for i in zip(*np.nonzero(~special & ~safe), strict=True):
        out[i] = _exact(float(a[i]), float(b[i]), float(c[i]))


def _alone(a: float, b: float, c: float) -> float:
    if math.isfinite(a) and math.isfinite(b):
        return _exact(a, b, c) if math.isfinite(c) else c
    return a * b + c


def _exact(a: float, b: float, c: float) -> float:
    (an, ad), (bn, bd), (cn, cd) = (v.as_integer_ratio() for v in (a, b, c))
    n = an * bn * cd + cn * ad * bd
    if n == 0:
        return a * b + c
    try:
        return n / (ad * bd * cd)  # the quotient of two integers is correctly rounded
    except OverflowError:
        return math.inf if n > 0 else -math.inf

"""The elementary functions for users: float32 and float64 in, the same out, the same bits on every machine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from engineroom.numerics import _coefficients as c
from engineroom.numerics import _exponential, _logarithm, _trigonometric
from engineroom.numerics._fma import fma

Array: TypeAlias = npt.NDArray[Any]


def _map(f: Callable[[Array, bool], Array], x: npt.ArrayLike) -> Array:
    """Apply f in float64 to x of either dtype; Python numbers are float64."""
    a = np.asarray(x)
    short = a.dtype == np.float32
    with np.errstate(all="ignore"):
        out = f(np.array(a, dtype=np.float64, ndmin=1), short)
        return out.astype(np.float32 if short else np.float64, copy=False).reshape(a.shape)


def _erf(x: Array, short: bool) -> Array:
    if short:
        y = _exponential.clamp(x, -4.0, 4.0)
        return y * _exponential.polynomial(c.ERF_SHORT, fma(y, y, -8.0))
    a = np.where(np.abs(x) > 6.0, 6.0, np.abs(x))
    z = a * a
    inner = fma(a, _exponential.polynomial(c.ERF, z), a)
    # 1 - exp(-a^2) (exp(a^2) erfc(a)); a^2 = z + lost exactly
    lost = fma(a, a, -z)
    t = (a - 2.5) / (a + 2.5)
    e = _exponential.exp(-z, False)
    outer = 1.0 - fma(-lost, e, e) * _exponential.polynomial(c.ERFC, t)
    return np.copysign(np.where(a < 1.0, inner, outer), x)


def exp(x: npt.ArrayLike) -> Array:
    """Return e^x, elementwise, in the dtype of `x`.

    Examples
    --------
    >>> float(exp(1.0))
    2.718281828459045
    """
    return _map(_exponential.exp, x)


def expm1(x: npt.ArrayLike) -> Array:
    """Return e^x - 1, accurate for small `x` too.

    Examples
    --------
    >>> float(expm1(1e-20))
    1e-20
    """
    return _map(_exponential.expm1, x)


def tanh(x: npt.ArrayLike) -> Array:
    """Return the hyperbolic tangent.

    Examples
    --------
    >>> float(tanh(0.5))
    0.46211715726000974
    """
    return _map(_exponential.tanh, x)


def sigmoid(x: npt.ArrayLike) -> Array:
    """Return 1 / (1 + e^-x), accurate for large negative `x` too.

    Examples
    --------
    >>> float(sigmoid(0.0))
    0.5
    """
    return _map(_exponential.sigmoid, x)


def log(x: npt.ArrayLike) -> Array:
    """Return the natural logarithm; -inf at 0, NaN below.

    Examples
    --------
    >>> float(log(10.0))
    2.302585092994046
    """
    return _map(_logarithm.log, x)


def log1p(x: npt.ArrayLike) -> Array:
    """Return log(1 + x), accurate for small `x` too.

    Examples
    --------
    >>> float(log1p(1e-20))
    1e-20
    """
    return _map(_logarithm.log1p, x)


def erf(x: npt.ArrayLike) -> Array:
    """Return the error function, 2/sqrt(pi) times the integral of exp(-t^2) from 0 to `x`.

    Examples
    --------
    >>> float(erf(0.5))
    0.5204998778130465
    """
    return _map(_erf, x)


def sin(x: npt.ArrayLike) -> Array:
    """Return the sine of an angle in radians, of any size.

    Examples
    --------
    >>> float(sin(1e22))
    -0.8522008497671888
    """
    return _map(_trigonometric.sin, x)


def cos(x: npt.ArrayLike) -> Array:
    """Return the cosine of an angle in radians, of any size.

    Examples
    --------
    >>> float(cos(1.0))
    0.5403023058681398
    """
    return _map(_trigonometric.cos, x)


def pow(x: npt.ArrayLike, y: npt.ArrayLike) -> Array:
    """Return x^y, with the special cases of IEEE 754-2019.

    Examples
    --------
    >>> float(pow(2.0, 0.5))
    1.4142135623730951
    """
    dtype = np.result_type(x, y)
    a, b = np.broadcast_arrays(np.asarray(x, dtype), np.asarray(y, dtype))
    with np.errstate(all="ignore"):
        out = _logarithm.pow(np.array(a, dtype=np.float64, ndmin=1), np.array(b, dtype=np.float64, ndmin=1))
        return out.astype(dtype if dtype == np.float32 else np.float64, copy=False).reshape(a.shape)


def powi(b: float, t: int) -> float:
    """Return b^t of an integer t >= 0 by repeated squaring, in float64: section 6 of docs/numerics.md.

    Examples
    --------
    >>> powi(0.9, 3)
    0.7290000000000001
    """
    r = 1.0
    while t:
        if t % 2:
            r = r * b
        b = b * b
        t //= 2
    return r

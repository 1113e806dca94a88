"""The elementary functions against mpmath, in units of the last place, and their exact values at the edges."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from mpmath import mp, mpf

from engineroom import numerics

from ._samples import edges, numbers

ULPS = {np.float32: 1.0, np.float64: 2.0}
DTYPES = [np.float32, np.float64]

ORACLES: dict[str, Callable[[mpf], mpf]] = {
    "exp": mp.exp,
    "expm1": mp.expm1,
    "log": mp.log,
    "log1p": mp.log1p,
    "tanh": mp.tanh,
    "sigmoid": lambda x: 1 / (1 + mp.exp(-x)),
    "erf": mp.erf,
    "sin": mp.sin,
    "cos": mp.cos,
}


def ulps(got: float, exact: mpf, dtype: type) -> float:
    """The distance of `got` from the exact value, in units of the last place of that value."""
    info = np.finfo(dtype)
    greatest = mpf(float(info.max))
    if math.isinf(got) or abs(exact) > greatest * (1 + mpf(2) ** -60):
        half_way = greatest + mp.ldexp(1, int(info.maxexp) - info.nmant - 2)
        return 0 if math.isinf(got) and (got > 0) == (exact > 0) and abs(exact) >= half_way * (1 - mpf(2) ** -60) else 9
    lowest = int(info.minexp) - info.nmant
    place = lowest if exact == 0 else max(int(mp.floor(mp.log(abs(exact), 2))) - info.nmant, lowest)
    return float(mp.ldexp(abs(mpf(got) - exact), -place))


def domain(name: str, x: np.ndarray) -> np.ndarray:
    """Finite arguments with finite results that mpmath can be asked for; the others have tests of their own."""
    x = x[np.isfinite(x)]
    if name in ("exp", "expm1", "sigmoid"):
        return x[np.abs(x) < 1000]
    if name in ("tanh", "erf"):
        return x[np.abs(x) < 100]
    if name == "log":
        return x[x > 0]
    return x[x > -1] if name == "log1p" else x


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ORACLES)
def test_error_against_mpmath(name: str, dtype: type) -> None:
    rng = np.random.default_rng(21)
    multiples = rng.integers(1, 10**6, 60) * (np.pi / 2)
    x = np.concatenate([edges(dtype), numbers(dtype, 100, seed=5), multiples.astype(dtype)])
    x = domain(name, x)
    y = getattr(numerics, name)(x)
    assert y.dtype == dtype
    with mp.workprec(200):
        errors = [ulps(b, ORACLES[name](mpf(a)), dtype) for a, b in zip(x.tolist(), y.tolist(), strict=True)]
    worst = int(np.argmax(errors))
    assert errors[worst] <= ULPS[dtype], f"{name}({x[worst].item().hex()}) is off by {errors[worst]:.2f} ulp"


@pytest.mark.parametrize("dtype", DTYPES)
def test_pow_against_mpmath(dtype: type) -> None:
    rng = np.random.default_rng(22)
    n = 300
    greatest = float(np.log(np.finfo(dtype).max))
    x = np.concatenate([np.exp(rng.uniform(-20, 20, n)), 1 + rng.uniform(-1e-3, 1e-3, n)]).astype(dtype)
    exponent = rng.uniform(-greatest, greatest, 2 * n)
    with np.errstate(all="ignore"):
        y = (exponent / np.log(x.astype(np.float64))).astype(dtype)
    keep = np.isfinite(y)
    x, y = x[keep], y[keep]
    got = numerics.pow(x, y)
    with mp.workprec(200):
        errors = [
            ulps(c, mpf(a) ** mpf(b), dtype) for a, b, c in zip(x.tolist(), y.tolist(), got.tolist(), strict=True)
        ]
    assert max(errors) <= ULPS[dtype]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    ("name", "x", "y"),
    [
        ("exp", [0.0, -0.0, np.inf, -np.inf, 1000.0, -1000.0], [1.0, 1.0, np.inf, 0.0, np.inf, 0.0]),
        ("expm1", [0.0, -0.0, np.inf, -np.inf, 1000.0, -1000.0], [0.0, -0.0, np.inf, -1.0, np.inf, -1.0]),
        ("log", [0.0, -0.0, 1.0, -1.0, np.inf, -np.inf], [-np.inf, -np.inf, 0.0, np.nan, np.inf, np.nan]),
        ("log1p", [0.0, -0.0, -1.0, -2.0, np.inf, -np.inf], [0.0, -0.0, -np.inf, np.nan, np.inf, np.nan]),
        ("tanh", [0.0, -0.0, np.inf, -np.inf, 1000.0, -1000.0], [0.0, -0.0, 1.0, -1.0, 1.0, -1.0]),
        ("sigmoid", [0.0, -0.0, np.inf, -np.inf, 1000.0, -1000.0], [0.5, 0.5, 1.0, 0.0, 1.0, 0.0]),
        ("erf", [0.0, -0.0, np.inf, -np.inf, 1000.0, -1000.0], [0.0, -0.0, 1.0, -1.0, 1.0, -1.0]),
        ("sin", [0.0, -0.0, np.inf, -np.inf], [0.0, -0.0, np.nan, np.nan]),
        ("cos", [0.0, -0.0, np.inf, -np.inf], [1.0, 1.0, np.nan, np.nan]),
    ],
)
def test_edges(name: str, x: list[float], y: list[float], dtype: type) -> None:
    got = getattr(numerics, name)(np.array([*x, np.nan], dtype=dtype))
    np.testing.assert_array_equal(got, np.array([*y, np.nan], dtype=dtype))
    np.testing.assert_array_equal(np.signbit(got[: len(y)])[~np.isnan(y)], np.signbit(y)[~np.isnan(y)])


@pytest.mark.parametrize("dtype", DTYPES)
def test_pow_edges(dtype: type) -> None:
    """Every pair of special numbers against the C library's pow, which is exact there."""
    values = [0.0, 0.5, 1.0, 2.0, 3.0, 4.0, 2.5, 1e30, np.inf]
    values = np.array([*values, *(-v for v in values), np.nan])
    x, y = (v.ravel() for v in np.meshgrid(values, values))
    with np.errstate(all="ignore"):
        expected = np.power(x, y).astype(dtype)
    got = numerics.pow(x.astype(dtype), y.astype(dtype))
    special = ~np.isfinite(expected) | (expected == 0) | (np.abs(expected) == 1)
    np.testing.assert_array_equal(got[special], expected[special])
    np.testing.assert_array_equal(np.signbit(got)[~np.isnan(expected)], np.signbit(expected)[~np.isnan(expected)])
    np.testing.assert_allclose(got, expected, rtol=1e-6)


def test_powi_squares() -> None:
    assert numerics.powi(3.0, 0) == 1.0
    assert numerics.powi(0.9, 5) == 0.9 * ((0.9 * 0.9) * (0.9 * 0.9))
    assert numerics.powi(0.999, 6) == (0.999 * 0.999) * ((0.999 * 0.999) * (0.999 * 0.999))


def test_shapes() -> None:
    assert numerics.tanh(np.zeros((2, 3), dtype=np.float32)).shape == (2, 3)
    assert numerics.sin(np.float64(1e30)).shape == ()
    assert numerics.exp(np.zeros((0, 3))).shape == (0, 3)

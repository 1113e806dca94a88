"""fma against exact rationals, and the edges that rationals do not have."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engineroom.numerics import fma

from ._samples import edges, numbers

DTYPES = [np.float32, np.float64]


def nearest(value: Fraction, dtype: type) -> float:
    """The number of this type nearest to a rational, ties to even, found by scaling to an integer and rounding that."""
    info = np.finfo(dtype)
    if value == 0:
        return 0.0
    bits, lowest = info.nmant + 1, int(info.minexp) - info.nmant
    exponent = value.numerator.bit_length() - value.denominator.bit_length()
    if Fraction(2) ** exponent > abs(value):
        exponent -= 1
    place = max(exponent - bits + 1, lowest)
    scaled = round(value / Fraction(2) ** place)  # Python rounds ties to even
    if abs(scaled) * Fraction(2) ** place >= Fraction(2) ** int(info.maxexp):
        return math.inf if value > 0 else -math.inf
    return math.copysign(math.ldexp(scaled, place), value)


def check(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> None:
    dtype = a.dtype.type
    for x, y, z, got in zip(a.tolist(), b.tolist(), c.tolist(), fma(a, b, c).tolist(), strict=True):
        exact = Fraction(x) * Fraction(y) + Fraction(z)
        expected = nearest(exact, dtype)
        assert got == expected, (x.hex(), y.hex(), z.hex(), got.hex(), expected.hex())
        if exact != 0:
            assert math.copysign(1, got) == math.copysign(1, expected)


@pytest.mark.parametrize("dtype", DTYPES)
def test_random_numbers(dtype: type) -> None:
    rng = np.random.default_rng(11)
    with np.errstate(all="ignore"):
        a, b, c = (rng.permutation(v[np.isfinite(v)])[:700] for v in (numbers(dtype, 200, seed) for seed in (1, 2, 3)))
        product = a * b
        fits = np.isfinite(product)
        close = np.nextafter(-product, dtype(0))
    check(a, b, c)
    check(a[fits], b[fits], -product[fits])
    check(a[fits], b[fits], close[fits])


@pytest.mark.parametrize("dtype", DTYPES)
def test_edges(dtype: type) -> None:
    values = edges(dtype)
    values = values[np.isfinite(values)][::9]
    a, b, c = (v.ravel() for v in np.meshgrid(values, values, values))
    check(a, b, c)


floats = st.floats(allow_nan=False, allow_infinity=False)


@given(st.lists(st.tuples(floats, floats, floats), min_size=1, max_size=20))
def test_any_float64(triples: list[tuple[float, float, float]]) -> None:
    a, b, c = (np.array(v) for v in zip(*triples, strict=True))
    check(a, b, c)


@given(st.integers(0, 2**24), st.integers(0, 2**24), st.integers(-40, 8), st.sampled_from([-1, 1]))
def test_float32_half_way_cases(m: int, n: int, e: int, sign: int) -> None:
    """m*n is a tie or near one as a float32; a tiny c must decide it."""
    a, b, c = np.float32([m]), np.float32([n]), np.float32([math.ldexp(sign, e)])
    check(a, b, c)


@pytest.mark.parametrize("dtype", DTYPES)
def test_one_number_is_as_it_is_among_many(dtype: type) -> None:
    rng = np.random.default_rng(12)
    with np.errstate(all="ignore"):
        a, b, c = (
            rng.permutation(np.concatenate([edges(dtype), numbers(dtype, 40, seed)]))[:400] for seed in (4, 5, 6)
        )
        c[::3] = -(a * b)[::3]
    together = fma(a, b, c)
    alone = np.array([fma(*one) for one in zip(a, b, c, strict=True)])
    assert alone.dtype == dtype
    np.testing.assert_array_equal(alone, together)
    numbered = ~np.isnan(together)
    np.testing.assert_array_equal(np.signbit(alone[numbered]), np.signbit(together[numbered]))


def test_one_rounding_not_two() -> None:
    # (1 + 2^-12)^2 = 1 + 2^-11 + 2^-24: the last term is lost if the product is rounded.
    x = np.float32(1 + 2**-12)
    assert float(fma(x, x, np.float32(-1 - 2**-11))) == 2.0**-24
    # 24929 * 673 = 2^24 + 1, so the product is 1 + 2^-24, a tie in float32, where even is 1. A little above it must
    # decide, though float64 cannot hold their sum.
    a, b = np.float32(24929), np.float32(673 * 2.0**-24)
    for c, expected in ((2.0**-90, 1 + 2.0**-23), (0.0, 1.0), (-(2.0**-90), 1.0)):
        assert float(fma(a, b, np.float32(c))) == expected
    # The same among subnormals, whose ties lie elsewhere: 54161 * 19825 = 2^30 + 1, half a unit and a little.
    a, b = np.float32(54161 * 2.0**-75), np.float32(19825 * 2.0**-105)
    assert float(fma(a, b, np.float32(2.0**-127))) == 2.0**-127 + 2.0**-149


@pytest.mark.parametrize("dtype", DTYPES)
def test_zeros_infinities_and_nan(dtype: type) -> None:
    inf, nan, big = np.inf, np.nan, float(np.finfo(dtype).max)
    tiny = float(np.finfo(dtype).smallest_subnormal)
    table = [
        (0.0, 5.0, -0.0, 0.0),
        (-0.0, 5.0, -0.0, -0.0),
        (-0.0, 5.0, 0.0, 0.0),
        (2.0, 3.0, -6.0, 0.0),
        (-2.0, 3.0, 6.0, 0.0),
        (tiny, -tiny, 0.0, -0.0),
        (tiny, tiny, 0.0, 0.0),
        (big, big, -inf, -inf),
        (big, -big, inf, inf),
        (big, 2.0, -big, big),
        (big, 2.0, 0.0, inf),
        (inf, 0.0, 1.0, nan),
        (inf, 1.0, -inf, nan),
        (inf, -1.0, 1.0, -inf),
        (nan, 0.0, 1.0, nan),
        (1.0, 1.0, nan, nan),
        (1.0, 1.0, -inf, -inf),
    ]
    a, b, c, expected = (np.array(v, dtype=dtype) for v in zip(*table, strict=True))
    got = fma(a, b, c)
    np.testing.assert_array_equal(got, expected)
    np.testing.assert_array_equal(np.signbit(got)[~np.isnan(got)], np.signbit(expected)[~np.isnan(expected)])
    # Alone, a case does not send its neighbours down the careful path.
    for case, value in zip(zip(a, b, c, strict=True), expected, strict=True):
        alone = fma(*case)
        assert np.isnan(alone) if np.isnan(value) else alone == value and np.signbit(alone) == np.signbit(value)


def test_shapes_and_types() -> None:
    x = np.ones((3, 1), dtype=np.float32)
    out = fma(x, np.arange(4, dtype=np.float32), 0.5)
    assert out.dtype == np.float32 and out.shape == (3, 4) and out[2, 3] == 3.5
    assert fma(2.0, 3.0, 1.0).shape == () and fma(2.0, 3.0, 1.0).dtype == np.float64
    assert fma(np.zeros((0, 2)), 1.0, 1.0).shape == (0, 2)
    assert fma(np.zeros((0, 2), dtype=np.float32), 1.0, 1.0).dtype == np.float32

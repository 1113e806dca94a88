"""Exact sums and the contract's chain of fused sums, against rational arithmetic done the long way."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engineroom.lens._exact import chained, difference, dot, exact, float32_sum, floating, total
from engineroom.numerics import fma

doubles = st.floats(allow_nan=False, allow_infinity=False, min_value=-1e150, max_value=1e150)
singles = st.floats(width=32, allow_nan=False, allow_infinity=False, min_value=-(2.0**60), max_value=2.0**60)


@given(st.lists(st.tuples(doubles, doubles), max_size=30))
def test_dot_loses_no_digit(pairs: list[tuple[float, float]]) -> None:
    x, d = (np.array([p[k] for p in pairs], np.float64) for k in (0, 1))
    assert dot(x, d) == sum((Fraction(a) * Fraction(b) for a, b in pairs), Fraction(0))


@given(st.lists(st.fractions(), max_size=20))
def test_total_loses_no_digit(amounts: list[Fraction]) -> None:
    assert total(amounts) == sum(amounts, Fraction(0))


def test_dot_of_many_rows() -> None:
    random = np.random.default_rng(1)
    x, d = random.normal(size=5000), random.normal(size=5000) * 10.0 ** random.integers(-9, 9, 5000)
    assert dot(x, d) == sum(
        (Fraction(a) * Fraction(b) for a, b in zip(x.tolist(), d.tolist(), strict=True)), Fraction(0)
    )


@given(st.lists(st.tuples(singles, singles), max_size=20))
def test_chained_is_the_contracts_sum_in_float32(pairs: list[tuple[float, float]]) -> None:
    x, d = (np.array([p[k] for p in pairs], np.float32) for k in (0, 1))
    acc = np.zeros(1, np.float32)
    for b in range(len(pairs)):
        acc = fma(x[b : b + 1], d[b : b + 1], acc)
    assert chained(x, d) == float(acc[0])


@given(st.lists(st.tuples(doubles, doubles), max_size=20))
def test_chained_is_the_contracts_sum_in_float64(pairs: list[tuple[float, float]]) -> None:
    x, d = (np.array([p[k] for p in pairs], np.float64) for k in (0, 1))
    acc = np.zeros(1)
    for b in range(len(pairs)):
        acc = fma(x[b : b + 1], d[b : b + 1], acc)
    assert chained(x, d) == float(acc[0])


def test_float32_is_rounded_once() -> None:
    # Just above the tie between 1 and 1 + 2**-23; through float64 it would fall on the tie and go down to 1.
    assert float32_sum(1 + 2.0**-24, 2.0**-80) == 1 + 2.0**-23
    assert float32_sum(1 + 3 * 2.0**-24, -(2.0**-80)) == 1 + 2.0**-23
    # Just below the tie, where the neighbouring float64 is the tie itself.
    assert float32_sum(1 + 2.0**-24 - 2.0**-52, 2.0**-80) == 1
    # Both last bits are odd, and rounding towards the error would land on the tie, and from there on the wrong side.
    assert float32_sum(1 + 2.0**-24 + 2.0**-52, -(2.0**-80)) == 1 + 2.0**-23
    assert float32_sum(1 + 3 * 2.0**-24 - 2.0**-52, 2.0**-80) == 1 + 2.0**-23
    assert float32_sum(1 + 2.0**-24, 0.0) == 1
    assert float32_sum(2.0**127, 2.0**127) == math.inf and float32_sum(-(2.0**127), -(2.0**127)) == -math.inf


def test_what_is_not_finite_stays_a_float() -> None:
    assert exact(0.1) == Fraction(3602879701896397, 2**55)
    assert exact(math.inf) == math.inf
    assert math.isnan(total([Fraction(1), math.nan]))
    assert total([Fraction(1), -math.inf]) == -math.inf
    assert math.isnan(dot(np.array([1.0, math.nan]), np.array([1.0, 1.0])))
    assert difference(math.nan, math.nan) == 0 and difference(math.inf, math.inf) == 0
    assert math.isnan(difference(1.0, math.nan))


def test_an_amount_beyond_float64_is_infinite_as_a_float() -> None:
    most = Fraction(np.finfo(np.float64).max.item())
    assert floating(most) == float(most)
    assert floating(4 * most / 3) == math.inf
    assert floating(-4 * most / 3) == -math.inf
    assert total([-4 * most, math.inf]) == math.inf

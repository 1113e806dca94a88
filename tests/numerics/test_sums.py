"""Sums in the contract's order, against loops over single numbers."""

from __future__ import annotations

import numpy as np
import pytest

from engineroom import numerics

DTYPES = [np.float32, np.float64]


@pytest.mark.parametrize("dtype", DTYPES)
def test_product_is_a_chain_of_fma(dtype: type) -> None:
    rng = np.random.default_rng(31)
    x, w, start = (rng.normal(size=s).astype(dtype) for s in ((3, 7), (7, 4), (4,)))
    z = numerics.product(x, w, start)
    assert z.dtype == dtype
    for b in range(3):
        for o in range(4):
            acc = start[o]
            for k in range(7):
                acc = numerics.fma(x[b, k], w[k, o], acc)
            assert z[b, o] == acc


def test_product_begins_at_plus_zero() -> None:
    z = numerics.product(np.array([[-0.0]]), np.array([[1.0]]))
    assert not np.signbit(z[0, 0])
    assert numerics.product(np.ones((2, 0)), np.ones((0, 3)), np.full(3, 5.0)).tolist() == [[5.0] * 3] * 2


def test_ordered_sums_go_left_to_right() -> None:
    a = np.array([[1e16, 1.0, 1.0, -1e16]])
    assert numerics.ordered_sum(a, axis=1)[0] == 0.0  # each 1 is lost; in pairs from the right it would not be
    assert numerics.ordered_sum(a[:, ::-1], axis=1)[0] == 0.0
    assert numerics.ordered_sum(np.array([[-1e16, 1e16, 1.0]]), axis=1)[0] == 1.0
    assert not np.signbit(numerics.ordered_sum(np.array([-0.0, -0.0]), axis=0))


def test_ordered_dot_rounds_once_a_term() -> None:
    x = 1 + 2.0**-30
    a = np.array([[1.0, x]])
    assert numerics.ordered_dot(a, np.array([[-1.0, x]]), axis=1)[0] == 2.0**-29 + 2.0**-60


@pytest.mark.parametrize("n", [0, 1, 15, 16, 17, 4096, 4097, 5000])
def test_reduce_by_the_letter(n: int) -> None:
    rng = np.random.default_rng(n)
    a, b = rng.normal(size=(2, n)) * np.exp(rng.uniform(-20, 20, size=(2, n)))
    total, total_dot = 0.0, 0.0
    for begin in range(0, n, 4096):
        sums, dots = [0.0] * 16, [0.0] * 16
        for i in range(min(4096, n - begin)):
            sums[i % 16] += float(a[begin + i])
            dots[i % 16] = float(numerics.fma(a[begin + i], b[begin + i], dots[i % 16]))
        for step in (8, 4, 2, 1):
            for j in range(step):
                sums[j] += sums[j + step]
                dots[j] += dots[j + step]
        total += sums[0]
        total_dot += dots[0]
    assert numerics.reduce(a) == total
    assert numerics.reduce_dot(a, b) == total_dot


def test_reduce_keeps_digits_where_float32_would_not() -> None:
    a = np.full(3_000_000, 0.1, dtype=np.float32)
    assert numerics.reduce(a) == pytest.approx(3_000_000 * float(np.float32(0.1)), rel=1e-15)


def test_infinities_pass_without_warnings() -> None:
    assert np.isnan(numerics.reduce(np.array([np.inf, -np.inf])))
    assert np.isnan(numerics.ordered_sum(np.array([np.inf, -np.inf], dtype=np.float32), axis=0))
    assert np.isinf(
        numerics.product(np.full((1, 2), 1e38, dtype=np.float32), np.full((2, 1), 10, dtype=np.float32))[0, 0]
    )

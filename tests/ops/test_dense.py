"""The affine map by hand, and each example's share of its gradient."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engineroom.ops import Dense, LeakyReLU, Moment, contributions, kernel

X = np.array([[1.0, 2.0], [3.0, -1.0], [0.5, 4.0]])
W = np.array([[1.0, -2.0, 0.5], [3.0, 0.25, -1.0]])
DZ = np.array([[1.0, 0.0, 2.0], [-1.0, 3.0, 0.5], [2.0, 1.0, -4.0]])
NOW = Moment(step=1, lr=0.1)


def test_forward_and_backward_by_hand() -> None:
    (z,) = kernel("affine_forward", {})([X, W, np.array([10.0, 20.0, 30.0])], ["z"], NOW)
    np.testing.assert_array_equal(z, X @ W + [10, 20, 30])
    dw, db, dx = kernel("affine_backward", {})([X, W, DZ], ["dw", "db", "dx"], NOW)
    np.testing.assert_array_equal(dw, X.T @ DZ)
    np.testing.assert_array_equal(db, [2, 4, -1.5])
    np.testing.assert_array_equal(dx, DZ @ W.T)


def test_what_is_not_wanted_is_not_worked_out() -> None:
    assert kernel("affine_backward", {})([X, W, DZ], ["dw", "-", "-"], NOW)[1:] == (None, None)


def test_without_bias_the_sum_begins_at_plus_zero() -> None:
    (z,) = kernel("affine_forward", {})([np.array([[-0.0]]), np.array([[1.0]]), None], ["z"], NOW)
    assert not np.signbit(z[0, 0])


@given(st.lists(st.tuples(st.floats(-8, 8, width=32), st.floats(-8, 8, width=32)), min_size=1, max_size=20))
def test_contributions_add_up_to_the_stored_gradient(pairs: list[tuple[float, float]]) -> None:
    x, dz = (np.array(column, np.float32)[:, None] for column in zip(*pairs, strict=True))
    dw, db, _ = kernel("affine_backward", {})([x, np.ones((1, 1), np.float32), dz], ["dw", "db", "-"], NOW)
    for gradient, inputs in ((float(dw[0, 0]), x[:, 0]), (float(db[0]), None)):
        found = contributions(gradient, dz[:, 0], inputs)
        assert sum(found.examples, Fraction(0)) + found.rounding == Fraction(gradient)
        assert abs(found.rounding) <= Fraction(len(pairs), 2**20) * (1 + sum(map(abs, found.examples)))
    assert contributions(1.0, dz[:, 0], x[:, 0]).examples[0] == Fraction(float(x[0, 0])) * Fraction(float(dz[0, 0]))


@pytest.mark.parametrize(
    ("layer", "text"),
    [
        (Dense(3), "Dense(3)"),
        (Dense(3, "relu", bias=False), "Dense(3, 'relu', bias=False)"),
        (Dense(3, LeakyReLU(0.5), name="a"), "Dense(3, activation=LeakyReLU(alpha=0.5), name='a')"),
        (Dense(3, init="zeros"), "Dense(3, init=Zeros())"),
    ],
)
def test_a_layer_prints_as_it_was_written(layer: Dense, text: str) -> None:
    assert repr(layer) == text

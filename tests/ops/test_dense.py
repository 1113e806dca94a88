"""The affine map by hand, and a layer as text."""

from __future__ import annotations

import numpy as np
import pytest

from engineroom.ops import Dense, LeakyReLU, Moment, kernel

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

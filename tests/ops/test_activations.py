"""Activations against plain float64 formulas, worked numbers, finite differences, and at the edges."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engineroom.errors import OptionError
from engineroom.ops import (
    GELU,
    Activation,
    LeakyReLU,
    ReLU,
    Sigmoid,
    SiLU,
    Softmax,
    Softplus,
    Tanh,
    activation,
)

PLAIN = {
    "identity": lambda z: z,
    "relu": lambda z: max(z, 0.0),
    "leaky_relu": lambda z: z if z > 0 else 0.01 * z,
    "tanh": math.tanh,
    "sigmoid": lambda z: 1 / (1 + math.exp(-z)),
    "softplus": lambda z: math.log1p(math.exp(-abs(z))) + max(z, 0.0),
    "gelu": lambda z: z * (1 + math.erf(z / math.sqrt(2))) / 2,
    "silu": lambda z: z / (1 + math.exp(-z)),
}
POINTS = np.array([-30.0, -3.7, -1.0, -0.3, -1e-3, 1e-3, 0.4, 1.0, 2.9, 30.0])


@pytest.mark.parametrize("name", PLAIN)
@pytest.mark.parametrize(("dtype", "tolerance"), [("float32", 1e-6), ("float64", 2e-15)])
def test_value_is_the_formula(name: str, dtype: str, tolerance: float) -> None:
    z = POINTS.astype(dtype)
    a = activation(name).forward(z)
    assert a.dtype == dtype
    np.testing.assert_allclose(a, [PLAIN[name](float(v)) for v in z], rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("name", PLAIN)
def test_slope_is_the_difference_quotient(name: str) -> None:
    h = 1e-6
    quotient = [(PLAIN[name](v + h) - PLAIN[name](v - h)) / (2 * h) for v in POINTS]
    np.testing.assert_allclose(activation(name).slope(POINTS), quotient, rtol=1e-7, atol=1e-8)


@pytest.mark.parametrize("name", PLAIN)
def test_backward_is_da_times_slope(name: str) -> None:
    law, da = activation(name), np.linspace(-2, 2, len(POINTS))
    kept = POINTS if law.keeps == "z" else law.forward(POINTS)
    np.testing.assert_array_equal(law.backward(kept, da), da * law.slope(POINTS))


@pytest.mark.parametrize("name", [*PLAIN, "softmax"])
def test_nan_passes_on(name: str) -> None:
    law, z = activation(name), np.array([[np.nan, 1.0]], np.float32)
    assert np.isnan(law.forward(z)[0, 0])
    assert np.isnan(law.backward(z, np.array([[np.nan, 1.0]], np.float32))[0, 0])


@pytest.mark.parametrize("law", [ReLU(), LeakyReLU()])
def test_kink_at_zero_belongs_to_the_left(law: Activation) -> None:
    z = np.array([0.0, -0.0])
    assert not np.signbit(law.forward(z)).any() or isinstance(law, LeakyReLU)
    np.testing.assert_array_equal(law.slope(z), [dict(law.attributes).get("alpha", 0.0)] * 2)


@pytest.mark.parametrize("law", [Tanh(), Sigmoid(), Softplus(), GELU(), SiLU()])
def test_far_out_nothing_overflows(law: Activation) -> None:
    z = np.array([-1e30, 1e30], np.float32)
    with np.errstate(all="ignore"):
        assert np.isfinite(law.forward(z)).all()
    assert np.isfinite(law.slope(z)).all()


def test_softmax_by_hand() -> None:
    a = Softmax().forward(np.log(np.array([[1.0, 2.0, 5.0]])) + 1000)
    np.testing.assert_allclose(a, [[0.125, 0.25, 0.625]], rtol=1e-13)
    # J = diag(a) - a a^T, applied to da = (1, 0, 0).
    np.testing.assert_allclose(
        Softmax().backward(a, np.array([[1.0, 0.0, 0.0]])), [[0.125 * 0.875, -0.25 * 0.125, -0.625 * 0.125]], rtol=1e-12
    )


def test_softmax_takes_the_largest_off_first() -> None:
    z = np.array([[0.0, 1000.0, -1000.0], [1000.0, 0.0, -1000.0]])
    np.testing.assert_array_equal(Softmax().forward(z), [[0, 1, 0], [1, 0, 0]])


def test_softmax_has_no_slope() -> None:
    with pytest.raises(OptionError, match="softmax has no slope"):
        Softmax().slope(np.zeros((1, 2)))


def test_alpha_is_checked() -> None:
    with pytest.raises(OptionError, match=r"alpha of leaky_relu must be at least 0, got -0.1"):
        LeakyReLU(alpha=-0.1)

"""Losses against numbers worked by hand, and their gradients against difference quotients."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engineroom.errors import OptionError
from engineroom.ops import MAE, MSE, BinaryCrossEntropy, CrossEntropy, Huber, Loss, loss

OUT = np.array([[0.5, -2.0, 3.0], [1.5, 0.25, -0.75]])
Y = np.array([[1.0, 1.0, 1.0], [0.0, 0.0, 0.0]])
CLASSES = np.array([2, 0], np.int32)
P = np.array([[0.2, 0.3, 0.5], [0.6, 0.3, 0.1]])
ZERO_ONE = np.array([[1.0, 0.0, 1.0], [0.0, 1.0, 0.25]])


def plain_softmax(z: np.ndarray) -> np.ndarray:
    return np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)


CASES: dict[str, tuple[Loss, np.ndarray, np.ndarray, list[float]]] = {
    "mse": (MSE(), OUT, Y, [(0.25 + 9 + 4) / 3, (2.25 + 0.0625 + 0.5625) / 3]),
    "mae": (MAE(), OUT, Y, [5.5 / 3, 2.5 / 3]),
    "huber": (Huber(), OUT, Y, [(0.125 + 2.5 + 1.5) / 3, (1.0 + 0.03125 + 0.28125) / 3]),
    "huber 2.5": (Huber(delta=2.5), OUT, Y, [(0.125 + 4.375 + 2) / 3, (1.125 + 0.03125 + 0.28125) / 3]),
    "cross_entropy": (
        CrossEntropy(probabilities=False),
        OUT,
        CLASSES,
        [-math.log(plain_softmax(OUT)[0, 2]), -math.log(plain_softmax(OUT)[1, 0])],
    ),
    "cross_entropy_probabilities": (CrossEntropy(probabilities=True), P, CLASSES, [-math.log(0.5), -math.log(0.6)]),
    "binary_cross_entropy": (
        BinaryCrossEntropy(probabilities=False),
        OUT,
        ZERO_ONE,
        [
            (math.log1p(math.exp(-0.5)) + math.log1p(math.exp(-2)) + math.log1p(math.exp(-3))) / 3,
            (math.log1p(math.exp(1.5)) + math.log1p(math.exp(-0.25)) + math.log1p(math.exp(-0.75)) + 0.1875) / 3,
        ],
    ),
    "binary_cross_entropy_probabilities": (
        BinaryCrossEntropy(probabilities=True),
        P,
        ZERO_ONE,
        [
            -(math.log(0.2) + math.log(0.7) + math.log(0.5)) / 3,
            -(math.log(0.4) + math.log(0.3) + 0.25 * math.log(0.1) + 0.75 * math.log(0.9)) / 3,
        ],
    ),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize(("dtype", "tolerance"), [("float32", 1e-6), ("float64", 1e-14)])
def test_examples_by_hand(case: str, dtype: str, tolerance: float) -> None:
    law, out, y, expected = CASES[case]
    examples = law.forward(out.astype(dtype), y if y.dtype == np.int32 else y.astype(dtype))[0]
    assert examples.dtype == dtype
    np.testing.assert_allclose(examples, expected, rtol=tolerance)


@pytest.mark.parametrize("case", CASES)
def test_gradient_is_the_difference_quotient(case: str) -> None:
    law, out, y, _ = CASES[case]
    kept = law.forward(out, y)[1] if law.keeps_probabilities else out
    gradient, h = law.backward(kept, y), 1e-6
    for place in np.ndindex(out.shape):
        up, down = out.copy(), out.copy()
        up[place] += h
        down[place] -= h
        quotient = (law.forward(up, y)[0].mean() - law.forward(down, y)[0].mean()) / (2 * h)
        assert gradient[place] == pytest.approx(quotient, rel=1e-7, abs=1e-9), place


@pytest.mark.parametrize("law", [MSE(), MAE(), Huber()])
def test_a_hit_costs_nothing_and_pushes_nowhere(law: Loss) -> None:
    np.testing.assert_array_equal(law.forward(Y, Y)[0], [0, 0])
    np.testing.assert_array_equal(law.backward(Y, Y), np.zeros_like(Y))


def test_logits_far_out_stay_exact() -> None:
    z, y = np.array([[1000.0, 0.0]], np.float32), np.array([1], np.int32)
    examples, p = CrossEntropy(probabilities=False).forward(z, y)
    np.testing.assert_array_equal(examples, np.float32([1000.0]))
    np.testing.assert_array_equal(CrossEntropy(probabilities=False).backward(p, y), np.float32([[1, -1]]))
    binary = BinaryCrossEntropy(probabilities=False)
    np.testing.assert_array_equal(binary.forward(np.float32([[-1000.0]]), np.float32([[1.0]]))[0], np.float32([1000.0]))


@np.errstate(divide="ignore", invalid="ignore")
def test_clipped_probabilities_are_finite_and_push_nowhere() -> None:
    p, y = np.array([[0.0, 1.0], [1.0, 0.0]]), np.array([0, 1], np.int32)
    law = CrossEntropy(probabilities=True, clip=1e-3)
    np.testing.assert_allclose(law.forward(p, y)[0], -math.log(1e-3), rtol=1e-14)
    np.testing.assert_array_equal(law.backward(p, y), np.zeros((2, 2)))
    binary = BinaryCrossEntropy(probabilities=True, clip=1e-3)
    np.testing.assert_allclose(binary.forward(p, 1 - p)[0], -math.log(1e-3), rtol=1e-12)
    np.testing.assert_array_equal(binary.backward(p, 1 - p), np.zeros((2, 2)))


@pytest.mark.parametrize("case", CASES)
def test_nan_passes_on(case: str) -> None:
    law, out, y, _ = CASES[case]
    broken = np.full_like(out, np.nan)
    assert np.isnan(law.forward(broken, y)[0]).all()
    kept = law.forward(broken, y)[1] if law.keeps_probabilities else broken
    gradient = law.backward(kept, y)
    at_class = gradient[np.arange(2), CLASSES] if case == "cross_entropy_probabilities" else gradient
    assert np.isnan(at_class).all()


@pytest.mark.parametrize(
    ("law", "activation", "probabilities"),
    [
        (CrossEntropy(), "softmax", True),
        (CrossEntropy(), "identity", False),
        (CrossEntropy(), "sigmoid", False),
        (CrossEntropy(probabilities=False), "softmax", False),
        (BinaryCrossEntropy(), "sigmoid", True),
        (BinaryCrossEntropy(), "identity", False),
        (BinaryCrossEntropy(probabilities=True), "identity", True),
    ],
)
def test_probabilities_are_read_off_the_last_activation(law: Loss, activation: str, probabilities: bool) -> None:
    settled = law.after(activation)
    assert settled.probabilities is probabilities
    assert settled.kernel == law.law + ("_probabilities" if probabilities else "")
    assert settled.takes_logits is not probabilities


def test_chances_are_what_the_loss_measures() -> None:
    at_class = CrossEntropy(probabilities=False).chances(OUT)[np.arange(2), CLASSES]
    np.testing.assert_allclose(-np.log(at_class), CASES["cross_entropy"][3], rtol=1e-14)
    yes = BinaryCrossEntropy(probabilities=False).chances(OUT)
    measured = -np.mean(ZERO_ONE * np.log(yes) + (1 - ZERO_ONE) * np.log(1 - yes), axis=1)
    np.testing.assert_allclose(measured, CASES["binary_cross_entropy"][3], rtol=1e-14)
    for law in (MSE(), Huber(), CrossEntropy(probabilities=True), BinaryCrossEntropy(probabilities=True)):
        assert law.chances(P) is P


@pytest.mark.parametrize("law", [MSE(), CrossEntropy(), BinaryCrossEntropy()])
def test_only_binary_cross_entropy_says_yes_or_no(law: Loss) -> None:
    assert law.yes_or_no is (law.law == "binary_cross_entropy")


def test_arguments_are_checked() -> None:
    with pytest.raises(OptionError, match=r"delta of huber must be above 0, got 0.0"):
        Huber(delta=0)
    with pytest.raises(OptionError, match=r"clip of cross_entropy must be below 0.5"):
        CrossEntropy(clip=0.5)
    with pytest.raises(OptionError, match="probabilities of binary_cross_entropy must be True or False"):
        BinaryCrossEntropy(probabilities="yes")
    with pytest.raises(OptionError, match="there is no loss called 'mes'; did you mean 'mse'"):
        loss("mes")

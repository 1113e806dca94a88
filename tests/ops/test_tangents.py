"""Tangents of each operation against central differences of the operation itself, forward and backward."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from engineroom.errors import OptionError, UnknownNameError
from engineroom.ops import (
    KERNELS,
    MAE,
    Activation,
    BinaryCrossEntropy,
    Huber,
    LeakyReLU,
    Loss,
    Moment,
    ReLU,
    Tanh,
    activation,
    kernel,
    linearize,
)
from engineroom.ops.activations._activation import in_blocks

RNG = np.random.default_rng(8)
B, I, O = 5, 4, 3  # noqa: E741
Z = RNG.normal(size=(B, O)) * 1.5
P = np.exp(Z / 3) / np.exp(Z / 3).sum(axis=1, keepdims=True)
YES = RNG.random((B, O))
CLASSES = RNG.integers(0, O, B).astype(np.int32)
GRAD = RNG.normal(size=(B, O))
CLIP = {"clip": 1e-7}
ATTRIBUTES = {"leaky_relu": {"alpha": 0.1}, "huber": {"delta": 0.7}}

LAYER = [RNG.normal(size=(B, I)), RNG.normal(size=(I, O))]
CASES: dict[str, tuple[list[Any], dict[str, float]]] = {
    "affine_forward": ([*LAYER, RNG.normal(size=O)], {}),
    "affine_backward": ([*LAYER, GRAD], {}),
    "cross_entropy_forward": ([Z, CLASSES], {}),
    "cross_entropy_backward": ([P, CLASSES], {}),
    "cross_entropy_probabilities_forward": ([P, CLASSES], CLIP),
    "cross_entropy_probabilities_backward": ([P, CLASSES], CLIP),
    "binary_cross_entropy_forward": ([Z, YES], {}),
    "binary_cross_entropy_backward": ([Z, YES], {}),
    "binary_cross_entropy_probabilities_forward": ([P, YES], CLIP),
    "binary_cross_entropy_probabilities_backward": ([P, YES], CLIP),
}
for name in ("mse", "mae", "huber"):
    for way in ("forward", "backward"):
        CASES[f"{name}_{way}"] = [Z, YES], ATTRIBUTES.get(name, {})
for name in activation.laws:
    if name != "identity":
        law = activation({"law": name, **ATTRIBUTES.get(name, {})})
        CASES[f"{name}_forward"] = [Z], ATTRIBUTES.get(name, {})
        CASES[f"{name}_backward"] = [Z if law.keeps == "z" else law.forward(Z), GRAD], ATTRIBUTES.get(name, {})
WRITES = {"affine_backward": 3, "cross_entropy_forward": 2}


def test_every_operation_of_a_step_is_here() -> None:
    assert set(CASES) == {name for name in KERNELS if name.endswith(("_forward", "_backward"))}


@pytest.mark.parametrize("name", CASES)
def test_values_are_those_of_the_kernel(name: str) -> None:
    reads, attributes = CASES[name]
    names = ["out"] * WRITES.get(name, 1)
    wanted = kernel(name, attributes)(reads, names, Moment(1, 0.1))
    for ours, theirs in zip(linearize(name, attributes)(reads, names).writes, wanted, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("name", CASES)
def test_tangent_is_the_difference_quotient(name: str) -> None:
    reads, attributes = CASES[name]
    names, h = ["out"] * WRITES.get(name, 1), 1e-5
    run, random = kernel(name, attributes), np.random.default_rng(3)
    # Targets and classes do not change.
    moving = [i for i, read in enumerate(reads) if not (name.split("_")[0] in LOSSES and i == 1)]
    for _ in range(3):
        changes: list[Any] = [random.normal(size=r.shape) if i in moving else None for i, r in enumerate(reads)]
        up, down = (
            [r if c is None else r + sign * h * c for r, c in zip(reads, changes, strict=True)] for sign in (1, -1)
        )
        pairs = zip(run(up, names, Moment(1, 0.1)), run(down, names, Moment(1, 0.1)), strict=True)
        found = linearize(name, attributes)(reads, names).tangent(changes)
        for ours, (above, below) in zip(found, pairs, strict=True):
            assert ours is not None and above is not None and below is not None
            np.testing.assert_allclose(ours, (above - below) / (2 * h), rtol=2e-7, atol=1e-8)


@pytest.mark.parametrize("name", [n for n in activation.laws if n != "identity"])
def test_backward_shares_the_slopes_of_forward(name: str) -> None:
    (z,), attributes = CASES[f"{name}_forward"]
    reads, _ = CASES[f"{name}_backward"]
    forward = linearize(f"{name}_forward", attributes)([z], ["a"])
    alone = linearize(f"{name}_backward", attributes)(reads, ["dz"])
    shared = linearize(f"{name}_backward", attributes)(reads, ["dz"], forward)
    np.testing.assert_array_equal(alone.writes[0], shared.writes[0])
    changes = [GRAD + 1, Z]
    np.testing.assert_array_equal(alone.tangent(changes)[0], shared.tangent(changes)[0])


def test_blocks_make_no_difference() -> None:
    for shape in ((1, 20_000), (3000, 7), (5, 4), (2, 1)):
        z = np.random.default_rng(1).normal(size=shape)
        np.testing.assert_array_equal(in_blocks(Tanh().forward, z), Tanh().forward(z))


LOSSES = {"mse", "mae", "huber", "cross", "binary"}


def test_no_change_of_the_inputs_is_none() -> None:
    x, weight = LAYER
    tweight = RNG.normal(size=weight.shape)
    near = linearize("affine_forward", {})([x, weight, None], ["z"])
    np.testing.assert_array_equal(near.tangent([None, tweight, None])[0], near.tangent([0 * x, tweight, None])[0])
    back = linearize("affine_backward", {})([x, weight, GRAD], ["dw", "-", "-"])
    dw, db, dx = back.tangent([None, tweight, GRAD])
    assert db is None and dx is None and back.writes[1:] == (None, None)
    np.testing.assert_array_equal(dw, x.T @ GRAD)


def test_clipped_probabilities_are_level() -> None:
    p, y = np.array([[0.0, 1.0]]), np.array([[1.0, 0.5]])
    with np.errstate(all="ignore"):
        near = linearize("binary_cross_entropy_probabilities_backward", {"clip": 1e-3})([p, y], ["g"])
    np.testing.assert_array_equal(near.tangent([np.ones((1, 2)), None])[0], np.zeros((1, 2)))


def test_kinks_are_measured_from_where_the_slope_jumps() -> None:
    z = np.array([[0.0, 3.0, -4.0]])
    usual = np.sqrt(25 / 3)
    for law in (ReLU(), LeakyReLU()):
        np.testing.assert_allclose(law.kink_distance(z), np.abs(z) / usual)
    assert Tanh().kink_distance(z) is None
    np.testing.assert_allclose(MAE().kink_distance(z, np.zeros_like(z)), np.abs(z) / usual)
    np.testing.assert_allclose(Huber(delta=4.0).kink_distance(z, np.zeros_like(z)), [[1.0, 0.25, 0.0]])
    assert BinaryCrossEntropy(probabilities=False).kink_distance(z, z) is None
    np.testing.assert_array_equal(ReLU().kink_distance(np.zeros((1, 2))), np.zeros((1, 2)))


@dataclass(frozen=True)
class Cube(Activation):
    law = "cube"

    def forward(self, z: Any) -> Any:
        return z**3

    def backward(self, kept: Any, da: Any) -> Any:
        return da * 3 * kept**2


@dataclass(frozen=True)
class Odd(Loss):
    law = "odd"


def test_a_law_without_tangents_refuses_by_name() -> None:
    with pytest.raises(OptionError, match="the activation cube has no tangents"):
        Cube().backward_tangent(Z, GRAD)
    with pytest.raises(OptionError, match="the loss odd has no tangents"):
        Odd().backward_tangent(Z, YES)
    with pytest.raises(UnknownNameError, match=r"no operation with tangents called 'sgd'"):
        linearize("sgd", {})
    with pytest.raises(UnknownNameError, match=r"called 'tanh_forwards'; did you mean 'tanh_forward'"):
        linearize("tanh_forwards", {})

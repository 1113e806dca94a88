"""Each activation and each loss, values and gradients of one step, beside PyTorch's in float64: 1e-12."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from torch.nn import functional

from engineroom.ops import MAE, MSE, SGD, BinaryCrossEntropy, CrossEntropy, Dense, Huber, Loss

from ._pair import ACTIVATIONS, CROSS_ENTROPY, Pair, apart, classification

ENGINES = ["native", "reference"]


def _clipped(p: torch.Tensor) -> torch.Tensor:
    return p.clamp(1e-7, 1 - 1e-7)


LOSSES: dict[str, tuple[Loss, Any, str, str]] = {
    "mse": (MSE(), functional.mse_loss, "identity", "number"),
    "mae": (MAE(), functional.l1_loss, "identity", "number"),
    "huber": (Huber(), functional.huber_loss, "identity", "number"),
    "huber 0.3": (Huber(delta=0.3), lambda o, y: functional.huber_loss(o, y, delta=0.3), "identity", "number"),
    "cross_entropy": (CrossEntropy(), functional.cross_entropy, "identity", "classes"),
    "cross_entropy of probabilities": (
        CrossEntropy(probabilities=True),
        lambda p, y: functional.nll_loss(torch.log(_clipped(p)), y),
        "softmax",
        "classes",
    ),
    "binary_cross_entropy": (
        BinaryCrossEntropy(),
        functional.binary_cross_entropy_with_logits,
        "identity",
        "yes or no",
    ),
    "binary_cross_entropy of probabilities": (
        BinaryCrossEntropy(probabilities=True),
        lambda p, y: functional.binary_cross_entropy(_clipped(p), y),
        "sigmoid",
        "yes or no",
    ),
}


def _pair(layers: list[Dense], x: Any, y: Any, loss: Loss, torch_loss: Any, engine: str) -> Pair:
    return Pair(layers, x, y, loss, torch_loss, SGD(lr=0.1), lambda p: torch.optim.SGD(p, lr=0.1), engine=engine)


def _one_step_agrees(pair: Pair) -> None:
    pair.teach(pair.engine.initial())
    progress = pair.engine.run(1)
    loss = pair.torch_step(pair.engine.rows())
    assert progress.losses[0] == pytest.approx(loss, rel=1e-13)
    for name, tensor in pair.values.items():
        if any(b.name == name for b in pair.plan.buffers):
            assert apart(pair.engine.read(name), tensor.detach().numpy()) <= 1e-12, name
            assert tensor.grad is not None
            if any(b.name == f"{name}.grad" for b in pair.plan.buffers):
                assert apart(pair.engine.read(f"{name}.grad"), tensor.grad.numpy()) <= 1e-12, f"{name}.grad"
    for name, weight in pair.weights.items():
        assert weight.grad is not None
        assert apart(pair.engine.read(f"{name}.grad"), weight.grad.numpy()) <= 1e-12, f"{name}.grad"
    assert pair.furthest(pair.engine.snapshot())[1] <= 1e-12


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_activation(activation: str, engine: str) -> None:
    x, y = classification(rows=64, seed=11)
    # Wide inputs reach the tails of the activations.
    pair = _pair([Dense(12, activation), Dense(9, activation), Dense(4)], 4 * x, y, *CROSS_ENTROPY, engine)
    _one_step_agrees(pair)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", LOSSES)
def test_loss(name: str, engine: str) -> None:
    law, torch_loss, last, kind = LOSSES[name]
    rng = np.random.default_rng(5)
    x, classes = classification(rows=64, seed=5)
    y = {
        "number": rng.normal(size=(64, 4)),
        "classes": classes,
        "yes or no": rng.integers(0, 2, (64, 4)).astype(np.float64),
    }[kind]
    _one_step_agrees(_pair([Dense(7, "tanh"), Dense(4, last)], x, y, law, torch_loss, engine))


@pytest.mark.parametrize("engine", ENGINES)
def test_clipped_probabilities_pass_no_gradient_back(engine: str) -> None:
    # Weights so large that most probabilities are clipped, on both sides.
    x, classes = classification(rows=64, seed=5)
    law, torch_loss, _, _ = LOSSES["cross_entropy of probabilities"]
    pair = _pair([Dense(4, "softmax", init="normal")], 400 * x, classes, law, torch_loss, engine)
    _one_step_agrees(pair)
    p = pair.engine.read("dense1.a")
    assert np.mean((p < 1e-7) | (p > 1 - 1e-7)) > 0.5

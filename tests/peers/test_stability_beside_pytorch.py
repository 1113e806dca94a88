"""The sharpness beside that of PyTorch's dense Hessian, by double backward in float64: activations and losses."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from engineroom.lens import Curvature, spectrum
from engineroom.ops import SGD, BinaryCrossEntropy, CrossEntropy, Dense, Loss

from ._pair import ACTIVATIONS, CROSS_ENTROPY, Pair, classification
from .test_laws_beside_pytorch import LOSSES


def dense_hessian(pair: Pair) -> np.ndarray[Any, Any]:
    """Return the Hessian of the mean loss over all rows at the weights that the pair was taught."""
    names = list(pair.weights)
    sizes = [pair.weights[name].numel() for name in names]
    flat = torch.cat([pair.weights[name].detach().reshape(-1) for name in names])

    def loss_of(values: torch.Tensor) -> torch.Tensor:
        pieces = dict(zip(names, torch.split(values, sizes), strict=True))
        a = pair.x
        for i, layer in enumerate(pair.layers, 1):
            z = a @ pieces[f"dense{i}.weight"].reshape(pair.weights[f"dense{i}.weight"].shape)
            a = ACTIVATIONS[layer.activation.law](z + pieces[f"dense{i}.bias"])
        loss: torch.Tensor = pair.torch_loss(a, pair.y)
        return loss

    found: np.ndarray[Any, Any] = torch.autograd.functional.hessian(loss_of, flat).numpy()
    return found


def agrees(layers: list[Dense], x: Any, y: Any, loss: Loss, torch_loss: Any) -> None:
    pair = Pair(layers, x, y, loss, torch_loss, SGD(lr=0.1), lambda p: torch.optim.SGD(p, lr=0.1), batch_size=len(x))
    random = np.random.default_rng(6)
    weights = {b.name: random.normal(size=b.shape) * 0.7 for b in pair.plan.parameters}
    with torch.no_grad():
        for name, tensor in pair.weights.items():
            tensor.copy_(torch.tensor(weights[name]))
    dense = dense_hessian(pair)
    near = Curvature(pair.plan, weights, x, y, list(weights))
    ours = np.array([near.times(column) for column in np.eye(near.size)])
    scale = max(float(np.abs(dense).max()), 1e-3)
    np.testing.assert_allclose(ours, dense, atol=1e-10 * scale)
    largest = float(np.linalg.eigvalsh(dense)[-1])
    found = spectrum(near.times, near.size, tolerance=1e-8).largest
    assert found == pytest.approx(largest, rel=1e-8, abs=1e-10 * scale)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_activations(activation: str) -> None:
    x, y = classification(rows=20)
    agrees([Dense(5, activation), Dense(4, activation), Dense(4)], x, y, *CROSS_ENTROPY)


@pytest.mark.parametrize("case", LOSSES)
def test_losses(case: str) -> None:
    loss, torch_loss, last, target = LOSSES[case]
    random = np.random.default_rng(9)
    x = random.normal(size=(20, 4))
    y: Any = random.normal(size=(20, 3))
    if isinstance(loss, CrossEntropy):
        y = random.integers(0, 3, 20).astype(np.int32)
    elif isinstance(loss, BinaryCrossEntropy):
        y = random.integers(0, 2, (20, 3)).astype(np.float64)
    assert (target == "classes") == (y.ndim == 1)
    agrees([Dense(5, "tanh"), Dense(3, last)], x, y, loss, torch_loss)

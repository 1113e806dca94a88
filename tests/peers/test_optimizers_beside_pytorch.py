"""Each optimizer, one step at a time from the same state, beside PyTorch's: 1e-12 at each of 1,000 steps."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from engineroom.ops import MSE, SGD, Adam, AdamW, Dense, Optimizer, RMSProp

from ._pair import CROSS_ENTROPY, Pair, classification

VARIANTS: dict[str, tuple[Optimizer, Any]] = {
    "sgd": (SGD(lr=0.05), lambda p: torch.optim.SGD(p, lr=0.05)),
    "sgd decay": (SGD(lr=0.05, weight_decay=0.02), lambda p: torch.optim.SGD(p, lr=0.05, weight_decay=0.02)),
    "momentum": (SGD(lr=0.02, momentum=0.9), lambda p: torch.optim.SGD(p, lr=0.02, momentum=0.9)),
    "nesterov": (
        SGD(lr=0.02, momentum=0.9, nesterov=True),
        lambda p: torch.optim.SGD(p, lr=0.02, momentum=0.9, nesterov=True),
    ),
    "nesterov decay": (
        SGD(lr=0.02, momentum=0.8, nesterov=True, weight_decay=0.01),
        lambda p: torch.optim.SGD(p, lr=0.02, momentum=0.8, nesterov=True, weight_decay=0.01),
    ),
    "rmsprop": (RMSProp(lr=0.002, rho=0.95), lambda p: torch.optim.RMSprop(p, lr=0.002, alpha=0.95)),
    "rmsprop centered": (
        RMSProp(lr=0.002, rho=0.95, centered=True),
        lambda p: torch.optim.RMSprop(p, lr=0.002, alpha=0.95, centered=True),
    ),
    "rmsprop momentum": (
        RMSProp(lr=0.001, rho=0.95, momentum=0.9),
        lambda p: torch.optim.RMSprop(p, lr=0.001, alpha=0.95, momentum=0.9),
    ),
    "rmsprop all": (
        RMSProp(lr=0.001, rho=0.97, momentum=0.8, centered=True, weight_decay=0.01),
        lambda p: torch.optim.RMSprop(p, lr=0.001, alpha=0.97, momentum=0.8, centered=True, weight_decay=0.01),
    ),
    "adam": (Adam(lr=0.003), lambda p: torch.optim.Adam(p, lr=0.003)),
    "adam betas": (
        Adam(lr=0.003, beta1=0.8, beta2=0.95, eps=1e-6),
        lambda p: torch.optim.Adam(p, lr=0.003, betas=(0.8, 0.95), eps=1e-6),
    ),
    "adam decay": (Adam(lr=0.003, weight_decay=0.02), lambda p: torch.optim.Adam(p, lr=0.003, weight_decay=0.02)),
    "adamw": (AdamW(lr=0.003, weight_decay=0.05), lambda p: torch.optim.AdamW(p, lr=0.003, weight_decay=0.05)),
}


@pytest.mark.parametrize("name", VARIANTS)
def test_teacher_forced(name: str) -> None:
    x, y = classification()
    ours, theirs = VARIANTS[name]
    pair = Pair([Dense(10, "tanh"), Dense(8, "silu"), Dense(4)], x, y, *CROSS_ENTROPY, ours, theirs)
    for step in range(1, 1001):
        pair.teach(pair.engine.snapshot())
        progress = pair.engine.run(1)
        loss = pair.torch_step(pair.engine.rows())
        where, distance = pair.furthest(pair.engine.snapshot())
        assert distance <= 1e-12, f"step {step}, {where}: {distance:.2e}"
        assert progress.losses[0] == pytest.approx(loss, rel=1e-12), f"step {step}"
    # Nothing that PyTorch keeps was left out of the comparison.
    assert pair.torch_slots() == sum(b.name.startswith("dense1.weight.") for b in pair.plan.buffers if b.role == "slot")


@pytest.mark.parametrize("name", VARIANTS)
def test_free_running_on_a_convex_problem(name: str) -> None:
    rng = np.random.default_rng(3)
    x = rng.normal(size=(64, 5))
    y = x @ rng.normal(size=(5, 2)) + 0.3 + 0.1 * rng.normal(size=(64, 2))
    ours, theirs = VARIANTS[name]
    pair = Pair([Dense(2)], x, y, MSE(), torch.nn.functional.mse_loss, ours, theirs)
    pair.teach(pair.engine.snapshot())
    for _ in range(1000):
        pair.engine.run(1)
        pair.torch_step(pair.engine.rows())
    where, distance = pair.furthest(pair.engine.snapshot())
    assert distance <= 1e-10, f"{where}: {distance:.2e}"


def test_a_wrong_learning_rate_is_seen() -> None:
    x, y = classification()
    pair = Pair([Dense(4)], x, y, *CROSS_ENTROPY, SGD(lr=0.05), lambda p: torch.optim.SGD(p, lr=0.05 * (1 + 1e-9)))
    pair.teach(pair.engine.snapshot())
    pair.engine.run(1)
    pair.torch_step(pair.engine.rows())
    assert pair.furthest(pair.engine.snapshot())[1] > 1e-12

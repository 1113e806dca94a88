"""PyTorch with its fused Adam, eager and compiled."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import torch

from bench._cases import BATCHES, Case

__all__ = ["build"]


def build(case: Case, variant: str) -> Callable[[int], Any]:
    torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
    x, y = (torch.tensor(a) for a in case.data())
    if case.one_weight:
        w = torch.zeros((), dtype=torch.float64, requires_grad=True)
        optimizer: torch.optim.Optimizer = torch.optim.SGD([w], lr=0.01, fused=True)

        def loss_of(xb: torch.Tensor, yb: torch.Tensor) -> torch.Tensor:
            return ((w * xb - yb) ** 2).mean()
    else:
        layers: list[torch.nn.Module] = []
        for weight, bias in case.weights():
            linear = torch.nn.Linear(*weight.shape)
            with torch.no_grad():
                linear.weight.copy_(torch.tensor(weight.T))
                linear.bias.copy_(torch.tensor(bias))
            layers += [linear, torch.nn.ReLU()]
        model = torch.nn.Sequential(*layers[:-1])
        optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, fused=True)
        law = torch.nn.CrossEntropyLoss() if case.classes else torch.nn.MSELoss()
        y = y.long() if case.classes else y

        def loss_of(xb: torch.Tensor, yb: torch.Tensor) -> torch.Tensor:
            return law(model(xb), yb)  # type: ignore[no-any-return]

    if variant == "compiled":
        loss_of = torch.compile(loss_of)
    pieces = 1 if case.one_weight else BATCHES
    xs, ys = x.split(len(x) // pieces), y.split(len(y) // pieces)

    def run(steps: int) -> list[float]:
        losses = []
        for t in range(steps):
            optimizer.zero_grad()
            loss = loss_of(xs[t % pieces], ys[t % pieces])
            loss.backward()
            optimizer.step()
            losses.append(loss.detach())
        return torch.stack(losses).tolist()  # type: ignore[no-any-return]

    return run

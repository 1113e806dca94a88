"""The step by hand in NumPy: each array operation in place where it can be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from bench._cases import BATCHES, Case

__all__ = ["build"]


def build(case: Case, variant: str) -> Callable[[int], Any]:
    return _one_weight(case) if case.one_weight else _network(case)


def _one_weight(case: Case) -> Callable[[int], Any]:
    x, y = (a[:, 0] for a in case.data())

    def run(steps: int) -> list[float]:
        w, losses = 0.0, []
        for _ in range(steps):
            difference = w * x - y
            losses.append(difference @ difference / 3)
            w -= 0.01 * 2 / 3 * (difference @ x)
        return losses

    return run


def _network(case: Case) -> Callable[[int], Any]:
    x, y = case.data()
    layers = case.weights()
    params = [p for layer in layers for p in layer]
    first, second = [np.zeros_like(p) for p in params], [np.zeros_like(p) for p in params]
    batch, rows = case.batch, np.arange(case.batch)
    made = 0

    def step(xb: Any, yb: Any) -> float:
        nonlocal made
        made += 1
        values = [xb]
        for i, (weight, bias) in enumerate(layers):
            z = values[-1] @ weight
            z += bias
            if i < len(layers) - 1:
                np.maximum(z, 0, out=z)
            values.append(z)
        out = values[-1]
        if case.classes:
            out -= out.max(1, keepdims=True)
            np.exp(out, out=out)
            out /= out.sum(1, keepdims=True)
            loss = -float(np.log(out[rows, yb]).mean())
            out[rows, yb] -= 1
            out /= batch
            delta = out
        else:
            out -= yb
            loss = float((out * out).mean())
            out *= np.float32(2 / batch)
            delta = out
        grads: list[Any] = []
        for i in reversed(range(len(layers))):
            grads[:0] = [values[i].T @ delta, delta.sum(0)]
            if i:
                delta = delta @ layers[i][0].T
                delta *= values[i] > 0
        scale, root = np.float32(1e-3 / (1 - 0.9**made)), np.float32(1 / np.sqrt(1 - 0.999**made))
        for p, g, m, v in zip(params, grads, first, second, strict=False):
            m *= np.float32(0.9)
            m += np.float32(0.1) * g
            v *= np.float32(0.999)
            g *= g
            g *= np.float32(0.001)
            v += g
            below = np.sqrt(v)
            below *= root
            below += np.float32(1e-8)
            np.divide(m, below, out=below)
            below *= scale
            p -= below
        return loss

    def run(steps: int) -> list[float]:
        losses = []
        for t in range(steps):
            k = t % BATCHES * batch
            losses.append(step(x[k : k + batch], y[k : k + batch]))
        return losses

    return run

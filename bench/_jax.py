"""JAX with Optax: all steps in one compiled `lax.scan`, and one compiled step a call."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import jax
import jax.numpy as jnp
import optax

from bench._cases import BATCHES, Case

__all__ = ["build"]


def build(case: Case, variant: str) -> Callable[[int], Any]:
    jax.config.update("jax_enable_x64", case.one_weight)
    x, y = case.data()
    if case.one_weight:
        xs, ys = jnp.array(x)[None], jnp.array(y)[None]
        params: Any = jnp.zeros((), jnp.float64)
        optimizer = optax.sgd(0.01)

        def loss_of(w: Any, xb: Any, yb: Any) -> Any:
            return ((w * xb - yb) ** 2).mean()
    else:
        xs, ys = jnp.array(x).reshape(BATCHES, case.batch, -1), jnp.array(y).reshape(BATCHES, case.batch, *y.shape[1:])
        params = [(jnp.array(w), jnp.array(b)) for w, b in case.weights()]
        optimizer = optax.adam(1e-3)

        def loss_of(params: Any, xb: Any, yb: Any) -> Any:
            for i, (weight, bias) in enumerate(params):
                xb = xb @ weight + bias
                if i < len(params) - 1:
                    xb = jax.nn.relu(xb)
            if case.classes:
                return optax.softmax_cross_entropy_with_integer_labels(xb, yb).mean()
            return ((xb - yb) ** 2).mean()

    pieces = len(xs)
    carry = (params, optimizer.init(params))

    def body(carry: Any, t: Any) -> Any:
        params, state = carry
        loss, grads = jax.value_and_grad(loss_of)(params, xs[t % pieces], ys[t % pieces])
        updates, state = optimizer.update(grads, state, params)
        return (optax.apply_updates(params, updates), state), loss

    @lru_cache
    def scanned(steps: int) -> Any:
        return jax.jit(lambda carry: jax.lax.scan(body, carry, jnp.arange(steps)))

    step = jax.jit(body)

    def run(steps: int) -> Any:
        if variant == "scan":
            return jax.block_until_ready(scanned(steps)(carry))[1]
        now, losses = carry, []
        for t in range(steps):
            now, loss = step(now, t)
            losses.append(loss)
        return jax.block_until_ready((now, losses))[1]

    return run

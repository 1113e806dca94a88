"""Backpropagation against central differences, through whole networks: every activation with every loss."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engineroom.engine import make_engine
from engineroom.ops import activation
from engineroom.plan import State
from small_networks import LOSSES, small_network

# The native engine has the reference's bits (test_same_bits.py) and is quick enough for every pair.
PAIRS = [("native", hidden, form) for hidden in activation.laws for form in LOSSES]
PAIRS += [("reference", hidden, "mse") for hidden in activation.laws]
PAIRS += [("reference", "tanh", form) for form in LOSSES if form != "mse"]


@pytest.mark.parametrize(("kind", "hidden", "form"), PAIRS)
def test_gradients_are_difference_quotients(kind: Any, hidden: str, form: str) -> None:
    plan, x, y = small_network(hidden, form, widths=[4], rows=6)
    random = np.random.default_rng(12)
    engine = make_engine(plan, x, y, 3, engine=kind)
    state = engine.initial()
    engine.load(state)
    for phase in ("forward", "loss", "backward"):
        engine.phase(phase)

    def loss_at(values: Any) -> float:
        engine.load(State(plan, 0, values))
        return engine.evaluate(x, y).loss

    gradients = {buffer.name: engine.read(buffer.name + ".grad") for buffer in plan.parameters}
    h = 1e-5
    for piece in plan.layout:
        # Two random directions through each parameter see every element of its gradient.
        for _ in range(2):
            direction = random.normal(size=piece.size)
            up, down = state.values.copy(), state.values.copy()
            up[piece.offset : piece.offset + piece.size] += h * direction
            down[piece.offset : piece.offset + piece.size] -= h * direction
            quotient = (loss_at(up) - loss_at(down)) / (2 * h)
            gradient = gradients[piece.name].ravel()
            scale = float(np.abs(gradient) @ np.abs(direction))
            assert float(gradient @ direction) == pytest.approx(quotient, abs=1e-7 * max(scale, 1e-2)), piece.name

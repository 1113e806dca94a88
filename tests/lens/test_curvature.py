"""Hessian-vector products against a dense Hessian, for every activation with every loss.

The oracle knows no tangents: each column of the dense Hessian is a central difference of exact gradients, which the
reference engine computes by the contract in float64.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engineroom.engine import make_engine
from engineroom.errors import OptionError
from engineroom.lens import Curvature, spectrum
from engineroom.ops import Tanh, activation
from engineroom.plan import Plan, State
from small_networks import INPUTS, LOSSES, OUTPUTS, small_network

ROWS = 7


def small(hidden: str, form: str) -> tuple[Plan, State, Any, Any]:
    plan, x, y = small_network(hidden, form, widths=[4, 3], rows=ROWS)
    return plan, make_engine(plan, x, y, 3).initial(), x, y


def dense_hessian(plan: Plan, state: State, x: Any, y: Any, h: float = 1e-5) -> np.ndarray:
    engine = make_engine(plan, x, y, 3)  # the reference's bits (test_same_bits.py), sooner

    def gradient(values: Any) -> np.ndarray:
        engine.load(State(plan, 0, values))
        for phase in ("forward", "loss", "backward", "update"):
            engine.phase(phase)
        return np.concatenate([engine.read(f"{b.name}.grad").ravel() for b in plan.parameters])

    columns = []
    for i in range(plan.state_size):
        up, down = state.values.copy(), state.values.copy()
        up[i] += h
        down[i] -= h
        columns.append((gradient(up) - gradient(down)) / (2 * h))
    return np.array(columns).T


@pytest.mark.parametrize("form", LOSSES)
@pytest.mark.parametrize("hidden", activation.laws)
def test_every_activation_with_every_loss(hidden: str, form: str) -> None:
    plan, state, x, y = small(hidden, form)
    near = Curvature(plan, state.weights, x, y, list(state.weights))
    dense = dense_hessian(plan, state, x, y)
    ours = np.array([near.times(column) for column in np.eye(near.size)]).T
    scale = max(1.0, np.abs(dense).max())
    np.testing.assert_allclose(ours, dense, atol=1e-6 * scale)
    np.testing.assert_allclose(ours, ours.T, atol=1e-12 * scale)
    values = np.linalg.eigvalsh((dense + dense.T) / 2)
    found = spectrum(near.times, near.size)
    # The issue asks for 1 %.
    assert found.largest == pytest.approx(values[-1], rel=1e-5, abs=1e-6)


def test_loss_and_gradient_are_the_engines() -> None:
    plan, state, x, y = small("gelu", "cross_entropy")
    near = Curvature(plan, state.weights, x, y, list(state.weights))
    engine = make_engine(plan, x, y, 3)
    engine.load(state)
    assert near.loss == pytest.approx(engine.run(1).losses[0], rel=1e-14)
    gradient = np.concatenate([engine.read(f"{b.name}.grad").ravel() for b in plan.parameters])
    np.testing.assert_allclose(near.gradient, gradient, rtol=1e-11, atol=1e-15)


def test_weights_that_do_not_move_are_no_directions() -> None:
    plan, state, x, y = small("tanh", "mse")
    trained = ["dense1.bias", "dense3.weight"]
    near = Curvature(plan, state.weights, x, y, trained)
    places = np.concatenate([np.arange(p.offset, p.offset + p.size) for p in plan.layout if p.name in trained])
    dense = dense_hessian(plan, state, x, y)[np.ix_(places, places)]
    ours = np.array([near.times(column) for column in np.eye(near.size)]).T
    np.testing.assert_allclose(ours, dense, atol=1e-6)
    assert {name: a.shape for name, a in near.split(np.zeros(near.size)).items()} == {
        "dense1.bias": (4,), "dense3.weight": (3, 3),
    }  # fmt: skip


def test_kinks_are_counted() -> None:
    plan, state, x, y = small("relu", "mae")
    weights = {name: np.array(w) for name, w in state.weights.items()}
    weights["dense1.weight"][:, 0] = 0
    weights["dense1.bias"][0] = 0
    near = Curvature(plan, weights, x, y, list(weights))
    assert [(k.operation, k.at >= ROWS if i == 0 else k.at) for i, k in enumerate(near.kinks)] == [
        ("relu of dense1", True), ("relu of dense2", 0), ("mae", 0),
    ]  # fmt: skip
    assert [k.of for k in near.kinks] == [ROWS * 4, ROWS * 3, ROWS * OUTPUTS]
    weights["dense1.bias"][0] = 1e-5
    assert Curvature(plan, weights, x, y, list(weights)).kinks[0].near >= ROWS
    assert not Curvature(*small("tanh", "mse")[:1], *_rest("tanh", "mse")).kinks


def _rest(hidden: str, form: str) -> tuple[Any, ...]:
    _, state, x, y = small(hidden, form)
    return state.weights, x, y, list(state.weights)


def test_a_law_without_tangents_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(Tanh, "bend")
    plan, state, x, y = small("tanh", "mse")
    with pytest.raises(OptionError, match="the activation tanh has no tangents"):
        Curvature(plan, state.weights, x, y, list(state.weights))


def test_too_many_rows_are_refused_with_a_sample_that_fits() -> None:
    plan, state, x, y = small("tanh", "mse")
    many = np.broadcast_to(x[:1], (10**8, INPUTS))
    with pytest.raises(OptionError, match=r"over 100,000,000 rows would take more than 4 GiB.*sample=\d+"):
        Curvature(plan, state.weights, many, y, list(state.weights))

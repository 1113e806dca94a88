"""Neurons, beliefs, pushes and health, held against the reference and against finite differences."""

from __future__ import annotations

import numpy as np
import pytest

import engineroom as er
from engineroom.errors import EngineroomError
from engineroom.lens import beliefs, health, neuron, pushes
from engineroom.lens._health import _histogram
from engineroom.numerics import sigmoid
from engineroom.ops import Tanh
from engineroom.run import Record


@pytest.fixture(scope="module")
def birds() -> Record:
    network = er.Network(er.Dense(6, "tanh"), er.Dense(5, "relu"), er.Dense(3))
    run = er.train(network, "penguins", target="species", steps=60, optimizer=er.Adam(lr=0.02), dtype="float64")
    return run.record


def passed(record: Record, t: int, rows: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return each layer's z and a in plain NumPy."""
    w = record.at(t).weights
    x = record.dataset.x[rows]
    z1 = x @ w["dense1.weight"] + w["dense1.bias"]
    z2 = np.tanh(z1) @ w["dense2.weight"] + w["dense2.bias"]
    z3 = np.maximum(z2, 0) @ w["dense3.weight"] + w["dense3.bias"]
    return z1, z2, z3


def losses(z: np.ndarray, y: np.ndarray) -> np.ndarray:
    shifted = z - z.max(1, keepdims=True)
    return np.log(np.exp(shifted).sum(1)) - shifted[np.arange(len(y)), y]


def test_a_neuron_beside_plain_numpy(birds: Record) -> None:
    found = neuron(birds, "dense1", 4, 33, rows=50)
    z1, _, _ = passed(birds, 33, found.rows)
    assert len(found.rows) == 50 and set(found.rows) <= set(birds.dataset.training)
    assert np.allclose(found.z, z1[:, 4], rtol=1e-12) and np.allclose(found.a, np.tanh(z1[:, 4]), rtol=1e-12)
    assert (
        np.array_equal(found.curve_a, Tanh().forward(found.curve_z)) and abs(found.curve_z).max() >= abs(found.z).max()
    )
    state = birds.at(33).weights
    assert np.array_equal(found.weights, state["dense1.weight"][:, 4]) and found.bias == state["dense1.bias"][4]
    assert np.array_equal(found.outgoing, state["dense2.weight"][4])
    assert found.axes == () and found.over.size == 0
    last = neuron(birds, "dense3", 2)
    assert last.step == 60 and not len(last.outgoing) and "Gentoo" in last.name and np.array_equal(last.z, last.a)


def test_beliefs_beside_plain_numpy(birds: Record) -> None:
    found = beliefs(birds, 60)
    z = passed(birds, 60, found.rows)[2]
    y = birds.dataset.y[found.rows]
    assert np.array_equal(found.rows, birds.dataset.validation)
    assert np.allclose(found.losses, losses(z, y), rtol=1e-9) and found.loss == pytest.approx(losses(z, y).mean())
    assert np.array_equal(found.said, z.argmax(1)) and found.right == np.mean(z.argmax(1) == y)
    assert np.allclose(found.chances, np.exp(z) / np.exp(z).sum(1, keepdims=True))
    for k in range(3):
        for j in range(3):
            assert found.confusion[k, j] == np.sum((y == k) & (z.argmax(1) == j))
    assert np.all(np.diff(found.losses[found.hardest]) <= 0)
    assert not found.grid and found.points.shape == (69, 0)
    few = beliefs(birds, 60, part="training", limit=7)
    assert (
        len(few.rows) == 7 and few.rows[0] == birds.dataset.training[0] and few.rows[-1] == birds.dataset.training[-1]
    )


def test_a_grid_of_two_inputs_in_their_own_units() -> None:
    table = {
        "a": list(range(30)),
        "b": [i * i for i in range(30)],
        "big": ["yes" if i > 14 else "no" for i in range(30)],
    }
    network = er.Network(er.Dense(1))
    run = er.train(
        network, table, target="big", loss="binary_cross_entropy", steps=50, validation=None, dtype="float64"
    )
    found = beliefs(run.record)
    assert neuron(run.record, "dense1", 0).axes[1][-1] == found.grid[1][-1]
    assert found.answers.shape == (96, 96, 2) and sorted(found.points[:, 0]) == pytest.approx(list(range(30)))
    w = run.at(50).weights
    mean = [f.mean for f in run.dataset.features]
    scale = [f.scale for f in run.dataset.features]
    x = np.array([(found.grid[0][10] - mean[0]) / scale[0], (found.grid[1][70] - mean[1]) / scale[1]])
    z = x @ w["dense1.weight"] + w["dense1.bias"]
    assert found.answers[10, 70, 1] == pytest.approx(float(sigmoid(z)[0]), rel=1e-9)


def test_what_each_neuron_gives_over_one_or_two_inputs() -> None:
    rng = np.random.default_rng(3)
    x = rng.normal(size=(60, 2))
    network = er.Network(er.Dense(3, "tanh"), er.Dense(2, "relu"), er.Dense(3))
    y = rng.integers(0, 3, 60)
    run = er.train(network, x, y, loss="cross_entropy", steps=40, validation=None, dtype="float64", standardize=False)
    found, w = beliefs(run.record, 30), run.at(30).weights
    assert {name: over.shape for name, over in found.responses.items()} == {
        "dense1": (3, 24, 24), "dense2": (2, 24, 24), "dense3": (3, 24, 24),
    }  # fmt: skip
    ends = [np.linspace(axis[0], axis[-1], 24) for axis in found.grid]
    for i, j in ((0, 0), (5, 19), (23, 7)):
        first = np.tanh(np.array([ends[0][i], ends[1][j]]) @ w["dense1.weight"] + w["dense1.bias"])
        second = np.maximum(first @ w["dense2.weight"] + w["dense2.bias"], 0)
        last = np.exp(second @ w["dense3.weight"] + w["dense3.bias"])
        for name, wanted in (("dense1", first), ("dense2", second), ("dense3", last / last.sum())):
            assert found.responses[name][:, i, j] == pytest.approx(wanted, rel=1e-9, abs=1e-12)

    one = neuron(run.record, "dense2", 1, 30)
    assert np.array_equal(one.over, found.responses["dense2"][1])
    assert [axis[[0, -1]].tolist() for axis in one.axes] == [axis[[0, -1]].tolist() for axis in found.grid]
    assert np.allclose(one.points, run.dataset.x[one.rows])
    # The last layer's neurons are told by what they give, which is no probability yet.
    assert not np.allclose(neuron(run.record, "dense3", 1, 30).over, found.responses["dense3"][1])

    line = er.train(er.Network(er.Dense(4, "tanh"), er.Dense(1)), x[:, 0], y, loss="mse", steps=3, dtype="float64")
    assert {name: over.shape for name, over in beliefs(line.record).responses.items()} == {
        "dense1": (4, 64), "dense2": (1, 64),
    }  # fmt: skip
    two = er.train(er.Network(er.Dense(1)), x, y > 1, loss="binary_cross_entropy", steps=3, validation=None)
    told = beliefs(two.record)
    assert told.responses["dense1"][0, 0, 0] == pytest.approx(told.answers[0, 0, 1], rel=1e-6)
    wide = er.train(er.Network(er.Dense(255, "tanh"), er.Dense(3)), x, y, loss="cross_entropy", steps=1)
    assert beliefs(wide.record).responses == {}


def test_pushes_are_the_slopes_of_each_rows_loss(birds: Record) -> None:
    t, eps = 20, 1e-6
    training = birds.dataset.training
    y = birds.dataset.y[training]
    for name, index in (("dense1.weight", (3, 2)), ("dense2.bias", (1,)), ("dense3.weight", (4, 0))):
        found = pushes(birds, t, f"{name}[{', '.join(map(str, index))}]", top=10_000)
        weights = {n: v.copy() for n, v in birds.at(t).weights.items()}
        measured = []
        for sign in (1, -1):
            changed = {n: v.copy() for n, v in weights.items()}
            changed[name][index] += sign * eps
            x = birds.dataset.x[training]
            a = np.tanh(x @ changed["dense1.weight"] + changed["dense1.bias"])
            a = np.maximum(a @ changed["dense2.weight"] + changed["dense2.bias"], 0)
            measured.append(losses(a @ changed["dense3.weight"] + changed["dense3.bias"], y))
        slope = dict(zip(training.tolist(), (measured[0] - measured[1]) / (2 * eps), strict=True))
        wanted = np.array([-slope[row] for row in found.rows.tolist()])
        assert np.allclose(found.push, wanted, atol=2e-7)
        assert np.all(np.diff(abs(found.push)) <= 0) and len(found.rows) == len(training)


def test_the_push_on_all_weights_is_the_length_of_the_gradient(birds: Record) -> None:
    every = pushes(birds, 20, top=10_000)
    parts: dict[int, float] = {}
    for buffer in birds.plan.parameters:
        for index in np.ndindex(*buffer.shape):
            found = pushes(birds, 20, f"{buffer.name}[{', '.join(map(str, index))}]", top=10_000)
            for row, push in zip(found.rows.tolist(), found.push.tolist(), strict=True):
                parts[row] = parts.get(row, 0.0) + push**2
        if buffer.name == "dense2.weight":
            break
    # The rest by the same sum, over layers whose slopes were tested above.
    for buffer in birds.plan.parameters[3:]:
        for index in np.ndindex(*buffer.shape):
            found = pushes(birds, 20, f"{buffer.name}[{', '.join(map(str, index))}]", top=10_000)
            for row, push in zip(found.rows.tolist(), found.push.tolist(), strict=True):
                parts[row] = parts.get(row, 0.0) + push**2
    wanted = [np.sqrt(parts[row]) for row in every.rows.tolist()]
    assert np.allclose(every.push, wanted, rtol=1e-9)


def test_health_beside_the_steps_themselves(birds: Record) -> None:
    found = health(birds, points=4, step=30)
    assert found.steps.tolist() == [1, 20, 40, 60]
    for i, t in enumerate(found.steps.tolist()):
        step = birds.examine(t)
        gradient = step.read("dense2.weight.grad")
        assert found.series["dense2.gradient_norm"][i] == pytest.approx(np.linalg.norm(gradient))
        before, after = step.before["dense1.weight"], step.after["dense1.weight"]
        ratio = np.linalg.norm(after - before) / np.linalg.norm(before)
        assert found.series["dense1.update_ratio"][i] == pytest.approx(ratio)
        a = step.read("dense2.a")
        assert found.series["dense2.activation_mean"][i] == pytest.approx(a.mean())
        assert found.series["dense2.activation_std"][i] == pytest.approx(a.std())
        assert found.series["dense2.dead"][i] == pytest.approx(np.mean((a == 0).all(0)))
    assert "dense1.saturated" in found.series and "dense1.dead" not in found.series
    counted = found.histograms["dense1.weight"]
    values = birds.at(30).weights["dense1.weight"]
    assert (
        counted.counts.sum() == values.size and counted.edges[0] == values.min() and counted.edges[-1] == values.max()
    )


def test_what_is_not_there_is_told(birds: Record) -> None:
    for ask in (
        lambda: neuron(birds, "dense9", 0), lambda: neuron(birds, "dense1", 6), lambda: neuron(birds, "dense1", 0, 61),
        lambda: beliefs(birds, limit=0), lambda: pushes(birds, top=0),
        lambda: pushes(birds, 1, "dense1.weight.m[0, 0]"),
        lambda: health(birds, 0), lambda: health(birds, step=0),
    ):  # fmt: skip
        with pytest.raises(EngineroomError):
            ask()


def test_a_layer_full_of_infinity_is_looked_at_without_harm() -> None:
    run = er.train(er.Network(er.Dense(2), er.Dense(1)), [1, 2, 3], [2, 4, 6], optimizer=er.SGD(lr=1e30), steps=50)
    assert run.status == "nonfinite"
    assert health(run.record, points=3).histograms
    assert len(neuron(run.record, "dense1", 0).rows) == 3
    assert len(pushes(run.record).rows) == 3


@pytest.mark.parametrize("values", [[1e30], [-1e30, -1e30], [1e308, -1e308], [0.25, 0.25], [np.inf], [7.0, np.nan]])
def test_a_histogram_of_any_numbers_counts_them_all(values: list[float]) -> None:
    told = _histogram(np.array(values))
    finite = [v for v in values if np.isfinite(v)]
    assert told.counts.sum() == len(finite) and np.all(np.diff(told.edges) > 0)
    assert len(told.edges) == len(told.counts) + 1


def test_a_grid_reaches_past_the_rows_and_around_an_input_that_is_the_same_in_all() -> None:
    x = np.array([[0.0, 3.0], [10.0, 3.0], [4.0, 3.0]])
    run = er.train(er.Network(er.Dense(1)), x, [1.0, 2.0, 4.0], loss="mse", steps=2, validation=None)
    found = beliefs(run.record)
    # 12 % of the range on either side; 1 where there is no range.
    assert found.grid[0][[0, -1]] == pytest.approx([-1.2, 11.2]) and found.grid[1][[0, -1]] == pytest.approx([2, 4])


def test_health_tells_how_far_it_is(birds: Record) -> None:
    told: list[tuple[int, int]] = []
    health(birds, points=3, progress=lambda *at: told.append(at))
    assert told == [(1, 3), (2, 3), (3, 3)]

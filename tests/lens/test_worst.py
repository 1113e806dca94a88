"""The rows that a network does worst on, against losses worked out from its predictions."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

import engineroom as er
from engineroom.errors import OptionError


@pytest.fixture(scope="module")
def classes() -> tuple[er.Run, Any, Any]:
    random = np.random.default_rng(4)
    x = random.normal(size=(60, 3))
    y = np.array(["ash", "birch"])[(x[:, 0] + random.normal(size=60) > 0).astype(int)]
    return er.train(er.Network(er.Dense(6, "tanh"), er.Dense(2)), x, y, validation=15, steps=60), x, y


def test_classes_by_their_probability(classes: tuple[er.Run, Any, Any]) -> None:
    run, x, y = classes
    found = run.worst(7, at=40)
    chances = run.predict_proba(x, at=40)
    labels = list(run.dataset.target.classes)
    losses = -np.log([p[labels.index(label)] for p, label in zip(chances, y, strict=True)])
    order = np.argsort(-losses)[:7]
    assert (found.step, found.known, found.rows.tolist()) == (40, 60, order.tolist())
    np.testing.assert_allclose(found.losses, losses[order], rtol=1e-4)
    out = run.dataset.row_numbers[run.dataset.validation]
    assert found.held_out.tolist() == [row in out for row in order] and 0 < found.held_out.sum() < 7
    assert found.targets == tuple(y[order])
    said = [f"{labels[p.argmax()]} ({100 * p.max():.0f} %)" for p in chances[order]]
    assert found.predictions == tuple(said)
    lines = [line.split() for line in str(found).splitlines()]
    assert lines[1] == ["row", "part", "target", "predicted", "loss"]
    part = ["held", "out"] if order[0] in out else ["training"]
    assert lines[2] == [str(order[0]), *part, y[order[0]], *said[0].split(), f"{found.losses[0]:.4g}"]
    assert str(found).startswith("The 7 of 60 rows with the largest losses, in state 40")
    assert str(run.worst(1, at=40)).startswith("The one of 60 rows with the largest loss, in state 40")
    assert len(found) == 7 and [row["row"] for row in found] == order.tolist()
    assert next(iter(found))["loss"] == found.losses[0]
    facts = json.loads(json.dumps(found.to_dict()))
    assert [row["row"] for row in facts["rows"]] == order.tolist() and facts["known"] == 60


def test_numbers_in_their_own_unit_and_the_state_that_predicts() -> None:
    run = er.train(er.Network(er.Dense(1)), [1, 2, 3, 4], [2, 4, 6, 80], loss="mse", steps=30, validation=None)
    found = run.worst(2)
    assert found.step == run.best_state_step and found.rows[0] == 3 and not found.held_out.any()
    assert found.targets[0] == "80" and float(found.predictions[0]) == pytest.approx(run.predict([4])[0], rel=1e-3)


def test_a_row_that_a_fork_dropped_is_not_listed(classes: tuple[er.Run, Any, Any]) -> None:
    run = classes[0]
    row = next(row for row, out in zip(run.worst(9).rows, run.worst(9).held_out, strict=True) if not out)
    fork = run.fork(at=50, drop_examples=[int(row)], steps=1)
    assert fork.worst(at=51).known == 59 and row not in fork.worst(60, at=51).rows
    with pytest.raises(OptionError, match="top must be a whole number of at least 1"):
        run.worst(0)


def test_several_yes_or_no_are_told_as_their_probabilities() -> None:
    x, y = np.array([[-2.0], [-1.0], [1.0], [2.0]]), np.array([[0.0, 1.0], [1.0, 1.0], [1.0, 0.0], [1.0, 0.0]])
    run = er.train(er.Network(er.Dense(2)), x, y, loss="binary_cross_entropy", steps=20, validation=None)
    found = run.worst(4, at=20)
    w = run.at(20).weights
    chances = 1 / (1 + np.exp(-(x @ w["dense1.weight"] + w["dense1.bias"])))
    losses = -np.log(np.where(y == 1, chances, 1 - chances)).mean(axis=1)
    assert found.rows.tolist() == np.argsort(-losses).tolist() and not found.decides
    told = [[float(chance) for chance in said.split(",")] for said in found.predictions]
    np.testing.assert_allclose(told, chances[found.rows], atol=1e-4)

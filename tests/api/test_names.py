"""Weights of the first layer are found by the name of their input, in every question that takes a weight."""

from __future__ import annotations

import numpy as np
import pytest

import engineroom as er
from engineroom.lens import pushes

TABLE = {
    "size, m2": [40.0, 60.0, 80.0, 100.0, 120.0, 140.0],
    "town": ["Ulm", "Bonn", "Ulm", "Bonn", "Ulm", "Bonn"],
    "price": [10.0, 21.0, 30.0, 42.0, 50.0, 63.0],
}


@pytest.fixture(scope="module")
def run() -> er.Run:
    return er.train(er.Network(er.Dense(4, "tanh"), er.Dense(1)), TABLE, target="price", steps=12)


NAMED, NUMBERED = "dense1.weight[town=Ulm, 3]", "dense1.weight[2, 3]"


def test_the_inputs_are_as_expected(run: er.Run) -> None:
    assert run.dataset.columns == ("size, m2", "town=Bonn", "town=Ulm")


def test_every_question_takes_the_name(run: er.Run) -> None:
    assert run.why(NAMED, step=3) == run.why(NUMBERED, step=3)
    assert run.why(NAMED).name == NUMBERED
    assert str(run.why(NAMED, step=3)).startswith(f"{NUMBERED}, from `town=Ulm` to neuron 3 of dense1")
    assert np.array_equal(run.trace(NAMED), run.trace(NUMBERED))
    assert np.array_equal(run.trace([NAMED, "dense1.weight[size, m2, 0]"])[:, 1], run.trace("dense1.weight[0, 0]"))
    assert np.array_equal(run.query(NAMED)[NAMED], run.query(NUMBERED)[NUMBERED])
    gradient = "dense1.weight.grad.town=Ulm.3"
    assert np.array_equal(run.query(gradient)[gradient], run.query("dense1.weight.grad")["dense1.weight.grad"][:, 2, 3])
    assert run.contributions(NAMED).name == NUMBERED
    assert pushes(run.record, 3, NAMED).weight == NUMBERED
    assert str(run.landscape(NAMED, step=3, points=5)) == str(run.landscape(NUMBERED, step=3, points=5))


def test_a_fork_sets_a_weight_by_name(run: er.Run) -> None:
    twin = run.fork(at=6, set={NAMED: 0.5}, steps=1)
    assert twin.at(6).weights["dense1.weight"][2, 3] == 0.5


def test_the_nearest_name_is_told(run: er.Run) -> None:
    for ask in (run.why, run.trace, run.query, run.contributions, run.landscape):
        with pytest.raises(er.errors.UnknownNameError, match="no input called 'town=Uml'; did you mean 'town=Ulm'"):
            ask("dense1.weight[town=Uml, 3]")
        with pytest.raises(
            er.errors.UnknownNameError, match="called 'price': that column is the target; its inputs are"
        ):
            ask("dense1.weight.price.3")
    with pytest.raises(er.errors.UnknownNameError, match="called 'price': that column is the target"):
        run.fork(at=6, set={"dense1.weight.price.3": 0.5}, steps=1)


def test_columns_that_are_no_inputs_have_a_reason() -> None:
    table = {"id": [f"a{i}" for i in range(40)], "size": [float(i % 7) for i in range(40)]}
    data = er.from_table(
        table | {"price": [2.0 * (i % 7) for i in range(40)]}, target="price", columns={"id": "drop"}
    ).dataset
    assert data.no_inputs == {"id": "was left out of the table", "price": "is the target"}

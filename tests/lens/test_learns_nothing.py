"""Networks that no learning rate helps: dead layers, weights that all begin at 0; and those that only look like it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from engineroom.lens import stability
from engineroom.network import Network
from engineroom.ops import MSE, SGD, Dense
from engineroom.run import Changes, Record, fork_run

X, Y = np.array([1.0, 2.0, 3.0]), np.array([2.0, 4.0, 6.0])


@pytest.mark.parametrize("layer", ["dense1", "dense2"])
def test_where_a_whole_layer_is_dead_no_learning_rate_helps(train: Any, layer: str) -> None:
    random = np.random.default_rng(3)
    x, y = random.normal(size=(30, 3)), random.normal(size=30)
    network = Network(Dense(6, "relu"), Dense(5, "relu"), Dense(1))
    record = train(network, x, y, MSE(), SGD(lr=0.2), 3, 30, target_kind="number")
    assert stability(record).stance != "learns nothing"
    units = 6 if layer == "dense1" else 5
    off = {f"{layer}.bias[{unit}]": -100.0 for unit in range(units)}
    fork = fork_run(record, 3, Changes(values=off, lr=1e-3), steps=400)
    answer = stability(fork, 3)
    said = " ".join(str(answer).split())
    assert answer.stance == answer.to_dict()["stance"] == "learns nothing" and math.isfinite(answer.limit)
    assert f"No learning rate helps here: all units of {layer} are dead" in said and "good pace" not in said
    assert f"dead: all {units} units of {layer} give 0" in said and max(map(len, str(answer).splitlines())) <= 79
    # So it is: whatever the rate, its weights stay where they are and every row gets one answer.
    wild = fork_run(record, 3, Changes(values=off, lr=0.5), steps=400)
    for each in (fork, wild):
        assert np.array_equal(each.at(3)[f"{layer}.weight"], each.at(403)[f"{layer}.weight"])
        assert np.ptp(each.outputs(each.at(403), x)) == 0
    assert stability(wild).stance == "learns nothing"


@pytest.mark.parametrize("law", ["relu", "tanh", "identity"])
def test_weights_that_all_begin_at_0_learn_nothing(train: Any, law: str) -> None:
    layers = Dense(4, law, init="zeros"), Dense(1, init="zeros")
    record = train(Network(*layers), X[:, None], Y, MSE(), SGD(lr=0.05), 9, 3, target_kind="number")
    answer = stability(record)
    assert answer.stance == "learns nothing" and "No learning rate helps here" in str(answer)
    assert not record.at(9)["dense1.weight"].any() and record.at(9)["dense2.bias"].any()
    assert ("gradient of every weight is exactly 0" in " ".join(str(answer).split())) == (law != "relu")
    assert ("stands on a saddle" in " ".join(str(answer).split())) == (law != "relu")


def test_one_layer_that_has_arrived_is_not_stuck(lesson: Record) -> None:
    there = fork_run(lesson, 5, Changes(values={"dense1.weight[0, 0]": 2.0}, lr=0.05), steps=1)
    assert stability(there, 5).slope == 0 and stability(there, 5).stance == "good pace"


@pytest.mark.filterwarnings("ignore:.* is .* in every row")
def test_a_deep_network_that_fits_every_row_has_arrived(train: Any) -> None:
    layers = Dense(4, "tanh", init="zeros"), Dense(1, init="zeros")
    record = train(Network(*layers), X[:, None], np.zeros(len(X)), MSE(), SGD(lr=0.05), 9, 3, target_kind="number")
    answer = stability(record)
    assert answer.loss == 0 == answer.slope
    assert answer.stance == "good pace" and "No learning rate helps" not in str(answer)


def test_what_holds_for_some_rows_is_not_said_of_all(train: Any) -> None:
    x = np.arange(-20.0, 20.0)[:, None]
    record = train(
        Network(Dense(3, "relu"), Dense(1)), x, np.abs(x)[:, 0], MSE(), SGD(lr=1e-4), 4, 3, target_kind="number"
    )
    values = {
        f"dense1.{name}": value
        for unit in range(3)
        for name, value in ((f"weight[0, {unit}]", 1.0), (f"bias[{unit}]", -17.0))
    }
    fork = fork_run(record, 3, Changes(values=values, lr=1e-4), steps=2)
    assert stability(fork, 3).stance != "learns nothing"
    answer = stability(fork, 3, sample=4)
    assert answer.stance == "learns nothing"
    said = " ".join(str(answer).split())
    assert (
        "On the rows looked at no learning rate helps, though on others one may: all units of dense1 are dead" in said
    )

"""Networks that are of no use, and such as are of some."""

from __future__ import annotations

import numpy as np
import pytest

import engineroom as er
from engineroom.run import shortfall

_RNG = np.random.default_rng(8)
_X = _RNG.normal(size=(120, 2))
_Y = _X[:, 0] - 2 * _X[:, 1]


def _run(y=_Y, **how) -> er.Run:
    how = {"steps": 200, "validation": 60, **how}
    return er.train(er.Network(er.Dense(4, "relu"), er.Dense(1 if y.dtype == float else 2)), _X, y, **how)


def test_a_dead_layer_is_named() -> None:
    good = _run()
    assert shortfall(good.record) is None
    off = {f"dense1.bias[{unit}]": -1e4 for unit in range(4)}
    found = shortfall(good.fork(200, set=off, lr=1e-9, steps=3).record)
    assert found is not None and (found.kind, found.layer) == ("dead layer", "dense1")
    assert found.text.startswith("All 4 units of dense1 are dead") and found.text.endswith("a smaller learning rate.")
    # One unit that lives is enough.
    assert shortfall(good.fork(200, set=dict(list(off.items())[1:]), lr=1e-9, steps=3).record) is None


@pytest.mark.parametrize("engine", ["native", "reference"])
def test_the_layer_that_is_named_is_the_first_dead_one(engine: str) -> None:
    network = er.Network(er.Dense(3, "tanh"), er.Dense(2, "relu"), er.Dense(1, "relu"), er.Dense(1))
    run = er.train(network, _X, _Y, steps=20, validation=60, engine=engine)
    off = {"dense2.bias[0]": -1e4, "dense2.bias[1]": -1e4, "dense3.bias[0]": -1e4}
    found = shortfall(run.fork(20, set=off, lr=1e-9, steps=3).record)
    assert found is not None and (found.kind, found.layer) == ("dead layer", "dense2")
    found = shortfall(run.fork(20, set={"dense3.bias[0]": -1e4}, lr=1e-9, steps=3).record)
    assert found is not None and found.layer == "dense3" and found.text.startswith("The only unit of dense3 is dead,")


def test_one_answer_without_a_dead_layer() -> None:
    flat = {f"dense2.weight[{unit}, 0]": 0.0 for unit in range(4)}
    found = shortfall(_run().fork(200, set=flat, freeze=["dense2.weight"], lr=0.01, steps=3).record)
    assert found is not None and (found.kind, found.layer) == ("one answer", None)


def test_no_better_than_a_constant() -> None:
    far = {"dense2.bias[0]": 50.0}
    found = shortfall(_run().fork(200, set=far, lr=1e-9, steps=3).record)
    assert found is not None and found.kind == "no better" and "than the mean for every row" in found.text
    assert found.text.endswith(": try a smaller learning rate or more epochs.")
    # It is no better on the rows it learned from either, so that few held-out rows will do.
    found = shortfall(_run(validation=5).fork(200, set=far, lr=1e-9, steps=3).record)
    assert found is not None and found.kind == "no better"
    rows = er.train(er.Network(er.Dense(1)), _X[:9], _Y[:9] + 9, optimizer=er.SGD(lr=1e-9), steps=3)
    found = shortfall(rows.record)
    assert found is not None and found.text.startswith("The network does no better than the mean for every row: try")


def test_held_out_rows_that_chance_may_have_chosen_say_nothing() -> None:
    """A network worth a little that on its few rows happens to be no better than the mean."""
    noisy = _Y + 5 * np.random.default_rng(9).normal(size=120)
    run = er.train(er.Network(er.Dense(1)), _X, noisy, steps=200, validation=8)
    mean = run.baselines[0]
    assert run.metrics["rmse"] > mean.metrics["rmse"] and run.metrics["mae"] > mean.metrics["mae"]
    assert shortfall(run.record) is None


def test_a_network_that_only_knows_its_rows_by_heart_is_told_so() -> None:
    noise = np.random.default_rng(3).normal(size=120)
    network = er.Network(er.Dense(128, "relu"), er.Dense(1))
    found = shortfall(er.train(network, _X, noise, validation=60, optimizer=er.Adam(lr=0.03), steps=2000).record)
    assert found is not None and found.kind == "no better"
    assert found.text == (
        "On the held-out rows the network does no better than the mean for every row, but on those it learned from it "
        "does: stop early, or try a smaller network."
    )


@pytest.mark.filterwarnings("ignore:.* is .* in every row")
def test_beside_a_constant_that_never_misses_nothing_is_said() -> None:
    run = er.train(er.Network(er.Dense(1)), _X[:9], np.ones(9), optimizer=er.SGD(lr=1e-9), steps=3)
    assert run.baselines[0].metrics["rmse"] == 0 and shortfall(run.record) is None


@pytest.mark.parametrize("loss", ["cross_entropy", "binary_cross_entropy"])
def test_no_better_than_the_commonest_class(loss: str) -> None:
    labels = np.where(_Y > 0.5, "yes", "no")
    outputs = 2 if loss == "cross_entropy" else 1
    network = er.Network(er.Dense(4, "relu"), er.Dense(outputs))
    run = er.train(network, _X, labels, loss=loss, steps=400, validation=60)
    assert shortfall(run.record) is None
    wrong = run.fork(400, set={f"dense2.bias[{outputs - 1}]": 60.0}, lr=1e-9, steps=3)
    assert wrong.metrics["accuracy"] < np.mean(labels == "no")
    found = shortfall(wrong.record)
    assert found is not None and found.kind == "no better" and "than the commonest class" in found.text

"""What is chosen when it is left open."""

from __future__ import annotations

import numpy as np
import pytest

import engineroom as er
from engineroom.data import Dataset, from_arrays
from engineroom.errors import OptionError, ShapeError
from engineroom.network import Network
from engineroom.ops import AdamW, Dense
from engineroom.run import default_optimizer
from engineroom.run._defaults import steps_to_make


def data(rows: int, inputs: int, kind: str) -> Dataset:
    rng = np.random.default_rng(1)
    x = rng.normal(size=(rows, inputs))
    y = rng.integers(0, 2, rows) if kind == "classes" else 5 + 2 * rng.normal(size=rows)
    return from_arrays(
        x,
        y,
        dtype="float32",
        target_kind=kind,
        validation=None,
        standardize=True,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(("kind", "most"), [("classes", 2.0), ("number", 1.0)])
def test_decay_forgets_within_three_epochs_and_has_a_most(kind: str, most: float) -> None:
    for rows, decay in ((3, most), (3200, 0.33), (32_000, 0.033)):
        given = data(rows, 20, kind)
        chosen = default_optimizer(None, given, 32)
        assert isinstance(chosen, AdamW) and chosen.weight_decay == decay, rows


@pytest.mark.parametrize(("inputs", "usual", "relu"), [(1, 0.2, 0.1), (2, 0.4, 0.2), (20, 2.0, 0.5)])
def test_decay_is_weaker_with_few_inputs_and_for_a_network_of_ones_own(inputs: int, usual: float, relu: float) -> None:
    own = Network(Dense(8, "relu"), Dense(2)), Network(Dense(8, "relu"), Dense(8, "tanh"), Dense(2))
    for network, decay in ((None, usual), (own[0], relu), (own[1], 0.05)):
        chosen = default_optimizer(network, data(60, inputs, "classes"), 32)
        assert isinstance(chosen, AdamW) and chosen.weight_decay == decay


def test_small_networks_learn_what_is_not_straight() -> None:
    rng = np.random.default_rng(5)
    x = rng.uniform(-1, 1, (300, 2))
    ring = (np.hypot(*x.T) < 0.75).astype(int)
    for network in (er.Network(er.Dense(8, "tanh"), er.Dense(2)), er.Network(er.Dense(16, "relu"), er.Dense(2)), None):
        run = er.train(network, x, ring, seed=0)
        assert run.metrics["accuracy"] >= 0.9, (network, run.metrics)


def test_numbers_in_their_own_unit_are_not_held_small() -> None:
    own = from_arrays([[1.0], [2.0]], [2.0, 4.0], dtype="float32", target_kind="number", validation=None)
    assert default_optimizer(None, own, 2).law == "adam"


@pytest.mark.parametrize("wrong", [0, -1, 1.5, True, "3"])
@pytest.mark.parametrize("name", ["epochs", "steps"])
def test_a_count_of_steps_is_a_whole_number_of_at_least_1(name: str, wrong: object) -> None:
    given = {"epochs": None, "steps": None, name: wrong}
    with pytest.raises(OptionError, match=f"{name} must be a whole number of at least 1, got {wrong!r}"):
        steps_to_make(**given, rows=10, batch_size=4)  # type: ignore[arg-type]


def test_too_few_outputs_for_the_classes_are_told_where_no_loss_was_named() -> None:
    table = {"x": [float(i) for i in range(36)], "y": [i % 12 for i in range(36)]}
    with pytest.raises(ShapeError, match=r"dense1 has 1 unit but the target has 12 classes; set Dense\(12\) there"):
        er.train(er.Network(er.Dense(1)), table, target="y", steps=2)


def test_a_loss_of_classes_takes_fractions_for_names_of_classes() -> None:
    run = er.train(er.Network(er.Dense(2)), [[0.0], [1.0], [2.0], [3.0]], [0.5, 0.5, 1.5, 1.5], loss="cross_entropy",
                   steps=3, validation=None)  # fmt: skip
    assert run.dataset.target.kind == "classes" and list(run.dataset.target.classes) == [0.5, 1.5]

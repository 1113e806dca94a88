"""What the page asks to be trained: a last layer that is as wide as the data need."""

from __future__ import annotations

import re
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from engineroom.show.page._memory import free_memory

XOR: dict[str, Any] = {"x": [[0, 0], [0, 1], [1, 0], [1, 1]] * 3, "y": [0, 1, 1, 0] * 3}
OPEN: list[dict[str, Any]] = [{"units": 4, "activation": "tanh"}, {"units": None}]


@pytest.mark.parametrize(
    ("data", "given", "outputs"),
    [
        ({"bundled": "penguins"}, {}, 3),
        ({"bundled": "penguins"}, {"target": "body_mass_g"}, 1),
        (XOR, {"loss": "cross_entropy"}, 2),
        (XOR, {"loss": "binary_cross_entropy"}, 1),
        (XOR, {"loss": "mse"}, 1),
    ],
)
def test_a_last_layer_left_open_fits_the_target(
    talk: Any, data: dict[str, Any], given: dict[str, Any], outputs: int
) -> None:
    begun, _ = talk.ask("train", data=data, network=OPEN, epochs=1, **given)
    layers = talk.ask("describe", run=begun["run"])[0]["layers"]
    assert [layer["outputs"] for layer in layers] == [4, outputs]


def test_only_the_last_layer_may_be_left_open(talk: Any) -> None:
    told = talk.error("train", data=XOR, network=[{"units": None}, {"units": 1}], epochs=1)
    assert "in its last layer only" in told


def test_what_a_training_would_take_is_told_and_nothing_is_kept(talk: Any) -> None:
    before = talk.ask("runs")[0]["runs"]
    given = {"data": {"bundled": "penguins"}, "network": OPEN, "epochs": 200_000, "batch_size": 32}
    told = talk.ask("estimate", **given)[0]["text"]
    took = r"Training 1,800,000 steps takes (\d.* or more|less than 0.1 s)"
    kept = r"recording it takes about [\d.]+ [kM]B on disk, and any step is computed again within [\d.]+ m?s"
    assert re.fullmatch(rf"{took}; {kept}\.", told)
    wide = [{"units": 5000}, {"units": 5000}, {"units": None}]
    told = talk.ask("estimate", **{**given, "network": wide, "optimizer": "adam"})[0]["text"]
    weights = 11 * 5000 + 5000 + 5000 * 5000 + 5000 + 5000 * 3 + 3
    # Weights, two slots and gradients; of each row its inputs, class, sums and their gradients, probabilities and loss.
    row = 11 + 1 + 2 * (5000 + 5000 + 3) + 3 + 1
    assert f"works with {4 * weights + 32 * row:,} numbers" in told
    # Few weights, but all rows of the data at once.
    given = {"data": {"bundled": "digits"}, "network": [{"units": 8000}, {"units": None}], "optimizer": "sgd"}
    assert "is not tried" in talk.ask("estimate", **given, batch_size=None)[0]["text"]
    assert "Training" in talk.ask("estimate", **given, batch_size=32)[0]["text"]
    assert "has 201 layers" in talk.ask("estimate", data=XOR, network=[{"units": 1}] * 201)[0]["text"]
    assert talk.ask("runs")[0]["runs"] == before
    assert "there is no column 'wings'" in talk.error("estimate", **given, target="wings")


def test_a_training_that_does_not_fit_into_memory_is_refused(talk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    told = talk.error("train", data={"bundled": "penguins"}, network=[{"units": 2**30}] * 2 + OPEN, steps=1)
    assert re.search(
        r"^a step would work with [\d,]+ numbers \(.*\), which take .* GB of memory are free: choose", told
    )
    monkeypatch.setattr("engineroom.show.page._training.free_memory", lambda: 100_000)
    assert "GB where 0.0 GB of memory are free" in talk.error("train", data={"bundled": "penguins"}, steps=1)
    assert talk.ask("train", data=XOR, network=[{"units": 2}], steps=1)[0]["run"]
    monkeypatch.setattr("engineroom.show.page._memory._TOLD", Path("no such file"))
    monkeypatch.setattr("engineroom.show.page._training.free_memory", free_memory)
    assert free_memory() is None and talk.ask("train", data={"bundled": "penguins"}, steps=1)[0]["run"]


def test_a_large_table_is_not_prepared_for_an_estimate(talk: Any) -> None:
    key = talk.desk.uploads.add("wide.csv", b"a,b\n" + b"1,2\n" * 1_000_001).upload
    told = talk.ask("estimate", data={"upload": key}, target="b")[0]["text"]
    assert told == "The table has 2,000,002 cells; what training takes is not tried before it begins."


def test_noise_has_a_size(talk: Any) -> None:
    lesson = {"data": {"x": [1, 2, 3], "y": [2.0, 4.0, 6.0]}, "network": [{"units": 1}], "epochs": 1}
    assert "train.noise is a standard deviation" in talk.error("train", **lesson, noise=-1)
    assert "train.seed must be a whole number from 0 to 2**64 - 1, got -1" in talk.error(
        "train", **lesson, noise=0.1, seed=-1
    )
    assert talk.ask("train", **lesson, noise=0.1)[0]["run"]


def test_labels_take_as_much_room_as_they_are_long(talk: Any) -> None:
    labels: list[Any] = ["a" * 100_000, 7, *["b"] * 500]
    for given in (labels, [str(label) for label in labels]):
        tracemalloc.start()
        began = talk.ask("train", data={"x": [1] * len(given), "y": given}, steps=1)[0]["run"]
        assert talk.ended(began)["status"] == "completed"
        used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert used < 20_000_000  # padded to the longest they would take 200 MB
        assert talk.desk.library.record(began).dataset.target.classes == ("7", "a" * 100_000, "b")


def test_what_was_asked_for_is_not_repeated_at_length(talk: Any) -> None:
    told = talk.error("neuron", run=1, step=1, layer="x" * 100_000, index=0)
    assert "has no layer 'xxx" in told and "dense1" in told and len(told) < 1_100

"""Names, counts, the printed table, and the round trip."""

from __future__ import annotations

import dataclasses

import pytest

from engineroom.errors import OptionError
from engineroom.network import Network
from engineroom.ops import Dense, LeakyReLU

NETWORK = Network(Dense(8, "relu"), Dense(6, LeakyReLU(0.2), bias=False, name="middle"), Dense(3), name="small")


def test_names_count_by_position() -> None:
    assert NETWORK.names == ("dense1", "middle", "dense3")


def test_parameters_are_counted() -> None:
    assert NETWORK.parameters(4) == (4 * 8 + 8) + 8 * 6 + (6 * 3 + 3)
    assert NETWORK.outputs == 3


def test_summary_with_and_without_inputs() -> None:
    assert NETWORK.summary(4).splitlines()[2].split() == ["middle", "leaky_relu", "6", "8x6", "-", "48"]
    assert NETWORK.summary().splitlines()[1].split() == ["dense1", "relu", "8", "?x8", "8", "?"]
    assert NETWORK.summary(4).splitlines()[-1].split() == ["total", "109"]


def test_json_gives_the_network_back() -> None:
    assert Network.from_json(NETWORK.to_json()) == NETWORK
    assert repr(NETWORK) == (
        "Network(Dense(8, 'relu'), Dense(6, activation=LeakyReLU(alpha=0.2), bias=False, name='middle'), "
        "Dense(3), name='small')"
    )


def test_a_network_does_not_change() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        NETWORK.name = "other"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: Network(), "a network needs at least one layer"),
        (lambda: Network([Dense(1)]), r"layer 1 must be a layer such as Dense\(64\), .*; write Network\(\*layers\)"),
        (lambda: Network(Dense(1), "relu"), "layer 2 must be a layer such as"),
        (lambda: Network(Dense(1, name="a"), Dense(1, name="a")), "layers 1 and 2 are both called 'a'"),
        (lambda: Network(Dense(1, name="dense2"), Dense(1)), "layers 1 and 2 are both called 'dense2'"),
        (lambda: Network(Dense(1, name="x")), "layer 1 cannot be called 'x'"),
        (lambda: Network(Dense(1), name=3), "the network's name must be text, got 3"),
        (lambda: Network.from_json("{"), "the network's JSON cannot be read"),
        (lambda: Network.from_json("[]"), "needs a list under 'layers'"),
        (lambda: Network.from_json('{"layers": [{"law": "dens", "units": 1}]}'), "did you mean 'dense'"),
        (lambda: Network.from_json('{"layers": [{"law": "dense"}]}'), "layer 'dense' cannot be made"),
    ],
)
def test_faults_are_named(make, sentence: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(OptionError, match=sentence):
        make()

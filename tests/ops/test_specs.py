"""Every law: name, formula, words, and the round trip through JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest

from engineroom.errors import OptionError, UnknownNameError
from engineroom.ops import (
    SCHEDULES,
    SGD,
    AdamW,
    BinaryCrossEntropy,
    Constant,
    ConstantStart,
    Cosine,
    CrossEntropy,
    Dense,
    Family,
    Glorot,
    He,
    HeNormal,
    Huber,
    LeakyReLU,
    Normal,
    RMSProp,
    Spec,
    Uniform,
    activation,
    initializer,
    layer,
    loss,
    optimizer,
)

FAMILIES: list[Family[Any]] = [activation, loss, optimizer, initializer, SCHEDULES]
CHOSEN: list[tuple[Family[Any], Spec]] = [
    (activation, LeakyReLU(0.2)),
    (loss, Huber(2.5)),
    (loss, CrossEntropy(probabilities=True, clip=1e-3)),
    (loss, BinaryCrossEntropy()),
    (optimizer, SGD(lr=Cosine(0.1, steps=9, warmup=2, final=1e-4), momentum=0.9, nesterov=True)),
    (optimizer, RMSProp(lr=Constant(0.1, warmup=3), centered=True)),
    (optimizer, AdamW(lr=1 / 3)),
    (initializer, ConstantStart(0.1)),
    (initializer, Uniform(-1, 2)),
    (initializer, Normal(0.5, 2)),
    (layer, Dense(3, LeakyReLU(0.3), bias=False, init="he_normal", bias_init=ConstantStart(1 / 3), name="hidden")),
    (layer, Dense(3)),
]


@pytest.mark.parametrize(("family", "name"), [(f, name) for f in FAMILIES for name in f.laws if name != "constant"])
def test_every_name_gives_its_law_and_returns_from_json(family: Family[Any], name: str) -> None:
    law = family(name)
    assert law.law == name
    assert family(name.upper().replace("_", "-")) == law
    assert family(law) is law
    assert family(json.loads(json.dumps(law.to_dict()))) == law
    assert law.formula
    assert law.words.endswith(".")


@pytest.mark.parametrize(("family", "law"), CHOSEN, ids=[str(law) for _, law in CHOSEN])
def test_chosen_values_return_from_json(family: Family[Any], law: Spec) -> None:
    assert family(json.loads(json.dumps(law.to_dict()))) == law


def test_names_that_are_not_known() -> None:
    with pytest.raises(UnknownNameError, match="there is no activation called 'rellu'; did you mean 'relu'"):
        activation("rellu")
    with pytest.raises(OptionError, match=r"initializer 'constant' needs values; give engineroom.ops.ConstantStart"):
        initializer("constant")
    with pytest.raises(OptionError, match="activation must be a name such as 'identity' or a law, got 3"):
        activation(3)  # type: ignore[arg-type]
    with pytest.raises(UnknownNameError, match="optimizer 'sgd' has no 'momentun'; did you mean 'momentum'"):
        optimizer({"law": "sgd", "momentun": 0.9})
    with pytest.raises(OptionError, match="needs its name under 'law'"):
        loss({"delta": 1.0})


def test_auto_is_he_where_neurons_fall_silent() -> None:
    assert Dense(3, "relu").weight_start == Dense(3, "gelu").weight_start == He()
    assert Dense(3).weight_start == Dense(3, "tanh").weight_start == Dense(3, "softmax").weight_start == Glorot()
    assert Dense(3, "relu", init="he_normal").weight_start == HeNormal()
    assert initializer("he_uniform") == He()


def test_starts_by_hand() -> None:
    assert Glorot().start(1, 5) == ("uniform", (-1.0, 1.0))
    assert initializer("glorot_normal").start(1, 7) == ("normal", (0.0, 0.5))
    assert He().start(24, 9) == ("uniform", (-0.5, 0.5))
    assert HeNormal().start(8, 1) == ("normal", (0.0, 0.5))
    assert ConstantStart(3).start(2, 2) == ("constant", (3.0,))


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: Dense(0), "units of Dense must be at least 1, got 0"),
        (lambda: Dense(2.0), "units of Dense must be a whole number, got 2.0"),
        (lambda: Dense(True), "units of Dense must be a whole number, got True"),
        (lambda: Dense(2, bias="no"), "bias of Dense must be True or False, got 'no'"),
        (lambda: Dense(2, name="a b"), "a layer's name must be a word such as 'hidden', got 'a b'"),
        (lambda: Dense(2, init="hee"), "there is no initializer called 'hee'; did you mean 'he'"),
        (lambda: Uniform(1, 1), "uniform needs low below high"),
        (lambda: Normal(0, 0), "std of normal must be above 0"),
        (lambda: ConstantStart(float("inf")), "value of constant must be a finite number, got inf"),
    ],
)
def test_arguments_are_checked(make, sentence: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(OptionError, match=sentence):
        make()

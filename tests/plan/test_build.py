"""What a plan holds for a network, and the sentences for networks that do not fit."""

from __future__ import annotations

from typing import Any

import pytest

from engineroom.errors import OptionError, ShapeError
from engineroom.network import Network
from engineroom.ops import (
    MAE,
    MSE,
    SGD,
    Adam,
    BinaryCrossEntropy,
    ConstantStart,
    Cosine,
    CrossEntropy,
    Dense,
    Huber,
    LeakyReLU,
    Loss,
    RMSProp,
)
from engineroom.plan import BATCH, Buffer, Init, Operation, Plan, TargetShape, build_plan, parse_plan


def built(*layers: Dense, loss: Loss | None = None, target: TargetShape = ("number", 1), **changes: Any) -> Plan:
    given: dict[str, Any] = {"inputs": 4, "batch_size": 8, "dtype": "float32", "shuffle": True, "steps": 100} | changes
    return build_plan(Network(*layers), loss or MSE(), given.pop("optimizer", SGD()), target=target, **given)


def test_two_layers_become_the_operations_of_one_step() -> None:
    plan = built(
        Dense(3, LeakyReLU(0.5)), Dense(2, bias=False), loss=CrossEntropy(), target=("classes", 2), optimizer=Adam()
    )
    w = Adam().attributes
    expected = (
        Operation("forward", "affine_forward", ("x", "dense1.weight", "dense1.bias"), ("dense1.z",)),
        Operation("forward", "leaky_relu_forward", ("dense1.z",), ("dense1.a",), (("alpha", 0.5),)),
        Operation("forward", "affine_forward", ("dense1.a", "dense2.weight", "-"), ("dense2.z",)),
        Operation("loss", "cross_entropy_forward", ("dense2.z", "y"), ("loss.examples", "loss.p")),
        Operation("backward", "cross_entropy_backward", ("loss.p", "y"), ("dense2.z.grad",)),
        Operation(
            "backward",
            "affine_backward",
            ("dense1.a", "dense2.weight", "dense2.z.grad"),
            ("dense2.weight.grad", "-", "dense1.a.grad"),
        ),
        Operation(
            "backward", "leaky_relu_backward", ("dense1.z", "dense1.a.grad"), ("dense1.z.grad",), (("alpha", 0.5),)
        ),
        Operation(
            "backward",
            "affine_backward",
            ("x", "dense1.weight", "dense1.z.grad"),
            ("dense1.weight.grad", "dense1.bias.grad", "-"),
        ),
        *(
            Operation("update", "adam", (p, f"{p}.grad", f"{p}.m", f"{p}.v"), (p, f"{p}.m", f"{p}.v"), w)
            for p in ("dense1.weight", "dense1.bias", "dense2.weight")
        ),
    )
    assert plan.operations == expected
    assert plan.output == "dense2.z"
    assert plan.buffer("y") == Buffer("y", "classes", (BATCH,))
    assert plan.buffer("loss.p") == Buffer("loss.p", "loss", (BATCH, 2))
    assert plan.buffer("dense1.weight.m") == Buffer("dense1.weight.m", "slot", (4, 3))
    assert [b.name for b in plan.parameters] == ["dense1.weight", "dense1.bias", "dense2.weight"]


KEPT = dict.fromkeys(["relu", "leaky_relu", "gelu", "silu", "softplus"], "z") | dict.fromkeys(
    ["tanh", "sigmoid", "softmax"], "a"
)


@pytest.mark.parametrize(("activation", "kept"), list(KEPT.items()))
def test_backward_reads_what_the_activation_keeps(activation: str, kept: str) -> None:
    plan = built(Dense(3, activation), Dense(1))
    (backward,) = [op for op in plan.operations if op.law == f"{activation}_backward"]
    assert backward.reads == (f"dense1.{kept}", "dense1.a.grad")


@pytest.mark.parametrize(
    ("loss", "activation", "law"),
    [
        (CrossEntropy(), "softmax", "cross_entropy_probabilities_forward"),
        (CrossEntropy(probabilities=False), "softmax", "cross_entropy_forward"),
        (CrossEntropy(), "identity", "cross_entropy_forward"),
    ],
)
def test_cross_entropy_looks_at_the_last_activation(loss: Loss, activation: str, law: str) -> None:
    plan = built(Dense(3, activation), loss=loss, target=("classes", 3))
    assert [op.law for op in plan.operations if op.phase == "loss"] == [law]
    assert plan.output == ("dense1.z" if activation == "identity" else "dense1.a")


@pytest.mark.parametrize(
    ("loss", "activation", "target"),
    [
        (MSE(), "identity", ("number", 2)),
        (Huber(delta=0.75), "identity", ("number", 2)),
        (CrossEntropy(), "identity", ("classes", 2)),
        (CrossEntropy(clip=0.01), "softmax", ("classes", 2)),
        (BinaryCrossEntropy(), "identity", ("number", 2)),
        (BinaryCrossEntropy(clip=0.01), "sigmoid", ("number", 2)),
    ],
)
def test_a_plan_knows_its_loss(loss: Loss, activation: str, target: TargetShape) -> None:
    plan = built(Dense(2, activation), loss=loss, target=target)
    settled = loss.after(activation)
    assert parse_plan(str(plan)).lowered_loss == plan.lowered_loss == settled
    assert plan.lowered_loss.law == loss.law and plan.lowered_loss.attributes == settled.attributes
    # Only the derivative of a cross-entropy of logits starts from probabilities.
    kept = ["loss.p"] if isinstance(loss, CrossEntropy) and activation == "identity" else []
    assert [b.name for b in plan.buffers if b.role == "loss"] == ["loss.examples", *kept]


def test_a_plan_knows_what_each_layer_gives() -> None:
    plan = built(Dense(3, "relu"), Dense(1))
    assert [plan.activation_of(layer) for layer in ("dense1", "dense2")] == ["dense1.a", "dense2.z"]


def test_every_number_a_kernel_needs_is_in_the_plan() -> None:
    plan = built(
        Dense(1, "sigmoid"), loss=BinaryCrossEntropy(clip=0.01), optimizer=RMSProp(centered=True, momentum=0.5)
    )
    update = plan.operations[-1]
    assert update.reads[2:] == ("dense1.bias.square", "dense1.bias.mean", "dense1.bias.velocity")
    assert update.attributes == (
        ("rho", 0.99),
        ("eps", 1e-8),
        ("momentum", 0.5),
        ("centered", 1.0),
        ("weight_decay", 0.0),
    )
    assert [op.attributes for op in plan.operations if "cross_entropy" in op.law] == [(("clip", 0.01),)] * 2
    assert built(Dense(1), loss=Huber(delta=3)).operations[1].attributes == (("delta", 3.0),)
    assert built(Dense(1), optimizer=RMSProp()).operations[-1].reads[3:] == ("-", "-")


def test_parameters_begin_as_the_layer_says() -> None:
    plan = built(Dense(2, "relu", bias_init=ConstantStart(0.25)), Dense(1, init="normal"))
    high = (6 / 4) ** 0.5
    assert plan.buffer("dense1.weight").init == Init("uniform", (-high, high))
    assert plan.buffer("dense1.bias").init == Init("constant", (0.25,))
    assert plan.buffer("dense2.weight").init == Init("normal", (0.0, 0.05))


def test_the_schedule_takes_the_runs_horizon() -> None:
    plan = built(Dense(1), optimizer=SGD(lr=Cosine(0.1, warmup=5)), steps=70)
    assert plan.schedule.law == "cosine"
    assert dict(plan.schedule.attributes) == {"lr": 0.1, "warmup": 5.0, "steps": 70.0, "final": 0.0}


@pytest.mark.parametrize(
    ("layers", "loss", "target", "sentence"),
    [
        ([Dense(5), Dense(3)], CrossEntropy(), ("classes", 10), r"dense2 has 3 units .* 10 classes; set Dense\(10\)"),
        ([Dense(1, name="top")], MAE(), ("number", 2), r"top has 1 unit but the target has 2 columns; set Dense\(2\)"),
        ([Dense(2)], MSE(), ("number", 1), r"dense1 has 2 units but the target has 1 column; set Dense\(1\)"),
        ([Dense(1)], CrossEntropy(), ("classes", 1), "one class alone leaves nothing to learn"),
    ],
)  # fmt: skip
def test_shapes_that_do_not_fit_name_the_layer(
    layers: list[Dense], loss: Loss, target: TargetShape, sentence: str
) -> None:
    with pytest.raises(ShapeError, match=sentence):
        built(*layers, loss=loss, target=target)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"loss": CrossEntropy(), "target": ("number", 1)}, "needs classes, but the target is a number; use mse"),
        ({"loss": MSE(), "target": ("classes", 3)}, "mse needs numbers, but .* 3 classes; use cross_entropy"),
        ({"loss": BinaryCrossEntropy(), "target": ("classes", 2)}, "give 0 and 1 as numbers, or use cross_entropy"),
        ({"target": ("words", 2)}, "target must be"),
        ({"dtype": "float16"}, "dtype must be 'float32' or 'float64', got 'float16'"),
        ({"batch_size": 0}, "batch_size must be at least 1, got 0"),
        ({"inputs": 0}, "inputs must be at least 1, got 0"),
        ({"steps": 0}, "steps must be at least 1, got 0"),
    ],
)  # fmt: skip
def test_options_that_cannot_be_used(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(OptionError, match=sentence):
        built(Dense(1), **changes)

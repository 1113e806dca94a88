"""The native engine and the reference engine are two implementations of docs/numerics.md, and give the same bits.

Whole runs with partial last batches: after each of several steps every buffer is compared, in the order in which the
operations wrote them, so that the first kernel that differs is the one named.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from engineroom.engine import Engine, instruction_sets, make_engine
from engineroom.network import Network
from engineroom.ops import (
    MAE,
    MSE,
    SGD,
    Adam,
    AdamW,
    BinaryCrossEntropy,
    Constant,
    Cosine,
    CrossEntropy,
    Dense,
    Huber,
    LeakyReLU,
    Loss,
    Optimizer,
    RMSProp,
    activation,
    initializer,
)
from engineroom.plan import Plan, build_plan

# Two steps an epoch, the second of five rows; step 3 begins another epoch.
ROWS, INPUTS, OUTPUTS, STEPS = 11, 7, 5, 4
MACHINES = [(isa, threads) for isa in instruction_sets() for threads in (1, 2)]
DTYPES = ["float32", "float64"]

# Every law of an activation, and the losses in every form; widths that fill no SIMD register evenly.
ACTIVATIONS = [LeakyReLU(0.3) if name == "leaky_relu" else activation(name) for name in activation.laws]
LOSSES: dict[str, tuple[Loss, str]] = {
    "mse": (MSE(), "identity"),
    "mae": (MAE(), "identity"),
    "huber": (Huber(delta=0.5), "identity"),
    "cross_entropy": (CrossEntropy(), "identity"),
    "cross_entropy_probabilities": (CrossEntropy(clip=0.05), "softmax"),
    "binary_cross_entropy": (BinaryCrossEntropy(), "identity"),
    "binary_cross_entropy_probabilities": (BinaryCrossEntropy(clip=0.05), "sigmoid"),
}
OPTIMIZERS: dict[str, Optimizer] = {
    "sgd": SGD(lr=0.1),
    "sgd decay": SGD(lr=0.1, weight_decay=0.01),
    "momentum": SGD(lr=Constant(0.1, warmup=4), momentum=0.9),
    "momentum decay": SGD(lr=0.1, momentum=0.9, weight_decay=0.01),
    "nesterov": SGD(lr=0.1, momentum=0.9, nesterov=True),
    "nesterov decay": SGD(lr=0.1, momentum=0.9, nesterov=True, weight_decay=0.01),
    "rmsprop": RMSProp(lr=0.01),
    "rmsprop decay": RMSProp(lr=0.01, weight_decay=0.01),
    "rmsprop centered": RMSProp(lr=0.01, centered=True),
    "rmsprop momentum": RMSProp(lr=0.01, momentum=0.8),
    "rmsprop all": RMSProp(lr=Cosine(0.01, warmup=2), centered=True, momentum=0.8, weight_decay=0.01),
    "adam": Adam(lr=0.01),
    "adam decay": Adam(lr=Cosine(0.01, steps=6, final=1e-4), weight_decay=0.01),
    "adamw": AdamW(lr=0.01),
    "adamw without": AdamW(lr=0.01, weight_decay=0),
}


def data(loss: Loss, dtype: str) -> tuple[NDArray[Any], NDArray[Any]]:
    random = np.random.default_rng(7)
    x = random.normal(size=(ROWS, INPUTS)).astype(dtype)
    if loss.target == "classes":
        return x, random.integers(0, OUTPUTS, ROWS).astype(np.int32)
    if isinstance(loss, BinaryCrossEntropy):
        return x, random.integers(0, 2, (ROWS, OUTPUTS)).astype(dtype)
    return x, random.normal(size=(ROWS, OUTPUTS)).astype(dtype)


def plan_of(layers: list[Dense], loss: Loss, optimizer: Optimizer, dtype: str, *, batch_size: int = 6) -> Plan:
    return build_plan(
        Network(*layers),
        loss,
        optimizer,
        inputs=INPUTS,
        target=("classes" if loss.target == "classes" else "number", OUTPUTS),
        batch_size=batch_size,
        dtype="float32" if dtype == "float32" else "float64",
        steps=STEPS,
    )


def bits(array: NDArray[Any]) -> NDArray[Any]:
    """Return the bits of an array, every NaN alike."""
    if array.dtype.kind != "f":
        return array
    held = np.where(np.isnan(array), np.array(np.nan, array.dtype), array)
    return held.view(np.uint32 if array.dtype == np.float32 else np.uint64)


def assert_same_buffers(plan: Plan, reference: Engine, native: Engine, where: str) -> None:
    writers = {name: op.law for op in plan.operations for name in op.writes}
    order = [name for op in plan.operations for name in op.writes if name != "-"]
    for name in ["x", "y", *dict.fromkeys(order)]:
        ours, theirs = reference.read(name), native.read(name)
        assert theirs.dtype == ours.dtype
        assert theirs.shape == ours.shape
        differs = np.flatnonzero((bits(ours) != bits(theirs)).ravel())
        if differs.size:
            i = int(differs[0])
            a, b = ours.ravel()[i], theirs.ravel()[i]
            pytest.fail(
                f"{where}: {differs.size} of {ours.size} elements of {name}, written by "
                f"{writers.get(name, 'the batch')}, differ; the first is element {i}: "
                f"reference {float(a).hex()}, native {float(b).hex()}"
            )


def assert_same_run(plan: Plan, x: NDArray[Any], y: NDArray[Any], *, steps: int = STEPS, seed: int = 5) -> None:
    reference = make_engine(plan, x, y, seed, engine="reference")
    natives = [(machine, make_engine(plan, x, y, seed, isa=machine[0], threads=machine[1])) for machine in MACHINES]
    for machine, native in natives:
        assert native.initial().same_bits(reference.initial()), f"initial weights on {machine}"
    for step in range(1, steps + 1):
        expected = reference.run(1)
        for machine, native in natives:
            where = f"step {step} on {machine[0]} with {machine[1]} threads"
            made = native.run(1)
            np.testing.assert_array_equal(native.rows(), reference.rows(), where)
            assert_same_buffers(plan, reference, native, where)
            assert bits(made.losses).tolist() == bits(expected.losses).tolist(), where
            assert made.reason == expected.reason, where
            assert native.snapshot().same_bits(reference.snapshot()), where
    expected_values = reference.evaluate(x, y)
    for _, native in natives:
        found = native.evaluate(x, y)
        np.testing.assert_array_equal(bits(found.outputs), bits(expected_values.outputs))
        np.testing.assert_array_equal(bits(found.examples), bits(expected_values.examples))
        assert found.loss.hex() == expected_values.loss.hex()
        np.testing.assert_array_equal(bits(native.predict(x)), bits(expected_values.outputs))


def test_the_machine_has_a_native_engine() -> None:
    assert "scalar" in instruction_sets()


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("law", ACTIVATIONS, ids=lambda law: law.law)
def test_activations(law: Any, dtype: str) -> None:
    layers = [Dense(11, law), Dense(6, law, bias=False), Dense(OUTPUTS, law)]
    assert_same_run(plan_of(layers, MSE(), SGD(lr=0.5), dtype), *data(MSE(), dtype))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("form", LOSSES)
def test_losses(form: str, dtype: str) -> None:
    loss, last = LOSSES[form]
    plan = plan_of([Dense(9, "tanh"), Dense(OUTPUTS, last)], loss, SGD(lr=0.5), dtype)
    assert any(op.law == f"{form}_forward" for op in plan.operations)
    assert_same_run(plan, *data(loss, dtype))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("variant", OPTIMIZERS)
def test_optimizers(variant: str, dtype: str) -> None:
    layers = [Dense(9, "relu"), Dense(OUTPUTS)]
    assert_same_run(plan_of(layers, CrossEntropy(), OPTIMIZERS[variant], dtype), *data(CrossEntropy(), dtype))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", [n for n in initializer.names if n != "constant"])
def test_initial_weights(name: str, dtype: str) -> None:
    plan = plan_of([Dense(13, init=name, bias_init="normal"), Dense(OUTPUTS, init=name)], MSE(), SGD(), dtype)
    x, y = data(MSE(), dtype)
    for seed in (0, 2**64 - 1):
        expected = make_engine(plan, x, y, seed, engine="reference").initial()
        for isa, threads in MACHINES:
            assert make_engine(plan, x, y, seed, isa=isa, threads=threads).initial().same_bits(expected)


@pytest.mark.parametrize("batch_size", [1, 10, 11, 64])
def test_batches_of_any_size(batch_size: int) -> None:
    plan = plan_of([Dense(4, "silu"), Dense(OUTPUTS)], MAE(), Adam(), "float32", batch_size=batch_size)
    assert_same_run(plan, *data(MAE(), "float32"), steps=4)


def test_wide_layers_that_threads_share() -> None:
    """Wide enough that tiles, edges of tiles and several threads all take part."""
    random = np.random.default_rng(3)
    x = random.normal(size=(70, 61)).astype(np.float32)
    y = random.integers(0, 37, 70).astype(np.int32)
    plan = build_plan(
        Network(Dense(131, "relu"), Dense(67, "gelu"), Dense(37)),
        CrossEntropy(),
        Adam(lr=0.01),
        inputs=61,
        target=("classes", 37),
        batch_size=33,
        steps=3,
    )
    assert_same_run(plan, x, y, steps=3)


@pytest.mark.parametrize(("form", "dtype"), list(zip(LOSSES, DTYPES * 4, strict=False)))
def test_a_run_that_flies_off(form: str, dtype: str) -> None:
    """Overflow, infinities and NaN pass through every kernel alike, and the run stops at the same step."""
    loss, last = LOSSES[form]
    layers = [Dense(6, "relu"), Dense(6, "gelu"), Dense(6, LeakyReLU(3.0)), Dense(OUTPUTS, last)]
    x, y = data(loss, dtype)
    plan = plan_of(layers, loss, SGD(lr=1e12, momentum=0.9), dtype)
    assert_same_run(plan, x * np.asarray(1e3, dtype), y, steps=3)


@pytest.mark.parametrize("law", ACTIVATIONS, ids=lambda law: law.law)
def test_tiny_numbers_are_kept(law: Any) -> None:
    """Subnormal inputs and gradients are not flushed to zero."""
    x, y = data(MSE(), "float32")
    plan = plan_of([Dense(6, law, init="normal"), Dense(OUTPUTS, init="normal")], MSE(), SGD(lr=0.5), "float32")
    assert_same_run(plan, x * np.float32(1e-40), y * np.float32(1e-40), steps=3)


def test_more_rows_than_a_block_of_a_reduction() -> None:
    """A loss over 4,096 examples and more is summed in blocks, and evaluate takes rows in pieces."""
    random = np.random.default_rng(8)
    x = random.normal(size=(9000, 2)).astype(np.float32)
    plan = build_plan(
        Network(Dense(1)), MSE(), SGD(), inputs=2, target=("number", 1), batch_size=8999, shuffle=True, steps=2
    )
    assert_same_run(plan, x, x[:, :1] * 3, steps=2)


@st.composite
def cases(draw: st.DrawFn) -> tuple[Plan, NDArray[Any], NDArray[Any], int]:
    """Draw a network, a loss, an optimizer and data of any fitting shapes."""
    form = draw(st.sampled_from(list(LOSSES)))
    loss, last = LOSSES[form]
    dtype = draw(st.sampled_from(DTYPES))
    rows, inputs, outputs = draw(st.integers(1, 40)), draw(st.integers(1, 40)), draw(st.integers(2, 20))
    widths = draw(st.lists(st.integers(1, 70), max_size=3))
    layers = [Dense(w, draw(st.sampled_from(ACTIVATIONS)), bias=draw(st.booleans())) for w in widths]
    plan = build_plan(
        Network(*layers, Dense(outputs, last, bias=draw(st.booleans()))),
        loss,
        OPTIMIZERS[draw(st.sampled_from(list(OPTIMIZERS)))],
        inputs=inputs,
        target=("classes" if loss.target == "classes" else "number", outputs),
        batch_size=draw(st.integers(1, rows)),
        dtype="float32" if dtype == "float32" else "float64",
        shuffle=draw(st.booleans()),
        steps=4,
    )
    random = np.random.default_rng(draw(st.integers(0, 1000)))
    y = random.random((rows, outputs)).astype(dtype)
    if loss.target == "classes":
        y = random.integers(0, outputs, rows).astype(np.int32)
    return plan, random.normal(size=(rows, inputs)).astype(dtype), y, draw(st.integers(0, 2**64 - 1))


@settings(max_examples=settings().max_examples // 5)
@given(cases())
def test_any_network(case: tuple[Plan, NDArray[Any], NDArray[Any], int]) -> None:
    plan, x, y, seed = case
    assert_same_run(plan, x, y, steps=3, seed=seed)

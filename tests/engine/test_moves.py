"""The largest move of each step: both engines against states compared one by one."""

from __future__ import annotations

import numpy as np
import pytest

import engineroom as er
from engineroom.engine import Engine, instruction_sets, make_engine
from engineroom.errors import OptionError, UnknownNameError
from engineroom.ops import CrossEntropy
from engineroom.plan import Plan, build_plan

STEPS = 25
ENGINES = [("reference", None), *(("native", isa) for isa in instruction_sets())]
HALVES = [["dense1.weight", "dense1.bias", "dense2.weight", "dense2.bias"], ["dense2.weight"], ["dense1.bias"]]


def made(kind: str, isa: str | None, dtype: str, lr: float = 0.05) -> Engine:
    plan: Plan = build_plan(
        er.Network(er.Dense(21, "tanh"), er.Dense(3)),
        CrossEntropy(),
        er.RMSProp(lr=er.Constant(lr, warmup=12)),
        inputs=7,
        target=("classes", 3),
        batch_size=8,
        dtype=dtype,
        steps=STEPS,
    )
    draw = np.random.default_rng(5)
    x = draw.normal(size=(30, 7)).astype(dtype)
    engine = make_engine(plan, x, draw.integers(0, 3, 30).astype(np.int32), 11, engine=kind, isa=isa)
    engine.load(engine.initial())
    return engine


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("names", HALVES)
@pytest.mark.parametrize(("kind", "isa"), ENGINES)
def test_moves_are_the_largest_differences_of_states(kind: str, isa: str | None, names: list[str], dtype: str) -> None:
    engine = made(kind, isa, dtype)
    moves = engine.moves(STEPS, names)
    assert (moves.done, moves.reason) == (STEPS, "completed")
    engine.load(engine.initial())
    watched = np.zeros(engine.plan.state_size, bool)
    for piece in engine.plan.layout:
        watched[piece.offset : piece.offset + piece.size] = piece.name in names
    before = engine.snapshot().values.astype(np.float64)
    for t in range(STEPS):
        loss = engine.run(1).losses[0]
        after = engine.snapshot().values.astype(np.float64)
        changes = np.where(watched, after - before, 0.0)
        element = int(np.argmax(np.abs(changes)))
        assert (moves.elements[t], moves.changes[t], moves.losses[t]) == (element, changes[element], loss)
        before = after


@pytest.mark.parametrize(("kind", "isa"), ENGINES)
def test_what_is_not_finite_moved_most(kind: str, isa: str | None) -> None:
    engine = made(kind, isa, "float32", lr=3e38)
    moves = engine.moves(STEPS, HALVES[0])
    assert moves.reason == "nonfinite" and moves.done < STEPS
    assert np.isfinite(moves.changes[:-1]).all()
    values = engine.snapshot().values
    assert not np.isfinite(moves.changes[-1])
    assert not np.isfinite(values[moves.elements[-1]])


@pytest.mark.parametrize(("kind", "isa"), ENGINES[:2])
def test_only_parameters_move(kind: str, isa: str | None) -> None:
    engine = made(kind, isa, "float32")
    with pytest.raises(UnknownNameError, match="did you mean"):
        engine.moves(1, ["dense1.wieght"])
    with pytest.raises(OptionError, match="got none"):
        engine.moves(1, [])

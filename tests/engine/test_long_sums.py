"""Sums longer than the pieces in which products are computed, and one longer than a whole number of them."""

from __future__ import annotations

import numpy as np
import pytest

import engineroom as er
from engineroom.engine import instruction_sets, make_engine
from engineroom.ops import MSE
from engineroom.plan import build_plan


@pytest.mark.parametrize("isa", instruction_sets())
@pytest.mark.parametrize(("inputs", "width", "rows"), [(700, 20, 40), (40, 700, 40), (40, 20, 700), (513, 300, 260)])
def test_long_sums_have_the_bits_of_the_reference(isa: str, inputs: int, width: int, rows: int) -> None:
    plan = build_plan(
        er.Network(er.Dense(width, "relu"), er.Dense(18)),
        MSE(),
        er.SGD(lr=0.01),
        inputs=inputs,
        target=("number", 18),
        batch_size=rows,
        dtype="float32",
        steps=2,
    )
    draw = np.random.default_rng(rows)
    x, y = draw.normal(size=(rows, inputs)).astype("f"), draw.normal(size=(rows, 18)).astype("f")
    states = []
    for kind, name in (("reference", None), ("native", isa)):
        engine = make_engine(plan, x, y, 3, engine=kind, isa=name)
        engine.load(engine.initial())
        engine.run(2)
        states.append(engine.snapshot())
    assert states[0].same_bits(states[1])

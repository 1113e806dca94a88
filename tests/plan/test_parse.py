"""The text of a plan and the plan are the same thing; docs/plan.md shows it as it is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engineroom.errors import OptionError
from engineroom.network import Network
from engineroom.ops import (
    MSE,
    SGD,
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
    initializer,
)
from engineroom.plan import Plan, build_plan, parse_plan

PAGE = Path(__file__).parents[2] / "docs" / "plan.md"

activations = st.sampled_from(["identity", "relu", "tanh", "gelu", "softmax", LeakyReLU(1 / 3)])
starts = st.sampled_from(["auto", "zeros", initializer("normal"), initializer("he"), initializer("uniform")])
hidden = st.builds(Dense, st.integers(1, 40), activations, st.booleans(), starts)
optimizers = st.sampled_from(
    [
        SGD(lr=1e-3),
        SGD(lr=Constant(0.1, warmup=7), momentum=0.9, nesterov=True),
        RMSProp(lr=Cosine(0.1), centered=True),
        AdamW(lr=Cosine(1 / 3, steps=17, warmup=2, final=1e-7)),
    ]
)


losses = st.sampled_from([MSE(), Huber(1 / 7), BinaryCrossEntropy(), CrossEntropy()])
dtypes = st.sampled_from(["float32", "float64"])


@given(st.lists(hidden, max_size=3), optimizers, losses, dtypes, st.booleans())
def test_round_trip(layers: list[Dense], optimizer: Optimizer, loss: Loss, dtype: str, shuffle: bool) -> None:
    plan = build_plan(
        Network(*layers, Dense(3)),
        loss,
        optimizer,
        inputs=5,
        target=("classes" if loss.target == "classes" else "number", 3),
        batch_size=32,
        dtype="float32" if dtype == "float32" else "float64",
        shuffle=shuffle,
        steps=99,
    )
    again = parse_plan(str(plan))
    assert again == plan
    assert str(again) == str(plan)


def small() -> Plan:
    return build_plan(
        Network(Dense(3, "relu"), Dense(1)), MSE(), SGD(), inputs=2, target=("number", 1), batch_size=4, steps=1
    )


TEXT = str(small())


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("engineroom-plan 1", "engineroom-plan 2", "reads plans of format 1, got 2"),
        ("engineroom-plan 1\n", "", "the plan has no line 'engineroom-plan'"),
        ("order shuffled", "order random", "shuffled or sequential, got 'float32' and 'random'"),
        ("batch 4", "batch four", "numerics and batch must be whole, got '1' and 'four'"),
        ("buffer x input", "buffer x inputs", "line 6 of the plan cannot be read, .*there is no role 'inputs'"),
        ("Bx2", "Bx", "line 6 of the plan cannot be read"),
        ("uniform", "unform", "there is no start 'unform'"),
        ("op forward", "op forwards", "there is no phase 'forwards'"),
        ("-> dense1.z\n", "dense1.z\n", "cannot be read"),
        ("-> dense1.z\n", "-> dense9.z\n", "the plan uses 'dense9.z', which no line 'buffer' declares"),
        ("momentum=0x0.0p+0", "momentum", "'momentum' is not name=number"),
        ("output dense2.z\n", "output dense2.z\noutput dense2.z\n", "stands twice"),
        ("schedule", "timetable", "no line of a plan begins like that"),
    ],
)
def test_a_damaged_text_is_refused(old: str, new: str, sentence: str) -> None:
    assert old in TEXT
    with pytest.raises(OptionError, match=sentence):
        parse_plan(TEXT.replace(old, new))


def test_a_plan_without_schedule_is_refused() -> None:
    with pytest.raises(OptionError, match="no line 'schedule'"):
        parse_plan(re.sub("schedule .*\n", "", TEXT))


def test_the_page_shows_a_plan_as_it_is() -> None:
    page = PAGE.read_text(encoding="utf-8")
    code, shown = re.findall(r"```python\n(.*?)```\n.*?```text\n(.*?)```", page, re.DOTALL)[0]
    names: dict[str, object] = {}
    exec(code.replace("print(plan)", ""), names)
    assert str(names["plan"]) == shown
    assert parse_plan(shown) == names["plan"]

"""What earlier steps weigh, against the sum written out by hand."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest

from engineroom.engine import Tap
from engineroom.lens import why
from engineroom.network import Network
from engineroom.ops import MSE, SGD, Adam, Dense, Optimizer, RMSProp
from engineroom.run import Record


def gradients(record: Record) -> list[float]:
    """The gradient of each step, from step 1."""
    path = record.replay(0, record.steps, [Tap("dense1.weight.grad", 0)])
    return [float(g) for g in path[:, 0]]


def test_momentum_by_hand(one_weight: Callable[..., Record]) -> None:
    record = one_weight(SGD(lr=0.01, momentum=0.5), 20)
    g = gradients(record)
    answer = why(record, step=16, top=20)
    (memory,) = answer.memories
    assert (memory.slot, memory.decay, memory.moves) == ("velocity", 0.5, True)
    # After 10 steps less than a thousandth of an impulse is left, so the window is 10 steps: 6 to 15.
    assert sorted(s.step for s in memory.steps) == list(range(6, 16)) and memory.since == 6
    for earlier in memory.steps:
        assert earlier.gradient == g[earlier.step - 1]
        assert float(earlier.amount) == pytest.approx(-0.01 * 0.5 ** (16 - earlier.step) * earlier.gradient, rel=1e-12)
    older = sum(-0.01 * 0.5 ** (16 - s) * g[s - 1] for s in range(1, 6))
    assert float(memory.older) == pytest.approx(older, rel=1e-12)
    assert float(memory.this_batch) == pytest.approx(-0.01 * g[15], rel=1e-12)
    assert memory.others == 0 and memory.others_count == 0
    heaviest = [abs(float(s.amount)) for s in memory.steps]
    assert heaviest == sorted(heaviest, reverse=True)


def test_adam_by_hand(one_weight: Callable[..., Record]) -> None:
    record = one_weight(Adam(lr=0.1, beta1=0.5, beta2=0.75), 8)
    g = gradients(record)
    answer = why(record, step=8, top=3)
    moving, scaling = answer.memories
    m = sum(0.5 * 0.5 ** (7 - s) * g[s - 1] for s in range(1, 8))
    v = sum(0.25 * 0.75 ** (8 - s) * g[s - 1] ** 2 for s in range(1, 9))
    scale = 0.1 / (1 - 0.5**8) / ((v / (1 - 0.75**8)) ** 0.5 + 1e-8)
    assert float(moving.earlier) == pytest.approx(-scale * 0.5 * m, rel=1e-9)
    assert float(moving.this_batch) == pytest.approx(-scale * 0.5 * g[7], rel=1e-9)
    for earlier in moving.steps:
        share = 0.5 * 0.5 ** (8 - earlier.step) * g[earlier.step - 1]
        assert float(earlier.amount) == pytest.approx(-scale * share, rel=1e-9)
    assert moving.others_count == 4 and moving.older == 0 and moving.since == 1

    assert (scaling.slot, scaling.moves) == ("v", False)
    assert float(scaling.this_batch) == pytest.approx(0.25 * g[7] ** 2, rel=1e-12)
    assert float(scaling.this_batch + scaling.earlier) == pytest.approx(v, rel=1e-12)
    assert Fraction(record.at(8)["dense1.weight.v"].item()) == scaling.this_batch + scaling.earlier


def test_plain_rmsprop_remembers_only_its_scale(one_weight: Callable[..., Record]) -> None:
    answer = why(one_weight(RMSProp(rho=0.9), 5), step=5)
    assert [(m.slot, m.moves) for m in answer.memories] == [("square", False)]
    assert sum(s.amount for s in answer.memories[0].steps) + answer.memories[0].others == answer.memories[0].earlier


@pytest.mark.parametrize("optimizer", [SGD(lr=0.01, momentum=0.9), Adam(lr=0.01), RMSProp(lr=0.01, momentum=0.9)])
def test_steps_without_a_gradient_put_in_nothing_but_rounding(
    train: Callable[..., Record], optimizer: Optimizer
) -> None:
    # A batch is one row, and in seven of eight the input is 0: then the gradient is 0.
    x = np.array([0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0])
    record = train(
        Network(Dense(1, bias=False, init="zeros")), x, x + 0.3, MSE(), optimizer, 160, 1, target_kind="number"
    )
    path = record.replay(0, 160, [Tap("dense1.weight.grad", 0), *(Tap(f"dense1.weight.{s.slot}", 0) for s in
                                  optimizer.remembers)])  # fmt: skip
    answer = why(record, step=160, top=30)
    for column, memory in enumerate(answer.memories, start=1):
        listed = {earlier.step for earlier in memory.steps}
        assert listed and all(path[s - 1, 0] != 0 for s in listed)
        slot = [Fraction(float(v)) for v in path[:, column]]
        decay = Fraction(memory.decay)
        factor = memory.earlier / decay / slot[158] if memory.moves else Fraction(1)
        rounded = sum(
            (factor * decay ** (160 - s) * (slot[s - 1] - decay * (slot[s - 2] if s > 1 else 0))
             for s in range(memory.since, 160) if s not in listed), Fraction(0)
        )  # fmt: skip
        assert memory.others_silent and memory.others == 0 and memory.rounding == rounded != 0
        assert sum(e.amount for e in memory.steps) + memory.rounding + memory.older == memory.earlier
    lines = [line.split() for line in str(answer).splitlines()]
    assert any(
        line[1:4] == ["more", "steps", "0"] and line[-4:] == ["their", "gradients", "were", "0"] for line in lines
    )
    assert any(line[:1] == ["rounding"] and line[-4:] == ["steps", "with", "gradient", "0"] for line in lines)


# The smaller one puts in no more than rounding does, and still is none.
@pytest.mark.parametrize("decay", [0.1, 1e-17])
def test_where_weight_decay_goes_into_the_slot_no_step_is_silent(train: Callable[..., Record], decay: float) -> None:
    x = np.array([0.0, 0.0, 0.0, 1.0])
    optimizer = SGD(lr=0.01, momentum=0.9, weight_decay=decay)
    record = train(
        Network(Dense(1, bias=False, init="zeros")), x, x + 0.3, MSE(), optimizer, 40, 1, target_kind="number"
    )
    (memory,) = why(record, step=40, top=2).memories
    assert memory.rounding == 0 and memory.others != 0 and not memory.others_silent


def test_one_replay_gives_the_past_and_the_step(classes: Callable[..., Record], counted: list[int]) -> None:
    record = classes(Adam(), steps=200)
    twin = record.apart()
    twin.keyframes = []
    answer = why(twin, "dense1.weight[2, 3]", step=150)
    assert sum(counted) == 150
    assert str(answer) == str(why(record, "dense1.weight[2, 3]", step=150)) and answer.loss == record.loss[149]


def test_first_step_has_no_past(one_weight: Callable[..., Record]) -> None:
    moving, scaling = why(one_weight(Adam(), 3), step=1).memories
    assert moving.earlier == moving.older == moving.others == 0 and moving.steps == () and scaling.earlier == 0


def test_plain_descent_has_no_memory(lesson: Record) -> None:
    assert why(lesson).memories == ()

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


@pytest.fixture(scope="module")
def one_weight(train: Callable[..., Record]) -> Callable[[Optimizer, int], Record]:
    def trained(optimizer: Optimizer, steps: int) -> Record:
        x = np.array([1.0, 2.0, 3.0])
        return train(
            Network(Dense(1, bias=False, init="zeros")), x, 2 * x, MSE(), optimizer, steps, 3, target_kind="number"
        )

    return trained


def gradients(record: Record) -> list[float]:
    """The gradient of each step, from step 1."""
    path = record.replay(0, record.steps, [Tap("dense1.weight.grad", 0)])
    return [float(g) for g in path[:, 0]]


def test_momentum_by_hand(one_weight: Callable[[Optimizer, int], Record]) -> None:
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


def test_adam_by_hand(one_weight: Callable[[Optimizer, int], Record]) -> None:
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


def test_plain_rmsprop_remembers_only_its_scale(one_weight: Callable[[Optimizer, int], Record]) -> None:
    answer = why(one_weight(RMSProp(rho=0.9), 5), step=5)
    assert [(m.slot, m.moves) for m in answer.memories] == [("square", False)]
    assert sum(s.amount for s in answer.memories[0].steps) + answer.memories[0].others == answer.memories[0].earlier


def test_one_replay_gives_the_past_and_the_step(classes: Callable[..., Record], counted: list[int]) -> None:
    record = classes(Adam(), steps=200)
    twin = record.apart()
    twin.keyframes = []
    answer = why(twin, "dense1.weight[2, 3]", step=150)
    assert sum(counted) == 150
    assert str(answer) == str(why(record, "dense1.weight[2, 3]", step=150)) and answer.loss == record.loss[149]


def test_first_step_has_no_past(one_weight: Callable[[Optimizer, int], Record]) -> None:
    moving, scaling = why(one_weight(Adam(), 3), step=1).memories
    assert moving.earlier == moving.older == moving.others == 0 and moving.steps == () and scaling.earlier == 0


def test_plain_descent_has_no_memory(lesson: Record) -> None:
    assert why(lesson).memories == ()

"""What is asked in hindsight is what the steps computed, whatever the way to it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engineroom.errors import OptionError, UnknownNameError
from engineroom.lens import first, query, steps_asked
from engineroom.network import Network
from engineroom.ops import Adam, CrossEntropy, Dense, RMSProp
from engineroom.run import Changes, Record, fork_run


@pytest.fixture(scope="module")
def record(train: Any) -> Record:
    x = np.random.default_rng(3).normal(size=(50, 4))
    y = (x[:, 0] > 0).astype(int)
    network = Network(Dense(6, "relu"), Dense(5, "tanh"), Dense(2))
    return train(network, x, y, CrossEntropy(), Adam(lr=0.05), steps=23, batch_size=16, target_kind="classes")


@pytest.mark.parametrize("name", ["dense1.weight", "dense2.weight.grad", "dense1.a", "dense2.z.grad", "loss.examples"])
def test_buffers_are_those_of_the_step(record: Record, name: str) -> None:
    answer = query(record, [name]).values[name]
    for t in (1, 4, 16, 23):
        wanted = record.examine(t).read(name)
        here = answer[t - 1][tuple(slice(n) for n in wanted.shape)]
        np.testing.assert_array_equal(here, wanted)
        assert np.isnan(answer[t - 1]).sum() == answer[t - 1].size - wanted.size


def test_many_at_once(record: Record) -> None:
    names = [
        "dense1.weight[3, 5]", "dense1.weight.grad.norm", "dense2.weight.update_ratio", "dense1.dead",
        "dense2.saturated", "dense1.weight.m", "loss",
    ]  # fmt: skip
    answer = query(record, names, range(3, 20, 4))
    assert answer.steps == (3, 7, 11, 15, 19)
    for i, t in enumerate(answer.steps):
        step = record.examine(t)
        old, new = step.before["dense2.weight"], step.after["dense2.weight"]
        a1, a2 = step.read("dense1.a"), step.read("dense2.a")
        wanted = [
            step.after["dense1.weight"][3, 5],
            np.linalg.norm(step.read("dense1.weight.grad")),
            np.linalg.norm(new - old) / np.linalg.norm(old),
            sum(not a1[:, u].any() for u in range(6)),
            sum(bool((np.abs(a2[:, u]) > 0.99).all()) for u in range(5)),
            step.after["dense1.weight.m"],
            record.loss[t - 1],
        ]
        for name, value in zip(names, wanted, strict=True):
            np.testing.assert_allclose(answer.values[name][i], value, rtol=1e-12)
    assert "dense1.weight.grad.norm   5   " in str(answer)


def test_over_a_family(record: Record) -> None:
    fork = fork_run(record, 10, Changes(optimizer=RMSProp(lr=0.01), batch_size=20), steps=6)
    answer = query(fork, ["dense1.weight", "dense1.weight.square", "dense1.weight.update_ratio"]).values
    for t in range(1, 17):
        np.testing.assert_array_equal(answer["dense1.weight"][t - 1], fork.maker(t).at(t)["dense1.weight"])
    assert np.isnan(answer["dense1.weight.square"][:10]).all()
    assert np.isfinite(answer["dense1.weight.square"][10:]).all()
    assert np.isfinite(answer["dense1.weight.update_ratio"]).all()


def test_steps(record: Record) -> None:
    assert steps_asked(record, None) == range(1, 24)
    assert steps_asked(record, slice(5)) == range(1, 5)
    assert steps_asked(record, slice(-3, None)) == range(21, 24)
    assert steps_asked(record, 7) == range(7, 8)
    with pytest.raises(OptionError, match="no step 24"):
        steps_asked(record, range(1, 25))
    with pytest.raises(OptionError, match="upwards"):
        steps_asked(record, range(5, 1, -1))


def test_first(record: Record) -> None:
    path = record.trace("dense1.weight[0, 0]")[:, 0]
    goal = float(path[9])
    hit = first(record, lambda state: float(state["dense1.weight"][0, 0]) == goal)
    assert hit is not None and hit.why is not None
    assert (hit.step, hit.why.step) == (9, 9)
    assert first(record, lambda state: False) is None


def test_what_cannot_be_asked(record: Record) -> None:
    with pytest.raises(UnknownNameError):
        query(record, ["dense1.wieght"])
    with pytest.raises(OptionError, match="dense2 has none"):
        query(record, ["dense2.dead"])
    with pytest.raises(OptionError):
        query(record, ["y"])

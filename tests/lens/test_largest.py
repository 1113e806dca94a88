"""The largest move of a run against all states compared one by one."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest

import engineroom as er
from engineroom.errors import UnknownNameError
from engineroom.lens import largest_move


@pytest.fixture(scope="module")
def run() -> er.Run:
    x = np.linspace(-1, 1, 12)
    net = er.Network(er.Dense(5, "tanh"), er.Dense(1))
    # The warm-up makes late moves larger, so that the largest is not in the first piece that is looked at.
    optimizer = er.RMSProp(lr=er.Constant(0.01, warmup=40))
    return er.train(net, x, x**2, optimizer=optimizer, steps=40, batch_size=4, seed=3)


def slow(run: er.Run, arrays: list[str]) -> tuple[str, int, float]:
    """Every state, every weight, in plain loops."""
    best = ("", 0, 0.0)
    states = [run.at(t).weights for t in range(run.steps + 1)]
    for step, (a, b) in enumerate(pairwise(states), 1):
        for name in arrays:
            for index in np.ndindex(a[name].shape):
                change = float(b[name][index]) - float(a[name][index])
                if abs(change) > abs(best[2]):
                    best = (f"{name}[{', '.join(map(str, index))}]", step, change)
    return best


def test_of_all_weights(run: er.Run) -> None:
    told: list[tuple[int, int]] = []
    move = largest_move(run.record, progress=lambda done, planned: told.append((done, planned)))
    assert (move.name, move.step, move.change) == slow(run, list(run.at(0).weights))
    assert move.step > 10 and told[-1] == (40, 40)


def test_of_one_array_and_of_one_weight(run: er.Run) -> None:
    move = largest_move(run.record, "dense2.weight")
    assert (move.name, move.step, move.change) == slow(run, ["dense2.weight"])
    path = run.trace("dense1.bias[2]").astype(np.float64)
    one = largest_move(run.record, "dense1.bias.2")
    assert one.name == "dense1.bias[2]" and one.step == int(np.argmax(np.abs(np.diff(path)))) + 1
    with pytest.raises(UnknownNameError):
        largest_move(run.record, "dense9.weight")


def test_of_a_run_that_is_looked_at_in_stretches(teach: Callable[..., er.Run]) -> None:
    # A weight that starts far from 0 and moves ever less: a stretch must begin where the one before ended.
    slow_run = teach(steps=900, lr=1e-4)
    fork = slow_run.fork(at=700, set={"dense1.weight[0, 0]": 40.0}, steps=500)
    for run in (slow_run, fork):
        move = largest_move(run.record, "dense1.weight[0, 0]")
        path = [run.at(t).weights["dense1.weight"].item() for t in range(run.steps + 1)]
        states = [*path[:700], slow_run.at(700).weights["dense1.weight"].item()]
        changes = [*np.diff(states), *np.diff(path[700:])]
        assert move.step == int(np.argmax(np.abs(changes))) + 1 and move.change == changes[move.step - 1]
    assert move.step == 701 and slow_run.steps == 900


def test_a_run_that_flies_off_ends_with_its_largest_move() -> None:
    wild = er.train(er.Network(er.Dense(1)), [1.0, 2.0], [1.0, 3.0], optimizer=er.SGD(lr=1e3), steps=30)
    assert wild.status == "nonfinite" and wild.steps > 3
    assert largest_move(wild.record).step == wild.steps

"""Paths of weights against the states they pass through."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

import engineroom as er
from engineroom.errors import OptionError
from engineroom.lens import trace
from engineroom.lens._trace import Path
from engineroom.network import Network
from engineroom.ops import MSE, SGD, Dense
from engineroom.run import Record


def test_the_lessons_path(lesson: Record) -> None:
    found = trace(lesson, "dense1.weight[0, 0]")
    assert found.values.shape == (51, 1) and found.values[50, 0] == 1.985092237632895
    (path,) = found.paths
    assert (path.start, path.lowest, path.lowest_at, path.highest_at, path.largest_step) == (0.0, 0.0, 0, 50, 1)
    assert path.end == path.highest == 1.985092237632895
    assert path.largest_move == pytest.approx(0.56 / 3)
    assert str(found) == (
        "dense1.weight[0, 0] over 50 steps\n"
        "  from `x` to the output for `y`\n"
        "  start               0\n"
        "  end             1.985\n"
        "  lowest              0  in state 0\n"
        "  highest         1.985  in state 50\n"
        "  largest move  +0.1867  in step 1"
    )


def test_every_state_is_on_the_path(classes: Callable[..., Record]) -> None:
    record = classes(SGD(lr=0.1))
    found = trace(record, ["dense1.weight.2.3", "dense2.bias[1]"])
    assert found.names == ("dense1.weight[2, 3]", "dense2.bias[1]")
    for t in (0, 1, 7, 12):
        weights = record.at(t).weights
        assert found.values[t].tolist() == [weights["dense1.weight"][2, 3], weights["dense2.bias"][1]]
    moves = np.abs(np.diff(found.values.astype(np.float64), axis=0))
    assert [abs(p.largest_move) for p in found.paths] == moves.max(axis=0).tolist()


def test_programs_get_every_path(classes: Callable[..., Record]) -> None:
    found = trace(classes(SGD(lr=0.1)), ["dense1.weight.2.3", "dense2.bias[1]"])
    told = found.to_dict()["weights"]
    assert [one["weight"] for one in told] == list(found.names)
    assert [one["values"] for one in told] == [found.values[:, k].tolist() for k in range(2)]
    assert [Path(**one["path"]) for one in told] == list(found.paths)


def test_the_replay_tells_how_far_it_is(lesson: Record) -> None:
    seen: list[tuple[int, int]] = []
    trace(lesson, "dense1.weight[0, 0]", lambda done, planned: seen.append((done, planned)))
    assert seen[-1] == (50, 50)


def test_only_what_has_a_past_is_traced(lesson: Record) -> None:
    with pytest.raises(OptionError, match="none of them"):
        trace(lesson, "dense1.weight.grad[0, 0]")


def test_slots_have_a_path_and_no_ends() -> None:
    run = er.train(er.Network(er.Dense(1)), [1, 2, 3], [2, 4, 6], optimizer=er.Adam(), steps=3)
    weight, slot = trace(run.record, ["dense1.weight[0, 0]", "dense1.weight.m[0, 0]"]).paths
    assert weight.words == "from `x` to the output for `y`" and slot.words == ""


def test_a_weight_may_rest_or_never_move(train: Callable[..., Record]) -> None:
    # A batch is one row; the first input is 0 in the second row, the second one in both.
    x = np.array([[1.0, 0.0], [0.0, 0.0]])
    network = Network(Dense(1, bias=False, init="zeros"))
    record = train(network, x, np.array([1.0, 0.0]), MSE(), SGD(lr=0.25), 4, 1, target_kind="number")
    found = trace(record, ["dense1.weight[0, 0]", "dense1.weight[1, 0]"])
    rests, never = found.paths
    # Each step on the first row halves what is missing to 1.
    assert sorted(set(found.values[:, 0].tolist())) == [0.0, 0.5, 0.75] and not found.values[:, 1].any()
    assert (rests.largest_move, rests.largest_step) == (0.5, int(np.argmax(found.values[:, 0] == 0.5)))
    assert (never.largest_move, never.largest_step) == (0.0, 0)
    assert "largest move" in str(trace(record, rests.name)) and "largest move" not in str(trace(record, never.name))

"""A look that costs no replay: a weight at the steps whose states were kept."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import engineroom as er
from engineroom.errors import OptionError
from engineroom.lens import _health, explained_at_hand, health, query
from engineroom.lens._memory import looked_back
from engineroom.run import Record
from engineroom.show.page._answers import ANSWERS
from engineroom.show.page._asks import ExampleAsk, HealthAsk, SeriesAsk, StateAsk, WhyAsk
from engineroom.show.page._glance import at_a_glance


def test_at_a_glance_a_weight_is_told_where_states_were_kept_and_nothing_is_replayed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    network = er.Network(er.Dense(2), er.Dense(1, bias=False))
    law = er.Adam(lr=0.01)
    first = er.train(network, [1, 2, 3], [2, 4, 6], optimizer=law, steps=3000)
    fork = first.fork(at=1000, lr=0.02, steps=1000).fork(at=1500, lr=0.03, steps=500).record
    names = ["dense1.weight[0, 1]", "dense1.bias.m[0]"]
    paths = fork.trace(names)
    kept = sorted({s for run, start, stop in fork.stretches(0, 2000) for s in run.keyframes if start <= s <= stop})
    assert {0, 1000, 1500, 2000} <= set(kept)
    monkeypatch.setattr(Record, "replay", None)
    columns = ANSWERS["series"].answer(fork, SeriesAsk(fork.number, names, 1, None, 500, glance=True), None).columns
    for k, name in enumerate(names):
        assert columns[f"{name}.x"].tolist() == [s for s in kept if s >= 1]
        for end in ("min", "max", "last"):
            assert columns[f"{name}.{end}"].tolist() == [float(paths[s, k]) for s in kept if s >= 1]
    with pytest.raises(OptionError, match="trace follows weights"):
        fork.glimpse("dense1.weight.grad[0, 0]")


def test_of_states_that_take_much_room_only_some_are_read_which_stay_the_same_while_the_run_grows() -> None:
    run = er.train(er.Network(er.Dense(1)), [1, 2, 3], [2, 4, 6], optimizer=er.Adam(lr=0.01), steps=7)
    for _ in range(20):
        run = run.fork(at=run.steps, lr=0.02, steps=7)
    record = run.record
    path = record.trace("dense1.weight[0, 0]")[:, 0]
    size = record.plan.state_size * np.dtype(record.plan.dtype).itemsize
    for room, every in ((100 * size, 1), (22 * size, 1), (21 * size, 2), (11 * size, 2), (10 * size, 4), (0, 4)):
        steps, values = record.glimpse("dense1.weight[0, 0]", room)
        assert steps.tolist() == sorted({*range(0, 148, 7 * every), 147})
        assert values[:, 0].tolist() == path[steps].tolist()


def test_landmarks_stay_where_they_were_while_a_run_grows() -> None:
    run = er.train(er.Network(er.Dense(1)), [1, 2, 3], [2, 4, 6], optimizer=er.SGD(lr=0.01), steps=5)
    before: list[int] = []
    for number in range(2, 30):
        record = run.record
        marks = record.landmarks(6)
        assert marks[0] == 0 and marks[-1] == record.steps and min(number, 4) <= len(marks) <= 7
        assert len({*marks[:-1]} - {*before[:-1]}) <= 1
        before = marks
        run = run.fork(at=run.steps, lr=0.02, steps=5)


def test_at_a_glance_the_health_of_a_run_that_trains_goes_up_to_the_step_after_the_last_kept_state() -> None:
    run = er.train(er.Network(er.Dense(1)), [1, 2, 3], [2, 4, 6], steps=7)
    record = run.fork(at=7, lr=0.02, steps=5).fork(at=12, lr=0.03, steps=8).record
    record.__dict__["keyframes"] = [12]  # as while it trains
    found = health(record, 40, 19, glance=True)
    assert found.steps.tolist() == [1, 8, 13] and found.step == 13


def test_the_health_of_a_step_is_found_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    record = er.train(er.Network(er.Dense(3, "relu"), er.Dense(1)), [1, 2, 3], [2, 4, 6], steps=20).record
    first = health(record, points=5)
    dead = query(record, "dense1.dead")["dense1.dead"]
    assert first.series["dense1.dead"].tolist() == [dead[t - 1] / 3 for t in (1, 5, 10, 15, 20)] and dead.any()
    looked: list[object] = []
    plain = _health.query
    monkeypatch.setattr(_health, "query", lambda *args: looked.append(args[-1]) or plain(*args))  # type: ignore[func-returns-value]
    again = health(record, points=5)
    assert not looked and again.series.keys() == first.series.keys()
    assert all(np.array_equal(again.series[name], values) for name, values in first.series.items())
    # A record that keeps its states in the same place, as the page's threads do, finds them too; one apart does not.
    assert health(record.twin(None, record._states), points=5).steps.tolist() == [1, 5, 10, 15, 20] and not looked
    health(record.apart(), points=5)
    assert looked == [1, 5, 10, 15, 20]


def test_at_a_glance_a_move_is_explained_whose_past_begins_at_a_kept_state() -> None:
    first = er.train(er.Network(er.Dense(1)), [1, 2, 3], [2, 4, 6], optimizer=er.Adam(lr=0.01), steps=2000)
    record = first.fork(at=1000, lr=0.02, steps=1000).record
    assert record.keyframes == [1000, 2000]
    # Of what Adam remembers a thousandth is left after 66 steps, and the state before the first of them is looked at.
    begins = 1000 + 66 + 2
    assert looked_back(record, begins) == 1000
    found = [explained_at_hand(record, t) for t in (2000, begins, begins - 1, 1001)]
    assert found == [begins, begins, begins - 1, 1001]
    assert at_a_glance(WhyAsk(2, step=1999, glance=True), record) == WhyAsk(2, step=begins, glance=True)
    assert at_a_glance(StateAsk(2, 1999, glance=True), record) == StateAsk(2, 1001, glance=True)
    # What is not asked at a glance, of no step, or of the initial state is as it was asked.
    for ask in (WhyAsk(2, step=1999), StateAsk(2, 1999), StateAsk(2, 0, glance=True), HealthAsk(2, 40, glance=True)):
        assert at_a_glance(ask, record) == ask


def test_at_a_glance_a_run_of_which_no_step_is_known_yet_has_its_initial_state() -> None:
    record = er.train(er.Network(er.Dense(1)), [1, 2, 3], [2, 4, 6], steps=20).record
    record.row = replace(record.row, steps=0)
    for ask in (StateAsk(1, 7, glance=True), WhyAsk(1, step=7, glance=True)):
        assert at_a_glance(ask, record) == replace(ask, step=0)


def test_an_example_is_told_at_the_last_state_that_was_kept_unless_a_step_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    record = er.train(er.Network(er.Dense(1)), [1, 2, 3], [2, 4, 6], steps=20).record
    assert ANSWERS["example"].answer(record, ExampleAsk(1, row=2), None).step == 20
    monkeypatch.setitem(record.__dict__, "keyframes", [0])  # as while it trains
    assert ANSWERS["example"].answer(record, ExampleAsk(1, row=2), None).step == 0
    assert ANSWERS["example"].answer(record, ExampleAsk(1, row=2, step=20), None).step == 20


def test_at_a_glance_the_health_is_that_of_steps_after_kept_states() -> None:
    network = er.Network(er.Dense(3, "relu"), er.Dense(1))
    first = er.train(network, [1, 2, 3], [2, 4, 6], steps=3000)
    fork = first.fork(at=1000, lr=0.02, steps=1000).fork(at=1500, lr=0.03, steps=500).record
    asks = [HealthAsk(fork.number, 40, step, glance=glance) for step, glance in ((1501, False), (1777, True))]
    exact, found = (ANSWERS["health"].answer(fork, ask, lambda done, total: None) for ask in asks)
    begun = {s + 1 for run, start, stop in fork.stretches(0, 1999) for s in run.keyframes if start <= s < stop}
    steps = found.columns["step"]
    assert {1, 1001, 1501} <= set(steps.tolist()) == begun and found.step == 1501 == fork.at_hand(1777)
    for name in found.histograms:
        assert found.columns[f"{name}.counts"].tolist() == exact.columns[f"{name}.counts"].tolist()
    every = health(fork, points=2000)
    at = steps.astype(np.int64) - 1
    assert every.steps.tolist() == list(range(1, 2001))
    for name in ("dense1.gradient_norm", "dense2.update_ratio", "dense1.activation_q50", "dense1.dead"):
        assert found.columns[name].tolist() == every.series[name][at].tolist()


@pytest.mark.parametrize("left", [[], [20]])
def test_at_a_glance_a_run_whose_first_states_are_lost_begins_at_its_initial_state(
    left: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    record = er.train(er.Network(er.Dense(1)), [1, 2, 3], [2, 4, 6], steps=20).record
    monkeypatch.setitem(record.__dict__, "keyframes", left)  # as of a run that `repair` saved without them
    assert record.landmarks(8) == [0, *left]
    assert record.glimpse("dense1.bias[0]")[0].tolist() == [0, *left]
    assert health(record, glance=True).steps.tolist() == [1, *left]

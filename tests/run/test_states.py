"""States streamed in one replay are the states that are asked for one by one."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any

import numpy as np
import pytest

from engineroom.data import from_arrays
from engineroom.engine import Engine
from engineroom.errors import LogbookError
from engineroom.network import Network
from engineroom.ops import MSE, Adam, Dense
from engineroom.run import Changes, Record, Settings, States, fork_run, train_run
from engineroom.run import _reach as reach_module
from engineroom.run import _states as states_module


@pytest.fixture(scope="module")
def record() -> Record:
    x = np.random.default_rng(2).normal(size=(40, 3))
    dataset = from_arrays(x, x @ [1.0, -2.0, 0.5], validation=None)
    return train_run(dataset, Settings(Network(Dense(5, "tanh"), Dense(1)), MSE(), Adam(lr=0.01), 8, 300), seed=3)


@pytest.fixture(scope="module")
def fork(record: Record) -> Record:
    return fork_run(record, 100, Changes(values={"dense1.weight[0, 0]": 2.0}, batch_size=7), steps=60)


@pytest.mark.parametrize("steps", [range(161), range(0, 161, 7), [99, 100, 101], [100], [160], []])
def test_states_are_those_of_at(fork: Record, steps: Any) -> None:
    for t, state in zip(steps, fork.states(steps), strict=True):
        assert state.step == t
        assert state.same_bits(fork.at(t)) and state.plan is fork.holder(t).plan


def test_the_state_where_a_fork_begins_is_the_forks(record: Record, fork: Record) -> None:
    (here,), (before,) = fork.states([100]), record.states([100])
    assert here["dense1.weight"][0, 0] == 2.0 != before["dense1.weight"][0, 0]


def test_a_record_apart_is_not_disturbed(record: Record, fork: Record) -> None:
    wanted = [fork.at(t) for t in range(90, 130)]
    twin = fork.apart()
    assert twin.parent is not None and twin.parent is not record
    assert twin.recorded is fork.recorded and twin.parent.recorded is record.recorded
    for state, expected in zip(twin.states(range(90, 130)), wanted, strict=True):
        record.at(250 - state.step)
        fork.at(state.step + 5)
        assert state.same_bits(expected)


@pytest.mark.parametrize("question", ["states", "walk"])
def test_far_steps_are_reached_from_their_keyframes(
    record: Record, question: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = 0

    def counted(machine: Any, *given: Any, **more: Any) -> Engine:
        engine = machine(*given, **more)
        run = engine.run

        def counting(n: int, taps: Any = ()) -> Any:
            nonlocal made
            made += n
            return run(n, taps)

        engine.run = counting
        return engine

    machine = reach_module.machine_for
    monkeypatch.setattr(reach_module, "machine_for", lambda *a, **k: counted(machine, *a, **k))
    twin = record.apart()
    twin.keyframes = [0, 100, 200, 300]
    twin.keyframe = lambda step: record.at(step)  # type: ignore[method-assign]
    answers = list(getattr(twin, question)([5, 103, 205]))
    assert len(answers) == 3 and made == 5 + 3 + 5
    made = 0
    assert len(list(getattr(twin, question)(range(1, 301)))) == 300 and made == 300


@pytest.mark.parametrize("slow", [True, False])
def test_states_halfway_along_a_slow_replay_are_kept(
    record: Record, slow: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reach_module, "_NEAR", 0.0 if slow else 60.0)
    twin, at, halves = record.apart(), max(step for step in record.keyframes if step <= 200), []
    assert twin.at(200).same_bits(record.at(200))
    while 200 - at > 1:
        at += (200 - at) // 2
        halves.append(at)
    assert len(halves) > 5
    assert sorted(twin._states.steps) == ([*halves, 200] if slow else [200])
    assert all(twin.at(step).same_bits(record.at(step)) for step in halves)


@pytest.mark.parametrize("most", [0, 1, 3])
def test_no_more_states_are_kept_halfway_than_have_room(
    record: Record, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reach_module, "_NEAR", 0.0)
    room = most * 4 * record.at(200).values.nbytes
    twin, taken = record.twin(None, States(room=room)), []
    engine = twin._take_engine()
    snapshot = engine.snapshot
    monkeypatch.setattr(engine, "snapshot", lambda: taken.append(1) or snapshot())  # type: ignore[func-returns-value]
    assert twin.at(200).same_bits(record.at(200))
    assert len(taken) == most + 1


def test_a_replay_that_differs_in_the_end_keeps_no_state_halfway(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reach_module, "_NEAR", 0.0)
    dataset = from_arrays([[1.0], [2.0], [3.0]], [2.0, 4.0, 6.0], validation=None)
    record = train_run(dataset, Settings(Network(Dense(1)), MSE(), Adam(lr=0.01), 3, 64))
    twin = record.apart()
    losses = record.recorded.kept.copy()
    losses[59] = np.nextafter(losses[59], np.inf)
    record.recorded.kept = losses
    with pytest.raises(LogbookError, match="damaged"):
        twin.at(60)
    assert twin._states.steps == []
    assert twin.at(59).step == 59


@pytest.mark.parametrize("busy", ["run", "parent"])
def test_a_look_at_kept_states_in_memory_waits_for_a_replay_without_keeping_it_from_the_logbook(
    record: Record, fork: Record, busy: str
) -> None:
    seen = fork.glimpse("dense1.weight[0, 1]")
    asked = threading.Event()

    def look() -> Any:
        asked.set()
        return fork.glimpse("dense1.weight[0, 1]")

    with ThreadPoolExecutor(2) as pool:
        # As a replay does, which reads keyframes meanwhile.
        with fork.lock if busy == "run" else record.lock:
            looking = pool.submit(look)
            assert asked.wait(30) and not wait([looking], timeout=0.3).done
            reading = pool.submit(fork.logbook.runs)
            assert wait([reading], timeout=30).done, "each waits for the other"
        assert len(reading.result(30)) == 2
        assert all(map(np.array_equal, looking.result(30), seen))


def test_what_was_found_is_found_once_and_what_was_asked_for_longest_ago_is_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(states_module, "_FINDINGS", 2)
    states, looked = States(), []

    def find(what: str) -> str:
        return states.found(what, lambda: looked.append(what) or what.upper())  # type: ignore[func-returns-value]

    assert [find(what) for what in ("a", "b", "a", "c", "a", "b")] == ["A", "B", "A", "C", "A", "B"]
    assert looked == ["a", "b", "c", "b"]


def test_what_could_not_be_found_is_looked_for_again() -> None:
    states = States()
    with pytest.raises(ZeroDivisionError):
        states.found("a", lambda: 1 // 0)
    assert states.found("a", lambda: 3) == 3

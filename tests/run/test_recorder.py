"""What recording may cost, and the small parts that keep it so."""

from __future__ import annotations

import os
import signal
import threading
import time

import numpy as np
import pytest

from engineroom.logbook import Writer, bytes_of_keyframe
from engineroom.plan import Plan, State
from engineroom.run import _recorder
from engineroom.run._clerk import Clerk
from engineroom.run._recorded import first_difference
from engineroom.run._recorder import Recorder, share_for_recording
from engineroom.run._states import States

PLAN = Plan(1, "float32", 1, False, "z", (), (), None)  # type: ignore[arg-type]


def state(step: int, elements: int = 10) -> State:
    return State(PLAN, step, np.full(elements, step, np.float32))


def test_the_share_of_training_time_that_recording_may_take() -> None:
    for step in (1e-8, 1e-7, 1e-6, 9e-6):
        assert share_for_recording(step) * step <= 0.05e-6
    for step in (10e-6, 1e-3, 1.0):
        assert share_for_recording(step) < 0.015


def recorder(writer: Writer, wait: float = 0.05, room: int = 10**6) -> Recorder:
    def enter() -> int:
        data = writer.add_data("d", "{}", {}, rows=False)
        return writer.begin_run(numerics=1, engineroom="0", seed=0, spec={}, plan="", data=data)

    return Recorder(writer, enter, wait=wait, room=room)


def test_keyframes_lie_as_far_apart_as_their_price_asks() -> None:
    with Writer.open(None) as writer, recorder(writer) as keeper:
        keeper._clerk.do = lambda task: None  # type: ignore[method-assign]
        keeper.add_losses(np.zeros(1000))
        keeper.add_keyframe(state(1000, 1 << 20), trained=0.0)
        assert keeper.due_in(trained=9.0) == float("inf")  # nobody knows yet what it costs
        keeper._written = 1
        assert keeper.due_in(trained=0.03) == pytest.approx(0.0075)  # three quarters of the wait
        keeper._writing = 0.001
        assert keeper.due_in(trained=0.1) == pytest.approx(2 / 30)  # as much again for a commit: 1.2 % of 1/6 s
        keeper._committing, keeper._committed = 0.0005, 1
        assert keeper.due_in(trained=0.1) == pytest.approx(0.025)  # 1.5 ms are 1.2 % of 0.125 s
        keeper._taken, keeper._written, keeper._taking = 3, 3, 0.003
        assert keeper.due_in(trained=0.1) == pytest.approx(0.0528, abs=1e-4)  # 1.83 ms each
        keeper._price = 0.1
        assert keeper.due_in(trained=0.1) == pytest.approx(0.594, abs=1e-3)  # the last state costs 8.33 ms: first
        keeper._taken = 11
        assert keeper.due_in(trained=9.0) == float("inf")  # the disk does not follow


def test_thinning_drops_half_of_the_keyframes_but_never_the_ends() -> None:
    room = 8 * bytes_of_keyframe(10 * 4)
    with Writer.open(None) as writer:
        with recorder(writer, room=room) as keeper:
            for step in range(9):
                keeper.add_keyframe(state(step), trained=step / 10)
            keeper.commit("completed")
        assert writer.logbook.keyframe_steps(1) == [0, 2, 4, 6, 8]
        with recorder(writer, room=room) as keeper:
            for step in range(400):
                keeper.add_keyframe(state(step), trained=step / 10)
            keeper.commit("completed")
        steps = writer.logbook.keyframe_steps(2)
    assert (steps[0], steps[-1]) == (0, 399)
    assert len(steps) <= 8


@pytest.mark.parametrize(
    ("steps", "kept"),
    [
        ([0, 1, 2], [0, 1, 2]),  # of three none goes, however little room there is
        ([0, 1, 2, 3], [0, 1, 3]),  # gaps of at least 2 from the end on, and of half of that at the beginning
        ([0, 1, 10, 20], [0, 20]),  # gaps of at least 40/3: 10 lies too near to the end, 1 to the beginning
        ([0, 2, 6, 12], [0, 12]),  # gaps of at least 8
        ([0, 3, 6, 9, 12], [0, 6, 12]),
    ],
    ids=str,
)
def test_which_keyframes_go_when_there_is_no_room(steps: list[int], kept: list[int]) -> None:
    with Writer.open(None) as writer:
        with recorder(writer, room=4 * bytes_of_keyframe(10 * 4) if len(steps) > 4 else 0) as keeper:
            for step in steps:
                keeper.add_keyframe(state(step), trained=float(step))
            keeper.commit("completed")
            assert keeper._steps == kept
        assert writer.logbook.keyframe_steps(1) == kept


@pytest.mark.parametrize(("seconds", "spacing"), [(1.0, 6.0), (10.0, 10.0)])
def test_after_thinning_keyframes_come_half_as_often(seconds: float, spacing: float) -> None:
    with Writer.open(None) as writer, recorder(writer, wait=4.0, room=0) as keeper:
        for step in range(4):
            assert keeper._spacing == 3.0  # three quarters of the wait
            keeper.add_keyframe(state(step), trained=step * seconds)
        # Twice as far apart, and no nearer than the three that are left lie in the mean.
        assert keeper._spacing == spacing


def test_a_state_is_kept_once() -> None:
    with Writer.open(None) as writer:
        with recorder(writer) as keeper:
            for add in (keeper.add_keyframe, keeper.add_keyframe):
                add(state(5), trained=1.0)
            keeper.add_best_keyframe(state(5))
            assert keeper._taken == 1 and keeper._steps == [5]
            keeper.add_best_keyframe(state(3))
            assert keeper._taken == 2
            keeper.commit("completed")
        assert writer.logbook.keyframe_steps(1) == [3, 5]


@pytest.mark.parametrize("pace", ["steady", "uneven"])
def test_thinned_keyframes_lie_evenly_over_the_run(pace: str) -> None:
    room, seed = 20 * bytes_of_keyframe(10 * 4), 3
    print("seed", seed)
    times = np.cumsum(np.random.default_rng(seed).uniform(0.2, 1.8, 5000) if pace == "uneven" else np.ones(5000))
    for steps in (700, 1900, 3300, 5000):
        with Writer.open(None) as writer, recorder(writer, wait=10.0, room=room) as keeper:
            for step in range(steps):
                keeper.step, keeper._written, keeper._writing, keeper._committing = step, keeper._taken, 0.0, 0.0
                if step == 0 or step == steps - 1 or keeper.due_in(float(times[step])) <= 0.0:
                    keeper.add_keyframe(state(step), trained=float(times[step]))
            keeper.commit("completed")
        kept = writer.logbook.keyframe_steps(1)
        gaps = np.diff(kept)
        assert (kept[0], kept[-1]) == (0, steps - 1) and 9 <= len(kept) <= 20
        # The last keyframe comes when the run ends, and thinning counts its gaps back from the end.
        assert max(gaps) <= 2.5 * min(gaps[1:-1]), (steps, gaps)
        assert max(gaps) <= 3 * steps / len(kept), (steps, gaps)


def test_losses_come_in_chunks_and_all_of_them() -> None:
    values = np.arange(100.0)
    with Writer.open(None) as writer:
        with recorder(writer) as keeper:
            for a in range(0, 100, 7):
                keeper.add_losses(values[a : a + 7])
                if a in (21, 70):
                    keeper.commit("running")
            keeper.commit("completed")
        np.testing.assert_array_equal(writer.logbook.scalars(1, "loss", 1, 100), values)
        assert writer.logbook.run(1).steps == 100


def test_a_run_is_committed_soon_and_then_every_second(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(_recorder, "perf_counter", lambda: now[0])
    with Writer.open(None) as writer, recorder(writer) as keeper:
        made: list[float] = []
        monkeypatch.setattr(keeper._clerk, "do", lambda task: made.append(round(now[0] - 100.0, 1)))
        for tenths in range(1, 30):
            now[0] = 100.0 + tenths / 10
            keeper.tick()
    assert made == [0.3, 1.4, 2.5]


def test_a_clerk_works_in_order_and_raises_what_failed() -> None:
    done: list[int] = []
    clerk = Clerk()
    for n in range(100):
        clerk.do(lambda n=n: done.append(n))  # type: ignore[misc]
    clerk.finish()
    assert done == list(range(100))

    gate = threading.Event()
    failing = Clerk()
    failing.do(gate.wait)  # type: ignore[arg-type]
    failing.do(lambda: 1 / 0)  # type: ignore[arg-type, return-value]
    failing.do(lambda: done.append(-1))
    gate.set()
    with pytest.raises(ZeroDivisionError):
        failing.finish()
    assert done[-1] == 99


def test_a_clerk_that_is_waited_for_ends_before_what_is_raised_meanwhile() -> None:
    done: list[str] = []

    def task() -> None:
        time.sleep(0.05)  # by then it is waited for
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.1)
        done.append("written")

    clerk = Clerk()
    with pytest.raises(KeyboardInterrupt):
        clerk.do(task)
        clerk.finish()
    assert done == ["written"]


def test_states_are_kept_by_last_use_within_their_room() -> None:
    states = States(room=4 * 40)
    for step in (10, 20, 30, 40):
        states.add(state(step))
    assert states.nearest(9) is None
    found = states.nearest(19)
    assert found is not None
    assert found.step == 10
    assert [states.nearest(t).step for t in (30, 40, 10)] == [30, 40, 10]  # type: ignore[union-attr]
    states.add(state(50))  # 20 was used longest ago
    assert [states.nearest(t).step for t in (25, 35, 99)] == [10, 30, 50]  # type: ignore[union-attr]


def test_the_first_difference_is_in_bits() -> None:
    a = np.array([1.0, np.nan, 0.0, 2.0])
    assert first_difference(a, a.copy()) is None
    assert first_difference(a, np.array([1.0, -np.nan, -0.0, 2.0])) == 2
    assert first_difference(a, np.array([np.nextafter(1.0, 2), np.nan, 0.0, 2.0])) == 0

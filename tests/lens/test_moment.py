"""A function of the user's own sees every state once, in one replay, and may do what it likes meanwhile."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import engineroom as er
from engineroom.errors import OptionError
from engineroom.lens import first, map_states, query
from engineroom.ops import SGD
from engineroom.plan import State
from engineroom.run import Changes, Record, fork_run


def value(state: State) -> float:
    return float(state["dense1.weight"].item())


def test_map_sees_each_state_once(lesson: Record, counted: list[int]) -> None:
    # By hand: w(t) = 2 (1 - (1 - 28/3 * 0.01)^t).
    wanted = [2 * (1 - (1 - 28 / 300) ** t) for t in range(51)]
    np.testing.assert_allclose(map_states(lesson, value, range(51)), wanted, rtol=1e-12)
    assert sum(counted) == 50
    np.testing.assert_allclose(map_states(lesson, value), wanted[1:], rtol=1e-12)
    told: list[tuple[int, int]] = []
    np.testing.assert_allclose(
        map_states(lesson, value, slice(10, 40, 15), lambda *at: told.append(at)), [wanted[10], wanted[25]], rtol=1e-12
    )
    assert told == [(1, 2), (2, 2)]


def test_first_goes_no_further_than_the_hit(lesson: Record, counted: list[int]) -> None:
    hit = first(lesson.apart(), lambda state: value(state) > 1)
    assert hit is not None and hit.why is not None
    # 2 (1 - 0.9066...^t) > 1 from t = ln 0.5 / ln 0.90666 = 7.07 on.
    assert (hit.step, hit.why.step, hit.why.name) == (8, 8, "dense1.weight[0, 0]")
    assert max(counted) < 50
    seen: list[int] = []
    assert first(lesson, lambda state: seen.append(state.step) or False, range(0, 50, 7)) is None  # type: ignore[func-returns-value]
    assert seen == list(range(0, 50, 7))
    later = first(lesson, lambda state: value(state) > 1, range(20, 51))
    assert later is not None and later.step == 20
    initial = first(lesson, lambda state: True)
    assert initial is not None and (initial.step, initial.why) == (0, None)


def test_over_a_fork(lesson: Record) -> None:
    fork = fork_run(lesson, 20, Changes(values={"dense1.weight[0, 0]": 5.0}, optimizer=SGD(lr=0.05)), steps=5)
    np.testing.assert_array_equal(map_states(fork, value, range(26)), [value(fork.at(t)) for t in range(26)])
    hit = first(fork, lambda state: value(state) > 2)
    assert hit is not None and hit.step == 20


def test_the_function_may_ask_the_run_itself(lesson: Record) -> None:
    def asking(state: State) -> tuple[float, float]:
        other = value(lesson.at(50 - state.step))
        query(lesson, "dense1.weight.grad.norm", 3)
        return value(state), other

    pairs = map_states(lesson, asking, range(51))
    assert [a for a, _ in pairs] == [b for _, b in pairs][::-1]


def test_a_number_that_is_lost_and_a_prediction_that_flips() -> None:
    x = np.random.default_rng(4).normal(size=(30, 2))
    run = er.train(er.Network(er.Dense(2)), x, (x[:, 0] > 0).astype(int), optimizer=er.SGD(lr=0.1), steps=40)
    said = [run.predict(x[:5], at=t).tolist() for t in range(41)]
    flip = run.first(lambda state: run.predict(x[:5], at=state).tolist() != said[0])
    assert flip is not None and flip.step == next(t for t in range(41) if said[t] != said[0])
    one = er.train(er.Network(er.Dense(1)), [1, 2, 3], [2, 4, 6], optimizer=er.SGD(lr=0.01), steps=40)
    flown = one.fork(at=20, lr=1e30)
    lost = flown.first(lambda state: not np.isfinite(state.values).all())
    assert flown.status == "nonfinite" and lost is not None and lost.step == flown.steps
    assert lost.why is not None and lost.why.step == flown.steps


@pytest.mark.parametrize("question", [map_states, first])
def test_what_the_function_raises_is_raised_and_breaks_nothing(lesson: Record, question: Any) -> None:
    def failing(state: State) -> bool:
        if state.step == 7:
            raise ZeroDivisionError("mine")
        return False

    with pytest.raises(ZeroDivisionError, match="mine"):
        question(lesson, failing)
    assert map_states(lesson, value, 7) == [value(lesson.at(7))]
    assert lesson.verify().ok


@pytest.mark.parametrize("question", [map_states, first])
def test_what_is_no_function(lesson: Record, question: Any) -> None:
    for wrong in (3, "x", None):
        with pytest.raises(OptionError, match="a function of a state is expected"):
            question(lesson, wrong)
    with pytest.raises(OptionError, match="no step 51"):
        question(lesson, value, range(52))

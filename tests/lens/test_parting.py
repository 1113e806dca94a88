"""The first state in which two runs differ, against looking at every state."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from engineroom.lens import _parting
from engineroom.lens._parting import equal_losses, parting_of, same_weights, shared_states
from engineroom.network import Network
from engineroom.ops import MSE, SGD, Adam, Dense, Loss, RMSProp
from engineroom.plan import State
from engineroom.run import Changes, Record, fork_run
from engineroom.run import _summaries as summaries

Trained = Callable[..., Record]


def by_hand(a: Record, b: Record) -> int | None:
    """Look at every state."""
    for t in range(min(a.steps, b.steps) + 1):
        x, y = a.at(t), b.at(t)
        if any(x[n].tobytes() != y[n].tobytes() for n in x.weights):
            return t
    return None


def found(a: Record, b: Record) -> _parting.Parting | None:
    shared = shared_states(a, b)
    assert shared is not None
    return parting_of(a.apart(), b.apart(), shared, min(a.steps, b.steps))


@pytest.fixture(scope="module")
def data() -> tuple[Any, Any]:
    x = np.random.default_rng(1).normal(size=(40, 3))
    return x, x @ [1.0, -2.0, 0.5] + 0.1


@pytest.fixture(scope="module")
def trained(train: Trained, data: tuple[Any, Any]) -> Trained:
    def made(steps: int = 60, seed: int = 0, data: Any = data, loss: Loss | None = None, **more: Any) -> Record:
        network = Network(Dense(5, "tanh"), Dense(1))
        return train(network, *data, loss or MSE(), more.pop("optimizer", Adam(lr=0.01)), steps, 8, seed=seed, **more)

    return made


@pytest.fixture(scope="module")
def record(trained: Trained) -> Record:
    return trained()


@pytest.mark.parametrize(
    ("changes", "state", "parameters"),
    [
        ({"values": {"dense1.weight[2, 3]": 0.5}}, 23, ("dense1.weight",)),
        ({"values": {"dense1.weight.m[2, 3]": 0.5}}, 24, ("dense1.weight",)),
        ({"lr": 0.02}, 24, ("dense1.weight", "dense1.bias", "dense2.weight", "dense2.bias")),
        ({"freeze": ["dense2"]}, 24, ("dense2.weight", "dense2.bias")),
        ({"optimizer": RMSProp(lr=0.01)}, 24, ("dense1.weight", "dense1.bias", "dense2.weight", "dense2.bias")),
        ({"batch_size": 5}, 24, ("dense1.weight", "dense1.bias", "dense2.weight", "dense2.bias")),
    ],
)
def test_a_fork(record: Record, changes: Any, state: int, parameters: tuple[str, ...]) -> None:
    fork = fork_run(record, 23, Changes(**changes), steps=20)
    parting = found(record, fork)
    assert parting is not None
    assert (parting.state, parting.parameters) == (state, parameters) == (by_hand(record, fork), parameters)
    before, after = record.at(state), fork.at(state)
    differing = sum(int(np.count_nonzero(before[n] != after[n])) for n in before.weights)
    assert (parting.differing, parting.weights) == (differing, 26)
    name, index = parting.name.removesuffix("]").split("[")
    place = tuple(map(int, index.split(",")))
    assert (parting.first, parting.second) == (before[name][place], after[name][place])
    most = max(float(np.abs(before[n] - after[n]).max()) for n in before.weights)
    assert abs(parting.first - parting.second) == most
    assert parting.begins == (fork.number if state == 23 else None)
    other = found(fork, record)
    assert other is not None and (other.state, other.first, other.second) == (state, parting.second, parting.first)


def test_two_forks_of_one_run(record: Record) -> None:
    a = fork_run(record, 30, Changes(lr=0.1), steps=10)
    b = fork_run(record, 12, Changes(), steps=40)
    assert shared_states(a, b) == shared_states(b, a) == 12
    parting = found(a, b)
    assert parting is not None and parting.state == by_hand(a, b) == 31


def test_a_fork_with_nothing_changed_never_parts(record: Record) -> None:
    fork = fork_run(record, 17, Changes())
    assert shared_states(record, fork) == 17 and found(record, fork) is None and by_hand(record, fork) is None


def test_the_same_run(record: Record) -> None:
    assert shared_states(record, record.apart()) is None


def test_runs_of_their_own(record: Record, trained: Trained) -> None:
    twin, shorter, other = trained(), trained(steps=31), trained(seed=1)
    assert shared_states(record, twin) == 0
    assert found(record, twin) is None and found(record, shorter) is None
    parting = found(record, other)
    assert parting is not None and (parting.state, parting.begins) == (0, None)


@pytest.mark.parametrize("stretch", [1, 2, 1024])
def test_another_row_shows_when_it_is_first_seen(
    record: Record, trained: Trained, data: tuple[Any, Any], stretch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_parting, "_STRETCH", stretch)
    x, y = data
    seen = {row: next(t for t in range(1, 61) if row in record.rows(t).tolist()) for row in range(40)}
    row, step = max(seen.items(), key=lambda item: item[1])
    assert step == 5
    changed = y.copy()
    changed[row] += 1
    parting = found(record, trained(data=(x, changed)))
    assert parting is not None and parting.state == step


def test_another_type(record: Record, trained: Trained) -> None:
    parting = found(record, trained(dtype="float32"))
    assert parting is not None and parting.state == 0


def test_only_the_steps_behind_the_last_equal_keyframe_are_replayed(
    trained: Trained, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = trained(steps=400)
    same = fork_run(record, 100, Changes())
    late = fork_run(same, 333, Changes(values={"dense2.bias.m[0]": 1.0}))
    a, b = record.apart(), late.apart()
    for run in (*a.chain, *b.chain):
        run.keyframes = [run.start, *range(run.start + 20, run.steps, 20)]
        source = {1: record, 2: same, 3: late}[run.number]
        run.keyframe = source.at  # type: ignore[method-assign]
    assert equal_losses(a, b, 100, 400) == 334
    compared: list[int] = []

    def counted(x: State, y: State) -> bool:
        compared.append(x.step)
        return same_weights(x, y)

    monkeypatch.setattr(_parting, "same_weights", counted)
    parting = parting_of(a, b, 100, 400)
    assert parting is not None and parting.state == 334 and parting.parameters == ("dense2.bias",)
    assert len(compared) < 30


def test_past_the_losses_that_are_kept_one_by_one(trained: Trained, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(summaries, "KEPT", 300)
    monkeypatch.setattr(_parting, "_STRETCH", 16)
    record = trained(steps=1400)
    same = fork_run(record, 1102, Changes())
    late = fork_run(same, 1300, Changes(values={"dense2.bias.m[0]": 1.0}))
    compared: list[int] = []

    def counted(x: State, y: State) -> bool:
        compared.append(x.step)
        return same_weights(x, y)

    monkeypatch.setattr(_parting, "same_weights", counted)
    assert record.recorded.kept_until == 300 and found(record, same) is None and len(compared) < 60
    compared.clear()
    parting = found(record, late)
    assert parting is not None and parting.state == 1301 and len(compared) < 280
    other = found(record, fork_run(record, 1250, Changes(lr=0.5), steps=20))
    assert other is not None and other.state == 1251
    assert 1296 <= equal_losses(record.apart(), late.apart(), 1104, 1400) <= 1301


@pytest.mark.filterwarnings("ignore:.* is .* in every row")
def test_losses_say_nothing_of_other_batches(record: Record, train: Trained) -> None:
    assert equal_losses(record.apart(), record.apart(), 0, 60) == 60
    # Nothing to learn: every loss is 0, whatever the batch.
    x, y = np.zeros((8, 1)), np.zeros(8)
    nothing = train(Network(Dense(1, bias=False)), x, y, MSE(), SGD(lr=0.1), 20, 4, target_kind="number")
    same, other = fork_run(nothing, 7, Changes()), fork_run(nothing, 7, Changes(batch_size=3))
    assert not nothing.loss.any() and not other.loss.any()
    assert equal_losses(nothing.apart(), same.apart(), 7, 20) == 20
    assert equal_losses(nothing.apart(), other.apart(), 7, 20) == 7
    told: list[tuple[int, int]] = []
    assert parting_of(nothing.apart(), other.apart(), 7, 20, lambda *at: told.append(at)) is None
    assert told == [(done, 13) for done in range(1, 14)]
    late = fork_run(same, 13, Changes(batch_size=3))
    assert equal_losses(nothing.apart(), late.apart(), 7, 20) == 13
    assert found(nothing, late) is None


def test_what_is_no_number_is_farthest(record: Record) -> None:
    state = record.at(5)
    values = state.values.copy()
    values[3] += 10
    values[17] = np.nan
    parting = _parting._described(record, record, state, State(state.plan, 5, values))
    assert parting.name == "dense1.bias[2]" and np.isnan(parting.second) and parting.differing == 2
    assert same_weights(State(state.plan, 5, values.copy()), State(state.plan, 5, values))

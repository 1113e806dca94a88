"""Many steps asked at once are the steps asked one by one; a fork that is tried is the fork that is made."""

from __future__ import annotations

import numpy as np
import pytest

from engineroom.data import from_arrays
from engineroom.network import Network
from engineroom.ops import SGD, Adam, Cosine, CrossEntropy, Dense
from engineroom.run import (
    Changes,
    Ground,
    Record,
    Settings,
    batches,
    fork_run,
    rates,
    train_run,
    try_fork,
)


@pytest.fixture(scope="module")
def record() -> Record:
    random = np.random.default_rng(1)
    x, y = random.normal(size=(30, 3)), random.integers(0, 3, 30)
    dataset = from_arrays(x, y, validation=7, target_kind="classes")
    network = Network(Dense(4, "relu"), Dense(3))
    return train_run(dataset, Settings(network, CrossEntropy(), Adam(lr=Cosine(0.02, warmup=4)), 5, 17))


def test_a_family_step_by_step(record: Record) -> None:
    """23 training rows in batches of 5: the last batch of each epoch has 3."""
    fork = fork_run(record, 8, Changes(batch_size=4, optimizer=SGD(lr=Cosine(0.1))), steps=11)
    assert [(run.number, a, b) for run, a, b in fork.stretches(2, 19)] == [
        (record.number, 2, 8),
        (fork.number, 8, 19),
    ]
    assert [(run.number, a, b) for run, a, b in fork.stretches(9, 11)] == [(fork.number, 9, 11)]
    for run, first, last in fork.stretches(0, 19):
        rows = batches(run, first, last)
        assert rows.shape == (last - first, run.plan.batch_size)
        for i, t in enumerate(range(first + 1, last + 1)):
            wanted = fork.rows(t)
            assert rows[i].tolist() == [*wanted.tolist(), *[-1] * (rows.shape[1] - len(wanted))]
        assert rates(run, first, last) == [fork.rate(t) for t in range(first + 1, last + 1)]


@pytest.mark.parametrize("changes", [Changes(lr=0.1), Changes(drop_examples=[4]), Changes(seed=5, batch_size=7)])
def test_a_fork_that_is_tried_is_the_fork_that_is_made(record: Record, changes: Changes) -> None:
    if changes.drop_examples:
        changes = Changes(drop_examples=[int(record.dataset.row_numbers[record.dataset.training[4]])])
    before = len(record.logbook.runs())
    seen: list[tuple[int, int]] = []
    # More steps than are made at once, where the schedule goes so far.
    steps = 600 if changes.lr else 9
    tried = try_fork(record, 6, changes, steps=steps, progress=lambda *done: seen.append(done))
    assert len(record.logbook.runs()) == before and seen[-1] == (steps, steps)
    made = fork_run(record, 6, changes, steps=steps)
    assert tried.reason == "completed" and tried.state.same_bits(made.at(6 + steps))
    assert np.array_equal(tried.losses, made.loss[6:])


def test_ground_is_the_runs_own_loss(record: Record) -> None:
    rows = record.dataset.validation
    ground = Ground(record, rows)
    state = record.at(9)
    assert len(ground) == 7
    assert (
        ground.loss(ground.values_of(state))
        == record.evaluate(state, record.dataset.x[rows], record.dataset.y[rows]).loss
    )
    gradient = ground.gradient(ground.values_of(state))
    values, h = state.values.astype(np.float64), 1e-3
    largest = int(np.argmax(np.abs(gradient)))
    ends = []
    for sign in (1, -1):
        moved = values.copy()
        moved[largest] += sign * h
        ends.append(ground.loss(moved.astype(np.float32)))
    assert gradient[largest] == pytest.approx((ends[0] - ends[1]) / (2 * h), rel=1e-2)
    assert not gradient[sum(p.size for p in record.plan.layout if not p.name.endswith((".m", ".v"))) :].any()

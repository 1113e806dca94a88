"""A fork goes on from any state, with what was changed and nothing else, and its whole family can be asked."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engineroom.engine import Tap, make_engine
from engineroom.errors import LogbookError, OptionError, UnknownNameError
from engineroom.lens import why
from engineroom.logbook import Logbook
from engineroom.numerics import Stream, permutation
from engineroom.ops import SGD, Adam, AdamW, Constant, Cosine, RMSProp
from engineroom.plan import State
from engineroom.run import Changes, EarlyStopping, Record, Settings, estimate_run, fork_run, records_of

Trained = Callable[..., Record]


def made_by_hand(fork: Record, count: int, rows_of: Callable[[int], Any], counted_from: int) -> list[State]:
    """The first states of a fork, each step made by an engine that is given its rows alone."""
    state = fork.at(fork.start)
    states = []
    for t in range(fork.start + 1, fork.start + count + 1):
        rows = rows_of(t)
        plan = replace(fork.plan, batch_size=len(rows), shuffle=False)
        engine = make_engine(plan, fork.dataset.x[rows], fork.dataset.y[rows], 0, engine="reference")
        engine.load(State(plan, t - 1 - counted_from, state.values))
        engine.run(1)
        state = State(fork.plan, t, engine.snapshot().values)
        states.append(state)
    return states


def new_epochs(fork: Record, training: Any, first_epoch: int) -> Callable[[int], Any]:
    size = fork.plan.batch_size
    an_epoch = -(-len(training) // size)

    def rows_of(t: int) -> Any:
        epoch, k = divmod(t - fork.start - 1, an_epoch)
        order = permutation(fork.seed, Stream.ORDER, first_epoch + epoch, len(training))
        return training[order[k * size : (k + 1) * size]]

    return rows_of


@pytest.mark.parametrize("at", [0, 3, 5, 127, 199])
def test_nothing_changed_continues_like_the_parent(trained: Trained, at: int) -> None:
    parent = trained()
    fork = fork_run(parent, at, Changes())
    assert (fork.steps, fork.status, fork.row.parent, fork.row.parent_step) == (200, "completed", 1, at)
    assert fork.at(200).same_bits(parent.at(200))
    np.testing.assert_array_equal(fork.loss, parent.loss)
    assert fork.validation == parent.validation
    assert fork.verify().ok


def test_the_parent_is_untouched(trained: Trained, tmp_path: Path) -> None:
    parent = trained(tmp_path / "runs.logbook")
    book = parent.logbook
    before = (book.run(1), book.keyframe_steps(1), book.scalars(1, "loss", 1, 200), book.metrics(1), book.events(1))
    fork_run(parent, 50, Changes(lr=0.5), steps=20)
    after = (book.run(1), book.keyframe_steps(1), book.scalars(1, "loss", 1, 200), book.metrics(1), book.events(1))
    assert before[0] == after[0]
    assert before[1] == after[1]
    np.testing.assert_array_equal(before[2], after[2])
    assert before[3:] == after[3:]


def test_a_changed_rate_goes_on_in_the_same_order_mid_epoch(trained: Trained) -> None:
    parent = trained()
    fork = fork_run(parent, 52, Changes(lr=0.1), steps=12)
    assert [fork.rate(52), fork.rate(53)] == [0.02, 0.1]
    for state in made_by_hand(fork, 12, parent.rows, counted_from=0):
        assert fork.at(state.step).same_bits(state)
    np.testing.assert_array_equal(fork.rows(53), parent.rows(53))


@pytest.mark.parametrize(
    ("changes", "places"), [(Changes(batch_size=36), []), (Changes(seed=9), []), (Changes(), [2, 9, 11])]
)
def test_another_order_begins_an_epoch(trained: Trained, changes: Changes, places: list[int]) -> None:
    parent = trained()
    training = parent.dataset.training
    dropped = training[places]
    changes = replace(changes, drop_examples=parent.dataset.row_numbers[dropped].tolist() or None)
    fork = fork_run(parent, 52, changes, epochs=3)
    kept = training[~np.isin(training, dropped)]
    an_epoch = -(-len(kept) // fork.plan.batch_size)
    assert fork.steps == 52 + 3 * an_epoch
    rows_of = new_epochs(fork, kept, first_epoch=11)
    # Adam's count of steps goes on, so its bias corrections do.
    for state in made_by_hand(fork, 3 * an_epoch, rows_of, counted_from=0):
        assert fork.at(state.step).same_bits(state), state.step
        np.testing.assert_array_equal(fork.rows(state.step), rows_of(state.step))
    assert [fork.epoch_of(52), fork.epoch_of(53), fork.epoch_of(fork.steps)] == [10, 11, 13]
    assert fork.last_step_of(10) == 52
    # Epochs that the parent made end where they ended there.
    assert [fork.last_step_of(epoch) for epoch in range(10)] == [parent.last_step_of(epoch) for epoch in range(10)]
    assert fork.last_step_of(11) == 52 + an_epoch
    assert fork.verify().ok


def test_another_order_from_the_start_begins_with_the_first_epoch(trained: Trained) -> None:
    parent = trained()
    fork = fork_run(parent, 0, Changes(seed=9), epochs=2)
    rows_of = new_epochs(fork, parent.dataset.training, first_epoch=0)
    for t in (1, 2, fork.steps):
        np.testing.assert_array_equal(fork.rows(t), rows_of(t))
    assert [fork.epoch_of(1), fork.epoch_of(fork.steps)] == [0, 1]


def test_a_smaller_last_batch_has_no_numbers_of_rows_that_it_lacks(trained: Trained) -> None:
    parent = trained()
    fork = fork_run(parent, 52, Changes(batch_size=36), epochs=2)
    sizes = [len(fork.rows(t)) for t in range(53, fork.steps + 1)]
    assert min(sizes) < 35 < max(sizes) == 36
    places = [0, min(sizes) - 1, min(sizes), 35]
    taps = [Tap("loss.examples", place) for place in places]
    found = fork.replay(52, fork.steps, [*taps, Tap("dense2.z", 2 * min(sizes) - 1), Tap("dense2.z", 2 * min(sizes))])
    data = fork.dataset
    for t, made in enumerate(found, 53):
        rows = fork.rows(t)
        told = fork.evaluate(fork.at(t - 1), data.x[rows], data.y[rows])
        for numbers, asked, seen in (
            (told.examples, places, made[:4]),
            (told.outputs.reshape(-1), [2 * min(sizes) - 1, 2 * min(sizes)], made[4:]),
        ):
            wanted = [numbers[place] if place < len(numbers) else np.nan for place in asked]
            np.testing.assert_array_equal(seen, wanted)


@pytest.mark.parametrize("engine", ["native", "reference"])
def test_another_optimizer_begins_empty_and_counts_from_one(trained: Trained, settings: Settings, engine: str) -> None:
    parent = trained(settings=replace(settings, optimizer=SGD(lr=0.1, momentum=0.9), steps=40), engine=engine)
    fork = fork_run(parent, 13, Changes(optimizer=Adam(lr=0.01)), steps=9)
    assert not any(slot.any() for slot in fork.at(13).slots.values())
    for state in made_by_hand(fork, 9, parent.rows, counted_from=13):
        assert fork.at(state.step).same_bits(state)
    answer = why(fork, "dense1.weight[0, 0]", step=14)
    assert answer.account.residual == 0
    assert fork.at(5).same_bits(parent.at(5))
    path = fork.trace(["dense1.weight[0, 0]", "dense1.weight.m[0, 0]"])
    assert np.isnan(path[:13, 1]).all()
    assert path[13, 1] == 0
    assert fork.verify().ok


def test_slots_of_the_same_name_are_not_taken_over_from_another_kind(trained: Trained) -> None:
    fork = fork_run(trained(), 13, Changes(optimizer=AdamW(lr=0.01)), steps=9)
    assert fork.at(13).slots.keys() == {f"{b.name}.{slot}" for b in fork.plan.parameters for slot in "mv"}
    assert not any(slot.any() for slot in fork.at(13).slots.values())
    assert fork.verify().ok


def test_the_same_kind_of_optimizer_keeps_what_it_remembers(trained: Trained) -> None:
    parent = trained()
    fork = fork_run(parent, 50, Changes(optimizer=Adam(lr=0.02, beta1=0.5)), steps=6)
    np.testing.assert_array_equal(fork.at(50).values, parent.at(50).values)
    for state in made_by_hand(fork, 6, parent.rows, counted_from=0):
        assert fork.at(state.step).same_bits(state)
    for memory in why(fork, "dense1.weight[0, 0]", step=53).memories:
        total = memory.older + memory.others + sum(s.amount for s in memory.steps)
        assert total == memory.earlier
        assert all(s.step > 50 for s in memory.steps)


def test_a_set_weight_and_frozen_arrays(trained: Trained) -> None:
    parent = trained()
    fork = fork_run(parent, 60, Changes(values={"dense1.weight.3.5": 0.25}, freeze=["dense2"]), steps=30)
    begin = parent.at(60).values.copy()
    begin[3 * 6 + 5] = 0.25
    np.testing.assert_array_equal(fork.at(60).values, begin)
    for name in ("dense2.weight", "dense2.bias"):
        np.testing.assert_array_equal(fork.at(90)[name], parent.at(60)[name])
    for state in made_by_hand(fork, 5, parent.rows, counted_from=0):
        assert fork.at(state.step).same_bits(state)
    path = fork.trace("dense1.weight[3, 5]")[:, 0]
    assert path[60] == 0.25
    assert path[59] == parent.at(59)["dense1.weight"][3, 5]
    with pytest.raises(OptionError, match="frozen"):
        why(fork, "dense2.weight[0, 0]", step=61)
    assert why(fork, "dense2.weight[0, 0]", step=60).step == 60
    assert fork.verify().ok


def test_the_largest_move_is_no_setting(trained: Trained) -> None:
    parent = trained()
    fork = fork_run(parent, 60, Changes(values={"dense1.weight[3, 5]": 90.0}), steps=5)
    moves = np.abs(np.diff(fork.trace("dense1.weight[3, 5]")[:, 0].astype(float)))
    assert np.argmax(moves) + 1 == 60
    answer = why(fork, "dense1.weight[3, 5]")
    assert abs(answer.change) < 1


def test_a_fork_of_a_fork_from_a_file(trained: Trained, tmp_path: Path) -> None:
    path = tmp_path / "runs.logbook"
    trained(path)
    child = fork_run(records_of(Logbook.open(path))[0], 50, Changes(loss="cross_entropy", batch_size=30), steps=20)
    fork_run(child, 61, Changes(optimizer=RMSProp(lr=0.01)), steps=10, name="third")
    fork_run(child, 40, Changes(), steps=10)
    first, second, third, fourth = records_of(Logbook.open(path))
    assert [r.row.parent for r in (second, third, fourth)] == [1, 2, 1]
    assert [r.number for r in third.chain] == [1, 2, 3]
    assert len(third.loss) == 71
    np.testing.assert_array_equal(third.loss[:50], first.loss[:50])
    np.testing.assert_array_equal(third.loss[50:61], second.loss[50:61])
    assert third.at(55).same_bits(second.at(55))
    assert third.examine(55).rows.tolist() == second.rows(55).tolist()
    assert all(r.verify().ok for r in (first, second, third, fourth))
    assert third.outputs(third.at(10), third.dataset.x[:2]).shape == (2, 2)


def test_verify_notices_a_fork_that_began_elsewhere(trained: Trained) -> None:
    fork = fork_run(trained(), 50, Changes(values={"dense1.bias[0]": 0.5}), steps=20)
    changed = replace(fork.settings.segment, values=(("dense1.bias[0]", 0.25),))
    fork.settings = replace(fork.settings, segment=changed)
    found = fork.verify()
    assert found.interval is not None
    assert found.interval[1] == 50


def test_schedules(trained: Trained, settings: Settings) -> None:
    parent = trained(settings=replace(settings, optimizer=Adam(lr=Cosine(0.02)), steps=100))
    same = fork_run(parent, 40, Changes(), steps=30)
    assert [same.rate(t) for t in (40, 41, 70)] == [parent.rate(t) for t in (40, 41, 70)]
    assert same.at(70).same_bits(parent.at(70))
    with pytest.raises(OptionError, match=r"ends at step 100, and training would go on to step 101"):
        fork_run(parent, 40, Changes(), steps=61)
    anew = fork_run(parent, 100, Changes(lr=Cosine(0.1)), steps=10)
    assert [anew.rate(100 + t) for t in (1, 2, 10)] == [Cosine(0.1, steps=10).rate(t) for t in (1, 2, 10)]
    with pytest.raises(OptionError, match="warm-up"):
        fork_run(parent, 100, Changes(lr=Cosine(0.1, warmup=3)), steps=10)


def test_a_warm_up_longer_than_the_steps_is_refused_where_it_begins(
    tmp_path: Path, trained: Trained, settings: Settings
) -> None:
    long = replace(settings, optimizer=Adam(lr=Constant(0.02, warmup=21)), steps=20)
    told = "warm-up takes 21 steps and training makes 20, so the rate would never reach 0.02: shorten the warm-up to 20"
    with pytest.raises(OptionError, match=told):
        trained(tmp_path / "r.logbook", settings=long)
    with pytest.raises(OptionError, match=told):
        estimate_run(trained().dataset, long)
    assert list(tmp_path.iterdir()) == []
    own = replace(settings, optimizer=Adam(lr=Cosine(0.02, steps=9, warmup=10)), steps=20)
    with pytest.raises(OptionError, match="takes 10 steps and the cosine schedule has 9"):
        trained(settings=own)
    parent = trained(settings=replace(long, steps=21))
    with pytest.raises(OptionError, match="takes 4 steps and training makes 3,"):
        fork_run(parent, 5, Changes(optimizer="sgd", lr=Constant(0.1, warmup=4)), steps=3)
    # What goes on with its schedule may end within the warm-up, and go on once more.
    assert fork_run(parent, 5, Changes(), steps=2).rate(7) == parent.rate(7) < 0.02


def test_early_stopping_goes_on_too(trained: Trained, settings: Settings) -> None:
    patient = replace(settings, early_stopping=EarlyStopping(patience=3), optimizer=Adam(lr=0.3), steps=2000)
    parent = trained(settings=patient)
    assert parent.status == "stopped early"
    fork = fork_run(parent, parent.steps - 12, Changes())
    assert (fork.status, fork.steps, fork.best) == (parent.status, parent.steps, parent.best)


def test_what_cannot_be_changed_is_said(trained: Trained) -> None:
    parent = trained()
    with pytest.raises(OptionError, match="ends with state 200"):
        fork_run(parent, 200, Changes())
    with pytest.raises(OptionError, match="no step 201"):
        fork_run(parent, 201, Changes())
    last = parent.dataset.row_numbers.max()
    with pytest.raises(OptionError, match=f"there is no row 999: rows are numbered from 0 to {last}$"):
        fork_run(parent, 10, Changes(drop_examples=[999]))
    with pytest.raises(OptionError, match="'3' is no number of a row"):
        fork_run(parent, 10, Changes(drop_examples=["3"]))  # type: ignore[list-item]
    out = parent.dataset.row_numbers[parent.dataset.validation[0]].item()
    with pytest.raises(OptionError, match=f"names rows that run 1 trains on, and row {out} is held out$"):
        fork_run(parent, 10, Changes(drop_examples=[out]))
    with pytest.raises(UnknownNameError, match="did you mean"):
        fork_run(parent, 10, Changes(freeze=["dense2.weigth"]))
    with pytest.raises(UnknownNameError, match=r"none called 'dense9'; layers are 'dense1', 'dense2'$"):
        fork_run(parent, 10, Changes(freeze=["dense9"]))
    with pytest.raises(UnknownNameError, match=r"none called 'dnese1'; did you mean 'dense1'\?"):
        fork_run(parent, 10, Changes(freeze=["dnese1"]))
    with pytest.raises(OptionError, match="nothing would be trained"):
        fork_run(parent, 10, Changes(freeze=["dense1", "dense2"]))
    for value in (float("nan"), float("-inf"), 1e39, -(10**400)):  # float32 has no such number
        with pytest.raises(OptionError, match=r"can be set to a number of at most 3.40282e\+38 either way, got "):
            fork_run(parent, 10, Changes(values={"dense1.bias[0]": value}))
    with pytest.raises(OptionError, match="none of them"):
        fork_run(parent, 10, Changes(values={"dense1.bias.grad[0]": 1.0}))
    assert len(parent.logbook.runs()) == 1


def test_rows_that_were_dropped_before_are_told_so(trained: Trained) -> None:
    parent = trained()
    row = parent.dataset.row_numbers[parent.dataset.training[0]].item()
    fork = fork_run(parent, 10, Changes(drop_examples=[row]), steps=2)
    with pytest.raises(OptionError, match=f"names rows that run 2 trains on, and row {row} was dropped before$"):
        fork_run(fork, 11, Changes(drop_examples=[row]), steps=1)


def test_from_a_state_that_reached_infinity_nothing_goes_on(trained: Trained, settings: Settings) -> None:
    parent = trained(settings=replace(settings, optimizer=SGD(lr=1e200, weight_decay=1e200)))
    assert parent.status == "nonfinite"
    last = parent.steps
    with pytest.raises(OptionError, match=f"in state {last}, and nothing follows from there: fork it from an earlier"):
        fork_run(parent, last, Changes(lr=0.01), steps=5)
    assert fork_run(parent, last - 1, Changes(lr=1e-3), steps=1).start == last - 1


def test_a_fork_without_its_parent_is_damage(trained: Trained, tmp_path: Path) -> None:
    path = tmp_path / "runs.logbook"
    fork_run(trained(path), 10, Changes(), steps=5)
    database = sqlite3.connect(path)
    with database:
        database.execute("UPDATE runs SET parent_step = 11 WHERE number = 2")
    database.close()
    with pytest.raises(LogbookError, match="damaged"):
        records_of(Logbook.open(path))


@pytest.mark.parametrize("changed", [{"batch_size": 36}, {"optimizer": RMSProp(lr=0.01)}, {"freeze": ["dense2"]}])
def test_moves_over_a_family(trained: Trained, changed: dict[str, Any]) -> None:
    fork = fork_run(trained(), 52, Changes(**changed), steps=30)
    names = [buffer.name for buffer in fork.plan.parameters]
    size = sum(int(np.prod(buffer.shape)) for buffer in fork.plan.parameters)
    elements, changes = fork.moves(names)
    for t in range(1, fork.steps + 1):
        maker = fork.maker(t)
        moves = maker.at(t).values[:size].astype(float) - maker.at(t - 1).values[:size]
        assert elements[t - 1] == np.argmax(np.abs(moves))
        assert changes[t - 1] == moves[elements[t - 1]]

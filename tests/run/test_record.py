"""Any step of a run is computed again to the bit, and what was recorded is compared on the way."""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engineroom.data import from_arrays
from engineroom.engine import Tap, make_engine
from engineroom.errors import DataError, LogbookError, NumericsError, OptionError, UnknownNameError
from engineroom.logbook import Logbook
from engineroom.logbook._migration import seal_everything
from engineroom.network import Network
from engineroom.ops import MSE, SGD, Dense
from engineroom.plan import State
from engineroom.run import (
    Changes,
    EarlyStopping,
    Record,
    Segment,
    Settings,
    fork_run,
    records_of,
    resume_run,
    train_run,
)

Trained = Callable[..., Record]


def original_states(record: Record) -> list[State]:
    """Every state of the run, from an engine that goes step by step and knows no logbook."""
    data = record.dataset
    engine = make_engine(record.plan, data.training_x, data.training_y, record.seed)
    states = [engine.initial()]
    engine.load(states[0])
    for _ in range(record.steps):
        engine.run(1)
        states.append(engine.snapshot())
    return states


def change(path: Path, statement: str, *values: Any) -> None:
    with closing(sqlite3.connect(path)) as database, database:
        assert database.execute(statement, values).rowcount == 1
    database.close()


def change_and_seal(path: Path, statement: str, *values: Any) -> None:
    """As one would who knows how rows are bound to their run."""
    change(path, statement, *values)
    with closing(sqlite3.connect(path)) as database, database:
        seal_everything(database)
    database.close()


def flip(content: bytes, bit: int) -> bytes:
    changed = bytearray(content)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


@pytest.mark.parametrize("where", ["memory", "file"])
def test_at_gives_the_original_bits_at_random_steps(trained: Trained, tmp_path: Path, where: str) -> None:
    record = trained(tmp_path / "r.logbook" if where == "file" else None)
    states = original_states(record)
    seed = 11
    print("seed", seed)
    for t in [0, 200, *random.Random(seed).sample(range(201), 40)]:
        assert record.at(t).step == t
        assert record.at(t).same_bits(states[t]), t


def test_memory_and_file_record_the_same(trained: Trained, tmp_path: Path) -> None:
    memory, file = trained(), trained(tmp_path / "r.logbook")
    (opened,) = records_of(Logbook.open(tmp_path / "r.logbook"))
    for other in (file, opened):
        np.testing.assert_array_equal(memory.loss, other.loss)
        assert [m.values for m in memory.validation] == [m.values for m in other.validation]
        assert (memory.status, memory.steps, memory.best, memory.steps_per_epoch) == (
            other.status,
            other.steps,
            other.best,
            other.steps_per_epoch,
        )
        assert memory.at(77).same_bits(other.at(77))
        assert str(memory.plan) == str(other.plan)
        assert memory.settings == other.settings
    assert len(memory.validation) == 40
    assert [m.epoch for m in memory.validation[:3]] == [0, 1, 2]
    assert [m.step for m in memory.validation[:3]] == [5, 10, 15]


def test_the_lesson(trained: Trained) -> None:
    # The first lesson: w goes by 0.01 * 28/3 of what is missing to 2, in each step.
    data = from_arrays([1, 2, 3], [2.0, 4.0, 6.0], dtype="float64")
    network = Network(Dense(1, bias=False, init="zeros"))
    record = train_run(data, Settings(network, MSE(), SGD(lr=0.01), batch_size=3, steps=50))
    assert record.at(50)["dense1.weight"].item() == 1.985092237632895
    path = record.trace("dense1.weight[0, 0]")
    assert path.shape == (51, 1)
    np.testing.assert_allclose(path[:, 0], 2 - 2 * (1 - 0.28 / 3) ** np.arange(51), rtol=1e-13)
    np.testing.assert_allclose(record.loss[:2], [56 / 3, 56 / 3 * (1 - 0.28 / 3) ** 2], rtol=1e-13)


def test_trace_and_replay_are_the_states_in_a_row(trained: Trained) -> None:
    record = trained()
    names = ["dense1.weight[2, 3]", "dense2.bias[1]"]
    states = original_states(record)
    expected = np.array([[s["dense1.weight"][2, 3], s["dense2.bias"][1]] for s in states])
    np.testing.assert_array_equal(record.trace(names), expected)
    taps = [Tap("dense2.bias", 1)]
    np.testing.assert_array_equal(record.replay(31, 90, taps), expected[32:91, 1:])
    seen: list[tuple[int, int]] = []
    record.replay(0, 200, taps, progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (200, 200)


def test_rows_are_those_the_engine_took(trained: Trained) -> None:
    record = trained()
    data = record.dataset
    engine = make_engine(record.plan, data.training_x, data.training_y, record.seed)
    engine.load(engine.initial())
    for t in range(1, 13):
        engine.run(1)
        np.testing.assert_array_equal(record.rows(t), data.training[engine.rows()])


def test_a_step_taken_apart(trained: Trained) -> None:
    record = trained()
    step = record.examine(63)
    assert (step.step, step.before.step, step.lr, step.loss) == (63, 62, 0.02, record.loss[62])
    assert step.after.same_bits(record.at(63))
    np.testing.assert_array_equal(step.read("x"), record.dataset.x[step.rows])
    gradient = step.read("x").T.astype(np.float64) @ step.read("dense1.z.grad").astype(np.float64)
    np.testing.assert_allclose(step.read("dense1.weight.grad"), gradient, rtol=1e-4, atol=1e-7)
    assert step.read("loss.examples").mean() == pytest.approx(record.loss[62], rel=1e-6)
    # The engine goes elsewhere in between; what is read afterwards is still this step's.
    again, other = record.examine(63), record.examine(64)
    first = again.read("dense1.z")
    assert not np.array_equal(other.read("dense1.z"), first)
    record.at(5)
    np.testing.assert_array_equal(again.read("dense2.z"), step.read("dense2.z"))


def test_a_step_without_some_rows_is_the_mean_over_the_others() -> None:
    # By hand: w = 0, rows (1, 2), (2, 4), (3, 6); without the last the gradient is -2 * (1*2 + 2*4) / 2 = -10.
    data = from_arrays([1, 2, 3], [2.0, 4.0, 6.0], dtype="float64")
    network = Network(Dense(1, bias=False, init="zeros"))
    record = train_run(data, Settings(network, MSE(), SGD(lr=0.01), batch_size=3, steps=5))
    assert record.fork_step(1, [2])["dense1.weight"].item() == pytest.approx(0.1, rel=1e-15)
    assert record.fork_step(1, [])["dense1.weight"].item() == record.at(1)["dense1.weight"].item()
    with pytest.raises(OptionError, match="without all 3 rows"):
        record.fork_step(1, [0, 1, 2])


def test_a_step_without_no_row_is_the_step_itself(trained: Trained) -> None:
    record = trained()
    for t in (1, 64, 200):
        assert record.fork_step(t, []).same_bits(record.at(t))


@pytest.mark.parametrize(
    ("step", "message"),
    [
        (201, "has no step 201: it made 200 updates, numbered 1 to 200 .5 an epoch, epochs 0 to 39."),
        (-1, "has no step -1"),
        (2.5, "a step is a whole number, got 2.5"),
        (True, "a step is a whole number"),
    ],
)
def test_a_step_that_is_not_there_is_explained(trained: Trained, step: Any, message: str) -> None:
    with pytest.raises(OptionError, match=message):
        trained().at(step)


def test_step_zero_is_no_update(trained: Trained) -> None:
    record = trained()
    with pytest.raises(OptionError, match="step 0 is no update: steps count from 1, state 0 is the initial state"):
        record.examine(0)
    assert record.at(0).same_bits(original_states(record)[0])
    assert (record.last_step_of(0), record.last_step_of(39)) == (5, 200)
    with pytest.raises(OptionError, match="has no epoch 40: it ran 40, counted from 0 to 39"):
        record.last_step_of(40)


def test_verify_finds_nothing_in_an_honest_run(trained: Trained, tmp_path: Path) -> None:
    for record in (trained(), trained(tmp_path / "r.logbook")):
        found = record.verify()
        assert found.ok
        assert (found.steps, found.keyframes) == (200, len(record.keyframes))
        assert "every loss and every state is equal" in str(found)


def test_a_flipped_bit_in_a_keyframe_is_found(trained: Trained, tmp_path: Path) -> None:
    path = tmp_path / "r.logbook"
    trained(path)
    kept = Logbook.open(path).keyframe(1, 200)
    change(path, "UPDATE keyframes SET content = ? WHERE step = 200", flip(kept.content, 77))
    (record,) = records_of(Logbook.open(path))
    found = record.verify()
    assert not found.ok
    assert found.damaged == (200,)
    assert "step 200 lost their hash" in str(found)
    with pytest.raises(LogbookError, match="keyframe at step 200 of run 1 no longer has its hash"):
        record.at(200)


def test_a_keyframe_of_another_history_is_found(trained: Trained, tmp_path: Path) -> None:
    path, other = tmp_path / "r.logbook", tmp_path / "s.logbook"
    trained(path)
    trained(other, seed=1)
    foreign = Logbook.open(other).keyframe(1, 200)
    change_and_seal(
        path, "UPDATE keyframes SET content = ?, digest = ? WHERE step = 200", foreign.content, foreign.digest
    )
    (record,) = records_of(Logbook.open(path))
    found = record.verify()
    assert found.interval == (record.keyframes[-2], 200)
    assert (found.loss_step, found.damaged) == (None, ())
    assert f"between the keyframes at steps {record.keyframes[-2]} and 200" in str(found)


def test_a_changed_loss_is_found_at_its_step(trained: Trained, tmp_path: Path) -> None:
    path = tmp_path / "r.logbook"
    trained(path)
    with closing(sqlite3.connect(path)) as database, database:
        first, content = database.execute("SELECT first_step, content FROM scalars ORDER BY first_step").fetchone()
    database.close()
    change(path, "UPDATE scalars SET content = ? WHERE first_step = ?", flip(content, 64 * (42 - first)), first)
    (record,) = records_of(Logbook.open(path))
    found = record.verify()
    assert (found.loss_step, found.interval, found.damaged) == (42, None, ())
    assert len(found.damage) == 1 and "the scalars of run 1 were changed" in str(found)
    assert "the recorded loss already differs at step 42" in str(found)
    with pytest.raises(LogbookError, match="the loss kept from step 1 on of run 1 was changed"):
        record.loss[0]
    with closing(sqlite3.connect(path)) as database, database:
        seal_everything(database)
    database.close()
    (record,) = records_of(Logbook.open(path))
    assert (record.verify().loss_step, record.verify().damage) == (42, ())
    before = max(k for k in record.keyframes if k < 42)
    with pytest.raises(LogbookError, match="at step 42, recorded is"):
        record.replay(before, 60, [])


def test_rows_that_were_not_kept_are_relinked(trained: Trained, tmp_path: Path) -> None:
    path = tmp_path / "r.logbook"
    generator = np.random.default_rng(5)
    x = generator.normal(size=(120, 4))
    y = (x @ [1.0, -2.0, 0.5, 0.0] > 0.3).astype(int)
    whole = trained(path, include_rows=False)
    logbook = Logbook.open(path)
    assert not logbook.contains_rows
    (bare,) = records_of(logbook)
    np.testing.assert_array_equal(bare.loss, whole.loss)
    with pytest.raises(DataError, match="were not kept"):
        bare.at(7)
    (linked,) = records_of(logbook, (x, y))
    assert linked.at(7).same_bits(whole.at(7))
    with pytest.raises(DataError, match="not the rows of the run"):
        records_of(logbook, (x + 1, y))
    # Where some run was trained on these rows, another run on other rows is no reason to refuse them.
    trained(path, dataset=from_arrays(x[:60], y[:60]), include_rows=False)
    first, second = records_of(Logbook.open(path), (x, y))
    assert first.dataset.has_rows and not second.dataset.has_rows


def test_replay_across_numerics_is_refused(trained: Trained, tmp_path: Path) -> None:
    path = tmp_path / "r.logbook"
    trained(path)
    change_and_seal(path, "UPDATE runs SET plan = replace(plan, 'numerics 1', 'numerics 0'), engineroom = '0.0.9'")
    (record,) = records_of(Logbook.open(path))
    assert len(record.loss) == 200  # what needs no replay is still read
    with pytest.raises(NumericsError, match=r"recorded under numerics 0.*install engineroom 0\.0\.9"):
        record.verify()


def test_damaged_settings_are_a_sentence(trained: Trained, tmp_path: Path) -> None:
    path = tmp_path / "r.logbook"
    trained(path)
    change_and_seal(path, "UPDATE runs SET spec = ?", json.dumps({"network": 3}))
    with pytest.raises(
        LogbookError, match=r"r\.logbook' is damaged: run 1, .* cannot be read \('early_stopping' is missing"
    ):
        records_of(Logbook.open(path))


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"start": 0}, "'clock' is missing"),
        ({**Segment().to_dict(), "clock": 5}, "counts from state 5 .* does not fit a run that goes on from state 0"),
    ],
)
def test_a_damaged_segment_is_a_sentence(
    trained: Trained, tmp_path: Path, wrong: dict[str, Any], sentence: str
) -> None:
    path = tmp_path / "r.logbook"
    trained(path)
    change_and_seal(path, "UPDATE runs SET spec = json_set(spec, '$.segment', json(?))", json.dumps(wrong))
    with pytest.raises(LogbookError, match=rf"r\.logbook' is damaged: run 1, .* cannot be read \(.*{sentence}"):
        records_of(Logbook.open(path))


@pytest.mark.parametrize("name", ["acuracy", 3])
def test_a_stored_name_that_nothing_is_measured_by_keeps_no_run_from_being_read(
    trained: Trained, settings: Settings, tmp_path: Path, name: Any
) -> None:
    path = tmp_path / "r.logbook"
    trained(path, settings=replace(settings, early_stopping=EarlyStopping()))
    trained(path)
    spec = "json_set(spec, '$.early_stopping.monitor', json(?))"
    change_and_seal(path, f"UPDATE runs SET spec = {spec} WHERE number = 1", json.dumps(name))
    old, healthy = records_of(Logbook.open(path))
    assert old.best is None and old.chosen_step == old.steps
    assert healthy.best is not None
    with pytest.raises(UnknownNameError, match=f"cannot monitor '{name}'"):
        resume_run(old, epochs=2)
    with pytest.raises(UnknownNameError, match=f"cannot monitor '{name}'"):
        fork_run(old, 10, Changes())


def test_a_shorter_run_is_the_beginning_of_a_longer_one(settings: Settings, trained: Trained) -> None:
    short, long = trained(settings=replace(settings, steps=50)), trained()
    assert short.at(50).same_bits(long.at(50))
    np.testing.assert_array_equal(short.loss, long.loss[:50])

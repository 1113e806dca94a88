"""The verbs of an engine, on both engines, and the first lesson to the digit."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import pytest

from engineroom.engine import Engine, Tap, make_engine
from engineroom.errors import DataError, EngineError, OptionError, ShapeError, UnknownNameError
from engineroom.network import Network
from engineroom.ops import MSE, SGD, Adam, BinaryCrossEntropy, CrossEntropy, Dense
from engineroom.plan import Plan, State, build_plan

ENGINES = ["reference", "native"]
RANDOM = np.random.default_rng(4)
X = RANDOM.normal(size=(10, 3)).astype(np.float32)
Y = RANDOM.integers(0, 2, 10).astype(np.int32)
PLAN = build_plan(
    Network(Dense(4, "tanh"), Dense(2)),
    CrossEntropy(),
    Adam(lr=0.05),
    inputs=3,
    target=("classes", 2),
    batch_size=4,
    steps=100,
)
LESSON = build_plan(
    Network(Dense(1, bias=False, init="zeros")),
    MSE(),
    SGD(lr=0.01),
    inputs=1,
    target=("number", 1),
    batch_size=3,
    dtype="float64",
    steps=50,
)
ONE_TWO_THREE = np.array([[1.0], [2.0], [3.0]])


@pytest.fixture(params=ENGINES)
def kind(request: pytest.FixtureRequest) -> Any:
    return request.param


@pytest.fixture
def engine(kind: Any) -> Engine:
    return make_engine(PLAN, X, Y, 1, engine=kind)


def test_the_first_lesson_to_the_digit(kind: Any) -> None:
    made = make_engine(LESSON, ONE_TWO_THREE, 2 * ONE_TWO_THREE, 0, engine=kind).run(50, [Tap("dense1.weight", 0)])
    lines = [f"Epoch {e}: Loss={made.losses[e]:.4f}, Weight={made.taps[e, 0]:.4f}" for e in range(0, 50, 10)]
    assert lines == [
        "Epoch 0: Loss=18.6667, Weight=0.1867",
        "Epoch 10: Loss=2.6304, Weight=1.3193",
        "Epoch 20: Loss=0.3707, Weight=1.7445",
        "Epoch 30: Loss=0.0522, Weight=1.9041",
        "Epoch 40: Loss=0.0074, Weight=1.9640",
    ]
    assert float(made.taps[-1, 0]) == 1.985092237632895


def test_one_step_by_hand(kind: Any) -> None:
    engine = make_engine(LESSON, ONE_TWO_THREE, 2 * ONE_TWO_THREE, 0, engine=kind)
    engine.phase("forward")
    np.testing.assert_array_equal(engine.read("dense1.z"), [[0], [0], [0]])
    engine.phase("loss")
    np.testing.assert_array_equal(engine.read("loss.examples"), [4, 16, 36])
    engine.phase("backward")
    np.testing.assert_allclose(engine.read("dense1.z.grad"), [[-4 / 3], [-8 / 3], [-4]], rtol=1e-15)
    np.testing.assert_allclose(engine.read("dense1.weight.grad"), [[-56 / 3]], rtol=1e-15)
    np.testing.assert_array_equal(engine.read("dense1.weight"), [[0]])
    engine.phase("update")
    np.testing.assert_allclose(engine.read("dense1.weight"), [[0.56 / 3]], rtol=1e-15)
    assert engine.snapshot().step == 1


def test_each_epoch_visits_every_row_once_in_its_own_order(engine: Engine) -> None:
    epochs = []
    for _ in range(2):
        rows = []
        for size in (4, 4, 2):
            engine.run(1)
            assert len(engine.rows()) == size
            np.testing.assert_array_equal(engine.read("x"), X[engine.rows()])
            np.testing.assert_array_equal(engine.read("y"), Y[engine.rows()])
            rows += engine.rows().tolist()
        assert sorted(rows) == list(range(10))
        epochs.append(rows)
    assert epochs[0] != epochs[1]


def test_without_shuffling_rows_come_as_they_lie(kind: Any) -> None:
    plan = build_plan(
        Network(Dense(2)), CrossEntropy(), SGD(), inputs=3, target=("classes", 2), batch_size=4, shuffle=False, steps=9
    )
    engine = make_engine(plan, X, Y, 1, engine=kind)
    engine.run(3)
    assert engine.rows().tolist() == [8, 9]


def test_one_batch_of_all_rows_is_never_shuffled(kind: Any) -> None:
    engine = make_engine(LESSON, ONE_TWO_THREE, 2 * ONE_TWO_THREE, 9, engine=kind)
    engine.run(2)
    assert engine.rows().tolist() == [0, 1, 2]


def test_any_step_can_be_entered_without_its_past(engine: Engine) -> None:
    engine.run(5)
    half = engine.snapshot()
    expected = engine.run(7)
    end, rows = engine.snapshot(), engine.rows()
    engine.load(half)
    again = engine.run(7)
    np.testing.assert_array_equal(again.losses, expected.losses)
    np.testing.assert_array_equal(engine.rows(), rows)
    assert engine.snapshot().step == 12
    assert engine.snapshot().same_bits(end)
    assert half.step == 5


def test_taps_are_read_after_each_update(engine: Engine) -> None:
    taps = [Tap("dense1.weight", 7), Tap("dense1.weight.m", 7), Tap("dense2.bias.grad", 1), Tap("loss.examples", 3)]
    made = engine.run(4, taps)
    engine.load(engine.initial())
    for step in range(4):
        engine.run(1)
        for column, tap in enumerate(taps):
            held = engine.read(tap.buffer).ravel()
            expected = held[tap.index] if tap.index < held.size else np.nan
            np.testing.assert_array_equal(made.taps[step, column], expected)
    assert made.taps.dtype == np.float32
    assert made.taps.shape == (4, 4)


def test_phases_make_the_same_step_as_run(engine: Engine) -> None:
    engine.run(3)
    expected = engine.snapshot()
    engine.load(engine.initial())
    for _ in range(3):
        for phase in ("forward", "loss", "backward", "update"):
            engine.phase(phase)
    assert engine.snapshot().same_bits(expected)


def test_out_of_order_is_refused(engine: Engine) -> None:
    with pytest.raises(EngineError, match=r"the next phase is .*forward.*, got .*loss.*; run the phases in order"):
        engine.phase("loss")
    with pytest.raises(EngineError):
        engine.rows()
    with pytest.raises(EngineError):
        engine.read("dense1.z")
    engine.phase("forward")
    for verb in (engine.snapshot, lambda: engine.run(1)):
        with pytest.raises(EngineError):
            verb()


def test_evaluate_and_predict_leave_everything_as_it_was(engine: Engine) -> None:
    engine.run(3)
    before, z = engine.snapshot(), engine.read("dense1.z")
    found = engine.evaluate(X[:7], Y[:7])
    np.testing.assert_array_equal(engine.predict(X[:7]), found.outputs)
    assert found.outputs.shape == (7, 2)
    weights = before.weights
    logits = np.tanh(X[:7] @ weights["dense1.weight"] + weights["dense1.bias"]) @ weights["dense2.weight"]
    logits = (logits + weights["dense2.bias"]).astype(np.float64)
    np.testing.assert_allclose(found.outputs, logits, rtol=1e-5, atol=1e-6)
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(found.examples, -np.log(p[np.arange(7), Y[:7]]), rtol=1e-5)
    assert found.loss == pytest.approx(found.examples.astype(np.float64).mean(), rel=1e-14)
    assert engine.snapshot().same_bits(before)
    np.testing.assert_array_equal(engine.read("dense1.z"), z)


def test_what_is_read_is_a_copy(engine: Engine) -> None:
    engine.run(1)
    before = engine.snapshot()
    engine.read("dense1.weight")[:] = 0
    assert engine.snapshot().same_bits(before)
    assert engine.initial().same_bits(engine.initial())


def test_stop_ends_a_run_before_its_next_step(engine: Engine) -> None:
    made: list[Any] = []
    thread = threading.Thread(target=lambda: made.append(engine.run(2_000_000)))
    timer = threading.Timer(0.05, engine.stop)
    timer.start()
    thread.start()
    thread.join(timeout=60)
    assert made
    assert made[0].reason == "stopped"
    assert 0 < made[0].done < 2_000_000
    assert len(made[0].losses) == made[0].done
    assert engine.snapshot().step == made[0].done
    assert engine.run(2).reason == "completed"


def test_stop_without_a_run_holds_the_next_one(engine: Engine) -> None:
    engine.stop()
    held = engine.run(3)
    assert (held.done, held.reason) == (0, "stopped")
    assert engine.run(3).done == 3


@pytest.mark.parametrize(
    ("tap", "error"),
    [
        (Tap("dense1.wieght", 0), UnknownNameError),
        (Tap("dense1.weight", 12), OptionError),
        (Tap("dense1.z", 16), OptionError),
        (Tap("dense1.bias", -1), OptionError),
    ],
)
def test_taps_are_checked_before_the_first_step(engine: Engine, tap: Tap, error: type[Exception]) -> None:
    with pytest.raises(error):
        engine.run(1, [tap])
    assert engine.snapshot().step == 0


def test_names_and_counts_are_checked(engine: Engine) -> None:
    with pytest.raises(UnknownNameError, match=r"no buffer of the plan is called 'dense1.wait'; did you mean"):
        engine.read("dense1.wait")
    with pytest.raises(OptionError, match="a run makes 0 or more steps, got -1"):
        engine.run(-1)


def test_a_run_that_flies_off_stops_at_that_step(kind: Any) -> None:
    plan = build_plan(
        Network(Dense(1, init="zeros")), MSE(), SGD(lr=1e30), inputs=1, target=("number", 1), batch_size=3, steps=50
    )
    engine = make_engine(plan, ONE_TWO_THREE.astype("f4"), ONE_TWO_THREE.astype("f4"), 0, engine=kind)
    made = engine.run(50)
    assert made.reason == "nonfinite"
    assert made.done < 5
    last = engine.snapshot()
    assert last.step == made.done
    assert not (np.isfinite(made.losses[-1]) and np.isfinite(last.values).all())
    assert np.isfinite(made.losses[:-1]).all()


def test_nothing_to_do_is_done(engine: Engine) -> None:
    made = engine.run(0, [Tap("dense1.bias", 0)])
    assert (made.done, made.reason, made.losses.shape, made.taps.shape) == (0, "completed", (0,), (0, 1))


@pytest.mark.parametrize(
    ("x", "y", "error", "sentence"),
    [
        (X[:, :2], Y, ShapeError, r"x must be \(rows, 3\) for this network, got \(10, 2\)"),
        (X[0], Y, ShapeError, r"x must be \(rows, 3\)"),
        (X[:0], Y[:0], DataError, "x must have at least one row of 3 inputs, got none"),
        (X.astype(str), Y, DataError, "x must hold numbers, got dtype"),
        (X, Y[:9], ShapeError, r"y must be \(10,\) beside these rows of x, got \(9,\)"),
        (X, Y[:, None], ShapeError, r"y must be \(10,\)"),
        (X, Y.astype(float), DataError, "y must hold whole class numbers, got dtype float64"),
        (X, Y + 1, DataError, "y must hold classes from 0 to 1, got 2 in row"),
        (X, Y - 1, DataError, "y must hold classes from 0 to 1, got -1 in row"),
    ],
)
def test_data_that_do_not_fit(kind: Any, x: Any, y: Any, error: type[Exception], sentence: str) -> None:
    with pytest.raises(error, match=sentence):
        make_engine(PLAN, x, y, 0, engine=kind)


def test_targets_that_no_probability_reaches(kind: Any) -> None:
    plan = build_plan(
        Network(Dense(2)), BinaryCrossEntropy(), SGD(), inputs=3, target=("number", 2), batch_size=4, steps=9
    )
    y = np.zeros((10, 2), np.float32)
    make_engine(plan, X, y + 1, 0, engine=kind)
    y[7, 1] = -1
    with pytest.raises(DataError, match=r"binary_cross_entropy needs targets from 0 to 1, got -1.0 in row 7"):
        make_engine(plan, X, y, 0, engine=kind)


def test_rows_to_evaluate_are_checked_too(engine: Engine) -> None:
    with pytest.raises(ShapeError, match=r"x must be \(rows, 3\)"):
        engine.predict(X[:, :2])
    with pytest.raises(DataError, match="classes from 0 to 1"):
        engine.evaluate(X, Y + 1)


def other_plan() -> Plan:
    return build_plan(Network(Dense(2)), CrossEntropy(), SGD(), inputs=3, target=("classes", 2), batch_size=4, steps=1)


def test_a_state_of_another_plan_is_refused(engine: Engine) -> None:
    plan = other_plan()
    with pytest.raises(ShapeError):
        engine.load(State(plan, 0, np.zeros(plan.state_size, np.float32)))


@pytest.mark.parametrize(
    ("how", "error", "sentence"),
    [
        ({"engine": "nativ"}, UnknownNameError, "there is no engine called 'nativ'; did you mean 'native'"),
        ({"seed": -1}, OptionError, r"seed must be a whole number from 0 to 2\*\*64 - 1, got -1"),
        ({"seed": 1.5}, OptionError, "got 1.5"),
        ({"seed": 2**64}, OptionError, "seed must be"),
        ({"threads": 0}, OptionError, "threads must be at least 1"),
        ({"isa": "avx1024"}, OptionError, "isa must be one this machine runs"),
    ],
)
def test_options_are_checked(how: dict[str, Any], error: type[Exception], sentence: str) -> None:
    given = {"seed": 0} | how
    with pytest.raises(error, match=sentence):
        make_engine(PLAN, X, Y, **given)


def test_inputs_are_taken_in_the_plans_type_and_order(kind: Any) -> None:
    plain = make_engine(PLAN, X, Y, 1, engine=kind)
    turned = make_engine(PLAN, np.asfortranarray(X.astype(np.float64)), Y.astype(np.int64), 1, engine=kind)
    np.testing.assert_array_equal(plain.run(5).losses, turned.run(5).losses)

"""The native engine by itself: the first lesson, the same bits everywhere, state, and what it refuses."""

import ctypes
import platform
import threading
import time

import numpy as np
import pytest

from engineroom.engine import Tap
from engineroom.engine._native import NativeEngine, instruction_sets
from engineroom.errors import EngineError, OptionError, ShapeError, UnknownNameError
from engineroom.network import Network
from engineroom.ops import SGD, Adam, Dense, loss
from engineroom.plan import State, build_plan

THREE = np.array([[1.0], [2.0], [3.0]])


def lesson(lr=0.01, **options):
    plan = build_plan(
        Network(Dense(1, bias=False, init="zeros")),
        loss("mse"),
        SGD(lr=lr),
        inputs=1,
        target=("number", 1),
        batch_size=3,
        dtype="float64",
        steps=50,
    )
    return NativeEngine(plan, THREE, 2 * THREE, 0, **options)


def classifier(dtype="float32", rows=150, batch=32, inputs=37, **options):
    """Widths and rows that fill no vector, no tile and no batch."""
    rng = np.random.default_rng(5)
    plan = build_plan(
        Network(Dense(75, "tanh"), Dense(29, "relu"), Dense(5)),
        loss("cross_entropy"),
        Adam(lr=0.01),
        inputs=inputs,
        target=("classes", 5),
        batch_size=batch,
        dtype=dtype,
        steps=100,
    )
    x, y = rng.normal(size=(rows, inputs)), rng.integers(0, 5, rows)
    return NativeEngine(plan, x, y, 3, **options)


@pytest.mark.parametrize("isa", instruction_sets())
def test_first_lesson(isa):
    engine = lesson(isa=isa)
    weights = engine.run(50, [Tap("dense1.weight", 0)])
    assert engine.snapshot().values.tolist() == [1.985092237632895]
    shown = [(f"{weights.losses[e]:.4f}", f"{weights.taps[e, 0]:.4f}") for e in range(0, 50, 10)]
    assert shown == [
        ("18.6667", "0.1867"),
        ("2.6304", "1.3193"),
        ("0.3707", "1.7445"),
        ("0.0522", "1.9041"),
        ("0.0074", "1.9640"),
    ]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_bits_do_not_depend_on_instruction_set(dtype):
    first, *others = instruction_sets()
    expected = classifier(dtype, isa=first)
    losses = expected.run(40).losses
    for isa in others:
        engine = classifier(dtype, isa=isa)
        assert engine.run(40).losses.tolist() == losses.tolist()
        assert engine.snapshot().same_bits(expected.snapshot())


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_bits_do_not_depend_on_threads(dtype):
    # Large enough that every product and update is split.
    alone = classifier(dtype, rows=300, batch=256, inputs=601, threads=1)
    losses = alone.run(4).losses
    for threads in (2, 3, 8):
        engine = classifier(dtype, rows=300, batch=256, inputs=601, threads=threads)
        assert engine.threads == threads
        assert engine.run(4).losses.tolist() == losses.tolist()
        assert engine.snapshot().same_bits(alone.snapshot())


def test_replay_from_a_snapshot_gives_the_same_bits():
    engine = classifier()
    engine.run(7)
    middle = engine.snapshot()
    later = engine.run(9)
    end = engine.snapshot()
    assert (middle.step, end.step) == (7, 16)

    again = classifier(isa=instruction_sets()[-1])
    again.load(middle)
    replayed = again.run(9)
    assert replayed.losses.tolist() == later.losses.tolist()
    assert again.snapshot().same_bits(end)


def test_phases_make_the_step_that_run_makes():
    engine, twin = classifier(), classifier()
    for _ in range(6):
        twin.run(1)
        for phase in ("forward", "loss", "backward", "update"):
            engine.phase(phase)
        assert engine.snapshot().same_bits(twin.snapshot())
        assert engine.rows().tolist() == twin.rows().tolist()
        for buffer in ("dense2.z", "loss.examples", "dense1.weight.grad", "x", "y"):
            assert engine.read(buffer).tobytes() == twin.read(buffer).tobytes()
    assert engine.read("x").shape == (32, 37)  # the sixth step begins the second epoch


def test_last_batch_of_an_epoch_is_smaller():
    engine = classifier()  # 150 rows are four batches of 32 and one of 22
    seen = []
    for _ in range(5):
        engine.run(1)
        seen.append(engine.rows())
    assert [len(rows) for rows in seen] == [32, 32, 32, 32, 22]
    assert sorted(np.concatenate(seen).tolist()) == list(range(150))
    assert engine.read("dense3.z").shape == (22, 5)


def test_evaluation_equals_the_forward_pass_of_training():
    engine = classifier(rows=600, batch=300)
    engine.phase("forward")
    engine.phase("loss")
    x, y = engine.read("x"), engine.read("y")
    evaluation = engine.evaluate(x, y)  # 300 rows: more than one chunk
    assert evaluation.outputs.tobytes() == engine.read("dense3.z").tobytes()
    assert evaluation.examples.tobytes() == engine.read("loss.examples").tobytes()
    assert engine.predict(x).tobytes() == evaluation.outputs.tobytes()
    assert evaluation.loss == pytest.approx(float(evaluation.examples.mean(dtype=np.float64)), rel=1e-12)
    engine.phase("backward")  # the step under way was not disturbed
    engine.phase("update")
    twin = classifier(rows=600, batch=300)
    twin.run(1)
    assert engine.snapshot().same_bits(twin.snapshot())


def test_taps_read_what_snapshots_hold():
    engine = classifier()
    taps = [Tap("dense1.weight", 40), Tap("dense2.bias", 3), Tap("dense1.weight.grad", 7), Tap("dense3.z", 22 * 5)]
    progress = engine.run(5, taps)
    assert progress.taps.shape == (5, 4)
    state = engine.snapshot()
    assert progress.taps[-1, 0] == state["dense1.weight"].ravel()[40]
    assert progress.taps[-1, 1] == state["dense2.bias"][3]
    assert progress.taps[-1, 2] == engine.read("dense1.weight.grad").ravel()[7]
    # The fifth batch has 22 rows, so row 22 is not there.
    assert np.isnan(progress.taps[:, 3]).tolist() == [False, False, False, False, True]


def test_stop_ends_a_run_before_its_next_step():
    engine = lesson()
    threading.Timer(0.05, engine.stop).start()
    began = time.monotonic()
    progress = engine.run(1_000_000_000 // 100)
    assert progress.reason == "stopped"
    assert 0 < progress.done < 10_000_000
    assert len(progress.losses) == progress.done == engine.snapshot().step
    assert time.monotonic() - began < 5
    assert engine.run(3).reason == "completed"


def test_a_run_stops_after_the_step_that_leaves_the_numbers():
    # At this rate each throw misses by about -2.7e9 times the last: the weight is beyond float64 after some 33 steps.
    engine = lesson(lr=3e8)
    progress = engine.run(1000)
    assert progress.reason == "nonfinite"
    assert progress.done == engine.snapshot().step < 1000
    twin = lesson(lr=3e8)
    assert twin.run(progress.done - 1).reason == "completed"
    assert np.isfinite(twin.snapshot().values).all()
    assert np.isfinite(progress.losses[:-1]).all()


def test_an_optimizer_slot_that_is_not_finite_stops_the_run():
    engine = classifier()
    values = engine.snapshot().values.copy()
    piece = next(p for p in engine.plan.layout if p.name == "dense1.weight.v")
    values[piece.offset + 11] = np.inf  # m / inf leaves the weight finite
    engine.load(State(engine.plan, 0, values))
    progress = engine.run(5)
    assert (progress.done, progress.reason) == (1, "nonfinite")


def test_calls_out_of_order_are_refused():
    engine = lesson()
    with pytest.raises(EngineError, match="next phase is forward, got loss"):
        engine.phase("loss")
    with pytest.raises(EngineError, match=r"no buffer dense1\.z before a step"):
        engine.read("dense1.z")
    engine.phase("forward")
    with pytest.raises(EngineError, match="step is under way"):
        engine.run(1)
    engine.load(engine.initial())
    assert engine.run(1).done == 1


def test_a_second_call_at_a_time_is_refused():
    engine = lesson()
    worker = threading.Thread(target=engine.run, args=(10_000_000,))
    worker.start()
    time.sleep(0.02)
    try:
        with pytest.raises(EngineError, match="at work in another thread"):
            engine.snapshot()
    finally:
        engine.stop()
        worker.join()


def test_what_cannot_be_used_is_named():
    with pytest.raises(OptionError, match="isa must be one this machine runs"):
        lesson(isa="mmx")
    with pytest.raises(OptionError, match="threads must be between 1 and 256, got 0"):
        lesson(threads=0)
    engine = lesson()
    with pytest.raises(UnknownNameError, match=r"did you mean 'dense1\.weight'"):
        engine.read("dense1.wieght")
    with pytest.raises(OptionError, match="has 1 elements; there is no element 1"):
        engine.run(1, [Tap("dense1.weight", 1)])
    with pytest.raises(ShapeError, match=r"x must be \(rows, 1\)"):
        engine.predict(np.zeros((3, 2)))
    with pytest.raises(ShapeError, match="a state of this plan has 1 numbers"):
        engine.load(State(engine.plan, 0, np.zeros(2)))


@pytest.mark.skipif(
    platform.machine() != "x86_64" or platform.system() != "Linux", reason="sets x86's state through glibc"
)
def test_a_foreign_floating_point_state_does_not_reach_the_bits():
    """Libraries built with -ffast-math leave a thread flushing subnormals to zero."""
    libm = ctypes.CDLL("libm.so.6")
    kept, flushing = (ctypes.c_uint32 * 8)(), (ctypes.c_uint32 * 8)()
    libm.fegetenv(kept)
    libm.fegetenv(flushing)
    flushing[7] |= 0x8040  # the control register of SSE: flush to zero, denormals are zero
    tiny = THREE * 1e-160
    engine = NativeEngine(lesson().plan, tiny, 2 * tiny, 0)
    libm.fesetenv(flushing)
    try:
        engine.run(1)
        after = (ctypes.c_uint32 * 8)()
        libm.fegetenv(after)
    finally:
        libm.fesetenv(kept)
    assert 0 < abs(engine.read("dense1.weight.grad")[0, 0]) < 1e-300
    assert after[7] & 0x8040 == 0x8040  # the caller's state is back


def test_a_plan_that_no_memory_holds_is_refused_in_a_sentence() -> None:
    network = Network(Dense(2**31 - 1), Dense(2**31 - 1), Dense(1))
    plan = build_plan(network, loss("mse"), SGD(), inputs=1, target=("number", 1), batch_size=3, steps=1)
    with pytest.raises(OptionError, match="needs more memory than this machine gives"):
        NativeEngine(plan, np.ones((3, 1)), np.ones((3, 1)), 0)

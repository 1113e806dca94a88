"""Training ends in every way it can, and the run is kept."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np
import pytest

from engineroom.data import Dataset, from_arrays
from engineroom.errors import LogbookError, OptionError, UnknownNameError
from engineroom.logbook import Logbook, Writer, _writer
from engineroom.network import Network
from engineroom.ops import MSE, SGD, Adam, BinaryCrossEntropy, ConstantStart, CrossEntropy, Dense
from engineroom.run import EarlyStopping, Record, Settings, _training, estimate_run, records_of, train_run
from engineroom.run._interrupt import Interrupt

Trained = Callable[..., Record]


def reopened(path: Path) -> Record:
    (record,) = records_of(Logbook.open(path))
    return record


def test_a_completed_run(trained: Trained) -> None:
    calls: list[tuple[int, int, float]] = []
    record = trained(progress=lambda done, total, loss: calls.append((done, total, loss)), name="trial")
    assert (record.status, record.steps, record.name) == ("completed", 200, "run 1 (trial)")
    assert record.keyframes[0] == 0
    assert record.keyframes[-1] == 200
    assert calls[-1] == (200, 200, record.loss[-1])
    assert (record.finding, record.events) == (None, [])
    assert record.best is not None
    losses = [m.values["loss"] for m in record.validation]
    assert record.best.value == min(losses)
    assert record.best.step == 5 * (losses.index(min(losses)) + 1)
    assert record.chosen_step == 200


def test_whether_anything_watches_changes_no_bit(trained: Trained, dataset: Dataset) -> None:
    watched = trained(progress=lambda *_: None, max_wait="1ms")
    bare = replace(dataset, validation=np.empty(0, np.int64), digest="")
    alone = trained(dataset=bare, max_wait="10s")
    assert alone.validation == []
    assert watched.at(200).same_bits(alone.at(200))


def test_misses_whose_squares_are_no_numbers_are_measured_without_a_warning() -> None:
    data = from_arrays([1.0, 2.0, 3.0, 1e200], [2.0, 4.0, 6.0, 0.0], validation=1, seed=1, dtype="float64")
    assert data.validation_x.tolist() == [[1e200]]
    record = train_run(data, Settings(Network(Dense(1)), MSE(), SGD(lr=0.01), batch_size=3, steps=3))
    assert record.validation[-1].values["rmse"] == np.inf


def test_metrics_of_numbers_are_in_the_targets_own_unit() -> None:
    generator = np.random.default_rng(3)
    x = generator.normal(size=(100, 2))
    y = 500 + 40 * x[:, 0] + generator.normal(size=100)
    data = from_arrays(x, y, standardize=True, dtype="float64")
    record = train_run(data, Settings(Network(Dense(1)), MSE(), Adam(lr=0.05), batch_size=80, steps=400))
    outputs = record.outputs(record.at(400), data.validation_x)[:, 0]
    miss = outputs * data.target.scale[0] + data.target.mean[0] - y[data.row_numbers[data.validation]]
    truth = y[data.row_numbers[data.validation]]
    values = record.validation[-1].values
    assert values["rmse"] == pytest.approx(np.sqrt(np.mean(miss**2)), rel=1e-9)
    assert values["mae"] == pytest.approx(np.mean(np.abs(miss)), rel=1e-9)
    assert values["r2"] == pytest.approx(1 - np.sum(miss**2) / np.sum((truth - truth.mean()) ** 2), rel=1e-9)
    assert 0.5 < values["rmse"] < 2


def test_accuracy_of_classes_and_of_yes_or_no(dataset: Dataset) -> None:
    two = train_run(dataset, Settings(Network(Dense(2)), CrossEntropy(), Adam(lr=0.05), batch_size=20, steps=100))
    yes = train_run(
        dataset, Settings(Network(Dense(1, "sigmoid")), BinaryCrossEntropy(), Adam(lr=0.05), batch_size=20, steps=100)
    )
    truth = dataset.validation_y
    two_says = np.argmax(two.outputs(two.at(100), dataset.validation_x), axis=1)
    yes_says = yes.outputs(yes.at(100), dataset.validation_x)[:, 0] > 0.5
    assert two.validation[-1].values["accuracy"] == np.mean(two_says == truth)
    assert yes.validation[-1].values["accuracy"] == np.mean(yes_says == truth)
    assert yes.validation[-1].values["accuracy"] > 0.85


def test_very_short_epochs_are_measured_some_thousand_times() -> None:
    generator = np.random.default_rng(0)
    x = generator.normal(size=(60, 1))
    data = from_arrays(x, 2 * x[:, 0])
    every = Settings(Network(Dense(1)), MSE(), SGD(lr=0.01), batch_size=48, steps=3001)
    record = train_run(data, every)
    assert [m.step for m in record.validation][:2] == [4, 8]
    assert record.validation[-1].step == 3001
    assert len(record.validation) == 751
    stopping = train_run(data, replace(every, steps=100, early_stopping=EarlyStopping(patience=100)))
    assert len(stopping.validation) == 100


def test_early_stopping_keeps_the_best_state() -> None:
    generator = np.random.default_rng(1)
    x = generator.normal(size=(60, 8))
    y = (x[:, 0] + 2 * generator.normal(size=60) > 0).astype(int)
    data = from_arrays(x, y, target_kind="classes")
    stopping = EarlyStopping(patience=4)
    network = Network(Dense(32, "relu"), Dense(2))
    record = train_run(
        data, Settings(network, CrossEntropy(), Adam(lr=0.03), batch_size=16, steps=3000, early_stopping=stopping)
    )
    assert record.status == "stopped early"
    losses = [m.values["loss"] for m in record.validation]
    best = int(np.argmin(losses))
    assert len(losses) == best + 1 + 4  # four epochs without progress, and no more
    assert record.best is not None
    assert (record.best.epoch, record.best.metric, record.best.value) == (best, "loss", min(losses))
    assert record.chosen_step == record.best.step
    assert record.best.step in record.keyframes
    kept = record.evaluate(record.at(record.chosen_step), data.validation_x, data.validation_y)
    assert kept.loss == min(losses)
    assert record.verify().ok


def test_early_stopping_watches_what_it_is_told(dataset: Dataset, settings: Settings) -> None:
    stopping = EarlyStopping(patience=3, monitor="accuracy")
    record = train_run(dataset, replace(settings, early_stopping=stopping))
    accuracies = [m.values["accuracy"] for m in record.validation]
    assert record.best is not None
    assert record.best.value == max(accuracies)
    assert len(accuracies) <= accuracies.index(max(accuracies)) + 4


def test_a_metric_that_nothing_is_measured_by_is_refused_before_a_run_is_kept(
    dataset: Dataset, settings: Settings, trained: Trained, tmp_path: Path
) -> None:
    path = tmp_path / "r.logbook"
    misspelled = replace(settings, early_stopping=EarlyStopping(monitor="acuracy"))
    for train in (lambda: train_run(dataset, misspelled, logbook=path), lambda: estimate_run(dataset, misspelled)):
        with pytest.raises(UnknownNameError, match="cannot monitor 'acuracy'; did you mean 'accuracy'"):
            train()
    assert list(tmp_path.iterdir()) == []
    parent = trained(path, settings=replace(settings, early_stopping=EarlyStopping(monitor="accuracy")))
    numbers = from_arrays(range(60), np.arange(60.0))
    with pytest.raises(UnknownNameError, match="cannot monitor 'accuracy'; known are 'loss', 'rmse', 'mae', 'r2'"):
        train_run(numbers, replace(parent.settings, network=Network(Dense(1)), loss=MSE()), logbook=path)
    assert len(parent.logbook.runs()) == 1


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: EarlyStopping(patience=0), "patience must be a whole number of epochs of at least 1, got 0"),
        (lambda: EarlyStopping(min_delta=-1.0), "min_delta must be a number of at least 0, got -1.0"),
        (lambda: EarlyStopping(min_delta=True), "min_delta must be a number of at least 0, got True"),
        (lambda: EarlyStopping(monitor=3), "monitor must be the name of a metric such as 'loss', got 3"),  # type: ignore[arg-type]
    ],
)
def test_early_stopping_refuses_what_makes_no_sense(make: Callable[[], EarlyStopping], message: str) -> None:
    with pytest.raises(OptionError, match=message):
        make()


def overflowing(**changed: Any) -> Record:
    data = from_arrays([1, 2, 3], [2.0, 4.0, 6.0], dtype="float32")
    network = Network(Dense(1, bias=False, init="zeros"))
    return train_run(data, Settings(network, MSE(), SGD(lr=1.0), batch_size=3, steps=200), **changed)


def test_a_run_that_leaves_the_numbers_says_where(tmp_path: Path) -> None:
    record = overflowing(logbook=tmp_path / "r.logbook")
    # w - 2 is multiplied by 1 - 28/3 in each step; the squares x^2 (w - 2)^2 leave float32 at 3.4e38.
    errors = -2.0 * (1 - 28 / 3) ** np.arange(60)
    beyond = np.outer(errors**2, [1.0, 4.0, 9.0]) > 3.4028235e38
    first = int(np.argmax(beyond.any(axis=1))) + 1
    example = int(np.argmax(beyond[first - 1]))
    assert (record.status, record.steps) == ("nonfinite", first)
    assert not np.isfinite(record.loss[-1])
    assert np.isfinite(record.loss[:-1]).all()
    finding = record.finding
    assert finding is not None
    assert (finding.step, finding.phase, finding.operation) == (first, "loss", "mse_forward")
    assert (finding.buffer, finding.element, finding.value) == ("loss.examples", (example,), "inf")
    assert finding.rows == (0, 1, 2)
    assert finding.largest == pytest.approx(abs(errors[first - 1]), rel=1e-3)
    assert f"stopped at step {first}: loss.examples[{example}] became inf in mse_forward (loss)" in str(finding)
    assert "rows 0, 1, 2; try a smaller learning rate" in str(finding)
    kept = reopened(tmp_path / "r.logbook")
    assert kept.finding == finding
    assert kept.verify().ok
    assert kept.examine(first).read("dense1.weight.grad").shape == (1, 1)


def test_where_no_parameter_is_touched_or_broken_the_largest_is_named(dataset: Dataset, settings: Settings) -> None:
    record = train_run(dataset, replace(settings, optimizer=SGD(lr=1e38)))
    finding = record.finding
    assert record.status == "nonfinite"
    assert finding is not None and finding.buffer == "loss.examples"
    assert all(np.isfinite(weights).all() for weights in record.at(finding.step).weights.values())
    # Behind tanh the sums of the second layer grow with its weights alone.
    assert finding.parameter == "dense2.weight" and "dense2.weight had gone up to 5.85e+37" in str(finding)
    assert finding.largest == np.abs(record.at(finding.step - 1)["dense2.weight"]).max()
    np.testing.assert_array_equal(finding.rows, dataset.row_numbers[record.rows(finding.step)])


def test_where_no_parameter_is_touched_the_one_that_the_step_broke_is_named() -> None:
    # By hand, in float32: a = 1e20, out = 1e25, so the loss leaves float32, and out.grad = 2e25 does not; the gradient
    # of the second weight is 1e20 * 2e25, beyond float32, that of the first 1 * 1e5 * 2e25 is not.
    network = Network(Dense(1, bias=False, init=ConstantStart(1e20)), Dense(1, bias=False, init=ConstantStart(1e5)))
    data = from_arrays([1.0], [0.0], dtype="float32", target_kind="number", validation=None)
    record = train_run(data, Settings(network, MSE(), SGD(lr=1e-3), batch_size=1, steps=3))
    finding = record.finding
    assert finding is not None and (finding.step, finding.buffer) == (1, "loss.examples")
    assert finding.parameter == "dense2.weight" and finding.largest == pytest.approx(1e5)
    assert np.isfinite(record.at(1)["dense1.weight"]).all() and not np.isfinite(record.at(1)["dense2.weight"]).any()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_training_and_keeps_the_run(
    tmp_path: Path, settings: Settings, trained: Trained, number: signal.Signals
) -> None:
    before = signal.getsignal(number)

    pressed: list[int] = []

    def press(done: int, total: int, loss: float) -> None:
        if not pressed:
            pressed.append(done)
            os.kill(os.getpid(), number)

    record = trained(tmp_path / "r.logbook", settings=replace(settings, steps=10**9), progress=press)
    assert record.status == "interrupted"
    assert 0 < record.steps < 10**9
    assert record.keyframes[-1] == record.steps
    assert signal.getsignal(number) is before
    kept = reopened(tmp_path / "r.logbook")
    assert (kept.status, kept.steps, len(kept.loss)) == ("interrupted", record.steps, record.steps)
    assert kept.at(kept.steps).same_bits(record.at(record.steps))
    assert [p.name for p in tmp_path.iterdir()] == ["r.logbook"]


def test_a_second_control_c_ends_the_program_and_still_keeps_the_run(
    tmp_path: Path, settings: Settings, trained: Trained
) -> None:
    def press(done: int, total: int, loss: float) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        trained(tmp_path / "r.logbook", settings=replace(settings, steps=10**9), progress=press)
    kept = reopened(tmp_path / "r.logbook")
    assert kept.status == "interrupted"
    assert kept.steps > 0
    assert kept.verify().ok


@pytest.mark.parametrize("presses", [1, 2])
def test_control_c_while_the_end_is_written_loses_nothing(
    tmp_path: Path, settings: Settings, trained: Trained, monkeypatch: pytest.MonkeyPatch, presses: int
) -> None:
    commit, caught = Writer.commit, Interrupt._caught
    noticed: list[int] = []

    def noticing(self: Interrupt, number: int, frame: FrameType | None) -> None:
        noticed.append(number)
        caught(self, number, frame)

    def slow(self: Writer, run: int, *, steps: int, status: str = "running") -> None:
        if status == "completed":
            os.kill(os.getpid(), signal.SIGINT)
            # Presses that come before Python looks are one to it.
            while len(noticed) < presses > 1:
                time.sleep(0.05)
                os.kill(os.getpid(), signal.SIGINT)
        commit(self, run, steps=steps, status=status)

    monkeypatch.setattr(Interrupt, "_caught", noticing)
    monkeypatch.setattr(Writer, "commit", slow)
    with nullcontext() if presses == 1 else pytest.raises(KeyboardInterrupt):
        trained(tmp_path / "r.logbook", settings=settings)
    kept = reopened(tmp_path / "r.logbook")
    assert (kept.status, kept.steps) == ("completed", settings.steps)
    assert kept.verify().ok


@pytest.mark.parametrize("name", ["is_new", "connect"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_while_the_logbook_is_made_leaves_none(
    tmp_path: Path, trained: Trained, monkeypatch: pytest.MonkeyPatch, name: str, number: signal.Signals
) -> None:
    made = getattr(_writer, name)

    def pressing(path: Path) -> Any:
        found = made(path)
        signal.raise_signal(number)
        return found

    monkeypatch.setattr(_writer, name, pressing)
    # What SIGTERM does without a handler, pytest would not outlive.
    before = signal.signal(number, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            trained(tmp_path / "r.logbook")
        assert signal.getsignal(number) is signal.default_int_handler
    finally:
        signal.signal(number, before)
    assert list(tmp_path.iterdir()) == []


def test_a_signal_before_the_first_step_is_not_held_back_until_the_last(
    tmp_path: Path, trained: Trained, monkeypatch: pytest.MonkeyPatch
) -> None:
    price = _training.price_of_writing

    def pressing(threads: int) -> float:
        signal.raise_signal(signal.SIGINT)
        return price(threads)

    monkeypatch.setattr(_training, "price_of_writing", pressing)
    with pytest.raises(KeyboardInterrupt):
        trained(tmp_path / "r.logbook")
    assert list(tmp_path.iterdir()) == []


def test_other_threads_train_without_a_handler(trained: Trained) -> None:
    found: list[Record] = []
    thread = threading.Thread(target=lambda: found.append(trained()))
    thread.start()
    thread.join()
    assert found[0].at(200).same_bits(trained().at(200))


def test_keyframes_keep_within_their_room(settings: Settings, trained: Trained) -> None:
    # 44 parameters and twice as many slots in float32, and 128 bytes of overhead: 656 bytes a keyframe.
    record = trained(settings=replace(settings, steps=200_000), max_wait="1ms", max_size=656 * 12)
    steps = record.keyframes
    assert (steps[0], steps[-1]) == (0, 200_000)
    assert len(steps) <= 12
    roomy = trained(settings=replace(settings, steps=200_000), max_wait="1ms")
    assert roomy.at(123_456).same_bits(record.at(123_456))


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"batch_size": 97}, "batch_size must be between 1 and the 96 training rows, got 97"),
        ({"batch_size": 0}, "batch_size must be between 1 and the 96 training rows, got 0"),
    ],
)
def test_settings_that_do_not_fit_leave_no_file(
    tmp_path: Path, settings: Settings, trained: Trained, changed: dict[str, Any], message: str
) -> None:
    with pytest.raises(OptionError, match=message):
        trained(tmp_path / "r.logbook", settings=replace(settings, **changed))
    assert list(tmp_path.iterdir()) == []


def test_early_stopping_needs_rows_to_watch(dataset: Dataset, settings: Settings) -> None:
    bare = replace(dataset, validation=np.empty(0, np.int64), digest="")
    with pytest.raises(OptionError, match="early_stopping needs validation rows, and there are none"):
        train_run(bare, replace(settings, early_stopping=EarlyStopping()))


@pytest.mark.parametrize(("option", "value"), [("max_wait", "50"), ("max_wait", -1), ("max_size", "256 miles")])
def test_times_and_sizes_that_cannot_be_read(trained: Trained, option: str, value: Any) -> None:
    with pytest.raises(OptionError, match=f"{option} must be a .* such as .*, got {value!r}"):
        trained(**{option: value})


def test_a_failing_logbook_ends_training(tmp_path: Path, trained: Trained, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise LogbookError("the disk is full")

    monkeypatch.setattr("engineroom.logbook.Writer.add_keyframe", fail)
    with pytest.raises(LogbookError, match="the disk is full"):
        trained(tmp_path / "r.logbook")
    monkeypatch.undo()
    trained(tmp_path / "s.logbook")

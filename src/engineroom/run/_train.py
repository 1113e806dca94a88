"""Training: the engine runs in pieces, and between them the run is recorded, watched and measured."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

from engineroom.data import Dataset
from engineroom.engine import Engine, make_engine
from engineroom.errors import OptionError
from engineroom.logbook import Writer
from engineroom.plan import Plan, State, build_plan
from engineroom.run._amounts import seconds, size
from engineroom.run._finding import find_nonfinite
from engineroom.run._interrupt import Interrupt
from engineroom.run._keeping import enter
from engineroom.run._metrics import Measure, measure_for
from engineroom.run._order import steps_per_epoch
from engineroom.run._record import EngineName, Record
from engineroom.run._recorder import Recorder
from engineroom.run._settings import Settings
from engineroom.run._stopping import Monitor
from engineroom.run._targets import engine_targets, target_shape

__all__ = ["TrainingProgress", "train_run"]

TrainingProgress = Callable[[int, int, float], None]
"""Called with the steps made, the steps planned and the last loss, some ten times a second."""

_PIECE = 0.02
_REPORT_EVERY = 0.1
_EVALUATIONS = 1000


def train_run(
    dataset: Dataset,
    settings: Settings,
    *,
    seed: int = 0,
    logbook: str | Path | None = None,
    name: str | None = None,
    engine: EngineName = "native",
    isa: str | None = None,
    threads: int | None = None,
    max_wait: str | float = "50ms",
    max_size: str | float = "256MB",
    include_rows: bool = True,
    progress: TrainingProgress | None = None,
) -> Record:
    """Train and record a run.

    Parameters
    ----------
    dataset : what to train and to validate on; its dtype is the run's.
    settings : network, loss, optimizer, batch size, steps.
    seed : of the initial weights and of the order.
    logbook : the file to keep the run in, made if there is none; None keeps it in memory.
    name : what to call the run.
    engine, isa, threads : with what to compute; none of them changes a bit.
    max_wait : within which time any step should be reached by replay, as far as recording stays cheap.
    max_size : how much the keyframes may take; then every other one is dropped.
    include_rows : whether the file keeps the rows, up to 64 MB, or only their hash.
    progress : told how far training is.

    Returns
    -------
    Record
        Also when training was interrupted with Ctrl-C or left the numbers; `record.status` says so.
    """
    wait, room = seconds("max_wait", max_wait), size("max_size", max_size)
    if name is not None and (not isinstance(name, str) or not name.isprintable()):
        raise OptionError(f"name must be printable text, or None, got {name!r:.80}")
    rows = len(dataset.training)
    _check(settings, rows, len(dataset.validation))
    plan = build_plan(
        settings.network,
        settings.loss,
        settings.optimizer,
        inputs=dataset.x.shape[1],
        target=target_shape(settings.loss, dataset.target),
        batch_size=settings.batch_size,
        dtype=dataset.dtype,
        shuffle=settings.shuffle,
        steps=settings.steps,
    )
    how: dict[str, Any] = {"engine": engine, "isa": isa, "threads": threads}
    machine = make_engine(plan, dataset.training_x, engine_targets(plan, dataset.training_y), seed, **how)
    with Writer.open(logbook) as writer:
        recorder = Recorder(
            writer,
            lambda: enter(writer, dataset, settings, plan, seed=seed, name=name, include_rows=include_rows),
            wait=wait,
            room=room,
        )
        with recorder:
            training = _Training(machine, plan, dataset, settings, recorder, min(_PIECE, wait / 2), progress)
            try:
                status = training.go()
            except BaseException:
                # What was made is kept: the run can be asked about up to here.
                recorder.commit("interrupted")
                raise
            recorder.commit(status)
    number = recorder.number
    kept = writer.logbook
    return Record(kept, kept.run(number), plan, settings, dataset, **how)


def _check(settings: Settings, rows: int, held_out: int) -> None:
    if not 1 <= settings.batch_size <= rows:
        raise OptionError(
            f"batch_size must be between 1 and the {rows:,} training rows, got {settings.batch_size:,}; "
            "batch_size=None takes all rows in each step"
        )
    if settings.early_stopping is not None and not held_out:
        raise OptionError(
            "early_stopping needs validation rows, and there are none: give validation=0.2, or leave it out"
        )


class _Training:
    """The loop, and what it keeps in mind."""

    def __init__(
        self,
        engine: Engine,
        plan: Plan,
        dataset: Dataset,
        settings: Settings,
        recorder: Recorder,
        piece: float,
        progress: TrainingProgress | None,
    ) -> None:
        self._engine = engine
        self._dataset = dataset
        self._recorder = recorder
        self._piece = piece
        self._progress = progress
        self._total = settings.steps
        self._per_epoch = steps_per_epoch(len(dataset.training), plan.batch_size)
        self._monitor = Monitor(settings.early_stopping)
        self._keeps_best = settings.early_stopping is not None
        self._best: State | None = None
        self._measure: Measure | None = None
        # Where evaluation would come after nearly every step, as with one batch an epoch, a run has some thousand.
        epochs = -(-self._total // self._per_epoch)
        self._every = self._per_epoch * (1 if self._keeps_best else -(-epochs // _EVALUATIONS))
        if len(dataset.validation):
            self._measure = measure_for(plan, dataset.target)
            self._held_out = dataset.validation_x, engine_targets(plan, dataset.validation_y)

    def go(self) -> str:
        """Train to the end, whichever it is, and return the run's status."""
        engine, recorder = self._engine, self._recorder
        start = engine.initial()
        engine.load(start)
        recorder.add_keyframe(start, 0.0)
        self._last = start
        self._last_loss = float("nan")
        self._trained = 0.0
        with Interrupt(engine.stop) as interrupt:
            status = self._loop(interrupt)
        end = engine.snapshot()
        recorder.add_keyframe(end, self._trained)
        if self._best is not None:
            recorder.add_best_keyframe(self._best)
        if status == "nonfinite":
            self._explain()
        if self._progress is not None:
            self._progress(recorder.step, self._total, self._last_loss)
        return status

    def _loop(self, interrupt: Interrupt) -> str:
        engine, recorder, total = self._engine, self._recorder, self._total
        size, reported = 16, 0.0
        boundary = min(self._every, total) if self._measure is not None else total
        while True:
            began = perf_counter()
            made = engine.run(min(size, boundary - recorder.step))
            now = perf_counter()
            self._trained += now - began
            if made.done:
                recorder.add_losses(made.losses)
                self._last_loss = float(made.losses[-1])
                size = max(1, min(size * 8, int(self._piece * recorder.step / self._trained)))
            if made.reason == "nonfinite":
                return "nonfinite"
            if recorder.step == boundary and self._measure is not None and self._evaluated():
                return "stopped early"
            if recorder.step == total:
                return "completed"
            if interrupt.requested:
                return "interrupted"
            if recorder.step == boundary:
                boundary = min(boundary + self._every, total)
            if recorder.due(self._trained):
                self._last = engine.snapshot()
                recorder.add_keyframe(self._last, self._trained)
            recorder.tick()
            if self._progress is not None and now - reported > _REPORT_EVERY:
                reported = now
                self._progress(recorder.step, total, self._last_loss)

    def _evaluated(self) -> bool:
        """Measure on the validation rows; return whether to stop."""
        if self._measure is None:
            return False
        epoch = (self._recorder.step - 1) // self._per_epoch
        values = self._measure(self._engine.evaluate(*self._held_out), self._held_out[1])
        self._recorder.add_metrics(epoch, values)
        if self._monitor.see(epoch, self._recorder.step, values) and self._keeps_best:
            self._best = self._engine.snapshot()
        return self._monitor.stop

    def _explain(self) -> None:
        """Find where the last step left the numbers."""
        engine, step = self._engine, self._recorder.step
        engine.load(self._last)
        if step - 1 > self._last.step:
            engine.run(step - 1 - self._last.step)
        numbers = self._dataset.row_numbers[self._dataset.training]
        finding = find_nonfinite(engine, engine.snapshot(), numbers)
        if finding is not None:
            self._recorder.add_event(step, "nonfinite", finding.to_dict())

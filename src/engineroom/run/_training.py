"""The loop of training: the engine runs in pieces, and between them the run is recorded, watched and measured."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import perf_counter

from engineroom.data import Dataset
from engineroom.engine import Engine
from engineroom.logbook import MetricRow, Writer
from engineroom.plan import Plan, State
from engineroom.run._finding import find_nonfinite
from engineroom.run._interrupt import Interrupt
from engineroom.run._metrics import Measure, measure_for
from engineroom.run._observer import Observer
from engineroom.run._order import steps_per_epoch
from engineroom.run._recorder import Recorder, price_of_writing
from engineroom.run._settings import Settings
from engineroom.run._stopping import Monitor
from engineroom.run._targets import engine_targets

__all__ = ["TrainingProgress", "rounds_of", "train_into"]

TrainingProgress = Callable[[int, int, float], None]
"""Called with the steps made, the steps planned and the last loss, some ten times a second."""

_PIECE = 0.05
"""Seconds that one call of the engine takes at most, between two looks at what is due."""

_REPORT_EVERY = 0.1
_EVALUATIONS = 1000
_NEAR_END = 0.1
"""Seconds before the last step at which the logbook is made ready for the last state."""


def train_into(
    writer: Writer,
    enter: Callable[[], int],
    engine: Engine,
    plan: Plan,
    dataset: Dataset,
    settings: Settings,
    *,
    begin: State,
    total: int,
    measured: Sequence[MetricRow] = (),
    kept: Sequence[int] = (),
    wait: float,
    room: int,
    progress: TrainingProgress | None,
    observer: Observer | None = None,
) -> int:
    """Train from a state on, record it, and return the run's number.

    Parameters
    ----------
    writer, enter : where the run is kept, and what enters it there.
    begin : the state to go on from.
    total : the step at which training ends, counted from the first of the run's family.
    measured : what was measured on the validation rows before.
    kept : steps of keyframes that the run has already.
    wait, room : as in `Recorder`.
    observer : who looks on from another thread.
    """
    price = price_of_writing(engine.threads)
    recorder = Recorder(writer, enter, wait=wait, room=room, price=price, step=begin.step, kept=kept)
    # Also until the run's end is written, and the thread that writes has ended.
    with Interrupt(engine.stop) as interrupt, recorder:
        longest = _PIECE if observer is None else min(_PIECE, observer.every)
        pieces = min(longest, wait) / 32, longest
        training = _Training(engine, plan, dataset, settings, recorder, total, measured, pieces, progress, observer)
        try:
            status = training.go(begin, interrupt)
            if observer is not None:
                observer.signal = interrupt.signal
        except BaseException:
            # What was made is kept: the run can be asked about up to here.
            recorder.commit("interrupted")
            raise
        recorder.commit(status)
    return recorder.number


def rounds_of(settings: Settings, batch_size: int, rows: int) -> int:
    """Return after how many steps the validation rows are measured again: after an epoch, or after some.

    Where that would come after nearly every step, as with one batch an epoch, a run has some thousand measurements;
    with early stopping, which counts them, a hundred thousand.
    """
    per_epoch = steps_per_epoch(rows, batch_size)
    epochs = settings.segment.place(settings.steps, per_epoch)[0] + 1
    most = _EVALUATIONS if settings.early_stopping is None else 100 * _EVALUATIONS
    return per_epoch * -(-epochs // most)


class _Training:
    """The loop, and what it keeps in mind."""

    def __init__(
        self,
        engine: Engine,
        plan: Plan,
        dataset: Dataset,
        settings: Settings,
        recorder: Recorder,
        total: int,
        measured: Sequence[MetricRow],
        pieces: tuple[float, float],
        progress: TrainingProgress | None,
        observer: Observer | None,
    ) -> None:
        self._engine = engine
        self._observer = observer
        self._dataset = dataset
        self._recorder = recorder
        self._shortest, self._longest = pieces
        self._progress = progress
        self._total = total
        self._trained = 0.0
        self._last_loss = float("nan")
        self._segment = settings.segment
        self._per_epoch = steps_per_epoch(len(dataset.training), plan.batch_size)
        self._monitor = Monitor(settings.early_stopping)
        for row in measured:
            self._monitor.see(row.epoch, row.step, row.values)
        self._seen = {row.step for row in measured}
        self._keeps_best = settings.early_stopping is not None
        self._best: State | None = None
        self._measure: Measure | None = None
        self._every = rounds_of(settings, plan.batch_size, len(dataset.training))
        if len(dataset.validation):
            self._measure = measure_for(plan, dataset.target)
            self._held_out = dataset.validation_x, engine_targets(plan, dataset.validation_y)

    def go(self, begin: State, interrupt: Interrupt) -> str:
        """Train to the end, whichever it is, and return the run's status."""
        engine, recorder = self._engine, self._recorder
        engine.load(begin)
        recorder.add_keyframe(begin, 0.0)
        if self._observer is not None:
            recorder.commit("running", self._observer.begun)
        self._last = begin
        status = self._loop(interrupt)
        recorder.prepare_end(begin.values.nbytes)
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
        boundary = self._boundary()
        if self._missed_evaluation() and self._evaluated():
            return "stopped early"
        while True:
            began = perf_counter()
            made = engine.run(min(size, boundary - recorder.step))
            now = perf_counter()
            self._trained += now - began
            if made.done:
                recorder.add_losses(made.losses)
                self._last_loss = float(made.losses[-1])
            if made.reason == "nonfinite":
                return "nonfinite"
            if recorder.step == boundary and self._measure is not None and self._evaluated():
                return "stopped early"
            if recorder.step == total:
                return "completed"
            if interrupt.requested or (self._observer is not None and self._observer.stopping):
                return "interrupted"
            if recorder.step == boundary:
                boundary = self._boundary()
            if self._progress is not None and now - reported > _REPORT_EVERY:
                reported = now
                self._progress(recorder.step, total, self._last_loss)
            # Taken a little early: to wait for it would cost one more call of the engine, as short as what is left.
            if recorder.due_in(self._trained) <= self._shortest:
                began = perf_counter()
                self._last = engine.snapshot()
                recorder.add_keyframe(self._last, self._trained, began)
            recorder.tick()
            if self._observer is not None and self._observer.wants(now):
                self._observer.see(engine.snapshot(), self._last_loss)
            size = self._next_size(size)
            if (total - recorder.step) * self._trained < _NEAR_END * recorder.made:
                recorder.prepare_end(self._last.values.nbytes)

    def _next_size(self, size: int) -> int:
        """Return how many steps to make in the next call of the engine, after `size` of them."""
        lasting = min(self._longest, max(self._recorder.due_in(self._trained), self._shortest))
        return max(1, min(size * 8, int(lasting * self._recorder.made / self._trained)))

    def _boundary(self) -> int:
        """Return the step after which to measure next, or to end."""
        if self._measure is None:
            return self._total
        order = self._segment.order
        rounds = (self._recorder.step - order) // self._every + 1
        return min(order + rounds * self._every, self._total)

    def _missed_evaluation(self) -> bool:
        """Whether a run that goes on was left between a step that ends an epoch and its measurement."""
        step, segment = self._recorder.step, self._segment
        due = step > segment.start and (step - segment.order) % self._every == 0
        return self._measure is not None and due and step not in self._seen

    def _evaluated(self) -> bool:
        """Measure on the validation rows; return whether to stop."""
        if self._measure is None:
            return False
        epoch, _ = self._segment.place(self._recorder.step, self._per_epoch)
        values = self._measure(self._engine.evaluate(*self._held_out), self._held_out[1])
        self._recorder.add_metrics(epoch, values)
        if self._monitor.see(epoch, self._recorder.step, values) and self._keeps_best:
            self._best = self._engine.snapshot()
        return self._monitor.stop

    def _explain(self) -> None:
        """Find where the last step reached NaN or infinity."""
        engine, step = self._engine, self._recorder.step
        engine.load(self._last)
        if step - 1 > self._last.step:
            engine.run(step - 1 - self._last.step)
        numbers = self._dataset.row_numbers[self._dataset.training]
        finding = find_nonfinite(engine, engine.snapshot(), numbers)
        if finding is not None:
            self._recorder.add_event(step, "nonfinite", finding.to_dict())

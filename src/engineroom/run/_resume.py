"""Resuming: a run goes on from where it ended, was interrupted or crashed, as if it had never stopped."""

from __future__ import annotations

from engineroom.errors import EndedError, LogbookError, OptionError
from engineroom.logbook import Writer
from engineroom.run._amounts import seconds, size
from engineroom.run._defaults import steps_to_make
from engineroom.run._going_on import check_horizon
from engineroom.run._machine import machine_for
from engineroom.run._metrics import metric_names
from engineroom.run._observer import Observer
from engineroom.run._record import Record
from engineroom.run._same import check_same
from engineroom.run._stopping import check_monitor
from engineroom.run._training import TrainingProgress, train_into

__all__ = ["resume_run"]


def resume_run(
    record: Record,
    *,
    epochs: int | None = None,
    steps: int | None = None,
    max_wait: str | float = "50ms",
    max_size: str | float = "256MB",
    progress: TrainingProgress | None = None,
    observer: Observer | None = None,
) -> Record:
    """Go on with a run; it is the same run that grows, by the same bits as if it had never stopped.

    Parameters
    ----------
    epochs, steps : how much further to go, one of them; None goes to where the run was to end.

    Raises
    ------
    OptionError : when there is nothing left to do, or the run reached NaN or infinity.
    LogbookError : when the logbook cannot be written, or another process is writing it.
    """
    wait, room = seconds("max_wait", max_wait), size("max_size", max_size)
    record.check_numerics()
    if record.status == "nonfinite":
        raise OptionError(
            f"{record.name} reached NaN or infinity in step {record.steps:,}, and nothing follows from there: "
            "fork it from an earlier state with a smaller lr"
        )
    total = _total(record, epochs, steps)
    schedule = record.optimizer.schedule.over(record.settings.steps)
    check_horizon(schedule, record.settings.steps, record.segment.clock, total)
    check_monitor(record.settings.early_stopping, metric_names(record.plan, record.dataset.target))
    number = record.number
    with Writer.of(record.logbook) as writer:
        for run in record.chain:
            check_same(writer.logbook, run.row)
        if writer.logbook.run(number).steps != record.steps:
            raise LogbookError(f"{record.name} has grown since it was opened: open the logbook again and resume")
        begin = record.at(record.steps)
        machine = machine_for(record.plan, record.segment, record.dataset, record.seed, record.how)
        train_into(
            writer,
            lambda: writer.continue_run(number),
            machine,
            record.plan,
            record.dataset,
            record.settings,
            begin=begin,
            total=total,
            measured=record.comparable,
            kept=record.keyframes,
            wait=wait,
            room=room,
            progress=progress,
            observer=observer,
        )
    kept = record.logbook
    return Record(kept, kept.run(number), record.plan, record.settings, record.dataset, record.parent, **record.how)


def _total(record: Record, epochs: int | None, steps: int | None) -> int:
    """Return the step at which training ends."""
    if epochs is not None or steps is not None:
        made = steps_to_make(epochs, steps, len(record.dataset.training), record.plan.batch_size)
        return record.steps + made
    if record.steps >= record.settings.steps or record.status == "stopped early":
        done = "stopped early" if record.status == "stopped early" else "made all the steps it was to make"
        raise EndedError(f"{record.name} {done}, {record.steps:,}", "say how many epochs or steps further to go")
    return record.settings.steps

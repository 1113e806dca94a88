"""Training: a data set and settings become a plan, a plan becomes a run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from engineroom.data import Dataset
from engineroom.errors import OptionError
from engineroom.logbook import Writer
from engineroom.plan import Plan, build_plan
from engineroom.run._amounts import seconds, size
from engineroom.run._going_on import check_warmup
from engineroom.run._interrupt import HeldBack
from engineroom.run._keeping import check_name, enter
from engineroom.run._machine import machine_for
from engineroom.run._metrics import metric_names
from engineroom.run._observer import Observer
from engineroom.run._record import EngineName, Record
from engineroom.run._settings import Settings
from engineroom.run._stopping import check_monitor
from engineroom.run._targets import target_shape
from engineroom.run._training import TrainingProgress, train_into

__all__ = ["plan_of", "train_run"]


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
    observer: Observer | None = None,
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
    observer : who looks on from another thread.

    Returns
    -------
    Record
        Also when training was interrupted with Ctrl-C or reached NaN or infinity; `record.status` says so.
    """
    wait, room = seconds("max_wait", max_wait), size("max_size", max_size)
    check_name(name)
    if not isinstance(include_rows, bool):
        raise OptionError(f"include_rows must be True or False, got {include_rows!r:.80}")
    plan = plan_of(dataset, settings)
    check_warmup(settings.optimizer.schedule, settings.steps)
    how: dict[str, Any] = {"engine": engine, "isa": isa, "threads": threads}
    machine = machine_for(plan, settings.segment, dataset, seed, how)
    with HeldBack() as held, Writer.open(logbook) as writer:
        held.let_through()
        number = train_into(
            writer,
            lambda: enter(writer, dataset, settings, plan, seed=seed, name=name, include_rows=include_rows),
            machine,
            plan,
            dataset,
            settings,
            begin=machine.snapshot(),
            total=settings.steps,
            wait=wait,
            room=room,
            progress=progress,
            observer=observer,
        )
    kept = writer.logbook
    return Record(kept, kept.run(number), plan, settings, dataset, **how)


def plan_of(dataset: Dataset, settings: Settings) -> Plan:
    """Return what one step does; OptionError where settings ask for what the data do not have."""
    _check_fit(settings, len(dataset.training), len(dataset.validation))
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
    check_monitor(settings.early_stopping, metric_names(plan, dataset.target))
    return plan


def _check_fit(settings: Settings, rows: int, held_out: int) -> None:
    """Raise an OptionError where settings ask for what the data do not have."""
    if not 1 <= settings.batch_size <= rows:
        raise OptionError(
            f"batch_size must be between 1 and the {rows:,} training rows, got {settings.batch_size:,}; "
            "batch_size='all' takes all rows in each step"
        )
    if settings.early_stopping is not None and not held_out:
        raise OptionError(
            "early_stopping needs validation rows, and there are none: give validation=0.2, or leave it out"
        )

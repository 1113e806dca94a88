"""A fork: training goes on from any state of a run, with something changed or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from string import digits
from time import perf_counter
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from engineroom.data import Dataset
from engineroom.engine import Reason
from engineroom.errors import EndedError, OptionError, UnknownNameError, nearest
from engineroom.logbook import Writer
from engineroom.ops import Loss, Optimizer, Schedule, schedule
from engineroom.ops import loss as loss_law
from engineroom.ops import optimizer as optimizer_law
from engineroom.plan import Plan, State, resolve
from engineroom.run._amounts import seconds, size
from engineroom.run._begin import begun
from engineroom.run._defaults import steps_to_make
from engineroom.run._going_on import begun_at, check_horizon
from engineroom.run._keeping import check_name, enter_fork
from engineroom.run._machine import machine_for
from engineroom.run._observer import Observer
from engineroom.run._record import Record
from engineroom.run._replay import StepProgress, next_size
from engineroom.run._same import check_same
from engineroom.run._segment import Segment
from engineroom.run._settings import Settings
from engineroom.run._train import plan_of
from engineroom.run._training import TrainingProgress, train_into

__all__ = ["Attempt", "Changes", "check_fork", "fork_run", "try_fork"]


@dataclass(frozen=True)
class Changes:
    """What a fork changes; what is None stays as it was.

    Attributes
    ----------
    lr : a learning rate, which stays constant, or a schedule, which begins with the fork.
    optimizer : a law or its name. One of another kind begins with empty slots and counts its steps from 1.
    batch_size : rows a step; "all" is all of them. A batch of all rows stays one when rows are dropped.
    loss : a law or its name.
    seed : of the order of the rows from here on.
    values : what to set, such as {"dense1.weight[3, 5]": 0.0}.
    freeze : parameters, or whole layers, that no step changes from here on.
    drop_examples : rows not to train on any more, by their number in the data as they came, as `why` prints them.
    """

    lr: float | Schedule | Mapping[str, Any] | None = None
    optimizer: str | Optimizer | Mapping[str, Any] | None = None
    batch_size: int | Literal["all"] | None = None
    loss: str | Loss | Mapping[str, Any] | None = None
    seed: int | None = None
    values: Mapping[str, float] | None = None
    freeze: Sequence[str] | None = None
    drop_examples: Sequence[int] | None = None


@dataclass(frozen=True, eq=False)
class Attempt:
    """What became of a fork that was not recorded.

    Attributes
    ----------
    state : its last one.
    losses : (steps made,) what each of its steps measured before its update.
    reason : "completed", or "nonfinite" where it reached NaN or infinity.
    """

    state: State
    losses: NDArray[np.float64]
    reason: Reason


def fork_run(
    record: Record,
    at: int,
    changes: Changes,
    *,
    epochs: int | None = None,
    steps: int | None = None,
    name: str | None = None,
    max_wait: str | float = "50ms",
    max_size: str | float = "256MB",
    progress: TrainingProgress | None = None,
    observer: Observer | None = None,
) -> Record:
    """Go on from state `at` of a run, and record it as a run of its own in the same logbook.

    The steps are numbered on. Where batch size, rows or order change, a new epoch begins; otherwise the one under way
    goes on in its order. The run itself stays as it is.

    Parameters
    ----------
    epochs, steps : how much further to go, one of them; None goes to where the run was to end.

    Raises
    ------
    OptionError, UnknownNameError : when there is no such state, or something cannot be changed so.
    LogbookError : when the logbook cannot be written, or another process is writing it.
    """
    wait, room = seconds("max_wait", max_wait), size("max_size", max_size)
    check_name(name)
    made = _drafted(record, at, changes, epochs, steps)
    parent, settings, plan = made.parent, made.settings, made.plan
    machine = machine_for(plan, settings.segment, made.dataset, made.seed, record.how)
    with Writer.of(record.logbook) as writer:
        for run in parent.chain:
            check_same(writer.logbook, run.row)
        number = train_into(
            writer,
            lambda: enter_fork(writer, parent, settings, plan, seed=made.seed, name=name),
            machine,
            plan,
            made.dataset,
            settings,
            begin=made.begin,
            total=settings.steps,
            measured=[r for r in parent.comparable if r.step <= at] if settings.loss == parent.loss_law else (),
            wait=wait,
            room=room,
            progress=progress,
            observer=observer,
        )
    kept = record.logbook
    return Record(kept, kept.run(number), plan, settings, made.dataset, parent, **record.how)


def try_fork(
    record: Record,
    at: int,
    changes: Changes,
    *,
    epochs: int | None = None,
    steps: int | None = None,
    progress: StepProgress | None = None,
) -> Attempt:
    """Go on from state `at` as `fork_run` would, and record nothing.

    Early stopping is not heeded. The engine is one of its own, so that replays of the run may go on meanwhile.

    Parameters
    ----------
    epochs, steps : how much further to go, one of them; None goes to where the run was to end.
    progress : told how far it is.
    """
    made = _drafted(record, at, changes, epochs, steps)
    engine = machine_for(made.plan, made.settings.segment, made.dataset, made.seed, record.how)
    engine.load(made.begin)
    planned = made.settings.steps - at
    losses: list[NDArray[np.float64]] = [np.empty(0)]
    reason: Reason = "completed"
    done, size = 0, 256
    while done < planned and reason == "completed":
        began = perf_counter()
        piece = engine.run(min(size, planned - done))
        size = next_size(size, perf_counter() - began)
        losses.append(piece.losses)
        done, reason = done + piece.done, piece.reason
        if progress is not None:
            progress(done, planned)
    return Attempt(engine.snapshot(), np.concatenate(losses), reason)


def check_fork(
    record: Record, at: int, changes: Changes, *, epochs: int | None = None, steps: int | None = None
) -> None:
    """Raise what `fork_run` would say of what it is given; state `at` is replayed for that."""
    _drafted(record, at, changes, epochs, steps)


@dataclass(frozen=True)
class _Draft:
    """A fork before it is made."""

    parent: Record
    dataset: Dataset
    settings: Settings
    plan: Plan
    seed: int
    begin: State


def _drafted(record: Record, at: int, changes: Changes, epochs: int | None, steps: int | None) -> _Draft:
    parent = record.holder(record.checked_step(at))
    parent.check_numerics()
    dropped = _rows_to_drop(parent, changes.drop_examples)
    dataset = parent.dataset.without(np.array(dropped, np.int64)) if dropped else parent.dataset
    rows, batch = len(dataset.training), _batch_size(parent, dataset, changes.batch_size)
    end = _end(parent, at, epochs, steps, batch, rows)
    law = parent.optimizer if changes.optimizer is None else optimizer_law(changes.optimizer)
    same_kind = law.law == parent.optimizer.law
    clock = parent.segment.clock if same_kind else at
    law = _with_schedule(parent, law, changes, at=at, clock=clock, end=end)
    seed = parent.seed if changes.seed is None else changes.seed
    anew = batch != parent.plan.batch_size or bool(dropped) or (seed != parent.seed and parent.plan.shuffle)
    draft = replace(
        parent.settings,
        loss=parent.loss_law if changes.loss is None else loss_law(changes.loss),
        optimizer=law,
        batch_size=batch,
        steps=end,
    )
    plan = plan_of(dataset, draft)
    frozen = parent.segment.frozen if changes.freeze is None else _frozen(plan, changes.freeze)
    segment = Segment(
        start=at,
        clock=clock,
        order=at if anew else parent.segment.order,
        epoch=_next_epoch(parent, at) if anew else parent.segment.epoch,
        values=_values(plan, dataset, changes.values),
        frozen=frozen,
        dropped=tuple(sorted({*parent.segment.dropped, *dropped})),
    )
    settings = replace(draft, segment=segment)
    plan = replace(
        plan, operations=tuple(o for o in plan.operations if o.phase != "update" or o.writes[0] not in frozen)
    )
    begin = begun(parent.at(at), plan, segment, slots=same_kind)
    if not np.isfinite(begin.values).all():
        raise OptionError(
            f"{parent.name} had reached NaN or infinity in state {at:,}, and nothing follows from there: "
            "fork it from an earlier state with a smaller lr"
        )
    return _Draft(parent, dataset, settings, plan, seed, begin)


def _end(parent: Record, at: int, epochs: int | None, steps: int | None, batch: int, rows: int) -> int:
    """Return the step at which the fork ends."""
    if epochs is not None or steps is not None:
        return at + steps_to_make(epochs, steps, rows, batch)
    end = max(parent.settings.steps, parent.steps)
    if end <= at:
        raise EndedError(f"{parent.name} ends with state {at:,}", "say how many epochs or steps further to go")
    return end


def _with_schedule(parent: Record, law: Optimizer, changes: Changes, *, at: int, clock: int, end: int) -> Optimizer:
    """Return the optimizer with the schedule it goes on with."""
    kept = parent.optimizer.schedule.over(parent.settings.steps)
    if changes.lr is not None:
        rate = begun_at(schedule(changes.lr), at - clock, end - at)
    elif changes.optimizer is not None:
        rate = begun_at(law.schedule, at - clock, end - at)
    else:
        check_horizon(kept, parent.settings.steps, clock, end)
        rate = kept
    return optimizer_law({**law.to_dict(), "lr": rate.to_dict()})


def _batch_size(parent: Record, dataset: Dataset, given: int | str | None) -> int:
    rows = len(dataset.training)
    # A full batch stays one when rows are dropped.
    full = parent.plan.batch_size >= len(parent.dataset.training)
    if given == "all" or (given is None and full):
        return rows
    if given is None:
        return parent.plan.batch_size
    if isinstance(given, bool) or not isinstance(given, (int, np.integer)):
        raise OptionError(f'batch_size must be a whole number, or "all" for all rows, got {given!r}')
    return int(given)


def _next_epoch(parent: Record, at: int) -> int:
    return parent.epoch_of(at) + 1 if at else 0


def _rows_to_drop(parent: Record, given: Sequence[int] | None) -> tuple[int, ...]:
    """Return rows of x for rows as they are numbered in the data as they came."""
    if given is None:
        return ()
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise OptionError(f"drop_examples takes numbers of rows such as [812], got {given!r:.80}")
    training = parent.dataset.training
    known = dict(zip(parent.dataset.row_numbers[training].tolist(), training.tolist(), strict=True))
    for row in given:
        if isinstance(row, bool) or not isinstance(row, (int, np.integer)) or int(row) not in known:
            raise OptionError(
                f"drop_examples names rows that {parent.name} trains on, and {_no_training_row(parent, row)}"
            )
    rows = tuple(sorted({known[int(row)] for row in given}))
    if len(rows) == len(training):
        raise OptionError(f"drop_examples leaves none of the {len(training):,} training rows: leave some in")
    return rows


def _no_training_row(parent: Record, row: Any) -> str:
    """Return why a run does not train on a row."""
    if isinstance(row, bool) or not isinstance(row, (int, np.integer)):
        return f"{row!r} is no number of a row"
    dataset = parent.dataset
    if int(row) in dataset.row_numbers[dataset.validation]:
        return f"row {row} is held out"
    if int(row) in dataset.row_numbers:
        return f"row {row} was dropped before"
    last = int(dataset.row_numbers.max())
    if 0 <= int(row) <= last:
        return f"row {row} was left out when the data were read"
    return f"there is no row {row}: rows are numbered from 0 to {last:,}"


def _frozen(plan: Plan, given: Sequence[str]) -> tuple[str, ...]:
    if isinstance(given, str):
        given = [given]
    if not isinstance(given, Iterable):
        raise OptionError(f"freeze takes names of parameters or layers such as ['dense1'], got {given!r:.80}")
    names = [buffer.name for buffer in plan.parameters]
    layers = dict.fromkeys(name.split(".")[0] for name in names)
    found: set[str] = set()
    for name in given:
        if name not in names and name not in layers:
            # A dot tells that a parameter is meant; without one a layer is, the number of which is no slip of the pen.
            known = names if "." in str(name) else list(layers)
            if str(name).rstrip(digits) in {layer.rstrip(digits) for layer in layers}:
                held = ", ".join(map(repr, layers))
                raise UnknownNameError(
                    f"freeze takes parameters or layers, and there is none called {name!r}; layers are {held}"
                )
            raise UnknownNameError(
                f"freeze takes parameters or layers, and there is none called {name!r}{nearest(str(name), known)}"
            )
        found |= {n for n in names if n == name or n.split(".")[0] == name}
    if len(found) == len(names):
        raise OptionError("with every parameter frozen nothing would be trained: leave one free")
    return tuple(n for n in names if n in found)


def _values(plan: Plan, dataset: Dataset, given: Mapping[str, float] | None) -> tuple[tuple[str, float], ...]:
    if given is not None and not isinstance(given, Mapping):
        raise OptionError(f"set takes weights with numbers, such as {{'dense1.weight[3, 5]': 0.0}}, got {given!r:.80}")
    made: dict[str, float] = {}
    most = float(np.finfo(plan.dtype).max)
    for name, value in (given or {}).items():
        element = resolve(plan, name, dataset.columns, dataset.no_inputs)
        if plan.buffer(element.buffer).role not in ("parameter", "slot"):
            raise OptionError(f"set takes weights, biases and optimizer slots, and {element} is none of them")
        if isinstance(value, bool) or not isinstance(value, (int, float, np.number)) or not abs(value) <= most:
            raise OptionError(f"{element} can be set to a number of at most {most:.6g} either way, got {value!r:.80}")
        made[str(element)] = float(np.dtype(plan.dtype).type(value))
    return tuple(made.items())

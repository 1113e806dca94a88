"""What the page asks to be trained becomes a job: train, fork, resume and race; and what a job would take."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from math import prod
from typing import Any

import numpy as np

from engineroom.data import BUNDLED, Dataset
from engineroom.errors import OptionError
from engineroom.network import Network
from engineroom.ops import Dense
from engineroom.plan import BATCH, Plan
from engineroom.run import (
    Changes,
    Record,
    Settings,
    asked_for,
    check_fork,
    cores,
    estimate_run,
    fork_run,
    plan_of,
    resume_run,
    train_run,
)
from engineroom.show._numbers import at_least, count
from engineroom.show.page._asks import EstimateAsk, ForkAsk, RaceAsk, ResumeAsk, TrainAsk, TrainingAsk, TrainLayer
from engineroom.show.page._jobs import Job
from engineroom.show.page._library import Library
from engineroom.show.page._memory import free_memory
from engineroom.show.page._receipts import Cost
from engineroom.show.page._uploads import Uploads

__all__ = ["estimating", "forking", "racing", "resuming", "training"]

Work = Callable[[Job], Record]

_THREADS = 1 if cores() <= 2 else None
"""Of two cores one is left to the page that looks on; of more the engine chooses."""

_ASKED = ("loss", "optimizer", "epochs", "steps", "batch_size", "seed", "dtype", "standardize", "validation")

_MOST_NUMBERS, _MOST_CELLS, _MOST_LAYERS = 20_000_000, 2_000_000, 200
"""What is tried for an estimate at the most: numbers with which a step works, cells of a table, layers."""

_WHICH = "weights, gradients, and what its batch gives in each layer"


def estimating(uploads: Uploads, ask: EstimateAsk) -> Cost:
    """Return what training a new run would take.

    It is asked while a number is still being typed: where a trial would itself take long, or all memory, none is made.
    """
    untried = "what training takes is not tried before it begins."
    table = None if ask.data.upload is None else uploads.table(ask.data.upload)
    if table is not None and (cells := table.rows * len(table.names)) > _MOST_CELLS:
        return Cost(f"The table has {cells:,} cells; {untried}")
    if ask.network is not None and len(ask.network) > _MOST_LAYERS:
        return Cost(f"The network has {len(ask.network):,} layers; {untried}")
    dataset, settings = _wanted(uploads, ask)
    numbers = _numbers(plan_of(dataset, settings))
    if numbers > _MOST_NUMBERS:
        return Cost(f"A step works with {numbers:,} numbers: {_WHICH}; {untried}")
    cost = estimate_run(dataset, settings, seed=ask.seed, threads=_THREADS)
    made = f"Training {count(cost.steps, 'step')} takes {at_least(cost.seconds)}"
    return Cost(f"{made}; recording it takes {cost.on_disk}, and any step is computed again within {cost.within}.")


def training(library: Library, uploads: Uploads, ask: TrainAsk) -> Work:
    """Return what trains a new run; what was asked for is checked at once."""
    dataset, settings = _wanted(uploads, ask)
    _check_memory(plan_of(dataset, settings))

    def work(job: Job) -> Record:
        return train_run(
            dataset,
            settings,
            seed=ask.seed,
            logbook=library.path,
            name=ask.name,
            threads=_THREADS,
            progress=job.progress,
            observer=job,
        )

    return work


def _numbers(plan: Plan) -> int:
    """Return with how many numbers a step works."""
    return sum(prod(plan.batch_size if n == BATCH else n for n in buffer.shape) for buffer in plan.buffers)


def _check_memory(plan: Plan) -> None:
    """Raise an OptionError where not even one step fits into memory: taking all of it would end the server."""
    numbers, free = _numbers(plan), free_memory()
    size = numbers * np.dtype(plan.dtype).itemsize
    if free is not None and size > free:
        raise OptionError(
            f"a step would work with {numbers:,} numbers ({_WHICH}), which take {size / 1e9:,.1f} GB where "
            f"{free / 1e9:,.1f} GB of memory are free: choose fewer units, or a smaller batch"
        )


def forking(library: Library, ask: ForkAsk) -> Work:
    """Return what forks a run."""
    changes = _changes(ask)
    return lambda job: fork_run(
        _own(library, ask.run),
        ask.at,
        changes,
        epochs=ask.epochs,
        steps=ask.steps,
        name=ask.name,
        progress=job.progress,
        observer=job,
    )


def resuming(library: Library, ask: ResumeAsk) -> Work:
    """Return what goes on with a run."""
    return lambda job: resume_run(
        _own(library, ask.run), epochs=ask.epochs, steps=ask.steps, progress=job.progress, observer=job
    )


def racing(library: Library, ask: RaceAsk) -> list[Work]:
    """Return what forks a run once for each optimizer; each fork is checked before the first begins."""
    if not 1 <= len(ask.optimizers) <= 12:
        raise OptionError(f"race takes 1 to 12 optimizers, got {len(ask.optimizers)}")
    forks = [ForkAsk(run=ask.run, at=ask.at, optimizer=law, steps=ask.steps) for law in ask.optimizers]
    record = library.twin(ask.run)
    # What trains may have made the step already, while the logbook does not hold it yet.
    at = min(ask.at, record.steps) if record.status == "running" else ask.at
    for fork in forks:
        check_fork(record, at, _changes(fork), steps=ask.steps)
    return [forking(library, fork) for fork in forks]


def _changes(ask: ForkAsk) -> Changes:
    told = _given(ask, "lr", "optimizer", "batch_size", "loss", "seed", "freeze", "drop_examples")
    return Changes(values=ask.set, **told)


def _wanted(uploads: Uploads, ask: TrainingAsk) -> tuple[Dataset, Settings]:
    """Return the data and the settings that a form asks for."""
    data = ask.data
    given = [data.bundled is not None, data.upload is not None, data.x is not None or data.y is not None]
    if sum(given) != 1:
        raise OptionError("train.data must be one of bundled, upload, or x and y")
    source: Any
    y: Any = None
    table: dict[str, Any] = {}
    if data.bundled is not None:
        if data.bundled not in BUNDLED:
            raise OptionError(f"train.data.bundled must be one of {', '.join(BUNDLED)}, got {data.bundled!r:.60}")
        source, table = data.bundled, {"target": ask.target or BUNDLED[data.bundled]}
    elif data.upload is not None:
        source, table = uploads.table(data.upload), {"target": ask.target}
    else:
        source, y = _array(data.x, "x"), _noisy(_array(data.y, "y"), ask)
    if ask.noise and data.y is None:
        raise OptionError("train.noise blurs the y of x and y given as arrays, and there are none")
    if table and data.columns:
        table["columns"] = data.columns
    asked: Callable[..., tuple[Dataset, Settings]] = partial(asked_for, **_given(ask, *_ASKED))
    if ask.network and ask.network[-1].units is None:
        # Only the data say how many outputs there are.
        dataset, usual = asked(None, source, y, **table)
        last = replace(ask.network[-1], units=usual.network.outputs)
        return asked(_network([*ask.network[:-1], last]), dataset)
    return asked(None if ask.network is None else _network(ask.network), source, y, **table)


def _given(ask: TrainingAsk | ForkAsk, *names: str) -> dict[str, Any]:
    """Return fields of an ask, for what takes them under the same names."""
    return {name: getattr(ask, name) for name in names}


def _network(layers: Sequence[TrainLayer]) -> Network:
    made = []
    for it in layers:
        if it.units is None:
            raise OptionError("train.network may leave units open in its last layer only: say how many the others have")
        made.append(Dense(it.units, it.activation, bias=it.bias, init=it.init))
    return Network(*made)


def _own(library: Library, number: int) -> Record:
    """Return a run whose replay no other thread uses, and which goes on with as many threads as a new one."""
    record = library.twin(number)
    for run in record.chain:
        run.how["threads"] = _THREADS
    return record


def _noisy(y: Any, ask: TrainingAsk) -> Any:
    """Return y, its numbers blurred by normal noise of the standard deviation asked for."""
    if not ask.noise:
        return y
    if ask.noise < 0:
        raise OptionError(f"train.noise is a standard deviation and must be at least 0, got {ask.noise}")
    if not 0 <= ask.seed < 2**64:
        raise OptionError(f"train.seed must be a whole number from 0 to 2**64 - 1, got {ask.seed}")
    if y.dtype.kind not in "iuf":
        raise OptionError("train.noise blurs numbers, and y holds labels")
    return y + ask.noise * np.random.default_rng(ask.seed).standard_normal(y.shape)


def _array(given: list[Any] | None, name: str) -> Any:
    if given is None:
        raise OptionError(f"train.data needs both x and y, and {name} is missing")
    unequal = OptionError(f"train.data.{name} must be a list of numbers, or of rows of equal length")
    try:
        array = np.array(given, object)
    except ValueError:
        raise unequal from None
    kinds = set(map(type, array.flat))
    if list in kinds:
        raise unequal
    if kinds <= {int, float, bool}:
        numbers = np.array(given)
        if numbers.dtype.kind in "iufb":
            return numbers
    elif kinds == {str}:
        return array  # as NumPy's own texts each would take as much room as the longest
    elif kinds <= {int, float, bool, str}:
        return np.array([*map(str, array.flat)], object).reshape(array.shape)
    odd = next(place for place, value in np.ndenumerate(array) if not _is_number_or_label(value))
    value = "null" if array[odd] is None else f"{array[odd]!r:.60}"
    long = ", which has more than 64 bits" if isinstance(array[odd], int) else ""
    where = "".join(f"[{i}]" for i in odd)
    raise OptionError(f"train.data.{name}{where} must be a number or a label, got {value}{long}")


def _is_number_or_label(value: Any) -> bool:
    if isinstance(value, int):
        return -(2**63) <= value < 2**64
    return isinstance(value, (float, str))

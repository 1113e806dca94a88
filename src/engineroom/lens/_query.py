"""Anything that a step computed, asked in hindsight: one replay answers all that is asked together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engineroom.errors import OptionError
from engineroom.lens._ask import why
from engineroom.lens._why import Why
from engineroom.numerics import reduce
from engineroom.plan import BATCH, Plan, State, resolve, whole_buffer
from engineroom.run import Record, StepProgress, Walked

__all__ = ["Hit", "Query", "first", "query", "steps_asked"]

_ROOM = 4 * 2**30
_NEAR_END = 0.99
"""Of tanh's and of sigmoid's reach: beyond it a unit hardly moves."""

Reader = Callable[[Walked], Any]


@dataclass(frozen=True)
class Query:
    """What was asked for, step by step.

    Attributes
    ----------
    steps : the steps, ascending.
    values : for each name an array whose first axis is the steps.
    """

    steps: tuple[int, ...]
    values: Mapping[str, NDArray[Any]]

    def __str__(self) -> str:
        lines = []
        for name, array in self.values.items():
            shape = " x ".join(map(str, array.shape))
            finite = array[np.isfinite(array)]
            span = f"{finite.min():.6g} to {finite.max():.6g}" if finite.size else "no finite number"
            ends = f", {array[0]:.6g} first, {array[-1]:.6g} last" if array.ndim == 1 and len(array) else ""
            lines.append(f"{name}   {shape}   {span}{ends}")
        return "\n".join(lines)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        return {"steps": list(self.steps), "values": dict(self.values)}


@dataclass(frozen=True)
class Hit:
    """The first state at which something held.

    Attributes
    ----------
    step : after so many updates.
    why : why the weight moved that moved most in the update that led to it; None where it is the initial state.
    """

    step: int
    why: Why | None

    def __str__(self) -> str:
        return f"first in state {self.step:,}" + ("" if self.why is None else f"\n\n{self.why}")


def query(
    record: Record,
    names: str | Sequence[str],
    steps: range | slice | int | None = None,
    progress: StepProgress | None = None,
) -> Query:
    """Return anything of any steps of a run.

    Parameters
    ----------
    names : each a buffer of the plan or one element of it (`dense1.weight`, `dense1.weight.grad[3, 5]`, `dense1.a`,
        `dense1.z.grad`, `loss.examples`, `dense1.weight.m`), the norm of one (`dense1.weight.grad.norm`),
        how long a step was beside the weights (`dense1.weight.update_ratio`), how many units gave 0 for every row of
        the batch (`dense1.dead`) or were within 1 % of the ends of tanh or sigmoid for all (`dense1.saturated`), or
        `loss`. Weights and slots are as the step left them, the rest is what it computed on the way.
    steps : which steps, from 1; None is all of them.
    progress : told how far the replay is.

    Returns
    -------
    Query
        Where a batch is smaller than others, or a run of the family has no such buffer, numbers are NaN.

    Examples
    --------
    >>> import engineroom as er
    >>> run = er.train(er.Network(er.Dense(1, bias=False, init="zeros")), [1, 2, 3], [2, 4, 6], loss="mse",
    ...                optimizer=er.SGD(lr=0.01), batch_size=None, epochs=50, dtype="float64")
    >>> query(run.record, ["dense1.weight.grad.norm"], range(1, 3)).values["dense1.weight.grad.norm"].round(4).tolist()
    [18.6667, 16.9244]
    """
    asked = [names] if isinstance(names, str) else list(names)
    wanted = steps_asked(record, steps)
    rows = max(min(run.plan.batch_size, len(run.dataset.training)) for run in record.chain)
    readers: dict[str, Reader] = {}
    values: dict[str, NDArray[Any]] = {}
    before: set[str] = set()
    room = 0
    for name in asked:
        reader, shape, needs = _reader(record.plan, name)
        dtype = np.dtype(np.float64 if reader.__name__ == "derived" else record.plan.dtype)
        whole = (len(wanted), *(rows if n == BATCH else n for n in shape))
        room += int(np.prod(whole, dtype=np.int64)) * dtype.itemsize
        if room > _ROOM:
            raise OptionError(
                f"the answer for {len(wanted):,} steps would take more than {_ROOM // 2**30} GiB: ask for fewer steps"
            )
        readers[name], values[name] = reader, np.full(whole, np.nan, dtype)
        before |= needs
    for i, walked in enumerate(record.walk(wanted, sorted(before))):
        for name, reader in readers.items():
            if name == "loss":
                values[name][i] = record.loss[walked.step - 1]
                continue
            try:
                value = np.asarray(reader(walked))
            except KeyError:
                continue
            place: tuple[int | slice, ...] = (i, *map(slice, value.shape))
            values[name][place] = value
        if progress is not None:
            progress(i + 1, len(wanted))
    return Query(tuple(wanted), values)


def steps_asked(record: Record, steps: range | slice | int | None) -> range:
    """Return the steps that are meant, ascending."""
    if steps is None:
        return range(1, record.steps + 1)
    if isinstance(steps, slice):
        first = 1 if steps.start is None else steps.start
        steps = range(*slice(first, steps.stop, steps.step).indices(record.steps + 1))
    elif not isinstance(steps, range):
        steps = range(steps, steps + 1)
    if steps.step < 1:
        raise OptionError(f"steps go upwards, got {steps}")
    for t in (*steps[:1], *steps[-1:]):
        record.checked_step(t, first=1)
    return steps


def first(record: Record, predicate: Callable[[State], bool]) -> Hit | None:
    """Return the first state of a run at which `predicate` holds, and why the step to it was made; None if none.

    Examples
    --------
    >>> import engineroom as er
    >>> run = er.train(er.Network(er.Dense(1, bias=False, init="zeros")), [1, 2, 3], [2, 4, 6], loss="mse",
    ...                optimizer=er.SGD(lr=0.01), batch_size=None, epochs=50, dtype="float64")
    >>> hit = first(run.record, lambda state: state["dense1.weight"].item() > 1)
    >>> hit.step, hit.why.name
    (8, 'dense1.weight[0, 0]')
    """
    for t in range(record.steps + 1):
        if predicate(record.at(t)):
            return Hit(t, why(record, step=t) if t else None)
    return None


def _reader(plan: Plan, name: str) -> tuple[Reader, tuple[int, ...], set[str]]:
    """Return what reads the answer after a step, its shape, and what must be known from before the step."""
    plain = str(name).strip()
    stem, _, kind = plain.rpartition(".")
    names = {buffer.name: buffer for buffer in plan.buffers}
    if plain == "loss":
        return _derived(lambda walked: 0.0), (), set()
    if kind == "norm" and stem in names:
        return _derived(lambda walked: _norm(_read(walked, stem))), (), set()
    if kind == "update_ratio" and stem in names and names[stem].role == "parameter":

        def ratio(walked: Walked) -> float:
            old = walked.before[stem]
            with np.errstate(all="ignore"):
                return float(np.float64(_norm(_read(walked, stem).astype(np.float64) - old)) / _norm(old))

        return _derived(ratio), (), {stem}
    if kind in ("dead", "saturated") and f"{stem}.z" in names:
        law = next((o.law for o in plan.operations if o.writes == (f"{stem}.a",)), "")
        known = {"relu_forward": "dead", "tanh_forward": "saturated", "sigmoid_forward": "saturated"}
        if known.get(law) != kind:
            units = "relu" if kind == "dead" else "tanh and sigmoid"
            raise OptionError(f"{plain} counts {units} units, and {stem} has none")

        def count(walked: Walked) -> int:
            a = _read(walked, f"{stem}.a").astype(np.float64)
            if kind == "dead":
                return int(np.count_nonzero((a == 0).all(axis=0)))
            reach = a if law == "tanh_forward" else 2 * a - 1
            return int(np.count_nonzero((np.abs(reach) > _NEAR_END).all(axis=0)))

        return _derived(count), (), set()
    whole = whole_buffer(plan, plain)
    if whole is not None and whole.role != "classes":
        return (lambda walked: _read(walked, whole.name)), whole.shape, set()
    element = resolve(plan, plain)

    def one(walked: Walked) -> Any:
        values = _read(walked, element.buffer)
        inside = all(i < n for i, n in zip(element.index, values.shape, strict=True))
        return values[element.index] if inside else np.nan

    return one, (), set()


def _derived(reader: Reader) -> Reader:
    """Return a reader whose answer is float64."""

    def derived(walked: Walked) -> Any:
        return reader(walked)

    return derived


def _read(walked: Walked, buffer: str) -> NDArray[Any]:
    """Return a buffer after the step; KeyError where this run of the family has none."""
    walked.plan.buffer(buffer)
    return walked.read(buffer)


def _norm(values: NDArray[Any]) -> float:
    """Return the square root of the sum of squares, summed in float64 as the contract says."""
    with np.errstate(all="ignore"):
        return float(np.sqrt(reduce(np.square(values.astype(np.float64)).reshape(-1))))

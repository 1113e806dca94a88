"""Where two runs part: the first state in which any weight of theirs differs, to the bit."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engineroom.numerics import same_bits
from engineroom.plan import State, element_at
from engineroom.run import Record, StepProgress

__all__ = ["Parting", "equal_losses", "kept_losses", "parting_of", "same_weights", "shared_states", "weights_of"]


_STRETCH = 1024
"""Steps that are compared side by side before recorded losses are looked at again."""


@dataclass(frozen=True)
class Parting:
    """The first state in which two runs differ.

    Attributes
    ----------
    state : after so many updates; the states before it are equal in every weight.
    begins : the number of the fork that begins there with weights that were set; None where an update parted them.
    name : the weight that differs most, such as `dense1.weight[3, 5]`.
    first, second : its value in each run.
    dtypes : the type that each run keeps it in.
    parameters : the arrays in which weights differ, in the order of the network.
    differing, weights : how many weights differ, and how many there are.
    """

    state: int
    begins: int | None
    name: str
    first: float
    second: float
    dtypes: tuple[str, str]
    parameters: tuple[str, ...]
    differing: int
    weights: int


def parting_of(
    first: Record, second: Record, low: int, stop: int, progress: StepProgress | None = None
) -> Parting | None:
    """Return where two runs with the same parameters part between state `low` and state `stop`; None if they do not.

    As long as two runs have measured the same losses on the same batches, states that are equal at a keyframe are
    taken to have been equal all the way there: so the keyframes are bisected, and only the steps behind the last equal
    one are replayed side by side. Where losses cannot tell, all steps are.

    Parameters
    ----------
    first, second : records with engines of their own; see `Record.apart`.
    low : the first state in which they may differ.
    progress : told how many of the states from `low` to `stop` are known to be equal.
    """
    begin = low
    a, b = first.at(low), second.at(low)
    if not same_weights(a, b):
        return _described(first, second, a, b)
    while low < stop:
        equal = equal_losses(first, second, low, stop)
        if equal > low:
            low = _last_equal(first, second, low, equal)
        ahead = range(low + 1, _next_end(first, second, low + _STRETCH, stop) + 1)
        for a, b in zip(first.states(ahead), second.states(ahead), strict=True):
            if not same_weights(a, b):
                return _described(first, second, a, b)
            if progress is not None:
                progress(a.step - begin, stop - begin)
        low = ahead.stop - 1
    return None


def shared_states(first: Record, second: Record) -> int | None:
    """Return how many of their states, from 0 on, two runs have from the same run of a family; None is all of them."""
    shared = 0
    ends: list[int | None] = []
    for a, b in zip(first.chain, second.chain, strict=False):
        if not _same_run(a, b):
            break
        shared += 1
    if not shared:
        return 0
    for run in (first, second):
        ends.append(run.chain[shared].start if shared < len(run.chain) else None)
    return min((end for end in ends if end is not None), default=None)


def equal_losses(first: Record, second: Record, low: int, stop: int) -> int:
    """Return the last state up to which every step from `low` on measured the same recorded loss on the same batch."""
    starts = {run.start for record in (first, second) for run in record.chain}
    for begin, _ in pairwise([low, *sorted(s for s in starts if low < s < stop), stop]):
        if _measure(first, begin + 1) != _measure(second, begin + 1):
            stop = begin
            break
    a, b = kept_losses(first)[low:stop], kept_losses(second)[low:stop]
    both = min(len(a), len(b))
    different = np.flatnonzero(~_same(a[:both], b[:both]))
    if len(different):
        return low + int(different[0])
    equal = low + both
    # Past those kept one by one there are spans of steps, each with a hash.
    spans = [{s.first_step: s for s in record.loss_summaries()} if equal < stop else {} for record in (first, second)]
    while equal < stop:
        span = spans[0].get(equal + 1)
        if span is None or span != spans[1].get(equal + 1) or span.last_step > stop:
            break
        equal = span.last_step
    return equal


def _next_end(first: Record, second: Record, step: int, stop: int) -> int:
    """Return the first step from `step` on at which a span of recorded losses ends in both, at most `stop`."""
    if step >= stop:
        return stop
    ends = [{s.last_step for s in record.loss_summaries() if step <= s.last_step < stop} for record in (first, second)]
    return min(ends[0] & ends[1], default=stop)


def kept_losses(record: Record) -> NDArray[np.float64]:
    """Return the losses from step 1 on, as far as they were kept one by one."""
    pieces: list[NDArray[np.float64]] = []
    for run, end in zip(record.chain, record.ends, strict=True):
        pieces.append(run.recorded.kept[: end - run.start])
        if run.recorded.kept_until < end:
            break
    return np.concatenate(pieces)


def weights_of(state: State) -> NDArray[Any]:
    """Return all parameters in one array, in the order of the plan."""
    return state.values[: sum(piece.size for piece in state.plan.layout[: len(state.plan.parameters)])]


def same_weights(a: State, b: State) -> bool:
    """Whether all weights of two states of the same layout are equal, to the bit where they are of the same type."""
    return bool(_same(weights_of(a), weights_of(b)).all())


def _last_equal(first: Record, second: Record, low: int, stop: int) -> int:
    """Return `stop` if the weights are equal there, else the last keyframe before it at which they are, or `low`."""
    if same_weights(first.at(stop), second.at(stop)):
        return stop
    kept: Sequence[int] = sorted(
        {s for record in (first, second) for run in record.chain for s in run.keyframes if low < s < stop}
    )
    parted = bisect_right(kept, False, key=lambda s: not same_weights(first.at(s), second.at(s)))
    return kept[parted - 1] if parted else low


def _described(first: Record, second: Record, a: State, b: State) -> Parting:
    x, y = weights_of(a).astype(np.float64), weights_of(b).astype(np.float64)
    other = ~_same(weights_of(a), weights_of(b))
    with np.errstate(all="ignore"):
        distance = np.where(other, np.abs(x - y), -1.0)
    # What is not a number is farther than all that are.
    most = int(np.argmax(np.where(np.isnan(distance), np.inf, distance)))
    pieces = a.plan.layout[: len(a.plan.parameters)]
    begun = [r.number for record in (second, first) for r in record.chain if r.segment.values and r.start == a.step]
    return Parting(
        state=a.step,
        begins=begun[0] if begun else None,
        name=str(element_at(a.plan, most)),
        first=float(x[most]),
        second=float(y[most]),
        dtypes=(a.plan.dtype, b.plan.dtype),
        parameters=tuple(p.name for p in pieces if other[p.offset : p.offset + p.size].any()),
        differing=int(np.count_nonzero(other)),
        weights=len(other),
    )


def _same(a: NDArray[Any], b: NDArray[Any]) -> NDArray[np.bool_]:
    """Return where two arrays are equal: in their bits, or as numbers where their types differ; NaN is NaN."""
    if a.dtype != b.dtype:
        # In float64 every float32 keeps its value, and zeros of another sign are equal numbers.
        same: NDArray[np.bool_] = (a.astype(np.float64) == b.astype(np.float64)) | (np.isnan(a) & np.isnan(b))
        return same
    return same_bits(a, b)


def _measure(record: Record, t: int) -> tuple[Any, ...]:
    """Return all that decides, beside the weights, what loss step t measures."""
    maker = record.maker(t)
    plan, segment, per_epoch = maker.plan, maker.segment, maker.steps_per_epoch
    order = (segment.order - segment.epoch * per_epoch, maker.seed if plan.shuffle else 0) if per_epoch > 1 else ()
    return (
        plan.numerics,
        plan.dtype,
        plan.batch_size,
        plan.shuffle,
        [operation for operation in plan.operations if operation.phase in ("forward", "loss")],
        maker.dataset.digest,
        order,
    )


def _same_run(a: Record, b: Record) -> bool:
    """Whether two records are of the same run in the same logbook."""
    here, there = a.logbook.path, b.logbook.path
    if here is None or there is None:
        return a.number == b.number and a.logbook.store is b.logbook.store
    return a.number == b.number and here.resolve() == there.resolve()

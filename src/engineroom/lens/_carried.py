"""What every example's pushes did to weights over many steps, carried through the optimizer's memory.

A step is linear in what it is given, its denominator held (`Flow`): it moves the weight by
`gradient*g + momentum*m + weight_decay*w` and leaves the memory `keeps*m + impulse*(g + pull*w)`, where g is the sum
over the batch of input times error signal. So a ledger with two numbers for each source, what it has moved the weight
by so far and what it has in the memory, follows them all at once, a piece of the replay at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engineroom.engine import Tap
from engineroom.lens._place import Place, locate
from engineroom.ops import Flow
from engineroom.plan import Element, State
from engineroom.run import Record, StepProgress, batches, rates

__all__ = ["Ledger", "carried"]

_AT_ONCE = 2**22
"""Numbers tapped at once, so that a full batch of many rows does not fill the memory."""


@dataclass(eq=False)
class Ledger:
    """What each of N examples, the weight decay, the older steps and a fork's hand did to k weights, in float64.

    Attributes
    ----------
    amounts : (N + 3, k) what each source moved each weight by; the last three rows as in `sources`.
    memory : (N + 3, k) what each source has in the optimizer's memory.
    counts : (N, k) in how many steps each example was in the batch.
    start, end : (k,) the weights before and after.
    """

    amounts: NDArray[np.float64]
    memory: NDArray[np.float64]
    counts: NDArray[np.int64]
    start: NDArray[np.float64]
    end: NDArray[np.float64]

    @property
    def examples(self) -> int:
        """N; row N is weight decay, N + 1 the older steps, N + 2 what forks set by hand."""
        return len(self.counts)

    def carry(self, flow: Flow, before: NDArray[np.float64], rows: NDArray[np.int64], pushes: Pushes) -> None:
        """Enter n steps.

        Parameters
        ----------
        before : (n, k) the weights as each step found them.
        rows : (n, B) places of the examples, -1 for none.
        pushes : for each weight (n, B) parts of its gradient; where there is no example they are not read.
        """
        n, decay = len(before), self.examples
        # What a unit of memory moves the weight by, from step i on to the last of these.
        reach = np.zeros_like(before, shape=(n + 1, before.shape[1]))
        for i in range(n - 1, -1, -1):
            reach[i] = flow.momentum[i] + flow.keeps * reach[i + 1]
        moves = flow.gradient + flow.impulse * reach[1:]
        remains = flow.impulse * flow.keeps ** np.arange(n - 1, -1, -1.0)[:, None]
        self.amounts += self.memory * reach[0]
        self.memory *= flow.keeps**n
        there = rows >= 0
        places = rows[there]
        for j, push in enumerate(pushes):
            for table, factor in ((self.amounts, moves), (self.memory, remains)):
                entered = (push * factor[:, j, None])[there]
                table[:decay, j] += np.bincount(places, entered, minlength=decay)
        counted = np.bincount(places, minlength=decay)
        self.counts += counted[:, None]
        self.amounts[decay] += (before * (flow.weight_decay + flow.impulse * flow.pull * reach[1:])).sum(axis=0)
        self.memory[decay] += (before * flow.pull * remains).sum(axis=0)


Pushes = Sequence[NDArray[np.float64]]


def carried(
    record: Record, elements: Sequence[Element], first: int, last: int, progress: StepProgress | None = None
) -> Ledger:
    """Return what moved some weights in the steps from `first` to `last`, in one replay."""
    family = record.stretches(first - 1, last)
    k, n = len(elements), len(record.dataset.x)
    begin = record.at(first - 1)
    start = _values(begin, elements)
    ledger = Ledger(np.zeros((n + 3, k)), np.zeros((n + 3, k)), np.zeros((n, k), np.int64), start, start.copy())
    older, by_hand = n + 1, n + 2
    before: Record | None = None
    memory = np.zeros(k)
    for run, at, stop in family:
        state = begin if before is None else run.at(at)
        weights, held = _values(state, elements), _memory(run, state, elements)
        if before is None:
            ledger.memory[older] = held
        else:
            ledger.amounts[by_hand] += weights - ledger.end
            kept = before.optimizer.law == run.optimizer.law and None not in (_carrying(before), _carrying(run))
            if not kept:
                ledger.memory[:] = 0
            ledger.memory[by_hand] += held - memory if kept else held
        ledger.end, memory, before = weights, held, run
        moving = [j for j, e in enumerate(elements) if e.buffer not in run.segment.frozen]
        if moving:
            part = _part(ledger, moving)
            memory[moving] = _enter(part, run, [elements[j] for j in moving], at, stop, (first, last), progress)
            for name in ("amounts", "memory", "counts"):
                getattr(ledger, name)[:, moving] = getattr(part, name)
            ledger.end[moving] = part.end
    return ledger


def _part(ledger: Ledger, moving: list[int]) -> Ledger:
    """Return the ledger of some of the weights."""
    amounts, memory = (table[:, moving] for table in (ledger.amounts, ledger.memory))
    return Ledger(amounts, memory, ledger.counts[:, moving], ledger.start[moving], ledger.end[moving])


def _enter(
    ledger: Ledger,
    run: Record,
    elements: Sequence[Element],
    at: int,
    stop: int,
    asked: tuple[int, int],
    progress: StepProgress | None,
) -> NDArray[np.float64]:
    """Enter the steps that one run made between two states; return what its memory holds at the end."""
    places = [locate(run.plan, run.dataset, str(element)) for element in elements]
    law, kind = run.optimizer, np.dtype(run.plan.dtype)
    slots = [slot for slot in law.slots if slot is not None]
    columns = _Columns(run, places)
    taps = [Tap(e.buffer, e.flat) for e in elements]
    taps += [Tap(f"{e.buffer}.{slot}", e.flat) for slot in slots for e in elements]
    k, size = len(elements), len(columns.taps) + len(taps)
    most = max(1, _AT_ONCE // size)
    held = np.zeros(k)
    for piece in run.pieces(at, stop, [*columns.taps, *taps], most):
        n = len(piece)
        numbers = piece[:, len(columns.taps) :]
        paths = {slot: numbers[:, k * (i + 1) : k * (i + 2)] for i, slot in enumerate(slots)}
        weights = numbers[:, :k].astype(np.float64)
        counts = range(at + 1 - run.segment.clock, at + n + 1 - run.segment.clock)
        with np.errstate(all="ignore"):
            flow = law.flow(paths or {"w": numbers[:, :k]}, rates(run, at, at + n), counts, kind.name)
            rows = batches(run, at, at + n)
            ledger.carry(
                flow, np.concatenate([ledger.end[None], weights[:-1]]), rows, list(columns.pushes(piece, rows))
            )
        ledger.end = weights[-1]
        slot = _carrying(run)
        held = np.zeros(k) if slot is None else paths[slot][-1].astype(np.float64)
        at += n
        if progress is not None:
            progress(at - asked[0] + 1, asked[1] - asked[0] + 1)
    return held


class _Columns:
    """The inputs and error signals that the gradients of some weights are made of, each tapped once."""

    def __init__(self, run: Record, places: Sequence[Place]) -> None:
        self._run = run
        self._size = run.plan.batch_size
        self._places = places
        self._at: dict[tuple[str, int], int] = {}
        self.taps: list[Tap] = []
        for place in places:
            x, _, d = place.backward.reads
            if place.input is not None and run.plan.buffer(x).role != "input":
                self._tap(x, place.input)
            self._tap(d, place.output)

    def _tap(self, buffer: str, column: int) -> None:
        if (buffer, column) not in self._at:
            self._at[buffer, column] = len(self.taps)
            width = self._run.plan.buffer(buffer).shape[-1]
            self.taps += [Tap(buffer, row * width + column) for row in range(self._size)]

    def _read(self, piece: NDArray[np.generic], buffer: str, column: int) -> NDArray[np.float64]:
        at = self._at[buffer, column]
        return piece[:, at : at + self._size].astype(np.float64)

    def pushes(self, piece: NDArray[np.generic], rows: NDArray[np.int64]) -> Iterator[NDArray[np.float64]]:
        """Yield for each weight (n, B) input times error signal; anything where a smaller batch has no row."""
        data, dtype = self._run.dataset.x, self._run.plan.dtype
        for place in self._places:
            x, _, d = place.backward.reads
            error = self._read(piece, d, place.output)
            if place.input is None:
                product = error
            elif self._run.plan.buffer(x).role == "input":
                product = data[:, place.input].astype(dtype).astype(np.float64)[rows] * error
            else:
                product = self._read(piece, x, place.input) * error
            yield product


def _carrying(run: Record) -> str | None:
    """Return the slot that carries the weight along, if the optimizer has one."""
    return next((slot.slot for slot in run.optimizer.remembers if slot.moves), None)


def _memory(run: Record, state: State, elements: Sequence[Element]) -> NDArray[np.float64]:
    """Return what the optimizer carries for each weight in a state."""
    slot = _carrying(run)
    return np.zeros(len(elements)) if slot is None else _values(state, elements, f".{slot}")


def _values(state: State, elements: Sequence[Element], slot: str = "") -> NDArray[np.float64]:
    """Return the weights in a state, or a slot of theirs."""
    return np.array([float(state[e.buffer + slot].reshape(-1)[e.flat]) for e in elements])

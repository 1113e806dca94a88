"""What earlier steps still weigh in this one, found by replaying them with an eye on one weight."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from engineroom.engine import Tap
from engineroom.lens._account import value_of
from engineroom.lens._place import Place
from engineroom.lens._why import Account, Earlier, Memory
from engineroom.ops import ImpulseWeights, Optimizer, Remembered
from engineroom.run import Examination, Record

__all__ = ["explain_memory", "explained_at_hand", "looked_back", "path_before"]

_REMAINS = 1e-3
"""Steps are replayed back to where no more than this part of an impulse is left ..."""

_LONGEST = 128
"""... but no more than so many, so that the answer comes at once; `older` holds what came before."""


def looked_back(record: Record, step: int) -> int:
    """Return the state from which `path_before` replays, no earlier than a fork that changed the memory."""
    # One step more than the window, for the slot as the window's first step found it.
    return max(step - 2 - _window(record.optimizer), record.memory_begins)


def explained_at_hand(record: Record, step: int) -> int:
    """Return the last step until `step` that `why` explains from a kept state on, with no other steps made before."""
    return record.at_hand(step, behind=1 + _window(record.maker(step).optimizer))


def path_before(record: Record, place: Place, step: int) -> NDArray[np.float64]:
    """Return the gradient and the slots after each step of the window, and first as the window found them.

    Afterwards the state before `step` is at hand, so that one replay serves the step's past and the step itself.
    """
    names = _slots_of(record, place)
    taps = [Tap(place.parameter + ".grad", place.flat), *(Tap(name, place.flat) for name in names)]
    path: NDArray[np.float64] = np.zeros((0, len(taps)))
    start = looked_back(record, step)
    if step - 1 > start:
        path = record.replay(start, step - 1, taps).astype(np.float64)
    if step - 2 - _window(record.optimizer) < start:
        state = record.at(start)
        path = np.concatenate([[[0.0, *(value_of(state, name, place) for name in names)]], path])
    return path


def explain_memory(
    record: Record,
    place: Place,
    examination: Examination,
    account: Account,
    law: ImpulseWeights | None,
    path: NDArray[np.float64],
    top: int,
) -> tuple[Memory, ...]:
    """Return, for each slot that remembers, how much comes from this batch and how much from earlier steps.

    A slot is `s[t] = decay * s[t-1] + entered[t]`, so what step t-k put in still weighs `decay**k` times itself.
    `entered` is taken from the stored slots, each step's own rounding included, which is why the sums close; `path`
    is what `path_before` gave.
    """
    if not account.terms:
        return ()
    step = examination.step
    kind = np.dtype(record.plan.dtype).type
    answers = []
    slots = record.optimizer.remembers
    for column, (name, slot) in enumerate(zip(_slots_of(record, place), slots, strict=True), start=1):
        if slot.moves and law is not None:
            this_batch, factor, decay = account.terms[0].amount, law.factor, law.decay
        else:
            factor, decay = Fraction(1), Fraction(float(kind(slot.keeps)))
            now, before = (Fraction(value_of(s, name, place)) for s in (examination.after, examination.before))
            this_batch = now - decay * before
        slot_path = path[:, [0, column]]
        # What a zero gradient seems to put in is the rounding of the slot.
        noise = float(np.finfo(kind).eps) * float(np.abs(slot_path[:, 1]).max())
        decays = record.optimizer.coupled != 0
        answers.append(_remembered(slot, factor, decay, this_batch, step, slot_path, noise, top, decays))
    return tuple(answers)


def _slots_of(record: Record, place: Place) -> list[str]:
    """Return the buffers of the slots that remember."""
    return [f"{place.parameter}.{slot.slot}" for slot in record.optimizer.remembers]


def _window(optimizer: Optimizer) -> int:
    """Return after how many steps `_REMAINS` is left of an impulse, at most `_LONGEST`."""
    if not optimizer.remembers:
        return 0
    decay = optimizer.remembers[0].keeps
    return min(_LONGEST, math.ceil(math.log(_REMAINS) / math.log(decay))) if 0 < decay < 1 else 0


def _remembered(
    slot: Remembered,
    factor: Fraction,
    decay: Fraction,
    this_batch: Fraction,
    step: int,
    path: NDArray[np.float64],
    noise: float,
    top: int,
    decays: bool,
) -> Memory:
    """`path[j]` holds gradient and slot after step `step - len(path) + j`; the first is what the window began with.

    `noise` is what rounding alone can put in; `decays` says whether weight decay goes into the slot with the gradient.
    """
    gradients, values = path[:, 0], path[:, 1]
    window = len(values) - 1
    ago = np.arange(window, 0, -1)
    entered = np.abs(values[1:] - float(decay) * values[:-1])
    order = np.argsort(-entered * float(decay) ** ago, kind="stable")[:top].tolist()
    heaviest = [j for j in order if entered[j] > noise or (gradients[j + 1] != 0 and entered[j] > 0)]

    def weighed(j: int) -> Fraction:
        """Return what the j-th step of the window put in, as it still counts."""
        return factor * decay ** (window - j) * (Fraction(values[j + 1]) - decay * Fraction(values[j]))

    steps = tuple(Earlier(step - (window - j), float(gradients[j + 1]), weighed(j)) for j in heaviest)
    others = sorted(set(range(window)).difference(heaviest))
    silent = [j for j in others if gradients[j + 1] == 0 and entered[j] <= noise and not decays]
    rounding = sum((weighed(j) for j in silent), Fraction(0))
    earlier = factor * decay * Fraction(values[-1])
    older = factor * decay ** (window + 1) * Fraction(values[0])
    return Memory(
        slot=slot.slot,
        decay=float(decay),
        moves=slot.moves,
        this_batch=this_batch,
        earlier=earlier,
        steps=steps,
        others_count=len(others),
        others=earlier - older - rounding - sum((s.amount for s in steps), Fraction(0)),
        others_silent=len(silent) == len(others) > 0,
        rounding=rounding,
        since=step - window,
        older=older,
    )

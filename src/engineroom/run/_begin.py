"""The state a fork goes on from: what it takes over from its parent, and what is set."""

from __future__ import annotations

import numpy as np

from engineroom.plan import Plan, State, resolve
from engineroom.run._segment import Segment

__all__ = ["adopted", "begun"]


def adopted(state: State, plan: Plan, *, slots: bool = True) -> State:
    """Return `state` as one of `plan`: what both have is taken over, slots only if asked; slots it lacks are +0."""
    if slots and state.plan.layout == plan.layout:
        return State(plan, state.step, state.values)
    known = {piece.name for piece in state.plan.layout}
    values = np.zeros(plan.state_size, plan.dtype)
    for piece in plan.layout:
        if piece.name in known and (slots or plan.buffer(piece.name).role == "parameter"):
            values[piece.offset : piece.offset + piece.size] = state[piece.name].reshape(-1)
    return State(plan, state.step, values)


def begun(before: State, plan: Plan, segment: Segment, *, slots: bool) -> State:
    """Return the state that a fork goes on from where its parent was at `before`.

    Parameters
    ----------
    slots : whether the optimizer is of the same kind and keeps what it remembers.
    """
    values = adopted(before, plan, slots=slots).values.copy()
    for name, value in segment.values:
        element = resolve(plan, name)
        offset = next(piece.offset for piece in plan.layout if piece.name == element.buffer)
        values[offset + element.flat] = value
    return State(plan, before.step, values)

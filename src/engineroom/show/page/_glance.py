"""Asks at a glance: whoever looks on while a run trains is told of a step that costs next to no replay."""

from __future__ import annotations

from dataclasses import replace

from engineroom.lens import explained_at_hand
from engineroom.run import Record
from engineroom.show.page._asks import Ask, WhyAsk

__all__ = ["at_a_glance"]


def at_a_glance(ask: Ask, record: Record) -> Ask:
    """Return an ask at a glance as one about the last step, up to its own, that needs next to no replay."""
    if not getattr(ask, "glance", False) or not getattr(ask, "step", None):
        return ask
    nearest = explained_at_hand if isinstance(ask, WhyAsk) else Record.at_hand
    return replace(ask, step=nearest(record, ask.step) if record.steps else 0)  # type: ignore[type-var, attr-defined]

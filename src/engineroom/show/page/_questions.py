"""Questions that a lens answers, handed on and told as plain data."""

from __future__ import annotations

from typing import Any

from engineroom.lens import contributions, why
from engineroom.run import Record, StepProgress
from engineroom.show.page._asks import ContributionsAsk, WhyAsk
from engineroom.show.page._replies import Told

__all__ = ["contributions_of", "why_of"]


def why_of(record: Record, ask: WhyAsk, progress: StepProgress) -> Told:
    """Return why a weight moved in one step."""
    return _told(
        why(
            record,
            ask.weight,
            step=ask.step,
            epoch=ask.epoch,
            prove=ask.prove,
            top=ask.top,
            progress=progress,
        )
    )


def contributions_of(record: Record, ask: ContributionsAsk, progress: StepProgress) -> Told:
    """Return which examples moved a weight over a stretch of steps."""
    steps = range(ask.first or 1, (record.steps if ask.last is None else ask.last) + 1)
    (answer,) = contributions(record, [ask.weight], steps, top=ask.top, progress=progress)
    return _told(answer)


def _told(answer: Any) -> Told:
    return Told(facts=answer.to_dict(), text=str(answer))

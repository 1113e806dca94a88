"""Questions that a lens answers, handed on and told as plain data."""

from __future__ import annotations

from typing import Any

from engineroom.lens import compare, contributions, landscape, stability, why
from engineroom.run import Record, StepProgress
from engineroom.show.page._asks import CompareAsk, ContributionsAsk, LandscapeAsk, StabilityAsk, WhyAsk
from engineroom.show.page._replies import Told

__all__ = ["compare_of", "contributions_of", "landscape_of", "stability_of", "why_of"]


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


def landscape_of(record: Record, ask: LandscapeAsk, progress: StepProgress) -> Told:
    """Return the loss around a step, along one weight or two."""
    return _told(landscape(record, *ask.weights, step=ask.step, points=ask.points, span=ask.span, progress=progress))


def stability_of(record: Record, ask: StabilityAsk, progress: StepProgress) -> Told:
    """Return how sharp the loss is at a state, and which learning rate it bears."""
    return _told(stability(record, ask.step, sample=ask.sample, prove=ask.prove, progress=progress))


def compare_of(record: Record, ask: CompareAsk, progress: StepProgress, other: Record) -> Told:
    """Return two runs side by side."""
    points = {} if ask.points is None else {"points": ask.points}
    return _told(compare(record, other, progress=progress, **points))


def _told(answer: Any) -> Told:
    return Told(facts=answer.to_dict(), text=str(answer))

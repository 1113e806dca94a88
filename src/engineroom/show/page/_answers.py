"""Which ask is answered by whom, and in which lane."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from engineroom.run import Record, StepProgress
from engineroom.show.page._looks import beliefs_of, example_of, examples_of, health_of, neuron_of, pushes_of
from engineroom.show.page._questions import compare_of, contributions_of, landscape_of, stability_of, why_of
from engineroom.show.page._replies import Answer
from engineroom.show.page._steps import cycle_of, series_of, state_of, trace_of

__all__ = ["ANSWERS", "LaneName", "Responder"]

LaneName: TypeAlias = Literal["brief", "quick", "long"]
"""For what needs no replay, what is asked while somebody drags the timeline, and what may take long."""


@dataclass(frozen=True)
class Responder:
    """How an ask about a run is answered: by a function of the record, the ask and a progress, in a lane.

    With `two` the function is given a second record, that of `ask.other`, as `other`.
    """

    answer: Callable[..., Answer]
    lane: LaneName
    two: bool = False


def _silent(answer: Callable[[Record, Any], Answer], lane: LaneName) -> Responder:
    """Return a responder for a function that tells no progress."""

    def answered(record: Record, ask: Any, progress: StepProgress) -> Answer:
        return answer(record, ask)

    return Responder(answered, lane)


def _long(answer: Callable[[Record, Any, StepProgress], Answer]) -> Responder:
    return Responder(answer, "long")


ANSWERS: Mapping[str, Responder] = {
    "state": _silent(state_of, "quick"),
    "cycle": _silent(cycle_of, "quick"),
    "series": _long(series_of),
    "trace": _long(trace_of),
    "why": _long(why_of),
    "contributions": _long(contributions_of),
    "landscape": _long(landscape_of),
    "stability": _long(stability_of),
    "compare": Responder(compare_of, "long", two=True),
    "neuron": _silent(neuron_of, "quick"),
    "beliefs": _silent(beliefs_of, "long"),
    "example": _silent(example_of, "quick"),
    "examples": _silent(examples_of, "quick"),
    "pushes": _silent(pushes_of, "long"),
    "health": _long(health_of),
}

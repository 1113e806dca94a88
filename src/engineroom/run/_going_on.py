"""What going on from a state means for the schedule of the learning rate."""

from __future__ import annotations

from dataclasses import replace

from engineroom.errors import EndedError, OptionError
from engineroom.ops import Cosine, Schedule

__all__ = ["begun_at", "check_horizon"]


def begun_at(schedule: Schedule, count: int, steps: int) -> Schedule:
    """Return a schedule that begins where the optimizer has counted to `count`, and goes over `steps` steps.

    Examples
    --------
    >>> begun_at(Cosine(0.1), 20, 10)
    Cosine(lr=0.1, steps=30, warmup=20, final=0.0)
    """
    schedule = schedule.over(steps)
    if count == 0:
        return schedule
    if schedule.attributes and dict(schedule.attributes).get("warmup"):
        raise OptionError(
            "a new schedule with a warm-up can begin only with step 1 or with another kind of optimizer, because the "
            "optimizer that goes on keeps its count of steps: leave the warm-up out"
        )
    if isinstance(schedule, Cosine) and schedule.steps is not None:
        # A warm-up that is over shifts the wave; what it would have been before is never asked.
        return replace(schedule, warmup=count, steps=count + schedule.steps)
    return schedule


def check_horizon(schedule: Schedule, planned: int, clock: int, end: int) -> None:
    """Raise an EndedError where a run would go past the end of its schedule.

    Parameters
    ----------
    planned, end : the last step that was planned, and the one that is asked for now.
    clock : the state at which the schedule's count is 0.
    """
    if isinstance(schedule, Cosine) and schedule.steps is not None and end > max(planned, clock + schedule.steps):
        raise EndedError(
            f"the cosine schedule ends at step {clock + schedule.steps:,}, and training would go on to step {end:,}",
            "fork with a new one, such as lr=0.001",
        )

"""What the steps that a run makes, from its first or from any state on, mean for the schedule of the learning rate."""

from __future__ import annotations

from dataclasses import replace

from engineroom.errors import EndedError, OptionError
from engineroom.ops import Cosine, Schedule

__all__ = ["begun_at", "check_horizon", "check_warmup"]


def begun_at(schedule: Schedule, count: int, steps: int) -> Schedule:
    """Return a schedule that begins where the optimizer has counted to `count`, and goes over `steps` steps.

    Examples
    --------
    >>> begun_at(Cosine(0.1), 20, 10)
    Cosine(lr=0.1, steps=30, warmup=20, final=0.0)
    """
    schedule = schedule.over(steps)
    if count == 0:
        check_warmup(schedule, steps)
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


def check_warmup(schedule: Schedule, steps: int) -> None:
    """Raise an OptionError where a schedule that begins now has a longer warm-up than it has steps.

    A run that goes on with its schedule may end within the warm-up: it can go on once more.
    """
    own = schedule.steps if isinstance(schedule, Cosine) else None
    end = steps if own is None else min(own, steps)
    if schedule.warmup > end:
        what = "training makes" if end == steps else "the cosine schedule has"
        raise OptionError(
            f"the learning rate's warm-up takes {_steps(schedule.warmup)} and {what} {end:,}, so the rate would never "
            f"reach {schedule.lr:g}: shorten the warm-up to {end:,} at most, or make more steps"
        )


def _steps(number: int) -> str:
    return f"{number:,} {'step' if number == 1 else 'steps'}"


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

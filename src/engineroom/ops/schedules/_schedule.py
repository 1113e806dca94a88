"""What every schedule of the learning rate is."""

from __future__ import annotations

from typing import TypeVar

from engineroom.ops._spec import Spec

__all__ = ["Schedule"]

Self = TypeVar("Self", bound="Schedule")


class Schedule(Spec):
    """The learning rate as a function of the step t, counted from 1, in float64."""

    lr: float
    warmup: int

    @property
    def name(self) -> str:
        """The law's name."""
        return self.law

    @property
    def attributes(self) -> tuple[tuple[str, float], ...]:
        """The numbers that a plan keeps, in the order it prints them."""
        raise NotImplementedError

    def over(self: Self, steps: int) -> Self:
        """Return the schedule with its horizon filled in by the run's number of steps, where it was left open."""
        return self

    def rate(self, t: int) -> float:
        """Return the learning rate of step t."""
        raise NotImplementedError

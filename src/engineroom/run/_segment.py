"""A segment: a stretch of a run under one plan, one data set and one order of its rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from engineroom.errors import OptionError

__all__ = ["Segment"]


@dataclass(frozen=True)
class Segment:
    """From where a run goes on, and how its steps count; a run that began by itself has the one that is all zeros.

    Steps are numbered through from the first run of the family on; the optimizer and the schedule count from `clock`,
    and the epochs from `order`, where epoch number `epoch` begins.

    Attributes
    ----------
    start : the state it goes on from.
    clock : the state at which the count of the optimizer and its schedule is 0.
    order, epoch : the state at which an epoch begins, and which one.
    values : elements that were set to a number in the state it goes on from.
    frozen : parameters that no step changes.
    dropped : rows of the data's x that are no longer trained on.

    Examples
    --------
    >>> Segment(start=7, order=7, epoch=2).place(10, per_epoch=3)
    (2, 2)
    """

    start: int = 0
    clock: int = 0
    order: int = 0
    epoch: int = 0
    values: tuple[tuple[str, float], ...] = ()
    frozen: tuple[str, ...] = ()
    dropped: tuple[int, ...] = ()

    def place(self, t: int, per_epoch: int) -> tuple[int, int]:
        """Return the epoch of step t, and which of its `per_epoch` steps it is, both from 0."""
        epochs, k = divmod(t - 1 - self.order, per_epoch)
        return self.epoch + epochs, k

    def end_of(self, epoch: int, per_epoch: int) -> int:
        """Return the last step of an epoch."""
        return self.order + (epoch - self.epoch + 1) * per_epoch

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Segment:
        """Return the segment that `to_dict` gave; whoever read `data` says from where, when it cannot be read."""
        made = cls(
            start=int(data["start"]),
            clock=int(data["clock"]),
            order=int(data["order"]),
            epoch=int(data["epoch"]),
            values=tuple((str(name), float(value)) for name, value in data["values"]),
            frozen=tuple(map(str, data["frozen"])),
            dropped=tuple(map(int, data["dropped"])),
        )
        if not (0 <= made.clock <= made.start and made.order >= 0 and made.epoch >= 0):
            raise OptionError(
                f"its optimizer counts from state {made.clock:,} and its epochs from state {made.order:,}, where epoch "
                f"{made.epoch:,} begins, which does not fit a run that goes on from state {made.start:,}"
            )
        return made

"""What a logbook holds, piece by piece, as it is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

__all__ = ["Event", "MetricRow", "RunRow", "StoredData", "StoredKeyframe", "Summary"]


@dataclass(frozen=True)
class RunRow:
    """What a logbook says about a run.

    Attributes
    ----------
    number : counts from 1 in its file.
    name : what the user called it, or None.
    created : when it began, ISO 8601 in UTC.
    status : "running", "completed", "interrupted", "nonfinite" or "stopped early".
    steps : how many steps were committed.
    numerics, engineroom : versions under which it was recorded.
    seed : the seed of its initial weights and order.
    spec : what was asked for (network, loss, optimizer, ...), as JSON.
    plan : the plan's text.
    data : the key of its data set.
    parent, parent_step : from where it was forked; None for a run that began by itself.
    """

    number: int
    name: str | None
    created: str
    status: str
    steps: int
    numerics: int
    engineroom: str
    seed: int
    spec: dict[str, Any]
    plan: str
    data: str
    parent: int | None
    parent_step: int | None


@dataclass(frozen=True)
class StoredData:
    """A data set as kept: `payload` describes it, `blobs` hold its arrays, among them its rows if `rows_kept`."""

    digest: str
    payload: str
    blobs: dict[str, bytes]
    rows_kept: bool


@dataclass(frozen=True)
class StoredKeyframe:
    """The bytes of a state, and the digest they had when they were written."""

    step: int
    digest: str
    content: bytes


@dataclass(frozen=True)
class Summary:
    """A scalar of many steps in a few numbers, NaN left out of `least` and `greatest`.

    Attributes
    ----------
    first_step, count : which steps.
    least, greatest, worst_step : its extremes, and the step of the greatest, or of the first NaN.
    mean, first, last : the mean over all of them, the value of the first and of the last.
    digest : hash of all values, 8 bytes each, by which a replay is known to be exact.
    """

    first_step: int
    count: int
    least: float
    greatest: float
    worst_step: int
    mean: float
    first: float
    last: float
    digest: str

    @property
    def last_step(self) -> int:
        """The last of its steps."""
        return self.first_step + self.count - 1


@dataclass(frozen=True)
class MetricRow:
    """What was measured on the validation rows after `step` updates, at the end of `epoch`."""

    epoch: int
    step: int
    values: dict[str, float]


@dataclass(frozen=True)
class Event:
    """Something that happened in a run: `kind` says what, `payload` holds the facts."""

    step: int
    kind: str
    payload: dict[str, Any]

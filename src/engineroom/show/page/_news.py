"""Every push of the page, as a frozen dataclass: what is told without having been asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from engineroom.show.page._frames import Columns
from engineroom.show.page._replies import RunRow

__all__ = ["Answering", "Notice", "Progress", "Push", "RunsPush", "StateNow"]


class Push:
    """What it is told without having asked."""


@dataclass(frozen=True)
class Progress(Push):
    """How far training is; `status` is "queued", "running", or how it ended, and then it is the last one."""

    run: int
    step: int
    total: int
    loss: float | None
    seconds: float
    status: str


@dataclass(frozen=True)
class StateNow(Push):
    """A state of the run that is watched, while it trains. Columns: each parameter under its name.

    They are of the run's own dtype; an array of many numbers may come as shades, uint8, where they were asked for.
    """

    run: int
    step: int
    loss: float | None
    columns: Columns


@dataclass(frozen=True)
class RunsPush(Push):
    """The list of runs has changed."""

    runs: list[RunRow]


@dataclass(frozen=True)
class Notice(Push):
    """A sentence for whoever looks on."""

    kind: Literal["error", "info"]
    text: str


@dataclass(frozen=True)
class Answering(Push):
    """How far a long answer is; `of` is the id of its ask."""

    of: int
    done: int
    total: int

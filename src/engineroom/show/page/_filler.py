"""While nobody asks and nothing trains, gaps between the states at hand are filled, so that any step is a short replay.

A logbook keeps as many keyframes as training could spare time for; on a busy machine they may lie far apart.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from itertools import pairwise
from time import perf_counter

from engineroom.errors import EngineroomError
from engineroom.run import Record
from engineroom.show.page._library import Library, Shelf
from engineroom.show.page._sentence import LOG

__all__ = ["Filler"]

_NEAR, _WAIT = 0.015, 0.1
"""Seconds within which each step shall be replayed, and between two looks whether there is something to fill."""


class Filler:
    """Fills the gaps of the run that is looked at.

    Parameters
    ----------
    library : where the runs are.
    wanted : gives the run that is looked at, or None when there is none or something else is going on.
    """

    def __init__(self, library: Library, wanted: Callable[[], int | None]) -> None:
        self._library = library
        self._wanted = wanted
        self._closing = threading.Event()
        self._filled: dict[int, object] = {}
        self._pace: dict[int, float] = {}
        self._thread = threading.Thread(target=self._work, name="engineroom-filler", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End it."""
        self._closing.set()
        self._thread.join(2.0)

    def _work(self) -> None:
        shelf = Shelf(self._library)
        while not self._closing.is_set():
            run = self._wanted()
            try:
                if run is None or not self._fill(shelf.record(run)):
                    self._closing.wait(_WAIT)
            except EngineroomError:
                # Whoever asks for that step is told what is wrong with it.
                self._closing.wait(2.0)
            except Exception as error:
                LOG.warning("filling states failed", exc_info=error)
                self._closing.wait(10.0)

    def _fill(self, record: Record) -> bool:
        """Add one state; return False when none is needed."""
        if record.status == "running" or self._filled.get(record.number) == record.row:
            return False
        states = self._library.states(record)
        known = sorted({record.start, record.steps, *record.keyframes, *states.steps})
        known = [step for step in known if step >= record.start]
        gap, begin = max(((b - a, a) for a, b in pairwise(known)), default=(0, 0))
        if gap <= self._spacing(record, states.room):
            self._filled[record.number] = record.row
            return False
        goal = begin + min(gap // 2 + 1, self._spacing(record, states.room))
        record.at(begin)
        began = perf_counter()
        record.at(goal)
        took = (perf_counter() - began) / (goal - begin)
        # Other work can only make a replay slower, so the quickest says how long one takes.
        self._pace[record.number] = min(took, self._pace.get(record.number, took))
        return True

    def _spacing(self, record: Record, room: int) -> int:
        """Return how many steps may lie between two states."""
        pace = self._pace.get(record.number)
        near = 64 if pace is None else int(_NEAR / max(pace, 1e-9))
        size = record.plan.state_size * (8 if record.plan.dtype == "float64" else 4)
        fits = (record.steps - record.start) * size // max(1, room * 3 // 4) + 1
        return max(1, near, fits)

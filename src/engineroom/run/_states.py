"""States that were asked for lately, so that neighbouring questions need little replay, and what was found in them."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from engineroom.plan import State

__all__ = ["States"]

T = TypeVar("T")

_FINDINGS = 1024
"""Findings that are kept; how ten layers fared in a step takes 16 kB, so that all of them take less than the states."""


class States:
    """Keeps the states used last, for any number of threads, and small findings about steps, which never change.

    Parameters
    ----------
    room : bytes that the states may take.
    most : how many of them.
    """

    def __init__(self, room: int = 64 * 2**20, most: int = 256) -> None:
        self.room = room
        self._most = most
        self._held = 0
        self._states: OrderedDict[int, State] = OrderedDict()
        self._findings: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def steps(self) -> list[int]:
        """The steps whose states are kept, in no order."""
        with self._lock:
            return list(self._states)

    def nearest(self, step: int) -> State | None:
        """Return the latest state kept that is not after `step`."""
        with self._lock:
            best = max((s for s in self._states if s <= step), default=None)
            if best is None:
                return None
            self._states.move_to_end(best)
            return self._states[best]

    def add(self, state: State) -> None:
        """Keep a state."""
        with self._lock:
            if state.step in self._states:
                self._states.move_to_end(state.step)
                return
            self._states[state.step] = state
            self._held += state.values.nbytes
            while len(self._states) > 1 and (self._held > self.room or len(self._states) > self._most):
                self._held -= self._states.popitem(last=False)[1].values.nbytes

    def found(self, what: Hashable, find: Callable[[], T]) -> T:
        """Return what `find` returns, or returned when this was asked before; what it raises is not kept."""
        with self._lock:
            if what in self._findings:
                self._findings.move_to_end(what)
                known: T = self._findings[what]
                return known
        finding = find()
        with self._lock:
            self._findings[what] = finding
            while len(self._findings) > _FINDINGS:
                self._findings.popitem(last=False)
        return finding

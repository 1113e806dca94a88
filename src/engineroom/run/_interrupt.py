"""Ctrl-C, SIGTERM or the end of the terminal ends training between two steps and keeps the run; again, the program.

The second one is raised only when the run is kept: raised at once, it would tear what is just being written. Where a
logbook is made, the first is held back too, for the same reason.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any, TypeVar, final

__all__ = ["HeldBack", "Interrupt"]

_Self = TypeVar("_Self", bound="_Catching")


class _Catching:
    """Catches SIGINT, SIGTERM and SIGHUP while it is entered, in the main thread only, and puts the old handlers back.

    What `_caught` leaves in `_again` is raised again when they are back. Where SIGHUP is ignored, as under nohup,
    training outlives its terminal.
    """

    def __init__(self) -> None:
        self._again: int | None = None
        self._before: dict[int, Any] = {}

    def __enter__(self: _Self) -> _Self:
        # Python allows handlers in the main thread only; elsewhere whoever runs the thread decides.
        if threading.current_thread() is threading.main_thread():
            ends = [signal.SIGINT, signal.SIGTERM]
            if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
                ends.append(signal.SIGHUP)
            for number in ends:
                self._before[number] = signal.signal(number, self._caught)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._put_back()
        if self._again is not None:
            signal.raise_signal(self._again)

    def _put_back(self) -> None:
        while self._before:
            number, before = self._before.popitem()
            # None is a handler that was not installed from Python and cannot be put back from it.
            signal.signal(number, signal.SIG_DFL if before is None else before)

    def _caught(self, number: int, frame: FrameType | None) -> None:
        raise NotImplementedError


@final
class Interrupt(_Catching):
    """Asks training to end at the first signal; a further one is raised when it is left.

    Parameters
    ----------
    ask : called at the first signal, from its handler.

    Attributes
    ----------
    signal : the first one; None before.
    """

    def __init__(self, ask: Callable[[], None]) -> None:
        super().__init__()
        self.signal: int | None = None
        self._ask = ask

    @property
    def requested(self) -> bool:
        """Whether a signal came."""
        return self.signal is not None

    def _caught(self, number: int, frame: FrameType | None) -> None:
        if self.requested:
            self._again = number
        else:
            self.signal = number
            self._ask()


@final
class HeldBack(_Catching):
    """Holds signals back until `let_through`, so that a file is made as a whole or not at all."""

    def let_through(self) -> None:
        """Hold nothing back any more; if a signal came, raise KeyboardInterrupt, where what was made can be undone."""
        self._put_back()
        if self._again is not None:
            raise KeyboardInterrupt

    def _caught(self, number: int, frame: FrameType | None) -> None:
        self._again = number

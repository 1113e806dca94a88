"""Ctrl-C ends training between two steps and keeps the run; a second one ends the program."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any, final

__all__ = ["Interrupt"]


@final
class Interrupt:
    """Catches SIGINT while it is entered, in the main thread only, and puts the old handler back.

    Parameters
    ----------
    ask : called at the first Ctrl-C, from the signal handler.
    """

    def __init__(self, ask: Callable[[], None]) -> None:
        self.requested = False
        self._ask = ask
        self._before: Any = None
        self._installed = False

    def __enter__(self) -> Interrupt:
        # Python allows handlers in the main thread only; elsewhere whoever runs the thread decides.
        if threading.current_thread() is threading.main_thread():
            self._before = signal.signal(signal.SIGINT, self._caught)
            self._installed = True
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._installed:
            # None is a handler that was not installed from Python and cannot be put back from it.
            signal.signal(signal.SIGINT, signal.default_int_handler if self._before is None else self._before)
            self._installed = False

    def _caught(self, number: int, frame: FrameType | None) -> None:
        if self.requested:
            raise KeyboardInterrupt
        self.requested = True
        self._ask()

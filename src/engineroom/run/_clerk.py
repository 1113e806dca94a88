"""A thread that writes while the engine computes: hashing, compressing and SQLite all let go of Python's lock."""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import SimpleQueue

__all__ = ["Clerk"]


class Clerk:
    """Does what it is given, one after the other, in a thread of its own.

    After a failure it drops what comes, and the failure is raised at the next `do` or at `finish`.
    """

    def __init__(self) -> None:
        self._tasks: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._error: BaseException | None = None
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._work, name="engineroom-clerk", daemon=True)
        self._thread.start()

    def do(self, task: Callable[[], None]) -> None:
        """Take a task."""
        self.check()
        self._tasks.put(task)

    def finish(self) -> None:
        """Wait until all is done and end the thread.

        Whatever is raised meanwhile, as by a signal, comes only then: whoever closes next what the clerk still writes
        to would end the process in the middle of it.
        """
        self._tasks.put(None)
        raised: BaseException | None = None
        while not self._ended.is_set():
            try:
                self._ended.wait()
            except BaseException as error:
                raised = error
        self._thread.join()
        if raised is not None:
            raise raised
        self.check()

    def check(self) -> None:
        """Raise what failed since it was last asked."""
        if self._error is not None:
            error, self._error = self._error, None
            raise error

    def _work(self) -> None:
        failed = False
        while (task := self._tasks.get()) is not None:
            if not failed:
                try:
                    task()
                except BaseException as error:
                    self._error, failed = error, True
        self._ended.set()

"""Threads that answer: what is asked while somebody drags the timeline never waits for a question that takes long."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Hashable, Sequence
from time import perf_counter

from engineroom.errors import CancelledError
from engineroom.show.page._library import Library, Shelf

__all__ = ["Lane", "Task"]


class Task:
    """One ask on its way.

    Parameters
    ----------
    work : answers it, with the records of the thread that does.
    key : of queued tasks with the same key only the newest is answered; None is never replaced.
    dropped : called when a newer one took its place, or it was cancelled before its turn.
    """

    def __init__(self, work: Callable[[Task, Shelf], None], dropped: Callable[[], None], key: Hashable = None) -> None:
        self.work, self.dropped, self.key = work, dropped, key
        self.cancelled = False

    def check(self) -> None:
        """Raise where the answer is not wanted any more."""
        if self.cancelled:
            raise CancelledError("the question was taken back")


class Lane:
    """A queue of tasks and the threads that do them, each with a shelf of records of its own.

    Parameters
    ----------
    library : where the records are.
    name, threads : of the threads.
    """

    def __init__(self, library: Library, name: str, threads: int = 1) -> None:
        self._library = library
        self._tasks: deque[Task] = deque()
        self._ready = threading.Condition()
        self._open = True
        self._working = 0
        self._ended = 0.0
        self._threads: Sequence[threading.Thread] = [
            threading.Thread(target=self._work, name=f"engineroom-{name}-{i}", daemon=True) for i in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    def add(self, task: Task) -> None:
        """Take a task; one that it replaces is dropped."""
        replaced: list[Task] = []
        with self._ready:
            if task.key is not None:
                replaced = [other for other in self._tasks if other.key == task.key]
                for other in replaced:
                    self._tasks.remove(other)
            self._tasks.append(task)
            self._ready.notify()
        for other in replaced:
            other.dropped()

    def cancel(self, task: Task) -> None:
        """Give up a task: at once while it waits, at its next look while it is worked on."""
        task.cancelled = True
        with self._ready:
            waiting = task in self._tasks
            if waiting:
                self._tasks.remove(task)
        if waiting:
            task.dropped()

    def idle(self, seconds: float) -> bool:
        """Whether nothing was to be done for so long."""
        with self._ready:
            return not self._tasks and not self._working and perf_counter() - self._ended > seconds

    def close(self) -> None:
        """Take nothing more, and end the threads when they are done with what they do."""
        with self._ready:
            self._open = False
            self._tasks.clear()
            self._ready.notify_all()
        for thread in self._threads:
            thread.join(2.0)

    def _work(self) -> None:
        shelf = Shelf(self._library)
        while True:
            with self._ready:
                while self._open and not self._tasks:
                    self._ready.wait()
                if not self._open:
                    return
                task = self._tasks.popleft()
                self._working += 1
            try:
                task.work(task, shelf)
            finally:
                with self._ready:
                    self._working -= 1
                    self._ended = perf_counter()

"""What waits to be sent to one client: answers in order; of pushes that supersede one another only the newest."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Hashable
from typing import TypeAlias

__all__ = ["Mailbox"]

Frame: TypeAlias = bytes | Callable[[], bytes]


class Mailbox:
    """Frames for one client. Whoever sees nothing is sent answers alone; the rest waits for it.

    Parameters
    ----------
    wake : called, from any thread, when something can be taken.
    """

    def __init__(self, wake: Callable[[], None]) -> None:
        self._wake = wake
        self._lock = threading.Lock()
        self._answers: deque[bytes] = deque()
        self._newest: dict[Hashable, Frame] = {}
        self._visible = True
        self._waiting = 0
        self.closed = False

    def answer(self, frame: bytes) -> None:
        """Put what must arrive, in order."""

        def put() -> None:
            self._answers.append(frame)
            self._waiting += len(frame)

        self._put(put)

    @property
    def waiting(self) -> int:
        """Bytes of answers that were not taken yet."""
        with self._lock:
            return self._waiting

    def close(self) -> None:
        """Take nothing more, and forget what waits: nobody is there any more."""
        with self._lock:
            self.closed = True
            self._answers.clear()
            self._newest.clear()
            self._waiting = 0

    def push(self, key: Hashable, frame: Frame) -> None:
        """Put what replaces an earlier frame of the same key that was not taken yet; it may be packed when taken."""

        def put() -> None:
            self._newest.pop(key, None)
            self._newest[key] = frame

        self._put(put)

    def drop(self, key: Hashable) -> None:
        """Forget a frame that nobody needs any more."""
        with self._lock:
            self._newest.pop(key, None)

    def show(self, visible: bool) -> None:
        """Say whether anybody sees the page."""
        with self._lock:
            self._visible = visible
        if visible:
            self._wake()

    def take(self) -> bytes | None:
        """Return the next frame to send, or None."""
        with self._lock:
            if self._answers:
                answer = self._answers.popleft()
                self._waiting -= len(answer)
                return answer
            if not self._visible or not self._newest:
                return None
            frame = self._newest.pop(next(iter(self._newest)))
        return frame if isinstance(frame, bytes) else frame()

    def _put(self, put: Callable[[], None]) -> None:
        with self._lock:
            if self.closed:
                return
            put()
            silent = not self._visible and not self._answers
        if not silent:
            self._wake()

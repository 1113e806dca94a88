"""A client of the page's server without a browser: it asks, waits for the ends of trainings, and counts messages."""

from __future__ import annotations

import contextlib
import threading
import time
from typing import Any
from urllib.parse import urlsplit

from engineroom.show.page import pack, unpack

__all__ = ["Client"]


class Client:
    """A connection to the server.

    Parameters
    ----------
    url : the page's link, with its token.

    Attributes
    ----------
    pushed : how many messages came without having been asked for.
    progress : the newest message on how far a training is.
    """

    def __init__(self, url: str) -> None:
        from websockets.exceptions import ConnectionClosed
        from websockets.sync.client import connect
        from websockets.typing import Origin

        parts = urlsplit(url)
        self.socket = connect(
            f"ws://{parts.netloc}/socket?{parts.query}",
            origin=Origin(f"http://{parts.netloc}"),
            max_size=None,
            compression=None,
        )
        self.closed = ConnectionClosed
        self.next, self.pushed = 0, 0
        self.answers: dict[int, dict[str, Any]] = {}
        self.ended: dict[int, float] = {}
        self.progress: dict[str, Any] = {}
        self.changed = threading.Condition()
        threading.Thread(target=self._hear, daemon=True).start()

    def _hear(self) -> None:
        with contextlib.suppress(self.closed):
            for frame in self.socket:
                header, _ = unpack(frame if isinstance(frame, bytes) else frame.encode())
                with self.changed:
                    self.pushed += "push" in header
                    if header.get("push") == "progress":
                        self.progress = header
                        if header["status"] not in ("queued", "running"):
                            self.ended[header["run"]] = time.perf_counter()
                    elif "id" in header:
                        self.answers[header["id"]] = header
                    self.changed.notify_all()

    def ask(self, ask: str, **args: Any) -> dict[str, Any]:
        """Return the answer."""
        self.next += 1
        given = self.next
        self.socket.send(pack({"id": given, "ask": ask, **args}))
        with self.changed:
            self.changed.wait_for(lambda: given in self.answers, 60)
            answer = self.answers.pop(given)
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return dict(answer["answer"])

    def wait(self, run: int, seconds: float = 600.0) -> float | None:
        """Return when, by `perf_counter`, a training was told to have ended; None where that took longer."""
        with self.changed:
            self.changed.wait_for(lambda: run in self.ended, seconds)
            return self.ended.get(run)

"""A socket whose other side asks and never reads, asks too much at once, or goes."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from engineroom.show.page import Desk, pack, unpack
from engineroom.show.page import _server as server


class Socket:
    """A client that asks as fast as it is heard, and takes answers when it likes.

    Parameters
    ----------
    asks : how often it asks.
    """

    def __init__(self, asks: int) -> None:
        self.asks, self.heard, self.reads = asks, 0, asyncio.Event()
        self.answers: list[dict[str, Any]] = []
        self.gone = asyncio.Event()

    async def receive(self) -> dict[str, Any]:
        if self.heard == self.asks:
            await self.gone.wait()
            return {"type": "websocket.disconnect"}
        self.heard += 1
        await asyncio.sleep(0)
        ask = {"id": self.heard, "ask": "state", "run": 2, "step": 1 + self.heard % 40, "keep": True}
        return {"type": "websocket.receive", "bytes": pack(ask)}

    async def send_bytes(self, frame: bytes) -> None:
        await self.reads.wait()
        self.answers.append(unpack(frame)[0])


def test_who_never_reads_is_not_heard_any_more(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "_WAITING", 5_000)
    monkeypatch.setattr("engineroom.show.page._desk._OUTSTANDING", 8)

    async def scene() -> None:
        socket = Socket(400)
        talk = asyncio.create_task(server._converse(desk, socket))
        for _ in range(40):
            await asyncio.sleep(0.025)
        (client,) = desk._bulletin._clients
        assert socket.heard < 400 and client.mailbox.waiting < 60_000
        # Once it reads, it is heard to the end.
        socket.reads.set()
        while len(socket.answers) < 400:
            await asyncio.sleep(0.01)
        assert sorted(a["id"] for a in socket.answers) == list(range(1, 401))
        socket.gone.set()
        await talk

    asyncio.run(asyncio.wait_for(scene(), 60))


def test_what_waits_for_who_has_gone_is_forgotten(desk: Desk) -> None:
    client = desk.join(lambda: None)
    client.mailbox.answer(b"x" * 100)
    assert client.mailbox.waiting == 100
    desk.leave(client)
    client.mailbox.answer(b"y")
    assert client.mailbox.waiting == 0 and client.mailbox.take() is None

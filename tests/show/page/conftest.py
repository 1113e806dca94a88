"""A desk and somebody who talks with it, without a socket between them."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import Any

import numpy as np
import pytest

import engineroom as er
from engineroom.show.page import Desk, pack, unpack
from engineroom.show.page._answers import ANSWERS

LESSON: dict[str, Any] = {
    "data": {"x": [1, 2, 3], "y": [2, 4, 6]},
    "network": [{"units": 1, "bias": False, "init": "zeros"}],
    "loss": "mse",
    "optimizer": {"law": "sgd", "lr": 0.01},
    "batch_size": None,
    "epochs": 50,
    "dtype": "float64",
}


class Talk:
    """A client that asks one thing after the other and keeps what is pushed."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.ready = threading.Event()
        self.client = desk.join(self.ready.set)
        self.pushes: list[tuple[dict[str, Any], dict[str, np.ndarray]]] = []
        self.answers: dict[int, tuple[dict[str, Any], dict[str, np.ndarray]]] = {}
        self.next = 0

    def send(self, ask: str, **args: Any) -> int:
        self.next += 1
        self.desk.receive(self.client, pack({"id": self.next, "ask": ask, **args}))
        return self.next

    def hear(self) -> None:
        while (frame := self.client.mailbox.take()) is not None:
            header, columns = unpack(frame)
            if "push" in header:
                self.pushes.append((header, columns))
            else:
                self.answers[header["id"]] = header, columns

    def wait(self, given: int, timeout: float = 30) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
        end = monotonic() + timeout
        while given not in self.answers:
            assert monotonic() < end, f"no answer to {given}"
            self.ready.wait(0.05)
            self.ready.clear()
            self.hear()
        return self.answers[given]

    def ask(self, ask: str, **args: Any) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
        header, columns = self.wait(self.send(ask, **args))
        assert "error" not in header, header["error"]
        return header["answer"], columns

    def error(self, ask: str, **args: Any) -> str:
        header, _ = self.wait(self.send(ask, **args))
        return str(header["error"])

    def until(self, what: Any, timeout: float = 30) -> None:
        end = monotonic() + timeout
        while not what():
            assert monotonic() < end, "it did not come"
            self.ready.wait(0.05)
            self.ready.clear()
            self.hear()

    def ended(self, run: int) -> dict[str, Any]:
        """Wait for the last word on a training."""

        def last() -> list[dict[str, Any]]:
            return [
                h for h, _ in self.pushes
                if h["push"] == "progress" and h["run"] == run and h["status"] not in ("running", "queued")
            ]  # fmt: skip

        self.until(last)
        return last()[-1]


@pytest.fixture(scope="session")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A logbook with the lesson as run 1 and a small network for three classes as run 2."""
    path = tmp_path_factory.mktemp("page") / "book.logbook"
    er.train(
        er.Network(er.Dense(1, bias=False, init="zeros")), [1, 2, 3], [2, 4, 6], loss="mse",
        optimizer=er.SGD(lr=0.01), batch_size=None, epochs=50, dtype="float64", logbook=path,
    )  # fmt: skip
    er.train(
        er.Network(er.Dense(8, "relu"), er.Dense(3)), "penguins", target="species", steps=40,
        optimizer=er.Adam(lr=0.01), logbook=path, name="birds",
    )  # fmt: skip
    return path


@pytest.fixture
def place(tmp_path: Path, book: Path) -> Path:
    """A copy of it, to write to."""
    return Path(shutil.copy(book, tmp_path / "book.logbook"))


@pytest.fixture
def desk(place: Path) -> Iterator[Desk]:
    made = Desk(place)
    yield made
    made.close()


@pytest.fixture
def talk(desk: Desk) -> Talk:
    return Talk(desk)


@pytest.fixture
def hold(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], threading.Event]]:
    """Hold all answers to an ask back until the event is set: what waits then waits on any machine, however busy."""
    gates: list[threading.Event] = []

    def held(ask: str) -> threading.Event:
        gate, known = threading.Event(), ANSWERS[ask]
        gates.append(gate)

        def answer(*args: Any, **given: Any) -> Any:
            assert gate.wait(60)
            return known.answer(*args, **given)

        monkeypatch.setitem(ANSWERS, ask, replace(known, answer=answer))  # type: ignore[arg-type]  # a dict behind
        return gate

    yield held
    for gate in gates:
        gate.set()

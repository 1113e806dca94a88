"""The server as a process and on real sockets: ports, the terminal, ten clients, a file that another process trains."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

import engineroom as er
from engineroom.errors import OptionError
from engineroom.show.page import PORT, pack, serve, start, unpack

clients = pytest.importorskip("websockets.sync.client")


class Page:
    """A real client of a served page."""

    def __init__(self, url: str) -> None:
        found = re.fullmatch(r"(http://[\d.]+:\d+)/\?token=([\w-]+)(#.*)?", url)
        assert found
        self.origin, self.token = found[1], found[2]
        address = f"{self.origin.replace('http', 'ws')}/socket?token={self.token}"
        self.socket: Any = ExitStack().enter_context(clients.connect(address, origin=self.origin, max_size=None))
        self.pushes: list[dict[str, Any]] = []
        self.next = 0

    def ask(self, ask: str, **args: Any) -> dict[str, Any]:
        self.next += 1
        self.socket.send(pack({"id": self.next, "ask": ask, **args}))
        while True:
            header, _ = unpack(self.socket.recv(timeout=30))
            if header.get("id") == self.next:
                return header
            self.pushes.append(header)

    def until(self, what: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        while True:
            header, _ = unpack(self.socket.recv(timeout=30))
            self.pushes.append(header)
            if what(header):
                return header


@contextmanager
def served(path: Path | None, **options: Any) -> Iterator[Any]:
    page = start(path, opens=False, **options)
    try:
        for _ in range(100):
            try:
                urllib.request.urlopen(page.url, timeout=2).close()
                break
            except urllib.error.URLError:
                time.sleep(0.05)
        yield page
    finally:
        page.stop()


def test_a_port_in_use_gives_way_to_the_next(place: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        page = serve(place, port=port, opens=False)
        page.stop()
        assert f"Port {port} is in use" in page.notes[0] and f":{port}/" not in page.url
    with pytest.raises(OptionError, match="give an own address"):
        serve(place, host="203.0.113.7", expose=True, opens=False)


def test_ten_clients_one_of_them_visible(place: Path) -> None:
    with served(place) as page:
        talks = [Page(page.url) for _ in range(10)]
        layers = [{"units": 16, "activation": "relu"}, {"units": 10}]
        for i, talk in enumerate(talks):
            talk.ask("watch", run=3, visible=i == 0)
        run = talks[0].ask("train", data={"bundled": "digits"}, network=layers, steps=100_000_000)["answer"]["run"]
        assert run == 3
        for _ in range(2):
            talks[0].until(lambda h: h["push"] == "state")
        talks[0].ask("stop", run=run)

        def last_word(talk: Page) -> dict[str, Any]:
            def ended(h: dict[str, Any]) -> bool:
                return bool(h["push"] == "progress" and h["status"] == "interrupted")

            # It may have come before the answer did.
            return next(filter(ended, talk.pushes), None) or talk.until(ended)

        last = last_word(talks[0])
        for talk in talks[1:]:
            assert talk.ask("hello")["answer"]["newest"] == 3 and talk.pushes == []
            talk.ask("watch", run=3, visible=True)
            # While the last word is handed to one client after the other, the word before it may still be newest here.
            assert last_word(talk)["step"] == last["step"]
            told = [h["push"] for h in talk.pushes]
            assert "state" not in told and told.count("progress") <= 2


def test_a_closed_socket_harms_nobody(place: Path) -> None:
    with served(place) as page:
        first, second = Page(page.url), Page(page.url)
        first.socket.send(pack({"id": 1, "ask": "why", "run": 2}))
        first.socket.close()
        assert second.ask("hello")["answer"]["newest"] == 2
        assert Page(page.url).ask("state", run=2, step=3)["answer"]["step"] == 3


def test_without_a_file_what_is_trained_is_forgotten() -> None:
    with served(None) as page:
        talk = Page(page.url)
        hello = talk.ask("hello")["answer"]
        assert hello["logbook"] is None and hello["newest"] is None
        talk.ask("train", data={"x": [1, 2, 3], "y": [2, 4, 6]}, network=[{"units": 1}], steps=5)
        talk.until(lambda h: h["push"] == "progress" and h["status"] == "completed")
        folder = page.desk.library.path.parent
        assert folder.is_dir()
    assert not folder.exists()


def test_a_run_that_another_process_trains_is_read_live(tmp_path: Path) -> None:
    book = tmp_path / "live.logbook"
    words = [sys.executable, "-m", "engineroom", "train", "digits", "--hidden", "16", "--steps", "100000000",
             "--logbook", str(book)]  # fmt: skip
    with subprocess.Popen(words, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as training:
        try:
            end = time.monotonic() + 60
            while not book.exists() and time.monotonic() < end:
                time.sleep(0.05)
            with served(book) as page:
                talk = Page(page.url)
                grown = talk.until(lambda h: h["push"] == "runs" and bool(h["runs"]) and h["runs"][0]["steps"] > 100)
                assert grown["runs"][0]["status"] == "running" and not grown["runs"][0]["training"]
                assert talk.ask("cycle", run=1, step=77)["answer"]["step"] == 77
                assert "another process is writing" in talk.ask("fork", run=1, at=10, steps=5)["error"]
                training.send_signal(signal.SIGINT)
                training.wait(30)
                talk.until(lambda h: h["push"] == "runs" and h["runs"][0]["status"] == "interrupted")
                assert talk.ask("fork", run=1, at=10, steps=5)["answer"]["run"] == 2
        finally:
            training.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_the_server_ends_with_its_terminal(place: Path, number: int) -> None:
    words = [sys.executable, "-m", "engineroom", "show", str(place), "--no-open", "--port", str(PORT + 700)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        url = next(line for line in server.stdout if line.startswith("http")).strip()
        talk = Page(url)
        run = talk.ask("train", data={"bundled": "digits"}, steps=100_000_000)["answer"]["run"]
        server.send_signal(number)
        out, err = server.communicate(timeout=30)
    assert "Traceback" not in out + err
    kept = er.open(place).run(run)
    assert kept.status == "interrupted" and not Path(f"{place}-lock").exists()


def test_states_come_from_a_filled_run(place: Path) -> None:
    with served(place) as page:
        talk = Page(page.url)
        talk.ask("watch", run=2, visible=True)
        states = page.desk.library.states(page.desk.library.record(2))
        record = page.desk.library.record(2)
        end = time.monotonic() + 20
        while (record.number not in page.desk._filler._filled) and time.monotonic() < end:
            time.sleep(0.05)
        assert record.number in page.desk._filler._filled
        kept = er.open(place).run(2)
        for step in states.steps:
            found = states.nearest(step)
            assert found is not None and found.same_bits(kept.at(step))

"""The server as a process and on real sockets: ports, the terminal, ten clients, a file that another process trains."""

from __future__ import annotations

import errno
import re
import signal
import socket
import subprocess
import sys
import time
import types
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pytest

import engineroom as er
from engineroom.errors import OptionError
from engineroom.show.page import PORT, _serve, pack, serve, start, unpack

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


class Sockets:
    """Stands for `socket`: some ports are taken, and what is tried is written down.

    Parameters
    ----------
    taken : the error of each port that cannot be had.
    """

    AF_INET, AF_INET6, SOCK_STREAM = socket.AF_INET, socket.AF_INET6, socket.SOCK_STREAM
    SOL_SOCKET, SO_REUSEADDR = socket.SOL_SOCKET, socket.SO_REUSEADDR
    gethostname, getaddrinfo = staticmethod(lambda: "engine"), staticmethod(lambda *_: [])

    def __init__(self, taken: dict[int, int]) -> None:
        self.taken = taken
        self.tried: list[tuple[int, str, int]] = []
        self.closed: list[int] = []

    def socket(self, family: int, kind: int) -> Any:
        def bind(address: tuple[str, int]) -> None:
            self.tried.append((family, *address))
            if (error := self.taken.get(address[1])) is not None:
                raise OSError(error, "taken")

        return types.SimpleNamespace(
            bind=bind, setsockopt=lambda *_: None, listen=lambda _: None, getsockname=lambda: self.tried[-1][1:],
            close=lambda: self.closed.append(self.tried[-1][2]),
        )  # fmt: skip


@pytest.fixture
def sockets(monkeypatch: pytest.MonkeyPatch) -> Sockets:
    stand_in = Sockets({})
    monkeypatch.setattr(_serve, "socket", stand_in)
    return stand_in


def test_the_next_free_port_is_the_first_that_is_neither_taken_nor_forbidden(sockets: Sockets) -> None:
    assert _serve._listen("127.0.0.1", 9000)[1] == () and sockets.tried == [(socket.AF_INET, "127.0.0.1", 9000)]
    sockets.taken, sockets.tried = {9000: errno.EADDRINUSE, 9001: errno.EACCES}, []
    listening, notes = _serve._listen("127.0.0.1", 9000)
    assert listening.getsockname() == ("127.0.0.1", 9002) and sockets.closed == [9000, 9001]
    assert notes == ("Port 9000 is in use, so it is served at 9002.",)
    sockets.taken = {80: errno.EACCES, 81: errno.EADDRINUSE}
    assert _serve._listen("::1", 80)[1] == ("Port 80 is not for this user to serve at, so it is served at 82.",)


def test_port_0_is_any_that_is_free(sockets: Sockets, place: Path) -> None:
    assert _serve._listen("127.0.0.1", 0)[1] == () and [port for _, _, port in sockets.tried] == [0]


def test_with_port_0_the_link_has_the_port_that_was_found(tmp_path: Path) -> None:
    page = serve(tmp_path / "new.logbook", port=0, opens=False)
    number = page._sockets[0].getsockname()[1]
    page.stop()
    assert er.open(tmp_path / "new.logbook").runs == []
    assert number > 0 and f"http://127.0.0.1:{number}/?token=" in page.url and page.notes == ()


@pytest.mark.parametrize(("port", "last"), [(9000, 9049), (65_530, 65_535), (65_535, 65_535)])
def test_fifty_ports_are_tried_and_none_that_does_not_exist(sockets: Sockets, port: int, last: int) -> None:
    sockets.taken = dict.fromkeys(range(65_536), errno.EADDRINUSE)
    with pytest.raises(
        OptionError, match=f"no port from {port} to {last} is free, port {port} is in use: give another one"
    ):
        _serve._listen("127.0.0.1", port)
    assert [number for _, _, number in sockets.tried] == sockets.closed == list(range(port, last + 1))


@pytest.mark.parametrize("port", [-1, 65_536])
def test_a_port_that_does_not_exist_is_refused(sockets: Sockets, port: int) -> None:
    with pytest.raises(OptionError, match=f"port must be from 1 to 65535, or 0 for any that is free, got {port}$"):
        _serve._listen("127.0.0.1", port)
    assert sockets.tried == []


@pytest.mark.parametrize(
    ("host", "family", "bound", "shown"),
    [
        ("127.0.0.1", socket.AF_INET, "127.0.0.1", "127.0.0.1"),
        ("localhost", socket.AF_INET, "localhost", "127.0.0.1"),
        ("0.0.0.0", socket.AF_INET, "0.0.0.0", "127.0.0.1"),
        ("127.0.0.2", socket.AF_INET, "127.0.0.2", "127.0.0.2"),
        ("::1", socket.AF_INET6, "::1", "[::1]"),
        ("[0:0:0:0:0:0:0:1]", socket.AF_INET6, "0:0:0:0:0:0:0:1", "[::1]"),
        ("2001:DB8::0:7", socket.AF_INET6, "2001:DB8::0:7", "[2001:db8::7]"),
    ],
)
def test_the_link_of_any_address_is_answered(
    sockets: Sockets, place: Path, monkeypatch: pytest.MonkeyPatch, host: str, family: int, bound: str, shown: str
) -> None:
    gates: list[Any] = []
    monkeypatch.setattr(_serve, "application", lambda desk, gate: gates.append(gate))
    expose = host in ("0.0.0.0", "2001:DB8::0:7")
    page = serve(place, host=host, expose=expose, opens=False, at="/run/2/cycle" if expose else "")
    page.stop()
    (gate,) = gates
    # Without a port that was asked for it is this one.
    assert sockets.tried == [(family, bound, PORT)] and page.notes == ()
    end = "#/run/2/cycle" if expose else ""
    assert page.url == f"http://{shown}:{PORT}/?token={gate.token}{end}"
    assert gate.knows_host(f"{shown}:{PORT}") and not gate.knows_host(f"evil.example:{PORT}")
    assert gate.knows_host(f"engine:{PORT}") is expose, "by its name this machine is called only where it was meant"


def test_a_browser_is_opened_with_the_link_unless_that_was_not_wanted(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: SimpleQueue[str] = SimpleQueue()
    monkeypatch.setattr(_serve.webbrowser, "open", opened.put)
    with served(place):
        assert opened.empty()
    page = start(place)
    try:
        assert opened.get(timeout=30) == page.url
    finally:
        page.stop()


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

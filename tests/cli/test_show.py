"""`engineroom show`: what it hands to the server, what it prints, and when a browser can be opened."""

from __future__ import annotations

import sys
import webbrowser
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from engineroom.cli._show import has_browser, serve_page
from engineroom.show import page

URL = "http://127.0.0.1:9000/?token=abc"
ALONE = "That link is the page, for this machine alone. Ctrl-C ends it."


class Server:
    """Stands for the page's server: what it was asked for, and whether it ran."""

    def __init__(self, notes: tuple[str, ...] = ()) -> None:
        self.notes = notes
        self.asked: list[tuple[Path | None, dict[str, Any]]] = []
        self.ran = 0

    def serve(self, logbook: Path | None, **options: Any) -> Any:
        self.asked.append((logbook, options))
        return SimpleNamespace(url=URL, notes=self.notes, run=self.run)

    def run(self) -> None:
        self.ran += 1


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Server:
    stand_in = Server()
    monkeypatch.setattr(page, "serve", stand_in.serve)
    return stand_in


PLAIN = {"at": "", "host": "127.0.0.1", "port": None, "expose": False, "opens": True}


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        ([], {}),
        (["--run", 1], {"at": "/run/1/cycle"}),
        (["--run", "2"], {"at": "/run/2/cycle"}),
        (["--port", 0], {"port": 0}),
        (["--port", 9000, "--no-open"], {"port": 9000, "opens": False}),
        (["--host", "localhost"], {"host": "localhost"}),
        (["--host", "0.0.0.0", "--expose"], {"host": "0.0.0.0", "expose": True}),
    ],
    ids=str,
)
def test_the_options_are_those_of_the_server(
    ask, logbook: Path, server: Server, words: list[Any], asked: dict[str, Any]
) -> None:
    answer = ask("show", logbook, *words)
    assert (answer.code, answer.err) == (0, "")
    assert server.asked == [(logbook, PLAIN | asked)] and server.ran == 1
    *warned, link, end = answer.out.splitlines()
    assert link == URL
    if "--expose" in words:
        assert " ".join(warned).startswith("Whoever can reach this machine and has the link can read the runs")
        assert end == "Ctrl-C ends it."
    else:
        assert warned == [] and end == ALONE


def test_what_was_not_as_asked_is_told_before_the_link(ask, logbook: Path, server: Server) -> None:
    server.notes = ("Port 9000 is in use, so it is served at 9001.",)
    assert ask("show", logbook).out.splitlines() == [*server.notes, URL, ALONE]
    answer = ask("show", logbook, "--json")
    assert answer.facts == {"page": URL, "notes": list(server.notes)} and server.ran == 2


def test_nothing_is_served_where_the_run_or_the_file_is_not_there(ask, logbook: Path, server: Server) -> None:
    for answer in (ask("show", logbook, "--run", 7), ask("show", "none.logbook")):
        assert answer.code == 2 and answer.out == "" and answer.err.startswith("engineroom: ")
    assert server.asked == []


def test_another_place_than_the_run_can_be_opened(logbook: Path, server: Server) -> None:
    serve_page(logbook, 2, at="/lesson/1", opens=False)
    serve_page(logbook, 2, at="")
    assert [options["at"] for _, options in server.asked] == ["/lesson/1", ""]


@pytest.mark.parametrize(
    ("terminals", "platform", "display", "browser", "expected"),
    [
        ((True, True), "linux", {"DISPLAY": ":0"}, True, True),
        ((True, True), "linux", {"WAYLAND_DISPLAY": "wayland-0"}, True, True),
        ((True, True), "linux", {}, True, False),
        ((True, True), "linux", {"DISPLAY": ":0"}, False, False),
        ((True, True), "darwin", {}, True, True),
        ((False, True), "darwin", {}, True, False),
        ((True, False), "darwin", {}, True, False),
    ],
)
def test_a_browser_needs_a_terminal_and_a_display(
    monkeypatch: pytest.MonkeyPatch,
    terminals: tuple[bool, bool],
    platform: str,
    display: dict[str, str],
    browser: bool,
    expected: bool,
) -> None:
    def get() -> None:
        if not browser:
            raise webbrowser.Error

    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    for name, value in display.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(webbrowser, "get", get)
    monkeypatch.setattr(sys, "platform", platform)
    for stream, is_terminal in zip(("stdin", "stdout"), terminals, strict=True):
        monkeypatch.setattr(sys, stream, SimpleNamespace(isatty=lambda there=is_terminal: there))
    found = has_browser()
    monkeypatch.undo()
    assert found is expected

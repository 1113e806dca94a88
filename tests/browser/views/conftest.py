"""A page that shows a logbook with three small runs, and a hand that operates it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.parse import parse_qs

import numpy as np
import pytest

import engineroom as er
from engineroom.show.page import Served, start

UNDER_WAY = re.compile(r"\A(?:Ask|Connecting)|\A[^\n]*\Z|^(?:Computing|Replaying)", re.MULTILINE)
"""What the page says while it waits for the engine: nothing below its heading, or how it begins."""


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A logbook: one weight, the digits, and three classes in the plane."""
    path = tmp_path_factory.mktemp("made") / "made.logbook"
    one = er.Network(er.Dense(1, bias=False, init="zeros"))
    er.train(
        one, [1, 2, 3], [2, 4, 6], loss="mse", optimizer=er.SGD(lr=0.01), batch_size=None, epochs=50, seed=0,
        dtype="float64", logbook=path, name="one weight",
    )  # fmt: skip
    er.train(
        er.Network(er.Dense(16, "relu"), er.Dense(10)), "digits", target="digit", epochs=3, batch_size=32, seed=1,
        optimizer=er.Adam(lr=0.01), logbook=path, name="digits",
    )  # fmt: skip
    rng = np.random.default_rng(7)
    y = np.repeat([0, 1, 2], 40)
    turn = 2 * np.pi * (y / 3 + rng.normal(0, 0.07, len(y)))
    x = np.column_stack([np.cos(turn), np.sin(turn)]) * rng.uniform(0.6, 1.4, (len(y), 1))
    er.train(
        er.Network(er.Dense(5, "tanh"), er.Dense(3)), x, y, epochs=20, batch_size=16, seed=2,
        optimizer=er.SGD(lr=0.1), logbook=path, name="plane",
    )  # fmt: skip
    return path


@pytest.fixture(scope="module")
def book(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of it for the tests of one file, which fork and train into it."""
    path = tmp_path_factory.mktemp("views") / "views.logbook"
    shutil.copy(made, path)
    return path


@pytest.fixture(scope="module")
def served(book: Path) -> Iterator[Served]:
    page = start(book, port=0, opens=False)
    yield page
    page.stop()


class View:
    """Operates a page by what a person reads there."""

    def __init__(self, page: Any, book: Path) -> None:
        self.page, self.book = page, book

    def run(self, number: int | None = None) -> er.Run:
        """Return the run that is shown, or another, as the file has it."""
        return er.open(self.book).run(self.number if number is None else number)

    @property
    def address(self) -> str:
        """The part of the address behind the #, as the page itself has it: Playwright is told of changes later."""
        return str(self.page.evaluate("location.hash"))

    @property
    def number(self) -> int:
        found = re.match(r"#/run/(\d+)/", self.address)
        assert found, self.address
        return int(found[1])

    def param(self, name: str) -> str | None:
        """Return a parameter of the address."""
        _, _, query = self.address.partition("?")
        return parse_qs(query, keep_blank_values=True).get(name, [None])[0]

    def kept(self, name: str) -> str | None:
        """Return a parameter once the address has caught up: small changes are written a few times a second."""
        self.page.wait_for_timeout(400)
        return self.param(name)

    def button(self, name: str | re.Pattern[str], **more: Any) -> Any:
        return self.page.get_by_role("button", name=name, **more)

    def panel(self, title: str | re.Pattern[str]) -> Any:
        return self.page.get_by_role("region", name=title)

    def says(self, text: str | re.Pattern[str]) -> Any:
        found = self.page.get_by_role("main").get_by_text(text).first
        found.wait_for()
        return found

    def until(self, what: Callable[[], Any], timeout: float = 30.0) -> Any:
        """Wait until `what()` is true, and return it; the page forbids scripts that Playwright could wait with."""
        end = monotonic() + timeout
        while not (found := what()):
            assert monotonic() < end, "it never came true"
            self.page.wait_for_timeout(40)
        return found

    def go(self, place: str) -> View:
        """Go to another place as a link would, and wait until it has settled."""
        self.page.evaluate("hash => { location.hash = hash; }", place)
        return self.rest()

    def rest(self) -> View:
        """Wait until nothing is asked of the engine any more."""
        self.page.wait_for_timeout(150)
        self.until(
            lambda: self.page.locator("[aria-busy=true]").count() == 0 and not UNDER_WAY.search(self.text or "Ask")
        )
        return self

    @property
    def text(self) -> str:
        """What stands in the middle of the page."""
        return str(self.page.get_by_role("main").inner_text()).strip()

    def drag(self, begin: tuple[float, float], end: tuple[float, float]) -> None:
        """Press, move in a few moves, and let go."""
        self.page.mouse.move(*begin)
        self.page.mouse.down()
        self.page.mouse.move(*end, steps=6)
        self.page.mouse.up()


@pytest.fixture
def view(open_page: Callable[..., Any], book: Path) -> Callable[..., View]:
    return lambda place, **options: View(open_page(place, **options), book)


@pytest.fixture
def hand() -> Callable[[Any, Path], View]:
    """Operates a page that a test has opened by itself."""
    return View

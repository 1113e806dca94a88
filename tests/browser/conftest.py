"""A served page in real Chromium. `make check-all` runs these tests; `make test` needs no browser."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from engineroom.show.page import Served, start

playwright = pytest.importorskip("playwright.sync_api", reason="pip install playwright, then run this again")

NAMES = ("chromium", "chromium-browser", "google-chrome")

AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"

Open = Callable[..., Any]


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    found = next((place for name in NAMES if (place := shutil.which(name))), None)
    if found is None:
        pytest.fail(f"none of {', '.join(NAMES)} is installed: these tests drive a real browser")
    with playwright.sync_playwright() as running:
        chromium = running.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server on an empty logbook, on a port of its own."""
    page = start(tmp_path_factory.mktemp("page") / "test.logbook", port=0, opens=False)
    yield page
    page.stop()


@pytest.fixture
def open_page(browser: Any, served: Served) -> Iterator[Open]:
    """Opens places of the page, such as `open_page("/lesson/1", viewport=...)`.

    An error in the console fails the test, unless it holds the words to `forgive`; so does a request to any other host.
    """
    contexts: list[Any] = []
    errors: list[str] = []
    host = urlsplit(served.url).netloc

    def opened(place: str, forgive: str | None = None, **options: Any) -> Any:
        settings = {"viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce", **options}
        context = browser.new_context(**settings)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda error: errors.append(str(error)))

        def hear(said: Any) -> None:
            if said.type == "error" and not (forgive and forgive in said.text):
                errors.append(said.text)

        def went(url: str) -> None:
            parts = urlsplit(url)
            if parts.scheme not in ("data", "blob") and parts.netloc != host:
                errors.append(f"it asked another host: {url}")

        page.on("console", hear)
        page.on("request", lambda request: went(request.url))
        page.on("websocket", lambda opened: went(opened.url))
        page.goto(f"{served.url}#{place}")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture(scope="session")
def violations() -> Callable[[Any], list[str]]:
    """Returns what axe finds wrong with a page, a line each."""
    if not AXE.exists():
        pytest.fail("axe-core is not installed: `make web` first")
    source = AXE.read_text(encoding="utf-8")

    def found(page: Any) -> list[str]:
        page.evaluate(f"{source}; undefined")
        told = "v.id + ': ' + v.nodes.slice(0, 5).map(n => n.target.join(' ')).join(', ')"
        return list(page.evaluate(f"axe.run(document).then(r => r.violations.map(v => {told}))"))

    return found

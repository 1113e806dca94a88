"""A served page in real Chromium. `make check-all` runs these tests; `make test` needs no browser."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from engineroom.show.page import Served, start

playwright = pytest.importorskip("playwright.sync_api", reason="pip install playwright, then run this again")

NAMES = ("chromium", "chromium-browser", "google-chrome")

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

    An error in the console fails the test, unless it holds the words to `forgive`.
    """
    contexts: list[Any] = []
    errors: list[str] = []

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

        page.on("console", hear)
        page.goto(f"{served.url}#{place}")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert errors == []

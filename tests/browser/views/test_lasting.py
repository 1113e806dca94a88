"""What outlasts the page: its address, its exported file, and itself when the file or the server goes away."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

import engineroom as er
from engineroom.show.page import _security, start

Open = Callable[..., Any]
ADDRESSES = [
    "/run/1/cycle?step=10&phase=backward",
    "/run/3/cycle?step=20&unit=dense1.3&row=5",
    "/run/2/weight?step=60&weight=dense2.weight[3,5]&example=12&exact=",
    "/run/3/neuron?step=60&layer=dense1&index=2&bias=0.25&example=4",
    "/run/3/rate?from=here&step=30&lr=0.2&steps=50",
    "/run/2/data?rows=training&cell=1,8&example=7",
    "/run/2/health?step=33",
    "/runs?runs=1,3&metric=validation.loss&scale=linear",
]


def still(on: Any) -> str:
    """Return what the page says once it has said the same for half a second."""
    said = ""
    while said != (now := on.text):
        said = now
        on.page.wait_for_timeout(500)
    return said


def test_a_link_opens_what_it_was_taken_from(view: Open) -> None:
    on = view("/lessons")
    for address in ADDRESSES:
        on.go(address)
        first = still(on)
        assert on.address == f"#{address}", "the page changed its own address"
        on.page.reload()
        on.rest()
        assert still(on) == first
        assert on.address == f"#{address}"
    on.page.go_back()
    on.until(lambda: on.address.startswith(f"#{ADDRESSES[-2].split('?')[0]}"))


def test_an_address_that_leads_nowhere_is_answered(view: Open) -> None:
    on = view("/run/99/cycle")
    on.says("There is no run 99 in this logbook.")
    on.go("/nowhere")
    on.says("There is nothing at this address.")
    on.page.get_by_role("link", name="Newest run").click()
    on.until(lambda: "/cycle" in on.address)


@pytest.fixture(scope="module")
def exported(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("exported") / "plane.html"
    er.open(made).run(3).export(path, max_size="2MB")
    return path


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_exported_file_needs_no_network_and_no_server(
    scheme: str,
    exported: Path,
    made: Path,
    browser: Any,
    violations: Callable[[Any], list[str]],
    hand: Callable[..., Any],
) -> None:
    context = browser.new_context(
        offline=True, color_scheme=scheme, reduced_motion="reduce", viewport={"width": 1280, "height": 900}
    )
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    page.on(
        "request",
        lambda request: None if request.url.startswith(("file:", "data:", "blob:")) else errors.append(request.url),
    )
    page.goto(exported.as_uri())
    on = hand(page, made)
    on.rest()
    page.get_by_text("stored page").wait_for()
    track = page.get_by_role("slider", name="Step")
    for key in ("Home", "ArrowRight", "PageUp", "End"):
        track.press(key)
    track.press("Home")
    page.get_by_role("application", name="Step 1,").wait_for()
    loss = float(er.open(made).run(3).loss[0])
    assert f"{loss:.4g}" in track.get_attribute("aria-valuetext")
    assert re.search(
        r"Before the first step: .* it trains on are right", on.panel("Where it decides what").inner_text()
    )
    assert page.get_by_role("spinbutton").first.is_disabled()
    on.says("Changing weights needs the engine")
    for place in ("weight", "neuron", "rate", "data", "health"):
        on.go(f"/run/3/{place}")
        text = page.get_by_role("main").inner_text()
        assert text.strip(), place
        assert violations(page) == [], place
    on.go("/runs")
    on.says("Training needs the engine")
    assert page.get_by_test_id("new-run").count() == 0
    context.close()
    assert errors == []


def test_an_exported_file_says_what_it_holds_and_answers_that(
    made: Path, tmp_path: Path, browser: Any, hand: Callable[..., Any]
) -> None:
    run = er.open(made).run(2)
    few = tmp_path / "digits.html"
    run.export(few, max_size="2MB")
    page = browser.new_page()
    page.goto(f"{few.as_uri()}#/run/2/weight")
    on = hand(page, made)
    on.rest()
    # The step without the row that pushed hardest was made when the file was.
    on.button(re.compile("prove it")).click()
    on.says("really without it")
    assert "needs the engine: open" not in on.panel("Who pushed").inner_text()
    for place, panel in (("neuron", None), ("data", None), ("health", re.compile("Histograms at step"))):
        on.go(f"/run/2/{place}?step=20")
        text = on.panel(panel).inner_text() if panel else on.text
        assert re.search(r"This file holds the numbers of step \d+; those of step 20 need the engine", text), place
    assert on.button(re.compile("measure at step")).count() == 0
    assert re.search(r"This file holds that answer for steps? [\d, and]+, and not for step 20", on.text)
    on.go(f"/run/2/health?step={run.steps}")
    on.says("largest stable learning rate")
    on.go("/run/2/rate")
    on.says("This was measured and tried when the file was made")
    assert on.button(re.compile("try|measure on all")).count() == 0
    page.close()


class Seat:
    """A page that is looked at, and the server behind it, which may end and begin again."""

    def __init__(self, page: Any, path: Path, hand: Callable[..., Any]) -> None:
        self.page, self.path, self._hand = page, path, hand
        self.served = start(path, port=0, opens=False)

    def look(self) -> Any:
        """Open the page at its server's link."""
        self.page.goto(f"{self.served.url}#/run/3/cycle?step=10")
        on = self._hand(self.page, self.path).rest()
        self.page.get_by_role("application", name="Step 10,").wait_for()
        return on

    def again(self) -> None:
        """Begin another server at the address of the one that ended."""
        self.served = start(self.path, port=urlsplit(self.served.url).port, opens=False)


@pytest.fixture
def seat(made: Path, tmp_path: Path, browser: Any, hand: Callable[..., Any]) -> Iterator[Seat]:
    path = tmp_path / "own.logbook"
    shutil.copy(made, path)
    seat = Seat(browser.new_page(), path, hand)
    yield seat
    seat.page.close()
    seat.served.stop()


def test_a_logbook_that_goes_away_is_told_of_and_comes_back(seat: Seat, tmp_path: Path) -> None:
    page, on = seat.page, seat.look()
    seat.path.rename(tmp_path / "elsewhere.logbook")
    page.get_by_role("slider", name="Step").press("PageUp")
    page.get_by_role("status").filter(has_text="own.logbook").first.wait_for()
    (tmp_path / "elsewhere.logbook").rename(seat.path)
    on.go("/run/2/weight?step=7")
    page.get_by_role("heading", name="dense").first.wait_for()
    on.go("/run/3/cycle?step=77")
    page.get_by_role("application", name="Step 77").wait_for()


@pytest.fixture
def key(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Servers of this test have one key, as if the line to a server were cut and mended."""
    monkeypatch.setattr(_security.secrets, "token_urlsafe", lambda *_: "one-key-for-both")
    yield


def test_a_server_that_ends_is_told_of_and_found_again(key: None, seat: Seat) -> None:
    page, on = seat.page, seat.look()
    lost = page.get_by_role("status").filter(has_text="The connection to the engine is lost")
    seat.served.stop()
    lost.wait_for()
    seat.again()
    lost.wait_for(state="detached")
    page.get_by_role("slider", name="Step").press("End")
    page.get_by_role("application", name=f"Step {on.run(3).steps}").wait_for()


def test_another_server_at_its_place_is_not_trusted(seat: Seat) -> None:
    page, _ = seat.page, seat.look()
    seat.served.stop()
    seat.again()
    page.get_by_role("status").filter(has_text="open the link from the terminal again").first.wait_for()
    assert seat.look().number == 3

"""While a run trains, what is shown moves, and yet keeps its place and its subject."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Open = Callable[..., Any]

WATCH = """() => {
  window.watched = { cards: new Set(), holes: 0, heads: new Set(), tops: new Set(), orders: new Set() };
  const text = (what) => [...document.querySelectorAll(what)].map((one) => one.innerText).join(' ');
  const look = () => {
    const tops = [...document.querySelectorAll('.examples h3')].map((one) => one.offsetTop);
    watched.cards.add(text('.examples .card'));
    watched.holes += /\\bRow \\d/.test(text('.examples .card'));
    watched.heads.add(text('main h2 .mono'));
    watched.tops.add(tops.join(' '));
    watched.orders.add(text('.side .bars .label'));
    requestAnimationFrame(look);
  };
  look();
}"""


@pytest.fixture
def training(view: Open) -> Open:
    """Opens places of a fork of the digits, run 4, which trains for long; the server ends it."""
    on = view("/run/2/rate").rest()
    runs = on.page.get_by_label("Run that is shown").locator("option")
    if runs.count() == 3:
        on.page.get_by_label("steps", exact=True).first.fill("50000000")
        on.page.get_by_label("steps", exact=True).first.press("Tab")
        on.button("fork", exact=True).click()
        on.until(lambda: runs.count() == 4)
    return lambda place: on.go(f"/run/4/{place}")


def seen(on: Any, what: str) -> list[str]:
    return list(on.page.evaluate(f"[...watched.{what}]"))


def test_the_cards_of_a_neuron_are_never_empty_and_keep_their_place(training: Open) -> None:
    on = training("neuron?layer=dense1&index=3")
    on.page.locator(".examples .card").first.wait_for()
    on.page.wait_for_timeout(1000)
    on.page.evaluate(WATCH)
    on.until(lambda: len(seen(on, "cards")) > 3)
    assert on.page.evaluate("watched.holes") == 0
    assert len(seen(on, "tops")) == 1

    on = training("neuron?layer=dense2&index=3")
    on.page.get_by_role("heading", name="The output for").wait_for()
    on.page.wait_for_timeout(1000)
    on.page.evaluate(WATCH)
    on.until(lambda: len(seen(on, "cards")) > 3)
    assert len(seen(on, "orders")) == 1


def test_a_weight_that_nobody_chose_stays_the_subject(training: Open) -> None:
    on = training("weight")
    on.page.locator("main h2 .mono").wait_for()
    on.page.evaluate(WATCH)
    place = on.page.locator(".told .place")
    steps = {place.inner_text()}

    def went_on() -> bool:
        steps.add(place.inner_text())
        return len(steps) > 3

    on.until(went_on)
    assert len(seen(on, "heads")) == 1

"""What has little room is still there to be read: on a phone nothing is cut off, and no panel stands empty."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

Open = Callable[..., Any]
PHONE = {"width": 360, "height": 740}
CUT = "(e, around) => e.getBoundingClientRect().right - e.closest(around).getBoundingClientRect().right"


def _beyond(it: Any, around: str) -> float:
    """Return how far something reaches beyond the right end of what it lies in."""
    return float(it.evaluate(CUT, around))


def test_the_tab_that_is_shown_is_in_sight_on_a_phone(view: Open) -> None:
    on = view("/run/2/health?step=60", viewport=PHONE).rest()
    tab = on.page.get_by_role("link", name="Health", exact=True)
    assert tab.get_attribute("aria-current") == "page" and _beyond(tab, "nav") <= 0


def test_every_weight_can_be_asked_about_on_a_phone(view: Open) -> None:
    on = view("/run/2/cycle?step=60&unit=dense2.3", viewport=PHONE).rest()
    for step in (2, 60, 130):
        on.go(f"/run/2/cycle?step={step}&unit=dense2.3")
        why = on.page.get_by_role("link", name=re.compile(r"^Why dense2\.weight\[\d+, 3\] moved")).first
        why.wait_for()
        assert _beyond(why, ".scroll") <= 0.5, step


@pytest.mark.parametrize("width", [360, 900, 1440])
def test_the_header_and_the_timeline_stay_as_wide_whatever_they_tell(width: int, view: Open) -> None:
    on = view("/run/2/health?step=60", viewport={"width": width, "height": 740}).rest()
    longer = """e => {
        const before = e.offsetWidth;
        e.prepend(new Option("Practice run 12 \u00b7 a name that is as long as they get \u00b7 training"));
        const after = e.offsetWidth;
        e.firstElementChild.remove();
        return [before, after];
    }"""
    before, after = on.page.get_by_label("Run that is shown").evaluate(longer)
    assert before == after > 100
    timeline = on.page.get_by_role("region", name="Timeline")
    track = timeline.get_by_role("slider", name="Step")
    wide = track.bounding_box()["width"]
    timeline.locator(".now dd").evaluate("e => e.textContent = '1.23\u00a0\u00d7\u00a010\u207b\u00b9\u00b2'")
    assert track.bounding_box()["width"] == wide


@pytest.mark.parametrize("width", [360, 390])
def test_the_speed_is_read_whole_on_a_phone(width: int, view: Open) -> None:
    on = view("/run/2/cycle?step=60", viewport={"width": width, "height": 740}).rest()
    speed = on.page.get_by_label("Speed")
    # A copy in a place of its own is as wide as its longest choice.
    wanted = speed.evaluate(
        """e => {
            const alone = e.cloneNode(true);
            Object.assign(alone.style, { position: "fixed", width: "auto" });
            e.parentNode.append(alone);
            const { width } = alone.getBoundingClientRect();
            alone.remove();
            return width;
        }"""
    )
    assert speed.bounding_box()["width"] >= wanted - 0.5
    facts = on.page.get_by_role("region", name="Timeline").locator("dl")
    assert facts.bounding_box()["x"] >= speed.bounding_box()["x"] + wanted
    assert _beyond(facts, "section") <= 0


def test_the_dots_of_the_zones_are_beside_the_first_line_of_their_names(view: Open) -> None:
    on = view("/run/1/rate", viewport=PHONE).rest()
    zones = on.panel("What the curvature says").get_by_role("listitem")
    assert zones.count() == 4
    for zone in zones.all():
        dot, name = zone.locator("i").bounding_box(), zone.locator("span").first.bounding_box()
        middle = dot["y"] + dot["height"] / 2
        assert name["y"] < middle < name["y"] + 22, zone.inner_text()


def test_before_a_race_nothing_stands_empty(view: Open) -> None:
    on = view("/run/3/rate").rest()
    on.panel("A race").wait_for()
    assert on.panel(re.compile("^The race by")).count() == 0
    assert _beyond(on.button("race", exact=True), "main") < -20

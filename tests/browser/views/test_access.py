"""Every view for everybody: read aloud, by keyboard alone, on a phone and on a wall, by day and night, at rest."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

Open = Callable[..., Any]
PLACES = [
    "/lessons",
    "/run/1/cycle?step=10&phase=update",
    "/run/2/cycle?step=60&phase=backward",
    "/run/3/cycle?step=60&phase=loss",
    "/run/2/weight?step=60&weight=dense2.weight[3,5]&exact=",
    "/run/2/neuron?step=60&layer=dense1&index=3",
    "/run/3/rate",
    "/run/2/data",
    "/run/3/data?step=40",
    "/run/2/health?step=60",
    "/runs",
    "/runs?new=",
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(scheme: str, view: Open, violations: Callable[[Any], list[str]]) -> None:
    on = view(PLACES[0], color_scheme=scheme)
    found = {}
    for place in PLACES:
        on.go(place)
        assert on.page.locator(f"[data-theme={scheme}]").count() == 1
        if wrong := violations(on.page):
            found[place] = wrong
    assert found == {}


@pytest.mark.parametrize(("width", "height", "scheme"), [(360, 740, "dark"), (3840, 2160, "light")])
def test_nothing_is_cut_off(width: int, height: int, scheme: str, view: Open) -> None:
    on = view(PLACES[0], viewport={"width": width, "height": height}, color_scheme=scheme)
    found = {}
    for place in PLACES:
        on.go(place)
        if (wide := on.page.evaluate("document.documentElement.scrollWidth")) > width:
            found[place] = wide
        assert on.page.get_by_role("heading", level=1).count() == 1, place
        assert on.page.get_by_role("main").count() == 1, place
    assert found == {}


def test_every_view_by_keyboard_alone(view: Open) -> None:
    on = view("/run/3/cycle?step=20").rest()

    def focused() -> str:
        name = "(e => e.getAttribute('aria-label') || e.labels?.[0]?.innerText || e.innerText || '')"
        return str(on.page.evaluate(f"{name}(document.activeElement)")).strip()

    def tab_to(name: str, key: str = "Tab") -> None:
        for _ in range(150):
            if re.match(name, focused()):
                shown = "(s => s.outlineStyle !== 'none' || s.boxShadow !== 'none')"
                outline = on.page.evaluate(f"{shown}(getComputedStyle(document.activeElement))")
                assert outline, f"{name} does not show that it has the focus"
                return
            on.page.keyboard.press(key)
        pytest.fail(f"the keyboard does not reach {name}")

    on.page.keyboard.press("Tab")
    tab_to("Skip to the content")
    on.page.keyboard.press("Enter")
    tab_to("1\\s*Forward")
    on.page.keyboard.press("Tab")
    on.page.keyboard.press("Enter")
    on.until(lambda: on.param("phase") == "loss")
    tab_to("The network: 2 inputs")
    tab_to("Why dense2.weight")
    on.page.keyboard.press("Enter")
    on.until(lambda: "/weight" in on.address)
    on.rest()
    tab_to("its largest move")
    tab_to("row \\d+")
    on.page.keyboard.press("Enter")
    on.until(lambda: on.param("example"))
    for tab, found in (
        ("Neuron", "bias"),
        ("Learning rate", "Learning rate; Enter forks"),
        ("Data", "\\d+ of "),
        ("Health", "measure at step|Measure"),
    ):
        tab_to(f"{tab}$", "Shift+Tab")
        on.page.keyboard.press("Enter")
        on.rest()
        tab_to(found)
    tab_to("Step$")
    on.page.keyboard.press("Home")
    on.until(lambda: on.param("step") == "1")
    tab_to("Runs$", "Shift+Tab")
    on.page.keyboard.press("Enter")
    on.rest()
    tab_to("new run")
    on.page.keyboard.press("Enter")
    tab_to("start training")
    on.page.keyboard.press("Enter")
    on.until(lambda: re.match(r"#/run/\d+/cycle$", on.address))


def test_the_theme_is_chosen_by_hand(view: Open) -> None:
    on = view("/run/1/cycle?step=20", color_scheme="light").rest()
    paper = on.page.evaluate("getComputedStyle(document.querySelector('.engineroom')).backgroundColor")
    for theme in ("light", "dark"):
        on.button(re.compile("^Theme")).click()
        on.page.locator(f"[data-theme={theme}]").wait_for()
    assert on.page.evaluate("getComputedStyle(document.querySelector('.engineroom')).backgroundColor") != paper
    # What is drawn follows too, there and where the system changes its mind.
    picture = "document.querySelector('.network canvas').toDataURL()"
    dark = view("/run/1/cycle?step=20", color_scheme="dark").rest()
    wanted = dark.page.evaluate(picture)
    on.until(lambda: on.page.evaluate(picture) == wanted)
    dark.page.emulate_media(color_scheme="light")
    dark.until(lambda: dark.page.evaluate(picture) != wanted)
    dark.page.emulate_media(color_scheme="dark")
    dark.until(lambda: dark.page.evaluate(picture) == wanted)


def test_movement_is_left_out_where_it_is_not_wanted(view: Open) -> None:
    moving = """() => document.getAnimations().filter(a => a.effect.getComputedTiming().activeDuration > 50).length"""
    on = view("/run/1/weight?step=3", reduced_motion="reduce").rest()
    assert on.page.evaluate(moving) == 0
    on.go("/run/1/cycle?step=3")
    before = on.page.locator("canvas").first.screenshot()
    on.button(re.compile("Backward")).first.click()
    on.until(lambda: on.param("phase") == "backward")
    after = on.page.locator("canvas").first.screenshot()
    on.page.wait_for_timeout(300)
    assert before != after and on.page.locator("canvas").first.screenshot() == after, "it moves"
    lively = view("/run/1/cycle?step=3", reduced_motion="no-preference").rest()
    lively.button(re.compile("Backward")).first.click()
    shots = {bytes(lively.page.locator("canvas").first.screenshot()) for _ in range(3)}
    assert len(shots) > 1, "nothing moves where movement is wanted"

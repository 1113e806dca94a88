"""What is pressed in a lesson keeps the focus, and what that sets in motion is in view."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ._hand import Hand

Open = Callable[..., Any]
LAPTOP = {"width": 1440, "height": 900}


def focused(hand: Hand) -> str:
    """Return the test id of what has the focus, or the name of its tag."""
    return str(hand.page.evaluate("document.activeElement.dataset.testid ?? document.activeElement.tagName"))


def enter(hand: Hand, name: str) -> None:
    """Press by keyboard what has to be enabled."""
    hand.at(name).wait_for()
    hand.wait(f"!document.querySelector('[data-testid=\"{name}\"]').disabled")
    hand.keys(name, "Enter")


def in_view(hand: Hand, name: str) -> bool:
    box = hand.at(name).bounding_box()
    return bool(box["y"] > -1 and box["y"] + box["height"] < hand.page.viewport_size["height"] + 1)


def tasted(hand: Hand) -> None:
    hand.until("taste", r"\d for 1, 2, 3")
    hand.keys("weight", "PageUp", "PageUp", "PageUp")
    hand.wait("!document.querySelector('[data-testid=guess-descent-hair]').disabled")


def test_a_step_that_waits_for_the_guess_keeps_the_focus_and_does_nothing(open_page: Open) -> None:
    hand = Hand(open_page("/lesson/2?phase=loss"))
    hand.until("step-loss", "18.66")
    enter(hand, "on")
    hand.until("on", "Guess first")
    assert focused(hand) == "on" and hand.at("on").is_disabled()
    hand.page.keyboard.press("Enter")
    hand.page.wait_for_timeout(200)
    assert hand.at("backward-equation").count() == 1, "what is disabled was pressed"
    hand.page.keyboard.press("Shift+Tab")
    assert hand.at("on").evaluate("one => one.disabled"), "the keyboard stops at what it cannot press"
    enter(hand, "guess-update-up")
    hand.until("answer-update", "0.186667")
    assert focused(hand) == "guess-update-up"
    for name, place in (("back", "phase=backward"), ("back", "phase=loss"), ("back", "phase=forward")):
        enter(hand, name)
        hand.wait(f"location.hash.includes('{place}')")
    assert focused(hand) == "back" and hand.at("back").is_disabled()


def test_what_ends_a_lesson_by_keyboard_keeps_the_focus(open_page: Open) -> None:
    hand = Hand(open_page("/lesson/1?start=-1", reduced_motion="no-preference"))
    tasted(hand)
    enter(hand, "guess-descent-hair")
    hand.until("answer-descent", "After 50 epochs")
    enter(hand, "again")
    hand.until("answer-descent", "It feels its way down")
    assert focused(hand) == "again"
    enter(hand, "from-zero")
    hand.until("guess-descent", "starts at 0,")
    assert focused(hand) == "weight"


@pytest.mark.parametrize("name", ["nudge-all", "backward"])
def test_what_can_be_done_once_keeps_the_focus(name: str, open_page: Open) -> None:
    hand = Hand(open_page("/lesson/5"))
    enter(hand, "guess-blame-dense1.weight[0, 1]")
    hand.until("answer-blame", "Nudged")
    hand.page.get_by_label("Nudge bias of the output").press("Enter")
    hand.until("change-dense2.bias[0]", r"\d")
    assert focused(hand) == "nudge-dense2.bias[0]"
    enter(hand, "nudge-dense1.bias[0]")
    hand.until("change-dense1.bias[0]", r"\d")
    assert focused(hand) == "nudge-dense1.bias[0]"
    enter(hand, name)
    hand.until("change-dense2.weight[1, 0]" if name == "nudge-all" else "slope-dense2.bias[0]", r"\d")
    assert focused(hand) == name and hand.at(name).is_disabled()


def test_what_trains_keeps_the_focus(open_page: Open) -> None:
    hand = Hand(open_page("/lesson/4"))
    enter(hand, "train")
    hand.until("trained", "After 300 epochs")
    assert focused(hand) == "train"


def test_the_race_on_the_digits_stays_while_it_runs(open_page: Open) -> None:
    hand = Hand(open_page("/lesson/6"))
    enter(hand, "guess-race-adam")
    hand.until("answer-race", "loss")
    enter(hand, "race-digits")
    hand.until("race-digits", "Racing")
    hand.until("digits-result", "Adam")
    assert focused(hand) == "race-digits"


def test_what_training_shows_takes_the_focus_of_its_button(open_page: Open) -> None:
    hand = Hand(open_page("/lesson/7"))
    enter(hand, "train")
    hand.until("metric", "it reads")
    assert hand.at("metric").evaluate("one => one.parentElement === document.activeElement")
    hand.at("guess-image").get_by_role("button").first.press("Enter")
    enter(hand, "prove")
    hand.until("proof", "Made again")
    assert focused(hand) == "prove"


def test_a_guess_that_trains_keeps_the_focus_and_has_it_again(open_page: Open) -> None:
    hand = Hand(open_page("/lesson/8"))
    enter(hand, "penguins")
    enter(hand, "guess-worth-much")
    hand.at("further").wait_for()
    assert focused(hand) == "guess-worth-much"
    enter(hand, "once-more")
    hand.at("further").wait_for(state="detached")
    assert focused(hand).startswith("guess-worth")


def test_the_guess_about_descent_is_in_view_beside_its_pictures(open_page: Open) -> None:
    hand = Hand(open_page("/lesson/1?start=-1", viewport=LAPTOP))
    tasted(hand)
    hand.page.evaluate("scrollTo(0, 0)")
    assert all(in_view(hand, name) for name in ("fit", "bowl", "guess-descent"))
    hand.press("guess-descent-hair")
    hand.text("end")
    assert hand.page.evaluate("scrollY") == 0, "it scrolls to what was in view"


PRESSES = {
    "1": ("guess-descent-hair", "fit"),
    "3": ("guess-overshoot-back", "board"),
    "4": ("train", "neuron"),
    "6": ("guess-race-adam", "ravine"),
}


@pytest.mark.parametrize("lesson", PRESSES)
@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_what_is_set_in_motion_comes_into_view(lesson: str, motion: str, open_page: Open) -> None:
    hand = Hand(open_page(f"/lesson/{lesson}?start=-1", viewport={"width": 360, "height": 640}, reduced_motion=motion))
    if lesson == "1":
        tasted(hand)
    pressed, picture = PRESSES[lesson]
    enter(hand, pressed)
    hand.wait(
        f"(b => b.top > -1 && b.bottom < innerHeight + 1)"
        f"(document.querySelector('[data-testid={picture}]').getBoundingClientRect())"
    )
    assert focused(hand) == pressed


def test_a_throw_from_the_dial_is_seen_with_what_it_did(open_page: Open) -> None:
    hand = Hand(open_page("/lesson/3", viewport=LAPTOP))
    enter(hand, "guess-overshoot-back")
    hand.text("throws")
    hand.page.evaluate("scrollTo(0, 600)")
    assert not in_view(hand, "board")
    hand.press("lr-fly")
    hand.until("fate", "flies off")
    assert in_view(hand, "board") and in_view(hand, "lr-fly") and in_view(hand, "fate")


def test_the_update_shows_the_weight_that_made_the_answers_and_the_new_one(open_page: Open) -> None:
    hand = Hand(open_page("/lesson/2?phase=backward", viewport={"width": 360, "height": 640}))
    hand.until("slope", "18.66")
    flow = hand.page.get_by_role("img", name="The example x = 3")
    assert "w = 0" in flow.text_content() and "\u2192" not in flow.text_content()
    enter(hand, "guess-update-up")
    hand.until("answer-update", "0.186667")
    said = flow.text_content()
    assert "w = 0 \u2192 0.1867" in said and "old answer" in said
    assert str(flow.get_attribute("aria-label")).endswith("The weight becomes 0.1867.")
    assert "old answer w·x" in hand.at("batch").text_content()
    box = flow.bounding_box()
    assert box["y"] > -1 and box["y"] + box["height"] < 641

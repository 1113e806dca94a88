"""The pages that lessons stand on: by keyboard, reloaded, narrow and wide, given what is no table, in movement."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

import engineroom as er

from ._hand import Hand, number
from .test_lessons import LESSONS, descended, path


def test_by_keyboard_alone(open_page: Callable[..., Any]) -> None:
    page = open_page("/lesson/1")
    hand = Hand(page)
    hand.at("roll").wait_for()

    def tab_to(name: str) -> None:
        for _ in range(60):
            if page.evaluate("document.activeElement?.dataset?.testid") == name:
                return
            page.keyboard.press("Tab")
        pytest.fail(f"the keyboard does not reach {name}")

    page.keyboard.press("Tab")
    tab_to("roll")
    page.keyboard.press("Enter")
    hand.until("taste", r"\d for 1, 2, 3")
    tab_to("weight")
    for key in ("PageUp", "ArrowUp", "Home"):
        page.keyboard.press(key)
    assert hand.turned("weight") == -4.2
    tab_to("guess-descent-hair")
    page.keyboard.press(" ")
    hand.until("answer-descent", "After 50 epochs")
    page.keyboard.press("Alt+PageDown")
    hand.at("lesson-2").wait_for()
    page.keyboard.press("Alt+PageUp")
    hand.at("lesson-1").wait_for()


def test_progress_is_kept_and_the_address_holds_the_lesson(open_page: Callable[..., Any]) -> None:
    page = open_page("/lesson/1?start=-1&lr=0.02&epochs=30")
    hand = Hand(page)
    hand.until("taste", r"\d for 1, 2, 3")
    hand.keys("weight", "PageUp", "PageUp", "PageUp")
    hand.press("guess-descent-hair")
    wanted = repr(float(path(descended(0.02, 30, er.ConstantStart(-1)))[-1]))
    hand.until("end", re.escape(wanted))
    page.reload()
    page.get_by_role("link", name="One weight learns y = 2x, done").wait_for()
    assert hand.at("code-lr").input_value() == "0.02"


def test_a_refused_rate_leaves_the_lesson_with_the_run_that_it_shows(open_page: Callable[..., Any]) -> None:
    page = open_page("/lesson/1?start=-1&lr=0.02&epochs=3")
    hand = Hand(page)
    hand.until("taste", r"\d for 1, 2, 3")
    hand.keys("weight", "PageUp", "PageUp", "PageUp")
    hand.press("guess-descent-hair")
    wanted = repr(float(path(descended(0.02, 3, er.ConstantStart(-1)))[-1]))
    hand.until("end", re.escape(wanted))
    page.get_by_text("3 looks made").wait_for()
    page.evaluate("location.hash = '/lesson/1?start=-1&lr=0&epochs=3'")
    page.get_by_text("lr must be above 0").first.wait_for()
    page.wait_for_function("document.querySelector('[data-testid=code-lr]').value === '0.02'")
    assert "SGD(lr=0.02)" in hand.at("engine-code").inner_text()
    assert hand.at("end").inner_text() == wanted


@pytest.mark.parametrize("lesson", LESSONS)
@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (3840, "dark")])
def test_nothing_is_cut_off(lesson: str, width: int, scheme: str, open_page: Callable[..., Any]) -> None:
    page = open_page(f"/lesson/{lesson}", viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.get_by_test_id(f"lesson-{lesson}").wait_for()
    page.wait_for_timeout(400)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.get_by_role("heading", level=1).count() == 1


def test_what_is_no_table_is_answered_in_a_sentence(open_page: Callable[..., Any]) -> None:
    hand = Hand(open_page("/lesson/8", forgive="400"))
    hand.at("file").set_input_files({"name": "empty.csv", "mimeType": "text/csv", "buffer": b""})
    hand.page.get_by_role("alert").filter(has_text="empty.csv").wait_for()
    hand.press("penguins")
    hand.press("guess-worth-much")
    assert number(hand.text("error")) < number(hand.text("plain"))


def test_movement_plays_and_ends_where_stillness_does(open_page: Callable[..., Any]) -> None:
    hand = Hand(open_page("/lesson/3", reduced_motion="no-preference"))
    hand.wait("!document.querySelector('[data-testid=guess-overshoot-back]').disabled")
    hand.press("guess-overshoot-back")
    assert number(hand.text("end")) == pytest.approx(path(descended(0.15, 30))[-1], abs=1e-4)


@pytest.mark.parametrize(
    ("lr", "right", "says"),
    [
        (0.05, "back", "Too short, but closer"),
        (0.1071429, "back", "Where the slope is 0"),
        (0.2142857, "stuck", "Each lands as far off"),
        (0.25, "more", "further away"),
    ],
)
def test_the_guess_about_throws_is_answered_for_any_rate(
    lr: float, right: str, says: str, open_page: Callable[..., Any]
) -> None:
    hand = Hand(open_page(f"/lesson/3?lr={lr}"))
    hand.wait("!document.querySelector('[data-testid=guess-overshoot-back]').disabled")
    hand.press(f"guess-overshoot-{right}")
    assert "You saw it coming" in hand.until("answer-overshoot", says)


def test_no_line_crosses_what_descent_says_of_an_unseen_place(open_page: Callable[..., Any]) -> None:
    hand = Hand(open_page("/lesson/1?start=0"))
    hand.until("taste", r"\d for 1, 2, 3")
    for _ in range(3):
        hand.keys("weight", "PageUp")
    hand.press("guess-descent-hair")
    assert "it says 7.94 for x = 4" in hand.until("beyond", "never seen")
    picture, said = hand.at("fit").bounding_box(), hand.at("beyond").bounding_box()
    assert said["y"] >= picture["y"] + picture["height"]
    assert hand.at("fit").locator("g text").count() == 0


def test_all_racers_start_where_the_address_says(open_page: Callable[..., Any]) -> None:
    hand = Hand(open_page("/lesson/6?start=0.5"))
    hand.at("ravine").locator("svg .start").wait_for()
    assert "All start at 0.5, 0.5." in str(hand.at("ravine").get_attribute("aria-label"))
    drawn = hand.at("ravine").locator("svg .start path").get_attribute("d")
    x = float(drawn[1:].split()[0])
    across = float(hand.at("ravine").locator("svg").get_attribute("viewBox").split()[2])
    assert x / across == pytest.approx((0.5 + 3.4) / 6.0, abs=1e-3)


def test_pictures_of_lessons_grow_with_the_text(open_page: Callable[..., Any]) -> None:
    page = open_page("/lesson/1?start=-1", viewport={"width": 3840, "height": 2160})
    tick = page.get_by_test_id("bowl").locator("text.tick").first
    tick.wait_for()
    text = page.get_by_test_id("lesson-1").evaluate("e => parseFloat(getComputedStyle(e).fontSize)")
    drawn = tick.evaluate("e => parseFloat(getComputedStyle(e).fontSize) * e.getScreenCTM().a")
    assert drawn == pytest.approx(text * 12 / 15, rel=0.01)
    # The place under the pointer is still the one that is meant.
    fit = page.get_by_test_id("fit").locator("svg")
    box = fit.bounding_box()
    hand = Hand(page)
    hand.until("taste", r"\d for 1, 2, 3")
    said = page.get_by_test_id("fit").locator("circle.wanted").nth(2).bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(said["x"] + said["width"] / 2, said["y"] + said["height"] / 2)
    page.mouse.up()
    assert hand.turned("weight") == pytest.approx(2, abs=0.02)


def test_the_numbers_of_a_step_are_worked_out_for_the_example_picked(open_page: Callable[..., Any]) -> None:
    hand = Hand(open_page("/lesson/2?phase=backward"))
    share = number(hand.until("backward-equation", "number of examples").split("=")[-1])
    assert share == pytest.approx(2 * (0 - 6) * 3 / 3)
    hand.press("example-0")
    assert number(hand.until("backward-equation", "x = 1").split("=")[-1]) == pytest.approx(
        2 * (0 - 2) * 1 / 3, rel=1e-3
    )
    hand.press("phase-loss")
    assert number(hand.until("loss-equation", "squared").split("=")[-1]) == pytest.approx(4)

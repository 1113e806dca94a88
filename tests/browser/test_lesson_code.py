"""The programs beside the lessons: what "Copy" copies runs by itself and prints the page's numbers."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ._hand import Hand, number


@pytest.fixture
def printed(tmp_path: Path) -> Callable[[Hand, str], str]:
    """Copies a program of the page, and returns what it prints in a Python of its own."""

    def found(hand: Hand, code: str = "code") -> str:
        hand.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        hand.at(code).get_by_role("button", name="Copy").click()
        hand.at(code).get_by_role("button", name="Copied").wait_for()
        program = hand.page.evaluate("navigator.clipboard.readText()")
        ran = subprocess.run(
            [sys.executable, "-W", "error", "-c", program],
            cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert ran.returncode == 0, f"{program}\n{ran.stderr}"
        return ran.stdout

    return found


def numbers(text: str) -> list[float]:
    return [float(found) for found in re.findall(r"(?<!\w)-?\d+\.\d*(?:e[+-]?\d+)?", text)]


@pytest.mark.parametrize("start", ["", "?start=0", "?start=0&epochs=7&lr=0.05"])
def test_one_weight_prints_what_the_page_prints(
    start: str, open_page: Callable[..., Any], printed: Callable[..., str]
) -> None:
    hand = Hand(open_page(f"/lesson/1{start}"))
    if not start:
        hand.press("roll")
    hand.until("taste", r"\d for 1, 2, 3")
    for _ in range(3):
        hand.keys("weight", "PageUp")
    hand.press("guess-descent-hair")
    hand.until("printed", "weight is")
    *lines, end = hand.text("printed").splitlines()
    *by_hand, last = printed(hand).splitlines()
    assert by_hand == lines
    # The engine rounds a product and its sum at once, NumPy each by itself.
    assert float(last) == pytest.approx(float(end), rel=1e-13)
    assert printed(hand, "engine-code").split() == [end]


@pytest.mark.parametrize("width", [360, 1280, 1440, 1920])
def test_no_line_is_cut_off(width: int, open_page: Callable[..., Any]) -> None:
    right = "all => all.map(one => Math.ceil(one.getBoundingClientRect().right))"
    page = open_page("/lesson/1", viewport={"width": width, "height": 900})
    for lesson in range(1, 9):
        page.evaluate(f"location.hash = '/lesson/{lesson}'")
        page.locator(f"nav a[href='#/lesson/{lesson}'][aria-current]").wait_for()
        lists = page.locator("section.code ol")
        lists.first.wait_for()
        for at in range(lists.count()):
            edge = lists.nth(at).evaluate("one => Math.floor(one.getBoundingClientRect().right)")
            ends = lists.nth(at).locator("code, code *, output").evaluate_all(right)
            assert max(ends) <= edge, f"lesson {lesson} in {width} pixels"


def test_the_four_steps(open_page: Callable[..., Any], printed: Callable[..., str]) -> None:
    hand = Hand(open_page("/lesson/2?phase=backward"))
    slope, loss = number(hand.until("slope", r"\d")), number(hand.text("step-loss"))
    lines = printed(hand).splitlines()
    assert len(lines) == 50
    assert numbers(lines[0])[:2] == pytest.approx([loss, slope], rel=1e-3)
    assert "dense1.weight[0, 0]" in printed(hand, "engine-code")


def test_the_learning_rate(open_page: Callable[..., Any], printed: Callable[..., str]) -> None:
    hand = Hand(open_page("/lesson/3"))
    hand.wait("!document.querySelector('[data-testid=guess-overshoot-back]').disabled")
    hand.press("guess-overshoot-back")
    throws = [float(part.replace("\u2212", "-")) for part in hand.text("throws").split(", ")]
    assert numbers(printed(hand))[: len(throws) - 1] == pytest.approx(throws[1:], rel=1e-3)
    assert numbers(printed(hand, "engine-code"))[0] == pytest.approx(number(hand.text("end")), rel=1e-3)


def test_a_neuron(open_page: Callable[..., Any], printed: Callable[..., str]) -> None:
    hand = Hand(open_page("/lesson/4"))
    hand.until("loss", r"\d")
    for law in ("sigmoid", "tanh"):
        hand.press(f"law-{law}")
        shown = hand.at("code").locator("output").last.inner_text()
        assert float(printed(hand)) == pytest.approx(number(shown), rel=1e-3)
    hand.press("law-sigmoid")
    hand.press("train")
    trained = numbers(hand.until("trained", r"b = .*\d\.").replace("\u2212", "-"))
    assert numbers(printed(hand, "engine-code")) == pytest.approx(trained[:2], rel=1e-3)
    shown = hand.at("code").locator("output").last.inner_text()
    assert float(printed(hand)) == pytest.approx(number(shown), rel=1e-3)


def test_a_nudge(open_page: Callable[..., Any], printed: Callable[..., str]) -> None:
    hand = Hand(open_page("/lesson/5"))
    name = "dense1.weight[0, 1]"
    hand.until("loss", r"\d")
    hand.press(f"guess-blame-{name}")
    hand.until("answer-blame", "Nudged")
    hand.press(f"nudge-{name}")
    change = number(hand.until(f"change-{name}", r"\d"))
    assert float(printed(hand, "engine-code").split()[0]) == pytest.approx(change, rel=1e-3)


def test_the_race(open_page: Callable[..., Any], printed: Callable[..., str]) -> None:
    hand = Hand(open_page("/lesson/6"))
    hand.wait("!document.querySelector('[data-testid=guess-race-adam]').disabled")
    hand.press("guess-race-adam")
    losses = [number(hand.until(f"race-{name}", r"\d")) for name in ("sgd", "momentum", "rmsprop", "adam")]
    assert numbers(printed(hand, "engine-code")) == pytest.approx(losses, rel=1e-2)


def test_images_and_tables(open_page: Callable[..., Any], printed: Callable[..., str]) -> None:
    hand = Hand(open_page("/lesson/7"))
    hand.press("train")
    new = number(hand.until("new", r"\d"))
    assert any(value == pytest.approx(new, rel=1e-3) for value in numbers(printed(hand, "engine-code")))

    hand = Hand(open_page("/lesson/8"))
    # It runs before a table was brought, too.
    assert "accuracy" in printed(hand, "engine-code")
    hand.press("penguins")
    hand.press("guess-worth-much")
    error = number(hand.text("error"))
    accuracy = numbers(printed(hand, "engine-code"))
    assert any(100 * (1 - value) == pytest.approx(error, abs=0.1) for value in accuracy), accuracy

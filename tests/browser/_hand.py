"""A hand on the page: it presses, turns and reads by test ids, and remembers what."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

import pytest

__all__ = ["Hand", "number"]


class Hand:
    """Operates a page by test ids, and remembers which."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.operated: set[str] = set()
        self.read: set[str] = set()

    def at(self, name: str) -> Any:
        return self.page.get_by_test_id(name)

    def press(self, name: str) -> None:
        self.at(name).click()
        self.operated.add(name)

    def fill(self, name: str, value: str) -> None:
        self.at(name).fill(value)
        self.at(name).press("Enter")
        self.operated.add(name)

    def keys(self, name: str, *keys: str) -> None:
        self.at(name).focus()
        for key in keys:
            self.page.keyboard.press(key)
        self.operated.add(name)

    def text(self, name: str) -> str:
        self.at(name).wait_for()
        self.read.add(name)
        return str(self.at(name).inner_text())

    def until(self, name: str, says: str) -> str:
        """Wait until a text holds what is asked for, and return it."""
        self.at(name).filter(has_text=re.compile(says)).wait_for()
        return self.text(name)

    def wait(self, condition: str) -> None:
        """Wait until JavaScript is true; the page's own policy forbids Playwright's waiting for a function."""
        for _ in range(300):
            if self.page.evaluate(condition):
                return
            self.page.wait_for_timeout(100)
        pytest.fail(f"never came true: {condition}")

    def turned(self, name: str) -> float:
        """Return the value that a knob shows."""
        return float(self.at(name).get_attribute("aria-valuenow"))


def number(text: str) -> float:
    """Return the first number in a text of the page, such as -0.01867 or 7.5 x 10^-5 in its own signs."""
    plain = re.sub(r"(?<=\d),(?=\d{3})", "", text.replace("\u2212", "-").replace("\u00a0", " "))
    found = re.search(r"[+-]?\d+(?:\.\d+)?(?: \u00d7 10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+))?", plain)
    assert found, text
    power = found.group(1)
    if power is None:
        return float(found.group())
    digits = "".join("-" if c == "⁻" else unicodedata.normalize("NFKC", c) for c in power)
    return float(found.group().split(" ")[0]) * 10.0 ** int(digits)

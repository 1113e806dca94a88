"""docs/why.md shows what is really printed, and its code runs."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import engineroom as er

PAGE = Path(__file__).parents[2] / "docs" / "why.md"


def test_the_page_shows_the_lessons_answer(taught: er.Run) -> None:
    (shown,) = re.findall(r"```text\n(.*?)\n```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert shown == str(taught.why(step=1, prove=True))


def test_the_code_on_the_page_accounts_for_the_change_that_it_shows() -> None:
    text = PAGE.read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)\n```", text, re.DOTALL)
    (rounding,) = re.findall(r"rounding +(\S+)\n  change", text)
    (new,) = re.findall(r"^  0 -> (\S+) ", text, re.MULTILINE)
    scope: dict[str, Any] = {}
    exec(code, scope)
    assert scope["change"] == Fraction(float(new)) and len(scope["terms"]) == 1
    assert f"{float(scope['change'] - scope['terms'][0]):+.3e}" == rounding

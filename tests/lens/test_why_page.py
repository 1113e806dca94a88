"""docs/why.md shows what is really printed, and its code runs."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

from engineroom.lens import why
from engineroom.run import Record

PAGE = Path(__file__).parents[2] / "docs" / "why.md"


def test_the_page_shows_the_lessons_answer(lesson: Record) -> None:
    (shown,) = re.findall(r"```text\n(.*?)\n```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert shown == str(why(lesson, step=1, prove=True))


def test_the_code_on_the_page_runs(lesson: Record) -> None:
    class Run:
        """As the page calls it."""

        def why(self, step: int) -> object:
            return why(lesson, step=step)

    (code,) = re.findall(r"```python\n(.*?)\n```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    exec(code, {"run": Run(), "Fraction": Fraction})

"""The stability on the terminal: the plain text, and with colour the same characters."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from rich.console import Console
from rich.theme import Theme

import engineroom as er
from engineroom.lens import Stability
from engineroom.show import show_stability
from engineroom.show._console import PALETTE


@pytest.fixture(scope="module")
def answer() -> Stability:
    run = er.train(er.Network(er.Dense(1)), [1, 2, 3], [2, 4, 6], steps=5, optimizer=er.SGD(lr=0.05), batch_size=None)
    return run.stability(prove=True, steps=300)


def shown(answer: Stability, **how: Any) -> str:
    paper = io.StringIO()
    show_stability(Console(file=paper, width=80, theme=Theme(PALETTE), highlight=False, markup=False, **how), answer)
    return paper.getvalue()


def test_without_colour_it_is_the_plain_text(answer: Stability) -> None:
    assert shown(answer) == str(answer) + "\n"


def test_colour_adds_nothing_but_colour(answer: Stability) -> None:
    coloured = shown(answer, force_terminal=True, color_system="standard")
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == str(answer) + "\n"
    headings = [line for line in str(answer).splitlines() if line and not line[0].isspace()]
    assert len(headings) == 4 and coloured.count("\x1b[1m") >= 4
    assert "\x1b[32mfell" in coloured and "\x1b[1;31mpast the limit" in coloured

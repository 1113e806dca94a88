"""An explanation on the terminal: plain text where there is no colour, the same characters where there is."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from rich.console import Console
from rich.theme import Theme

import engineroom as er
from engineroom.lens import Why
from engineroom.show import show_why
from engineroom.show._console import PALETTE


@pytest.fixture(scope="module")
def why() -> Why:
    run = er.train(er.Network(er.Dense(4, "tanh"), er.Dense(1)), [1, 2, 3, 4], [2, 4, 6, 8], steps=20)
    return run.why("dense1.weight[0, 1]", step=9)


def shown(why: Why, parts: int | None = None, **how: Any) -> str:
    paper = io.StringIO()
    show_why(Console(file=paper, width=80, theme=Theme(PALETTE), highlight=False, markup=False, **how), why, parts)
    return paper.getvalue()


def test_without_colour_it_is_the_plain_text(why: Why) -> None:
    assert shown(why) == str(why) + "\n"


def test_colour_adds_nothing_but_colour(why: Why) -> None:
    coloured = shown(why, force_terminal=True, color_system="standard")
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == str(why) + "\n"
    assert "\x1b[32m+" in coloured and "\x1b[35m-" in coloured
    headings = [line for line in str(why).splitlines() if line and not line[0].isspace()]
    assert coloured.count("\x1b[1m") >= len(headings)


def test_parts_are_counted_by_their_headings(why: Why) -> None:
    headings = [line for line in str(why).splitlines() if line and not line[0].isspace()]
    two = shown(why, parts=2)
    assert str(why).startswith(two.rstrip("\n"))
    assert [line for line in two.splitlines() if line and not line[0].isspace()] == headings[:2]
    assert shown(why, parts=99) == str(why) + "\n"

"""docs/contributions.md and docs/landscape.md show what is really printed, and their code runs."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.theme import Theme

from engineroom.lens import contributions, landscape
from engineroom.run import Record
from engineroom.show import show_landscape
from engineroom.show._console import PALETTE

DOCS = Path(__file__).parents[2] / "docs"


def blocks(page: str, kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)\n?```", (DOCS / page).read_text(encoding="utf-8"), re.DOTALL)


def test_contributions_of_the_lesson(lesson: Record) -> None:
    (shown,) = blocks("contributions.md", "text")
    (answer,) = contributions(lesson, ["dense1.weight[0, 0]"], prove=True)
    assert shown == str(answer)


def test_the_lessons_landscape(lesson: Record) -> None:
    (shown,) = blocks("landscape.md", "console")
    paper = io.StringIO()
    console = Console(file=paper, width=80, theme=Theme(PALETTE), highlight=False, markup=False)
    show_landscape(console, landscape(lesson, "dense1.weight[0, 0]", step=1))
    assert shown == "\n".join(line.rstrip() for line in paper.getvalue().splitlines())


def test_the_code_on_the_page_finds_the_points_that_it_shows() -> None:
    (code,), (shown,) = blocks("landscape.md", "python"), blocks("landscape.md", "console")
    scope: dict[str, Any] = {}
    exec(code, scope)
    points = [scope["before"], scope["after"], scope["answer"].lowest]
    told = [
        f"  {key}  {mark.label:<12}  at {mark.at[0]:.6g}: loss {mark.loss:.6g}"
        for key, mark in zip("bax", points, strict=True)
    ]
    assert shown.splitlines()[-4:] == [*told, f"  dotted: the slope at b, {scope['answer'].axes[0].slope:.6g}"]
    assert f"by {scope['foretold'] - scope['before'].loss:.4g};" in " ".join(shown.split())

"""A landscape drawn: the step, the tangent and the lowest point stand where they belong."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
from rich.console import Console
from rich.theme import Theme

from engineroom.lens import Axis, Landscape, Mark
from engineroom.show import curve, show_landscape
from engineroom.show._console import PALETTE


def drawn(answer: Landscape, width: int = 80, encoding: str = "utf-8") -> list[str]:
    paper = io.TextIOWrapper(io.BytesIO(), encoding=encoding, newline="\n")
    show_landscape(Console(file=paper, width=width, theme=Theme(PALETTE), highlight=False, markup=False), answer)
    paper.flush()
    return paper.buffer.getvalue().decode(encoding).splitlines()  # type: ignore[attr-defined]


def parabola() -> Landscape:
    values = np.linspace(0.0, 4.0, 81)
    marks = (Mark("before", (0.0,), 4.0), Mark("after", (1.0,), 1.0))
    axis = Axis("dense1.weight[0, 0]", "somewhere", values, -4.0)
    losses = (values - 2) ** 2
    return Landscape("The loss", 1, "batch", 3, (axis,), losses, marks, Mark("lowest", (2.0,), 0.0), ("All is said.",))


def test_the_marks_stand_below_the_curve() -> None:
    lines = drawn(parabola(), 81, "ascii")
    floor = next(i for i, line in enumerate(lines) if "+-----" in line)
    signs = {sign: lines[floor + 1].index(sign) for sign in "bax"}
    columns = [i for i, char in enumerate(lines[floor]) if char == "-"]
    assert signs["b"] == columns[0] and abs(signs["x"] - (columns[0] + columns[-1]) / 2) <= 1
    assert abs(signs["a"] - (3 * columns[0] + columns[-1]) / 4) <= 1
    assert lines[floor + 2].split() == ["0", "4"]
    assert lines[-4:] == [
        "  b  before        at 0: loss 4",
        "  a  after         at 1: loss 1",
        "  x  lowest        at 2: loss 0",
        "  dotted: the slope at b, -4",
    ]


def test_a_mark_that_another_hides_is_told_of() -> None:
    wide = parabola()
    near = replace(wide, marks=(wide.marks[0], Mark("after", (0.001,), 3.996)))
    lines = drawn(near, 81, "ascii")
    assert "  a  after         at 0.001: loss 3.996, under another mark" in lines
    assert not any("under another" in line for line in drawn(wide, 81, "ascii"))


def test_the_tangent_leaves_the_curve_below() -> None:
    """At 1/2 of the way to its foot, the tangent of slope -4 is below the curve; past its foot it is not drawn."""
    lines = [line for line in drawn(parabola(), 81, "ascii") if "|" in line or " + " in line]
    rows = [line for line in lines if "." in line.split("|")[-1]]
    assert rows, "there is a tangent"
    for line in rows:
        assert line.index(".", line.find("|") + 1 if "|" in line else 0) < line.index("*")
    assert max(line.rindex(".") for line in rows) < 81 * 0.35


def test_a_surface_is_darkest_where_the_loss_is_highest() -> None:
    values = np.linspace(-1.0, 1.0, 9)
    losses = values[:, None] ** 2 + 4 * (values[None] - 0.5) ** 2
    losses[0, 0] = np.nan
    axes = (Axis("down", "", values, 0.0), Axis("across", "", values, 0.0))
    marks = tuple(Mark(f"state {i}", (-1.0 + i / 4, 1.0 - i / 4), 0.0) for i in range(6))
    lines = drawn(Landscape("Loss", None, "training", 3, axes, losses, marks, Mark("lowest", (0.0, 0.5), 0.0), ()))
    rows = [line.split("|")[1] for line in lines if line.count("|") == 2]
    assert len(rows) == 9 and {len(row) for row in rows} == {18}
    assert rows[0][:2] == "@@", "what is no number is as dark as can be"
    assert rows[0][16] == "0" and rows[5][6] == "1", "the first and the last state"
    assert rows[4][12] == "x" and rows[4][13] == " "
    assert rows[8][0] in "%@" and "down: down" in lines and "to the right: across" in lines


def test_labels_have_as_many_digits_as_tell_them_apart() -> None:
    lines = curve([1.00001, 1.00002, 1.00003], width=40, height=5)
    assert [line.split("┤")[0].strip() for line in (lines[0], lines[2], lines[4])] == ["1.00003", "1.00002", "1.00001"]

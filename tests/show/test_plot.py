"""The drawing of a path: every spike is there, the scale is right, and strange values do no harm."""

import numpy as np
import pytest

from engineroom.show._plot import curve, spark


def dots(line: str) -> int:
    """How many Braille dots are set in a line."""
    return sum((ord(c) - 0x2800).bit_count() for c in line if 0x2800 <= ord(c) < 0x2900)


def test_a_straight_rise_goes_from_the_lower_left_to_the_upper_right():
    lines = curve(range(101), width=40, height=5, ascii_only=True)
    drawn = [line.split("|", 1)[-1].split("+", 1)[-1] for line in lines[:5]]
    lefts = [line.index("*") for line in drawn]
    assert lefts == sorted(lefts, reverse=True)
    assert drawn[-1].startswith("*") and drawn[0].endswith("*")
    assert lines[0].startswith("100 +") and lines[2].startswith(" 50 +") and lines[4].startswith("  0 +")


def test_a_spike_of_one_step_among_thousands_is_drawn_at_its_place():
    path = np.zeros(10_000)
    path[7_500] = 1.0
    lines = curve(path, width=80, height=8)
    top = lines[0].split("┤")[1]
    room = 80 - len("0.5 ┤")
    assert dots(top) > 0
    assert top.index(top.strip()[0]) == pytest.approx(0.75 * room, abs=1)


def test_states_stand_below_and_the_drawing_keeps_its_width():
    lines = curve(np.sin(np.arange(2251.0)), width=80, height=6)
    assert max(map(len, lines)) == 80
    assert lines[-1].split() == ["state", "0", "2,250"]


def test_a_constant_path_is_one_line_with_one_label():
    lines = curve([3.0, 3.0, 3.0], width=40, height=5)
    assert [line.strip()[0] for line in lines[:5]].count("3") == 1
    assert sum(dots(line) > 0 for line in lines) == 1


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_is_left_out(bad):
    lines = curve([0.0, 1.0, bad, bad], width=40, height=5)
    right_half = [line[24:] for line in lines[:5]]
    assert not any(dots(line) for line in right_half)
    assert lines[0].startswith("  1 ┤") and lines[4].startswith("  0 ┤")


def test_the_largest_numbers_do_not_overflow():
    largest = np.finfo(np.float64).max
    with np.errstate(all="raise"):
        lines = curve([-largest, largest], width=40, height=5)
    assert dots(lines[0]) > 0 and dots(lines[4]) > 0


def test_spark_is_as_wide_as_asked_and_marks_what_is_not_finite():
    assert spark(range(1000), width=30)[0] == "▁" and spark(range(1000), width=30)[-1] == "█"
    assert len(spark(range(1000), width=30)) == 30
    assert spark([0.0, 1.0, float("nan")]) == "▁█!"
    assert spark([]) == ""

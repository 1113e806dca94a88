"""Numbers as people read them."""

import pytest

from engineroom.show._numbers import count, duration, number, rate


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (0.186666, "0.1867"),
        (18.66666, "18.67"),
        (99999.9, "100,000"),
        (1234567.9, "1,234,568"),
        (-0.00123456, "-0.001235"),
        (1.23456e-7, "1.235e-07"),
        (1e30, "1e+30"),
        (float("-inf"), "-inf"),
    ],
)
def test_number(value, text):
    assert number(value) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.0994, "99 ms"), (0.1, "0.10 s"), (9.99, "9.99 s"), (59.4, "59 s"), (59.6, "1 min 0 s"), (3600, "1 h 0 min")],
)
def test_duration(seconds, text):
    assert duration(seconds) == text


def test_count_and_rate():
    assert count(0, "step") == "0 steps"
    assert rate(999) == "999 steps/s"
    assert rate(9_996) == "10k steps/s"
    assert rate(999_600) == "1.0M steps/s"

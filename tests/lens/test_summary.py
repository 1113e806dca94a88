"""The overview of a state against NumPy on hand-made parameters."""

import numpy as np
import pytest

from engineroom.lens._summary import summarize
from engineroom.plan import Buffer, Init, Plan, ScheduleLine, State


def state_of(*values: float) -> State:
    """A state of one vector parameter."""
    buffer = Buffer("dense1.bias", "parameter", (len(values),), Init("constant", (0.0,)))
    plan = Plan(1, "float64", 1, False, "dense1.z", (buffer,), (), ScheduleLine("constant", ()))
    return State(plan, 0, np.array(values))


def test_spread_and_histogram_of_known_numbers():
    (summary,) = summarize(state_of(-1.0, 0.0, 1.0, 3.0))
    assert (summary.name, summary.shape, summary.nonfinite) == ("dense1.bias", (4,), 0)
    assert (summary.mean, summary.smallest, summary.largest) == (0.75, -1.0, 3.0)
    assert summary.std == pytest.approx(np.std([-1.0, 0.0, 1.0, 3.0]), rel=1e-15)
    # A sixteenth of -1..3 is 0.25: the numbers lie in parts 0, 4, 8 and, as the upper edge, 15.
    assert [i for i, n in enumerate(summary.histogram) if n] == [0, 4, 8, 15]
    assert sum(summary.histogram) == 4


def test_equal_numbers_lie_in_the_middle():
    (summary,) = summarize(state_of(2.0, 2.0))
    assert summary.histogram[8] == 2 and summary.std == 0.0


def test_what_is_not_finite_is_counted_apart():
    (summary,) = summarize(state_of(np.nan, np.inf, 1.0))
    assert summary.nonfinite == 2 and summary.mean == 1.0
    (nothing,) = summarize(state_of(np.nan))
    assert nothing.nonfinite == 1 and np.isnan(nothing.mean) and sum(nothing.histogram) == 0


def test_the_largest_floats_do_not_overflow():
    largest = float(np.finfo(np.float64).max)
    (summary,) = summarize(state_of(-largest, largest))
    assert summary.histogram[0] == 1 and summary.histogram[15] == 1

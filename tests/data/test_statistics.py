"""Statistics have the bits of a plain loop in index order, and are right where that loop would lose the digits."""

from __future__ import annotations

import math
from decimal import Decimal, localcontext
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from engineroom.data._statistics import mean_and_scale, standardized

NOISE = np.random.default_rng(20).normal(size=1000)


def _exact(values: np.ndarray) -> tuple[float, float]:
    cells = [Fraction(value) for value in values.tolist()]
    mean = sum(cells) / len(cells)
    square = sum((cell - mean) ** 2 for cell in cells) / len(cells)
    with localcontext() as context:
        context.prec = 50
        return float(mean), float((Decimal(square.numerator) / Decimal(square.denominator)).sqrt())


@given(arrays(np.float64, st.tuples(st.integers(1, 40), st.integers(1, 3)), elements=st.floats(-1e6, 1e6)))
def test_left_to_right_in_float64(values: np.ndarray) -> None:
    mean, scale = mean_and_scale(values, ["a", "b", "c"][: values.shape[1]])
    for column in range(values.shape[1]):
        cells = values[:, column].tolist()
        total = 0.0
        for cell in cells:
            total += cell
        squares = 0.0
        for cell in cells:
            squares += (cell - total / len(cells)) * (cell - total / len(cells))
        deviation = math.sqrt(squares / len(cells))
        rest = math.fsum(cell - total / len(cells) for cell in cells) / len(cells)
        if len(set(cells)) > 1 and abs(rest) > 2**-25 * deviation:
            continue  # numbers as close to each other as floats can be
        assert mean[column] == total / len(cells)
        assert scale[column] == (1.0 if deviation == 0 or len(set(cells)) == 1 else deviation)


@pytest.mark.parametrize(
    "values",
    [
        1e15 + np.arange(1000) % 3,
        1e12 + NOISE,
        -1e9 + 1e-3 * NOISE,
        1e150 + 1e136 * NOISE[:9],
        np.array([1, 1 + 2**-52]),
    ],
    ids=["whole", "noise", "narrow", "huge", "neighbours"],
)
def test_large_numbers_that_hardly_differ(values: np.ndarray) -> None:
    # Their squares are far apart from those of a column beside them, which keeps its bits.
    beside = np.arange(len(values)) * 0.1
    mean, scale = mean_and_scale(np.column_stack([values, beside]), ["a", "b"])
    right, deviation = _exact(values)
    assert abs(mean[0] - right) <= np.spacing(abs(right))
    assert scale[0] == pytest.approx(deviation, rel=1e-14, abs=0)
    assert (mean[1], scale[1]) == tuple(float(each[0]) for each in mean_and_scale(beside[:, None], ["b"]))
    again = standardized(values[:, None], mean[:1], scale[:1])
    assert abs(float(again.mean())) <= np.spacing(abs(right)) / deviation + 1e-14


def test_a_large_number_alone_is_its_own_mean() -> None:
    mean, scale = mean_and_scale(np.full((1000, 1), 1e15 + 0.375), ["a"])
    assert (mean[0], scale[0]) == (1e15 + 0.375, 1.0)

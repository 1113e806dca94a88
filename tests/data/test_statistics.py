"""Statistics have the bits of a plain loop in index order."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from engineroom.data._statistics import mean_and_scale


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
        assert mean[column] == total / len(cells)
        assert scale[column] == (1.0 if deviation == 0 or len(set(cells)) == 1 else deviation)

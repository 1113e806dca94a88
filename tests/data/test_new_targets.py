"""The true values of rows to predict."""

from __future__ import annotations

import numpy as np
import pytest

from engineroom.data import from_arrays, from_table, new_targets, prepare_inputs, prepare_targets
from engineroom.errors import DataError, ShapeError

ROOMS = {"size": [40, 60, 80, 100], "price": ["$100", "$150", "$210", "$240"]}


def test_numbers_are_read_as_in_training_and_rows_without_one_are_counted() -> None:
    data = from_table(ROOMS, target="price", dtype="float64").dataset
    new = {"size": [60, 61, 62, 63], "price": ["$150", "", "dear", "$1,000"]}
    found = new_targets(data, new, prepare_inputs(data, new))
    assert found is not None and found.rows.tolist() == [0, 3] and found.empty == 2 and found.unseen == 0
    assert found.values == ((150.0,), (None,), (None,), (1000.0,))
    # The prices have mean 175 and, over all four, a variance of (75**2 + 25**2 + 35**2 + 65**2) / 4 = 2925.
    assert found.y[:, 0] == pytest.approx([(150 - 175) / 2925**0.5, (1000 - 175) / 2925**0.5])
    assert found.trained_on == 1  # 60 for $150 is a row of training


def test_a_table_without_true_values_has_none() -> None:
    data = from_table(ROOMS, target="price").dataset
    for new in ({"size": [60]}, {"size": [60], "price": [None]}):
        x = prepare_inputs(data, new)
        assert new_targets(data, new, x) is None
        with pytest.raises(DataError, match="'price'"):
            prepare_targets(data, new, x)


def test_a_class_that_training_never_saw_is_left_out_and_counted() -> None:
    data = from_table(
        {"size": [1.5, 2, 3, 4], "stars": [1, 2, 1, 2]}, target="stars", columns={"stars": "category"}
    ).dataset
    new = {"size": [1.5, 1.5, 3, 9], "stars": ["1.0", "2", "5", None]}
    found = new_targets(data, new, prepare_inputs(data, new))
    assert found is not None and found.values == ((1,), (2,), ("5",), (None,))
    assert (found.rows.tolist(), found.y.tolist(), found.empty, found.unseen) == ([0, 1], [0, 1], 1, 1)
    assert found.trained_on == 1  # the second is another class than the row of training has


def test_bare_values_need_their_true_values_beside_them() -> None:
    data = from_arrays([1.0, 2.0, 3.0], [2.0, 4.0, 7.0])
    x = prepare_inputs(data, [4.0, 5.0])
    assert prepare_targets(data, [4.0, 5.0], x, [8.0, 9.0])[1].tolist() == [[8.0], [9.0]]
    with pytest.raises(DataError, match=r"evaluate\(X, y\)"):
        prepare_targets(data, [4.0, 5.0], x)
    with pytest.raises(ShapeError, match="X has 2 rows but y has 1"):
        prepare_targets(data, [4.0, 5.0], x, [8.0])
    named = {"y": np.array([8.0, np.nan]), "x": np.array([4.0, 5.0])}
    kept, y = prepare_targets(data, named, prepare_inputs(data, {"x": named["x"]}))
    assert kept.tolist() == [[4.0]] and y.tolist() == [[8.0]]

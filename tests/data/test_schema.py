"""The columns' own scale: whether it is known, and how numbers are written in it."""

from __future__ import annotations

import numpy as np

from engineroom.data import Feature, Target


def test_values_that_were_taken_as_they_are_have_no_known_deviation() -> None:
    assert Feature("size", "size").deviation is None
    assert Feature("size", "size", mean=80.0, scale=25.0).deviation == 25.0
    taken = Target("number", ("size",), mean=(0.0,), scale=(1.0,))
    # Four digits of their own; beside a deviation of 2 they would have two decimals, three digits at least.
    assert taken.texts(np.array([[0.012341]])) == [["0.01234"]]
    known = Target("number", ("size",), mean=(0.0,), scale=(2.0,))
    assert known.texts(np.array([[0.012341], [1.5]])) == [["0.01"], ["1.50"]]


def test_each_output_has_the_decimals_of_its_own_column() -> None:
    target = Target("number", ("rent", "size"), mean=(900.0, 80.0), scale=(300.0, 25.0), unit="")
    values = np.array([[1210.126, 7.14], [98.3, 112.96]])
    assert target.texts(values) == [["1210", "7.1"], ["98", "113.0"]]
    assert Target("number", ("rent",), mean=(0.0,), scale=(1.0,), unit="$").texts(np.array([3.0, 4.5])) == [
        ["$3.00"],
        ["$4.50"],
    ]
    assert target.texts(np.empty((0, 2))) == []

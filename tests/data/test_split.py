"""Splits: counts worked by hand, and properties for every size."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engineroom.data import split_rows
from engineroom.errors import DataError, OptionError
from engineroom.numerics import Stream, permutation


@pytest.mark.parametrize(
    ("rows", "validation", "held_out"),
    [
        (49, "auto", 0),
        (50, "auto", 10),
        (1797, "auto", 359),
        (344, "auto", 69),
        (10, 0.25, 3),
        (10, 0.01, 1),
        (10, 3, 3),
        (10, None, 0),
        (10, False, 0),
        (10, 0, 0),
    ],
)
def test_how_many_rows_are_held_out(rows: int, validation: object, held_out: int) -> None:
    split = split_rows(rows, validation, seed=0)  # type: ignore[arg-type]
    assert len(split.validation) == held_out
    assert (f"{held_out:,} of {rows:,}" in split.text) == (held_out > 0)


def test_classes_are_held_out_in_proportion() -> None:
    classes = np.repeat(np.arange(3, dtype=np.int32), [152, 68, 124])  # the penguins
    split = split_rows(344, "auto", seed=0, classes=classes)
    # 69/344 of each: 30.49, 13.64, 24.87; the two rows left go to the largest remainders
    assert np.bincount(classes[split.validation]).tolist() == [30, 14, 25]


def test_the_first_rows_of_the_permutation_are_held_out() -> None:
    split = split_rows(100, 7, seed=12)
    assert split.validation.tolist() == sorted(permutation(12, Stream.SPLIT, 0, 100)[:7].tolist())


def test_a_class_of_one_row_stays_to_train_on() -> None:
    classes = np.array([0] * 9 + [1], dtype=np.int32)
    split = split_rows(10, 9, seed=3, classes=classes)
    assert 9 in split.training
    assert set(classes[split.training]) == {0, 1}
    # Of the nine rows of the other class 8.1 are asked for, and one stays.
    assert len(split.validation) == 8
    with pytest.raises(DataError, match="each of the 4 classes has one row"):
        split_rows(4, 2, seed=0, classes=np.arange(4, dtype=np.int32))


@given(st.integers(2, 300), st.data(), st.integers(0, 2**64 - 1))
def test_every_row_is_in_one_part_in_order(rows: int, data: st.DataObject, seed: int) -> None:
    count = data.draw(st.integers(1, rows - 1))
    split = split_rows(rows, count, seed=seed)
    both = np.concatenate([split.training, split.validation])
    assert np.array_equal(np.sort(both), np.arange(rows))
    assert (np.diff(split.training) > 0).all()
    assert (np.diff(split.validation) > 0).all()
    assert len(split.validation) == count
    again = split_rows(rows, count, seed=seed)
    assert np.array_equal(split.validation, again.validation)


def test_the_seed_decides() -> None:
    first, second = (split_rows(200, "auto", seed=s).validation for s in (0, 1))
    assert not np.array_equal(first, second)


@pytest.mark.parametrize("validation", ["all", True, 1.5, -0.1, 10, 11, float("nan")])
def test_what_cannot_be_held_out(validation: object) -> None:
    with pytest.raises(OptionError, match="validation"):
        split_rows(10, validation, seed=0)  # type: ignore[arg-type]

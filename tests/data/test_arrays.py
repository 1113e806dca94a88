"""Bare arrays: shapes, kinds, standardization against NumPy, and one sentence for each mistake."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from engineroom.data import from_arrays
from engineroom.errors import DataError, OptionError, ShapeError

RNG = np.random.default_rng(7)
X = RNG.normal(3, 5, (60, 4))


def test_lists_of_numbers_become_columns() -> None:
    data = from_arrays([1, 2, 3], [2.0, 4.0, 6.0])
    assert data.x.tolist() == [[1], [2], [3]]
    assert data.y.tolist() == [[2], [4], [6]]
    assert (data.x.dtype, data.y.dtype) == (np.float32, np.float32)
    assert data.x.flags.c_contiguous
    assert data.training.tolist() == [0, 1, 2]
    assert data.validation.tolist() == []
    assert data.raw(2) == {"x": 3, "y": 6}


def test_the_arrays_are_copies_and_read_only() -> None:
    x, y = np.ones((3, 2)), np.arange(3.0)
    data = from_arrays(x, y, dtype="float64")
    x[0, 0] = 9
    assert data.x[0, 0] == 1
    for array in (data.x, data.y, data.training, data.training_x, data.validation_y, data.row_numbers):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


@pytest.mark.parametrize(
    ("y", "kind", "classes"),
    [
        (["b", "a", "b"], "classes", ("a", "b")),
        ([True, False, True], "classes", (False, True)),
        ([0, 1, 1], "classes", (0, 1)),
        ([2, 4, 6], "number", ()),
        ([5, 7] * 3, "classes", (5, 7)),
        ([0.0, 1.0, 1.0], "number", ()),
        (list(range(21)) * 5, "number", ()),
        (list(range(20)) * 5, "classes", tuple(range(20))),
        ([[0, 1], [1, 0], [0, 1]], "classes", (0, 1)),
        ([[0.5, 1], [1, 0], [0, 1]], "number", ()),
    ],
    ids=lambda value: str(value)[:30],
)
def test_the_kind_of_a_target(y: list[Any], kind: str, classes: tuple[Any, ...]) -> None:
    data = from_arrays(np.arange(len(y)), y, validation=None)
    assert data.target.kind == kind
    assert data.target.classes == classes
    assert [type(c) for c in data.target.classes] == [type(c) for c in classes]
    if kind == "classes":
        assert data.y.dtype == np.int32
        assert data.y.shape == (len(y),)
    else:
        assert data.y.ndim == 2


def test_the_caller_may_say_the_kind() -> None:
    assert from_arrays([1, 2], [0, 1], target_kind="number").y.tolist() == [[0], [1]]
    assert from_arrays([1, 2], [0.0, 1.0], target_kind="classes").target.classes == (0, 1)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_standardization_is_of_the_training_rows(dtype: Any) -> None:
    y = X @ [1.0, 2, 3, 4] + 5
    data = from_arrays(X, y, dtype=dtype, standardize=True)
    train = data.training
    assert len(train) == 48
    mean, scale = X[train].mean(axis=0), X[train].std(axis=0)
    assert np.allclose([f.mean for f in data.features], mean, rtol=1e-14)
    assert np.allclose([f.scale for f in data.features], scale, rtol=1e-14)
    assert np.allclose(data.x, (X - mean) / scale, atol=1e-6 if dtype == "float32" else 1e-13)
    assert np.isclose(data.target.mean[0], y[train].mean())
    assert np.isclose(data.target.scale[0], y[train].std())
    restored = data.target.restored(data.y)
    assert np.allclose(restored, y[:, None], rtol=1e-5)
    assert data.raw(5)["x2"] == X[5, 2]


def test_a_constant_column_is_not_divided_by_rounding_errors() -> None:
    data = from_arrays(np.full((7, 1), 0.1), np.arange(7.0), standardize=True)
    assert data.features[0].scale == 1
    assert np.abs(data.x).max() < 1e-15


def test_a_given_pair_validates() -> None:
    data = from_arrays([1, 2, 3], ["a", "b", "a"], validation=([4, 5], ["b", "a"]))
    assert data.training.tolist() == [0, 1, 2]
    assert data.validation.tolist() == [3, 4]
    assert data.validation_x.tolist() == [[4], [5]]
    assert data.validation_y.tolist() == [1, 0]
    assert data.training_y.tolist() == [0, 1, 0]
    assert "2 rows were given" in data.split_text


def test_names() -> None:
    data = from_arrays(
        [[1, 2]] * 3, np.arange(6.0).reshape(3, 2) / 4, feature_names=["age", "height"], target_name="pay"
    )
    assert [f.name for f in data.features] == ["age", "height"]
    assert data.target.names == ("pay0", "pay1")
    with pytest.raises(OptionError, match="feature_names must be 2 different names"):
        from_arrays([[1, 2]] * 3, [1.5] * 3, feature_names=["age"])


def test_frames_of_numbers_keep_their_names() -> None:
    columns = {"age": [1, 2, 3], "height": [4.0, 5, 6]}
    for frame in (pd.DataFrame(columns), pl.DataFrame(columns), pa.table(columns)):
        data = from_arrays(frame, [1.5, 2, 3])
        assert [f.name for f in data.features] == ["age", "height"]
        assert data.x.tolist() == [[1, 4], [2, 5], [3, 6]]
    assert from_arrays([1, 2], pd.Series([1.5, 2], name="pay")).target.names == ("pay",)
    assert from_arrays([1, 2], pd.Series([1.5, 2])).target.names == ("y",)


MISTAKES: list[tuple[dict[str, Any], type[Exception], str]] = [
    ({"x": [], "y": []}, DataError, "X is empty"),
    ({"x": [[], []], "y": [1.0, 2]}, DataError, "X is empty"),
    ({"x": 3, "y": [1.0]}, ShapeError, "X is a single value, 3"),
    ({"x": [1, 2], "y": [1.0]}, ShapeError, "X has 2 rows but y has 1"),
    ({"x": [[1, 2], [3]], "y": [1.0, 2]}, ShapeError, "rows of different lengths"),
    ({"x": np.zeros((4, 8, 8)), "y": [1.0] * 4}, ShapeError, r"X.reshape\(4, 64\)"),
    ({"x": [[1, np.nan], [np.nan, 2]], "y": [1.0, 2]}, DataError, "X has 2 NaN values, the first in row 0, column 1"),
    ({"x": [[1], [-np.inf]], "y": [1.0, 2]}, DataError, "X has 1 inf value, the first in row 1, column 0"),
    ({"x": [1, None], "y": [1.0, 2]}, DataError, "X has 1 NaN value"),
    ({"x": [1, 2], "y": [1.0, np.nan]}, DataError, "y has 1 NaN value, the first in row 1"),
    ({"x": [["1", "red"]], "y": [1.0]}, DataError, "X has '1' in row 0, column 0, where a number"),
    ({"x": np.array([[1, "red"]], object), "y": [1.0]}, DataError, "X has 'red' in row 0, column 1"),
    ({"x": [1, 2], "y": ["a", "a"]}, DataError, "y has one class only, 'a'"),
    ({"x": [1, 2], "y": [3, 3], "target_kind": "classes"}, DataError, "y has one class only, 3"),
    ({"x": [1, 2], "y": ["a", None]}, DataError, "y has 1 missing labels, the first in row 1"),
    ({"x": [1, 2], "y": ["a", "b"], "target_kind": "number"}, DataError, "y has 'a' in row 0"),
    ({"x": [1, 2], "y": [[1, 2], [3, 4]], "target_kind": "classes"}, ShapeError, "one label a row"),
    ({"x": [1e300, 1], "y": [1.0, 2]}, DataError, "X has 1e.300 in row 0, column 0, too large for float32"),
    (
        {"x": [1e300, 1], "y": [1.0, 2], "standardize": True},
        DataError,
        r"column 'x' has numbers up to 1e\+300, too large",
    ),
    ({"x": [1, 2], "y": [1.0, 2], "dtype": "float16"}, OptionError, "dtype must be"),
    ({"x": [1, 2], "y": [1.0, 2], "validation": ([[1, 2]], [1.0])}, ShapeError, "validation X has 2"),
    ({"x": [1, 2], "y": [1.0, 2], "validation": ([1],)}, OptionError, "a pair"),
]


@pytest.mark.parametrize(("arguments", "error", "sentence"), MISTAKES, ids=[case[2][:40] for case in MISTAKES])
def test_a_mistake_gets_one_sentence(arguments: dict[str, Any], error: type[Exception], sentence: str) -> None:
    with pytest.raises(error, match=sentence) as caught:
        from_arrays(**arguments)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("which", ["X", "y"])
def test_what_a_mask_hides_is_not_trained_on(which: str) -> None:
    x, y = np.ma.masked_array(X, mask=False), np.ma.masked_array(X[:, 0], mask=False)
    assert from_arrays(x, y).size == 60
    (x if which == "X" else y)[5] = np.ma.masked
    hidden = "4 masked values" if which == "X" else "1 masked value;"
    with pytest.raises(DataError, match=f"{which} has {hidden}"):
        from_arrays(x, y)


def test_a_number_beyond_all_floats_is_one_sentence() -> None:
    with pytest.raises(DataError, match="y has a whole number too large for float64"):
        from_arrays([1, 2], [10**400, 1], target_kind="number")


@pytest.mark.parametrize("values", [[0.5, 1.5, 2.5], [1, 2.5, 3]])
def test_numbers_kept_as_python_objects_are_numbers(values: list[float]) -> None:
    y = np.array(values * 20, dtype=object)
    made = from_arrays(np.arange(60), y)
    assert made.target.kind == "number"
    assert made.y[:, 0].tolist() == y.tolist()


@pytest.mark.parametrize("y", [["a", pd.NA, "b"], pd.array([True, pd.NA, False]), [pd.NaT, "a", "b"]])
def test_a_missing_value_of_pandas_is_no_class(y: Any) -> None:
    with pytest.raises(DataError, match="y has 1 missing label"):
        from_arrays([1, 2, 3], y, target_kind="classes")


def test_a_frame_that_cannot_become_an_array_says_why() -> None:
    wide = pl.DataFrame({"a": pl.Series([1, 2], dtype=pl.Int128)})
    with pytest.raises(DataError, match=r"X cannot become an array: .*i128"):
        from_arrays(wide, [1.0, 2.0])


def test_numbers_that_are_the_same_in_every_row_are_told() -> None:
    with pytest.warns(UserWarning, match=r"^y is 5\.5 in every row, so that there is nothing to learn$") as told:
        from_arrays([1, 2, 3], [5.5, 5.5, 5.5])
    assert told[0].filename == __file__
    with pytest.warns(UserWarning, match=r"^load1 is 2 in every row") as told:
        from_arrays([1, 2, 3], [[1.5, 2.0], [1.0, 2.0], [0.5, 2.0]], target_name="load")
    assert len(told) == 1
    from_arrays([1], [5.5])  # one row is the same as itself only


def test_whole_numbers_of_too_many_digits_are_told() -> None:
    long = np.array([2**62 + i for i in range(4)])
    with pytest.warns(UserWarning, match=f"X has {2**62 + 1}, which becomes {2**62}, because float64 .* up to 2\\^53"):
        from_arrays(np.column_stack([np.arange(4), long]), [1.5, 2.5, 3.5, 4.5])
    with pytest.warns(UserWarning) as told:
        from_arrays([1.5, 2.5, 3.5, 4.5], long, target_kind="number")
    assert any(str(each.message).startswith(f"y has {2**62 + 1}, which") for each in told)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        from_arrays([2**53, 2**62, -(2**60), 4], [1.5, 2.5, 3.5, 4.5])  # float64 holds these
        from_arrays([1.5, 2.5, 3.5, 4.5, 5.5, 6.5], np.repeat(long[:2], 3))  # and classes need not be floats

"""Raw rows for a network that was trained on arrays: arrays, and files and tables of as many numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas
import pytest

from engineroom.data import from_arrays, prepare_inputs
from engineroom.errors import DataError, EngineroomError, NotFoundError, ShapeError

PLAIN = from_arrays([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], [1.0, 2.0, 3.0])
NAMED = from_arrays(pandas.DataFrame({"age": [1.0, 3.0, 5.0], "size": [2.0, 4.0, 6.0]}), [1.0, 2.0, 3.0])
ROWS = [[7.0, 8.5], [9.0, -1.0]]


def written(folder: Path, text: str) -> Path:
    path = folder / "new.csv"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (PLAIN, "a,b\n7,8.5\n9,-1\n"),
        (PLAIN, "7,8.5\n9,-1\n"),
        (PLAIN, "a;b\n7;8,5\n9;-1\n"),
        (PLAIN, "x1,y,x0\n8.5,0,7\n-1,0,9\n"),
        (NAMED, "size,price,age\n8.5,1,7\n-1,2,9\n"),
        (NAMED, "7,8.5\n9,-1\n"),
    ],
)
def test_a_file_of_as_many_numbers(tmp_path: Path, data: Any, text: str) -> None:
    path = written(tmp_path, text)
    assert prepare_inputs(data, path).tolist() == ROWS
    assert prepare_inputs(data, str(path)).tolist() == ROWS


def test_a_column_that_leaves_its_decimal_sign_open_has_that_of_the_others(tmp_path: Path) -> None:
    assert prepare_inputs(PLAIN, written(tmp_path, "a;b\n1,500;2,5\n")).tolist() == [[1.5, 2.5]]
    assert prepare_inputs(PLAIN, written(tmp_path, "a;b\n1.500;2,5\n")).tolist() == [[1500.0, 2.5]]
    assert prepare_inputs(PLAIN, written(tmp_path, "a;b\n1,500;2.5\n")).tolist() == [[1500.0, 2.5]]


def test_arrays_in_files_and_dicts_of_columns(tmp_path: Path) -> None:
    np.save(tmp_path / "new.npy", np.array(ROWS))
    assert prepare_inputs(PLAIN, tmp_path / "new.npy").tolist() == ROWS
    assert prepare_inputs(NAMED, {"size": [8.5, -1], "age": [7, 9]}).tolist() == ROWS
    assert prepare_inputs(PLAIN, ROWS).tolist() == ROWS


def test_a_file_is_prepared_as_the_array_was(tmp_path: Path) -> None:
    data = from_arrays([[0.0], [2.0]], [1.0, 2.0], standardize=True)
    assert prepare_inputs(data, written(tmp_path, "x\n4\n")).tolist() == [[3.0]]


@pytest.mark.parametrize(
    ("data", "text", "error", "sentence"),
    [
        (
            PLAIN,
            "a,b,c\n1,2,3\n",
            ShapeError,
            r"trained on an array of 2 columns and .*new.csv' has 3 \(a, b, c\): give it 2 columns of numbers",
        ),
        (NAMED, "aeg,size\n1,2\n", DataError, "new.csv' has no column 'age', which .*; did you mean 'aeg'"),
        (PLAIN, "a,b\n1,red\n", DataError, r"column 'b' has 'red' in row 0 \(line 2\), where a number is expected"),
        (
            PLAIN,
            "a,b\n1,2\n3,\n",
            DataError,
            r"new.csv' has no number in row 1 \(line 3\) of column 'b'.*: put a number there",
        ),
    ],
)
def test_what_is_wrong_with_a_file(
    tmp_path: Path, data: Any, text: str, error: type[EngineroomError], sentence: str
) -> None:
    with pytest.raises(error, match=sentence):
        prepare_inputs(data, written(tmp_path, text))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match=r"nothing\.csv"):
        prepare_inputs(PLAIN, tmp_path / "nothing.csv")

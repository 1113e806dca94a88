"""Frames of pandas, Polars and Arrow, dicts, records and files of one table make the same data set."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from engineroom.data import as_table, bundled, from_table
from engineroom.errors import DataError, UnknownNameError

COLUMNS: dict[str, list[Any]] = {
    "size": [1.5, None, 3.0],
    "count": [1, 2, None],
    "city": ["Ulm", None, "Kiel"],
    "ok": [True, False, True],
    "day": [date(2024, 1, 31), date(2024, 2, 1), None],
    "grade": ["a", "b", "a"],
}
SOURCES: dict[str, Any] = {
    "dict": COLUMNS,
    "records": [dict(zip(COLUMNS, row, strict=True)) for row in zip(*COLUMNS.values(), strict=True)],
    "pandas": pd.DataFrame(COLUMNS).astype({"grade": "category"}),
    "pandas nullable": pd.DataFrame(COLUMNS).astype({"count": "Int64", "city": "string"}),
    "polars": pl.DataFrame(COLUMNS).with_columns(pl.col("grade").cast(pl.Categorical)),
    "polars lazy": pl.DataFrame(COLUMNS).lazy(),
    "arrow": pa.table(COLUMNS),
}


@pytest.mark.parametrize("name", SOURCES)
def test_every_frame_is_the_same_table(name: str) -> None:
    table = as_table(SOURCES[name])
    assert table.names == tuple(COLUMNS)
    assert [isinstance(c, np.ndarray) for c in table.columns] == [True, True, False, False, False, False]
    assert [table.row(i) for i in range(3)] == [
        {"size": 1.5, "count": 1, "city": "Ulm", "ok": "true", "day": "2024-01-31", "grade": "a"},
        {"size": None, "count": 2, "city": None, "ok": "false", "day": "2024-02-01", "grade": "b"},
        {"size": 3, "count": None, "city": "Kiel", "ok": "true", "day": None, "grade": "a"},
    ]


@pytest.mark.parametrize(("target", "dtype"), [("species", "float32"), ("body_mass_g", "float64")])
def test_the_penguins_have_the_same_bits_from_everywhere(target: str, dtype: Any) -> None:
    path = bundled("penguins")
    expected = from_table(path, target=target, dtype=dtype).dataset.digest
    for frame in (
        pd.read_csv(path),
        pl.read_csv(path, null_values="NA", infer_schema_length=None),
        pa.Table.from_pandas(pd.read_csv(path)),
        "penguins",
    ):
        assert from_table(frame, target=target, dtype=dtype).dataset.digest == expected


def test_whole_numbers_too_long_for_a_float_stay_text() -> None:
    table = as_table({"id": np.array([2**53 + 1, 1]), "n": [2**53 + 1, 1], "small": [1, 2]})
    assert table.row(0)["n"] == str(2**53 + 1)
    assert table.row(0)["small"] == 1
    frame = as_table(pl.DataFrame({"id": [2**53 + 1, 1]}))
    assert frame.row(0)["id"] == str(2**53 + 1)


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ([[1, 2]], "named columns, got bare values"),
        (np.eye(2), "named columns, got bare values"),
        (3, "'int' is no table"),
        (pd.Series([1, 2]), "no table|one column"),
        ({"a": np.eye(2)}, "has shape"),
        (pd.DataFrame(), "empty"),
        (pl.DataFrame({"a": []}), "empty"),
    ],
    ids=str,
)
def test_what_is_no_table(source: Any, sentence: str) -> None:
    with pytest.raises(DataError, match=sentence):
        as_table(source)


def test_names_that_are_no_texts_are_written_as_texts() -> None:
    frame = pd.DataFrame([[1.0, "a", 3.0], [4.0, "b", 6.0]], columns=["size", 0, 1])
    assert as_table(frame).names == ("size", "0", "1")
    assert as_table(frame).row(1) == {"size": 4, "0": "b", "1": 6}
    pairs = pd.DataFrame([[1.0, 2.0]], columns=pd.MultiIndex.from_tuples([("a", "x"), ("a", "y")]))
    assert as_table(pairs).row(0) == {"('a', 'x')": 1, "('a', 'y')": 2}


def test_a_name_that_two_columns_have_is_refused() -> None:
    for frame in (
        pd.DataFrame([[1.0, 2.0, 3.0]], columns=["a", "b", "a"]),
        pa.Table.from_arrays([pa.array([1]), pa.array([2]), pa.array([3])], names=["a", "b", "a"]),
    ):
        with pytest.raises(DataError, match=r"^the table has two columns 'a': rename one of them$"):
            as_table(frame)


def test_arrays_of_a_dict_are_read_as_the_same_cells_in_a_list_are() -> None:
    moments = np.array(["2024-01-31T12:00", "NaT"], dtype="datetime64[ns]")
    spans = np.array([36, "NaT"], dtype="timedelta64[h]").astype("timedelta64[ns]")
    table = as_table(
        {
            "masked": np.ma.array([1.0, 999.0], mask=[False, True]),
            "moment": moments,
            "span": spans,
            "word": np.array([b"a", b"\xff"]),
        }
    )
    assert [table.row(i) for i in range(2)] == [
        {"masked": 1, "moment": "2024-01-31 12:00:00", "span": 1.5, "word": "a"},
        {"masked": None, "moment": None, "span": None, "word": "\\xff"},
    ]


def test_numbers_that_no_float_holds_are_cells_all_the_same() -> None:
    table = as_table({"a": [10**5000, -(10**5000), Decimal("sNaN")], "b": [1, 2, 3]})
    assert list(table["a"]) == ["inf", "-inf", None]


def test_whole_numbers_of_128_bits_keep_their_digits() -> None:
    wide = pl.DataFrame({"a": pl.Series([2**100, None], dtype=pl.Int128), "b": pl.Series([1, 2], dtype=pl.Int128)})
    assert list(as_table(wide)["a"]) == [str(2**100), None]
    assert as_table(wide)["b"].tolist() == [1, 2]


def test_a_name_that_is_no_text_is_looked_for_as_text() -> None:
    with pytest.raises(UnknownNameError, match=r"no column 1 in the table; did you mean '1'\?"):
        from_table(pd.DataFrame([[1, 2], [3, 4]]), target=1)  # type: ignore[arg-type]

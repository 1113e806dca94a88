"""Values of any type become one column: numbers, durations in days, or text."""

from __future__ import annotations

from datetime import time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from engineroom.data import as_table, from_table, look, prepare_inputs

HOURS = [12, 36, None, 60]
DAYS = [0.5, 1.5, None, 2.5]  # worked by hand
LASTING = [None if hours is None else timedelta(hours=hours) for hours in HOURS]


def _parquet_of_arrow(folder: Path, unit: str) -> Path:
    # Arrow's own writer is looked up by name, for its stubs are incomplete.
    pytest.importorskip("pyarrow.parquet").write_table(
        pa.table({"n": [1, 2, 3, 4], "größe": pa.array(LASTING, pa.duration(unit))}), folder / "a.parquet"
    )
    return folder / "a.parquet"


def _parquet_of_polars(folder: Path, _: str) -> Path:
    pl.DataFrame({"n": [1, 2, 3, 4], "größe": LASTING}).write_parquet(folder / "a.parquet")
    return folder / "a.parquet"


def _numpy(folder: Path, unit: str) -> Path:
    np.savez(folder / "a.npz", größe=np.array(LASTING, f"m8[{unit}]"))
    return folder / "a.npz"


SOURCES = {
    "Arrow's Parquet": _parquet_of_arrow,
    "Polars' Parquet": _parquet_of_polars,
    "NumPy's file": _numpy,
    "an Arrow table": lambda _, unit: pa.table({"größe": pa.array(LASTING, pa.duration(unit))}),
    "a Polars frame": lambda _, unit: pl.DataFrame({"größe": LASTING}),
    "a pandas frame": lambda _, unit: pd.DataFrame({"größe": pd.Series(LASTING, dtype=f"m8[{unit}]")}),
    "a list": lambda _, unit: {"größe": LASTING},
    "an array": lambda _, unit: {"größe": np.array(LASTING, f"m8[{unit}]")},
}


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_durations_are_days_from_every_source(tmp_path: Path, source: str, unit: str) -> None:
    table = as_table(SOURCES[source](tmp_path, unit))
    column: Any = table["größe"]
    assert [None if np.isnan(value) else value for value in column] == DAYS
    assert table.units == {"größe": "days"}


def test_the_table_says_that_durations_are_days() -> None:
    frame = pd.DataFrame(
        {"wait": pd.to_timedelta(range(1, 31), unit="h"), "stay": pd.to_timedelta(range(30), unit="D")}
    )
    made = from_table(frame, target="stay")
    assert [column.read_as for column in made.report.columns] == ["number (days)", "number (days)"]
    assert made.dataset.target.unit == "days"
    assert look(frame).columns[0].notes == ("durations are read as days.",)
    assert prepare_inputs(made.dataset, {"wait": ["0.125"]}) == prepare_inputs(made.dataset, frame)[2]


def test_few_different_durations_are_an_amount_and_no_classes() -> None:
    table = {"n": range(40), "stay": [timedelta(days=row % 3 + 1) for row in range(40)]}
    made = from_table({name: list(values) for name, values in table.items()}, target="stay")
    assert made.dataset.target.kind == "number"


def test_decimals_and_times_of_day_read_the_same_from_a_file_and_a_frame(tmp_path: Path) -> None:
    frame = pl.DataFrame({"price": [Decimal("1.50"), Decimal("22.25"), None], "at": [time(8, 30), None, time(9, 0, 1)]})
    frame.write_parquet(tmp_path / "a.parquet")
    tables = [
        as_table(tmp_path / "a.parquet"),
        as_table(frame),
        as_table(frame.to_arrow()),
        as_table(frame.to_pandas()),
    ]
    for table in tables:
        assert [str(cell) for cell in list(table["price"])[:2]] == ["1.5", "22.25"]
        assert table["at"] == ["08:30:00", None, "09:00:01"]
        price = look(table).columns[0]
        assert (price.kind, price.missing) == ("number", 1)


def test_arrays_with_a_mask_and_too_long_whole_numbers() -> None:
    masked = np.ma.array(np.array([1, 2**53 + 1, 3], np.int64), mask=[False, True, False])
    column: Any = as_table({"a": masked, "b": [1, 2, 3]})["a"]
    assert np.isnan(column[1]) and column[0] == 1
    for long in (np.array([2**53 + 1, 1]), np.array([-(2**53) - 1, 1]), np.array([2**64 - 1, 1], np.uint64)):
        assert as_table({"a": long})["a"] == [str(value) for value in long.tolist()]
    short: Any = as_table({"a": np.array([1, 200], np.uint8)})["a"]
    assert short.tolist() == [1.0, 200.0]


def test_decimals_are_numbers_and_long_ones_keep_their_digits(tmp_path: Path) -> None:
    short: Any = as_table({"a": [Decimal("1.234"), None, Decimal("NaN"), 2]})["a"]
    assert short[[0, 3]].tolist() == [1.234, 2.0] and np.isnan(short[[1, 2]]).all()
    long = [Decimal(2**62 + 1), Decimal(2), None]
    assert as_table({"a": long})["a"] == [str(2**62 + 1), "2", None]
    strange = [Decimal("sNaN"), Decimal("1e400"), Decimal("-Infinity"), Decimal(2**62 + 1)]
    assert as_table({"a": strange})["a"] == [None, "inf", "-inf", str(2**62 + 1)]
    arrow = pa.table({'a "b"': pa.array(long, pa.decimal128(25, 0)), "n": [1, 2, 3]})
    pytest.importorskip("pyarrow.parquet").write_table(arrow, tmp_path / "a.parquet")
    for source in (arrow, tmp_path / "a.parquet"):
        assert as_table(source)['a "b"'] == [str(2**62 + 1), "2", None]

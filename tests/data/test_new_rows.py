"""What is told of rows to predict from."""

from __future__ import annotations

import numpy as np
import pytest

from engineroom.data import Dataset, FarOutside, from_arrays, from_table, new_rows, prepare_inputs

TABLE = {
    "size": ["10,5", "30,5", "20,5", "40,5", None],
    "day": ["2024-01-01", "2024-01-11", "2024-01-21", "2024-01-31", "2024-01-02"],
    "town": ["Ulm", "Bonn", "Ulm", "Ulm", "Bonn"],
    "pay": [1.25, 2.5, 3.5, 5.0, 7.0],
}


def told(data: Dataset, **columns: list[object]) -> tuple[FarOutside, ...]:
    return new_rows(data, columns, prepare_inputs(data, columns)).outside


@pytest.mark.parametrize("standardize", [True, False])
def test_rows_are_far_beyond_the_range_by_more_than_its_width(standardize: bool) -> None:
    data = from_table(TABLE, target="pay", standardize=standardize, dtype="float64").dataset
    # 10.5 to 40.5 is 30 wide, so that far is below -19.5 and above 70.5; the days are 30 apart.
    sizes = ["70,4", "-19,4", "70,6", "-19,6"]
    size, day = told(data, size=sizes, day=["2024-03-02", "2024-02-29", "2024-01-01", "2023-12-03"], town=["Ulm"] * 4)
    assert (size.column, size.rows, size.row, size.line, size.cell) == ("size", 2, 2, None, "70,6")
    assert (size.value, size.low, size.high, size.habit) == ("70.6", "10.5", "40.5", "")
    assert (day.rows, day.row, day.low, day.high, day.value) == (1, 0, "2024-01-01", "2024-01-31", "2024-03-02")
    (point,) = told(data, size=["20.125"], day=["2024-01-05"], town=["Ulm"])
    assert (point.value, point.habit) == ("20,125", "comma") and "for training had a decimal comma" in str(point)


def test_a_column_of_an_array_is_found_by_its_place() -> None:
    data = from_arrays(np.array([[1.0, 10], [2, 20], [3, 30]]), [1.5, 2.5, 4.0])
    (far,) = told(data, a=[1.0, 2.0], b=[60.0, 50.0])
    assert (far.column, far.rows, far.row, far.cell) == ("b", 1, 0, "60")


def test_what_empty_cells_were_filled_with_is_named() -> None:
    data = from_table({**TABLE, "size": [*TABLE["size"][:4], "20,5"]}, target="pay").dataset
    columns = {"size": [None, "n/a"], "day": ["", "2024-01-01"], "town": [None, "Ulm"]}
    filled = new_rows(data, columns, prepare_inputs(data, columns)).filled
    assert [(f.column, f.rows, f.value, f.seen) for f in filled] == [
        ("size", 2, "20.5", False),
        ("day", 1, "2024-01-11", False),
        ("town", 1, "'Ulm'", False),
    ]
    assert str(filled[2]).startswith(
        "'town' was filled with 'Ulm', its commonest value in training, in 1 row; training"
    )
    seen = from_table(TABLE, target="pay").dataset
    assert [f.seen for f in new_rows(seen, columns, prepare_inputs(seen, columns)).filled] == [True, False, False]
    assert "never learned" not in str(new_rows(seen, columns, prepare_inputs(seen, columns)).filled[0])


def test_one_empty_cell_of_training_is_remembered_without_a_flag() -> None:
    sizes: list[float | None] = [float(row) for row in range(150)]
    sizes[7] = None
    table = {"size": sizes, "pay": [row + 0.5 for row in range(150)]}
    data = from_table(table, target="pay", validation=None).dataset
    assert len(data.features) == 1
    columns = {"size": [None, 3.0]}
    (filled,) = new_rows(data, columns, prepare_inputs(data, columns)).filled
    assert filled.seen is True and str(filled).endswith("its median in training, in 1 row.")

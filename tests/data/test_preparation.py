"""The preparation alone makes the same rows of x again, and refuses what training never saw."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engineroom.data import Preparation, Table, as_table, from_table, relink
from engineroom.data._preparation import TargetEncoder
from engineroom.errors import DataError

N = 80
TABLE: dict[str, list[Any]] = {
    "id": [f"K{i}" for i in range(N)],
    "price": [f"{i % 7},5 €" if i % 9 else None for i in range(N)],
    "day": [f"{1 + i % 28}.3.2024" for i in range(N)],
    "smoker": ["ja" if i % 3 else "nein" for i in range(N)],
    "town": [f"t{i % 40}" for i in range(N)],
    "shape": ["round" if i % 2 else "flat" for i in range(N)],
    "y": [str(i % 37) for i in range(N)],
}
MADE = from_table(TABLE, target="y").dataset
PENGUINS = from_table("penguins", target="species").dataset


def _preparation(dataset: Any = MADE) -> Preparation:
    preparation = dataset.preparation
    assert isinstance(preparation, Preparation)
    return preparation


@pytest.mark.parametrize("dataset", [MADE, PENGUINS], ids=["number", "classes"])
def test_json_keeps_every_bit(dataset: Any) -> None:
    preparation = _preparation(dataset)
    again = Preparation.from_dict(json.loads(json.dumps(preparation.to_dict())))
    assert again == preparation
    source = TABLE if dataset is MADE else "penguins"
    assert again.prepare(source).tobytes() == dataset.x.tobytes()
    assert again.prepare_target(source).tobytes() == dataset.y.tobytes()
    assert again.features == dataset.features


def test_single_rows_are_prepared_as_in_training() -> None:
    for row in (0, 13, 79):
        one = {name: [cells[row]] for name, cells in TABLE.items() if name not in ("id", "y")}
        assert np.array_equal(_preparation().prepare(one)[0], MADE.x[row])
    numbers = {"bill_length_mm": [39.1], "bill_depth_mm": [18.7], "flipper_length_mm": [181], "body_mass_g": [3750]}
    typed = {"island": ["Torgersen"], **numbers, "sex": ["male"], "year": [2007]}
    assert np.array_equal(_preparation(PENGUINS).prepare(typed)[0], PENGUINS.x[0])


def test_a_gap_where_training_had_none_is_filled() -> None:
    one = {name: [cells[1]] for name, cells in TABLE.items()}
    x = _preparation().prepare({**one, "shape": [None], "day": ["n/a"], "smoker": ["?"], "town": [""]})
    assert np.isfinite(x).all()
    shape = [i for i, f in enumerate(MADE.features) if f.source == "shape"]
    assert x[0, shape].sum() == 1


def test_a_new_town_is_one_of_the_others() -> None:
    one = {name: [cells[1]] for name, cells in TABLE.items()}
    x = _preparation().prepare({**one, "town": ["Rome"]})[0]
    names = [f.name for f in MADE.features]
    assert x[names.index("town=other")] == 1


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            {"shape": ["oval"]},
            "'shape' has 'oval' in row 0, a category that .* never saw \\(known are 'flat', 'round'\\)",
        ),
        ({"price": ["cheap"]}, "'price' has 'cheap' in row 0, where a number is expected"),
        ({"day": ["soon"]}, "'day' has 'soon' in row 0, where a date .day-month-year. is expected"),
        ({"smoker": ["maybe"]}, "'smoker' has 'maybe' in row 0, where ja or nein is expected"),
        ({"shape": None}, "no column 'shape', which the network was trained on"),
        ({"shape": None, "Shape": ["flat"]}, "no column 'shape'.*did you mean 'Shape'"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_training_never_saw(change: dict[str, Any], sentence: str) -> None:
    one: dict[str, Any] = {name: [cells[1]] for name, cells in TABLE.items()} | change
    with pytest.raises(DataError, match=sentence):
        _preparation().prepare({name: cells for name, cells in one.items() if cells is not None})


def test_a_class_that_training_never_saw() -> None:
    with pytest.raises(DataError, match="class 'Emperor' in row 1, which training never saw; known are 'Adelie'"):
        _preparation(PENGUINS).prepare_target({"species": ["Adelie", "Emperor"]})
    with pytest.raises(DataError, match="'species' is empty in row 0"):
        _preparation(PENGUINS).prepare_target({"species": ["NA"]})


def test_number_classes_are_found_in_any_writing() -> None:
    target = from_table({"x": range(12), "y": [1, 2, 3] * 4}, target="y").dataset.preparation
    assert target is not None
    for cells in (["1", "3"], [1, 3], [1.0, 3.0], ["1.0", "3.0"]):
        assert target.prepare_target({"y": cells}).tolist() == [0, 2]
    assert isinstance(target.target, TargetEncoder)


def test_relinked_rows_are_the_same_rows() -> None:
    for dataset, source in ((MADE, TABLE), (PENGUINS, "penguins")):
        lean = type(dataset).from_payload(*dataset.to_payload(include_rows=False))
        again = relink(lean, source)
        assert again.x.tobytes() == dataset.x.tobytes()
        assert again.raw(7) == dataset.raw(7)
        rows = as_table(source)
        changed = Table(rows.names, rows.columns).take([*range(rows.rows - 1), 0])
        with pytest.raises(DataError, match="not the rows of the run"):
            relink(lean, changed)
        with pytest.raises(DataError, match="not the rows of the run"):
            relink(lean, rows.take(range(20)))


def test_strays_in_the_training_table_do_not_stop_a_relink() -> None:
    table = {"age": [str(i) for i in range(59)] + ["old"], "y": [i / 7 for i in range(60)]}
    dataset = from_table(table, target="y").dataset
    lean = type(dataset).from_payload(*dataset.to_payload(include_rows=False))
    assert relink(lean, table).digest == dataset.digest
    assert dataset.preparation is not None
    with pytest.raises(DataError, match="'old'"):
        dataset.preparation.prepare(table)


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(DataError, match="format 9"):
        Preparation.from_dict({**_preparation().to_dict(), "format": 9})
    assert replace(_preparation(), dtype="float64").prepare(TABLE).dtype == np.float64


def test_a_cell_too_large_for_the_runs_type_is_named() -> None:
    made = from_table({"size": [1.5, 2.5, 3.75, 5.25], "price": [1.5, 2.25, 3.5, 4.75]}, target="price").dataset
    with pytest.raises(DataError, match=r"'size' is .* in row 1 once it is prepared, too large for float32"):
        _preparation(made).prepare({"size": [2.0, 1e300]})

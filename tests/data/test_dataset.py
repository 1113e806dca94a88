"""The data set: what its digest covers, and that a logbook gives it back whole."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from engineroom.data import Dataset, Target, from_arrays, from_table
from engineroom.errors import DataError

X = np.random.default_rng(3).normal(size=(60, 3))
Y = X @ [1.0, -2, 0.5]
LABELS = np.where(Y > 0, "up", "down")


def _reloaded(dataset: Dataset, include_rows: bool = True) -> Dataset:
    description, blobs = dataset.to_payload(include_rows)
    return Dataset.from_payload(json.loads(json.dumps(description)), dict(blobs))


def test_the_digest_is_of_what_the_engine_sees() -> None:
    digest = from_arrays(X, Y).digest
    assert from_arrays(X.copy(), Y.tolist()).digest == digest
    other_x, other_y = X.copy(), Y.copy()
    other_x[59, 2] = np.nextafter(np.float32(X[59, 2]), np.float32(9))
    other_y[0] += 1e-3
    others = [
        from_arrays(other_x, Y),
        from_arrays(X, other_y),
        from_arrays(X, Y, dtype="float64"),
        from_arrays(X, Y, seed=1),
        from_arrays(X, Y, validation=None),
        from_arrays(X, LABELS),
        from_arrays(X[:, :2], Y),
        from_arrays(X[:, [1, 0, 2]], Y),
    ]
    assert len({digest, *(other.digest for other in others)}) == len(others) + 1
    assert from_arrays(X, Y, feature_names=["a", "b", "c"]).digest == digest


@pytest.mark.parametrize(
    "dataset",
    [
        from_arrays(X, Y, dtype="float64"),
        from_arrays(X, LABELS, standardize=True),
        from_arrays(X, np.stack([Y, -Y], axis=1), standardize=True),
        from_arrays([1, 2, 3], [2.0, 4, 6]),
        from_table("penguins", target="species").dataset,
        from_table("penguins", target="body_mass_g", dtype="float64").dataset,
    ],
    ids=["numbers", "classes", "two outputs", "lesson", "table of classes", "table of numbers"],
)
def test_a_logbook_gives_it_back_whole(dataset: Dataset) -> None:
    again = _reloaded(dataset)
    for name in ("x", "y", "training", "validation", "row_numbers"):
        before, after = getattr(dataset, name), getattr(again, name)
        assert before.dtype == after.dtype
        assert np.array_equal(before, after)
        assert not after.flags.writeable
    assert again.features == dataset.features
    assert again.target == dataset.target
    assert again.preparation == dataset.preparation
    assert again.split_text == dataset.split_text
    assert again.digest == dataset.digest
    assert again.raw(2) == dataset.raw(2)


def test_only_the_digest_may_be_kept() -> None:
    dataset = from_table("penguins", target="species").dataset
    description, blobs = dataset.to_payload(include_rows=False)
    assert set(blobs) == {"training", "validation", "row_numbers"}
    assert "Torgersen" in json.dumps(description)  # a category's name is learned, not a row
    assert "39.1" not in json.dumps(description)
    lean = Dataset.from_payload(description, blobs)
    assert not lean.has_rows
    assert lean.size == 344
    assert lean.digest == dataset.digest
    for ask in (lambda: lean.training_x, lambda: lean.raw(0), lambda: lean.to_payload()):
        with pytest.raises(DataError, match="only their digest; give the file or arrays"):
            ask()
    again = lean.to_payload(include_rows=False)
    assert again[0] == description


def test_damage_is_noticed() -> None:
    dataset = from_arrays(X, Y)
    description, blobs = dataset.to_payload()
    other = from_arrays(X + 1, Y).to_payload()[1]
    with pytest.raises(DataError, match="not the rows of the run"):
        Dataset.from_payload(description, {**blobs, "x": other["x"]})


def test_rows_come_back_only_with_their_digest() -> None:
    lean = _reloaded(from_arrays(X, Y), include_rows=False)
    full = from_arrays(X, Y)
    assert lean.with_rows(full.x, full.y).digest == full.digest
    with pytest.raises(DataError, match="60 rows, these are 59"):
        lean.with_rows(full.x[1:], full.y[1:])


def test_raw_cells_of_bare_arrays() -> None:
    dataset = from_arrays(X, LABELS, dtype="float64")
    assert dataset.raw(4) == {"x0": X[4, 0], "x1": X[4, 1], "x2": X[4, 2], "y": LABELS[4]}
    two = from_arrays([1.5, 2], [[1, 2.5], [3, 4]], target_kind="number")
    assert two.raw(0) == {"x": 1.5, "y0": 1, "y1": 2.5}


def _outputs(rows: list[list[float]]) -> Any:
    return np.array(rows, dtype=np.float32)


def test_outputs_in_the_targets_own_terms() -> None:
    number = from_arrays(X, Y, standardize=True).target
    mean, scale = number.mean[0], number.scale[0]
    assert np.allclose(number.restored(_outputs([[0.0], [1.0]])), [[mean], [mean + scale]])
    assert number.prepared(np.array([[mean], [mean - 2 * scale]])).tolist() == [[0.0], [-2.0]]
    assert number.restored(_outputs([[-2.0]])).tolist() == [[-2 * scale + mean]]


def test_a_network_is_measured_on_the_rows_held_out_or_else_on_those_trained_on() -> None:
    held_out, none = (from_arrays(X, Y, validation=share) for share in (0.25, 0))
    assert (held_out.measured_on, held_out.measured.tolist()) == ("validation", held_out.validation.tolist())
    assert (none.measured_on, none.measured.tolist()) == ("training", list(range(len(X))))


def test_packed_rows_that_no_longer_unpack_are_a_sentence() -> None:
    description, blobs = from_arrays(np.zeros((500, 2)), np.arange(500.0)).to_payload()
    with pytest.raises(DataError, match="cannot be unpacked"):
        Dataset.from_payload(description, {**blobs, "x": blobs["x"][:9] + b"?" + blobs["x"][10:]})


def test_a_target_of_dates_is_written_as_dates_and_missed_by_days() -> None:
    days = [f"2024-01-{1 + 2 * row:02d}" for row in range(10)]
    target = from_table({"size": list(range(10)), "due": days}, target="due", validation=None).dataset.target
    # 2024-01-01 is 54 years of 365 days and 13 leap days after 1970: 19,723 days.
    assert target.texts(np.array([[19723.0], [19754.4], [np.nan], [1e9]])) == [
        ["2024-01-01"], ["2024-02-01"], ["nan days since 1970-01-01"], ["1e+09 days since 1970-01-01"],
    ]  # fmt: skip
    assert target.restored(np.zeros((1, 1))).tolist() == [[19732.0]]
    assert target.miss_unit == "days" and target.unit == "days since 1970-01-01"
    assert Target("number", ("pay",), mean=(0.0,), scale=(1.0,), unit="$").miss_unit == "$"

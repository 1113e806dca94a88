"""Whole numbers of more digits than float64 holds: told, never taken for equal without a word."""

from __future__ import annotations

from typing import Any

import pytest

from engineroom.data import Source, from_table, look
from engineroom.errors import DataError

LONG = 2**62  # the next float64 is 1,024 further
TOLD = f"'{LONG + 1}' is read as {LONG}, because float64 holds every whole number only up to 2^53"
REMEDY = "subtract an offset from the column, such as its smallest value, to keep the differences"


def _table(**columns: Any) -> Source:
    rows = len(next(iter(columns.values())))
    return {"a": [i % 7 for i in range(rows)], **columns, "y": [i * 0.5 for i in range(rows)]}


@pytest.mark.parametrize("write", [int, str, "{:,}".format, "{} kg".format])
def test_a_column_that_loses_digits_gets_a_note(write: Any) -> None:
    made = from_table(_table(n=[write(LONG + 700 * i) for i in range(12)]), target="y")
    (note,) = [note for note in made.report.notes if "2^53" in note]
    assert note.startswith("column 'n': '4") and note.endswith(REMEDY)
    assert f"is read as {LONG + 1024}, because" in note


def test_numbers_that_float64_holds_get_none() -> None:
    held = _table(b=[2**53 * (i + 1) for i in range(12)], c=["1.2345678901234567e25"] * 6 + ["9007199254740993.5"] * 6)
    assert not any("2^53" in note for note in from_table(held, target="y").report.notes)


def test_a_column_whose_numbers_are_one_float_is_not_called_constant() -> None:
    table = _table(n=[LONG + i for i in range(12)], same=[LONG + 1] * 12, account_id=[LONG + i for i in range(12)])
    report = from_table(table, target="y").report
    lines = {line.name: (line.read_as, line.done) for line in report.columns}
    assert lines["n"] == ("the same in float64", "dropped")
    assert lines["same"][0] == "constant" and lines["account_id"][0] == "identifier"
    assert report.notes == (f"column 'n': {TOLD}; {REMEDY}",)
    seen = {column.name: column for column in look(table).columns}
    assert seen["n"].note == "the same in float64" and seen["n"].notes == (f"{TOLD}; {REMEDY}.",)


def test_a_target_that_is_one_float_is_refused_with_the_reason() -> None:
    with pytest.raises(DataError) as error:
        from_table({"a": range(40), "y": [LONG + i for i in range(40)]}, target="y")
    assert str(error.value) == f"the target 'y' is the same float64 in every row: {TOLD}; {REMEDY}"
    with pytest.raises(DataError, match=f"the target 'y' is {LONG} in every row, so that there is nothing to learn"):
        from_table({"a": range(40), "y": [LONG] * 40}, target="y")


@pytest.mark.parametrize("columns", [None, {"y": "category"}])
def test_few_of_them_are_classes_by_their_digits(columns: Any) -> None:
    made = from_table({"a": range(12), "y": [LONG + i % 3 for i in range(12)]}, target="y", columns=columns)
    assert made.dataset.target.classes == tuple(str(LONG + i) for i in range(3))
    assert made.dataset.y.tolist() == [0, 1, 2] * 4
    again = made.dataset.preparation
    assert again is not None and again.target.encode([str(LONG + 2), str(LONG)]).tolist() == [2, 0]


def test_the_first_number_that_is_rounded() -> None:
    made = from_table(_table(n=[2**53 - i for i in range(-1, 11)]), target="y")
    assert [note for note in made.report.notes if f"'{2**53 + 1}' is read as {2**53}, because" in note]

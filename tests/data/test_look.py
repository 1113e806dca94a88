"""A first look at a table, before a target is named."""

from __future__ import annotations

import pytest

from engineroom.data import from_table, look
from engineroom.errors import EngineroomError


def test_penguins() -> None:
    seen = look("penguins")
    kinds = {column.name: column.kind for column in seen.columns}
    assert kinds["species"] == "category" and kinds["bill_length_mm"] == "number" and seen.rows == 344
    assert seen.targets[0] == "species"
    assert next(c for c in seen.columns if c.name == "sex").missing == 11


def test_what_would_be_left_out_says_why() -> None:
    seen = look({"id": [1, 2, 3, 4], "same": [5, 5, 5, 5], "x": ["1", "2", "n/a", "4"], "y": [0.1, 0.2, 0.3, 0.5]})
    told = {column.name: (column.kind, column.note, column.missing) for column in seen.columns}
    assert told["id"][:2] == ("drop", "identifier") and told["same"][:2] == ("drop", "constant")
    assert told["x"] == ("number", "", 1) and seen.targets == ("y", "x")


def test_kinds_can_be_overruled() -> None:
    table = {"zip": ["89073", "53111", "89073"], "price": [1.0, 2.0, 3.5]}
    assert look(table, {"zip": "category"}).columns[0].kind == "category"
    assert look(table, {"zip": "drop"}).columns[0].note == "as asked"
    for wrong in ({"zap": "category"}, {"zip": "text"}, {"price": "date"}):
        with pytest.raises(EngineroomError):
            look(table, wrong)


def test_what_is_open_is_said_at_its_column() -> None:
    many = [f"0{i}/0{i + 1}/2020" for i in range(1, 9)]
    table = {"size": ["1.234", "1.500", "2.345", "9.875"] * 2, "day": many, "x": [*map(str, range(7)), "?7?"]}
    notes = {column.name: column.notes for column in look(table, {"x": "number"}).columns}
    assert notes["size"] == ("'1.234' is read as 1.234, but its point may set thousands apart.",)
    assert notes["day"] == ("day and month cannot be told apart; they are read as month-day-year.",)
    assert notes["x"] == ("'?7?' is not a number and counts as empty.",)


def test_values_that_differ_in_case_or_spaces_only_are_told() -> None:
    table = {"land": ["US", "us ", "US", "New York", "new  york", "DE"] * 3, "x": [row + 0.5 for row in range(18)]}
    (note,) = look(table).columns[0].notes
    assert (
        note == "'US', 'us' differ in case or spaces only and are read as different values; 1 more group of that kind."
    )
    report = from_table(table, target="x").report
    assert any(said.startswith("column 'land': 'US', 'us' differ in case or spaces only") for said in report.notes)
    report = from_table({**table, "x": [*map(float, range(18))]}, target="land").report
    assert any(said.startswith("column 'land': 'US', 'us' differ") for said in report.notes)
    assert look({**table, "land": ["US", "DE", "FR"] * 6}).columns[0].notes == ()

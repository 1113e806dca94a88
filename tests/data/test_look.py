"""A first look at a table, before a target is named."""

from __future__ import annotations

import pytest

from engineroom.data import look
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

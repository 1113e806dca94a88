"""One sentence names several cells that cannot be read, and the line of each."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engineroom.data import as_table, from_table
from engineroom.data._encoders import CategoryEncoder
from engineroom.data._unread import Unread, unread_text
from engineroom.errors import DataError


def test_cells_of_all_columns_are_named_and_the_others_counted(tmp_path: Path) -> None:
    table = {"size": [1.5, 2.5, 3.5, 4.5], "kind": ["a", "b", "a", "b"], "pay": [1.25, 2.5, 3.5, 5.0]}
    preparation = from_table(table, target="pay").dataset.preparation
    assert preparation is not None
    path = tmp_path / "new.csv"
    path.write_text('size,kind\nbig,a\n1.5,"c"\nhuge,d\n2,a\n', "utf-8")
    told = (
        "column 'size' has 'big' in row 0 (line 2) and 'huge' in row 2 (line 4), where a number is expected; "
        "column 'kind' has 'c' in row 1 (line 3) and 'd' in row 2 (line 4), a category that training never saw "
        "(known are 'a', 'b'); correct or empty these cells"
    )
    with pytest.raises(DataError, match=re.escape(told)):
        preparation.prepare(path)
    seven = Unread("size", tuple((row, "x") for row in range(7)), "where a number is expected")
    assert unread_text([seven]).endswith(
        "and 'x' in row 4, where a number is expected; 2 more cells cannot be read; correct or empty these cells"
    )
    one = Unread("kind", ((0, "x"),), "where a date is expected")
    assert "'kind'" not in unread_text([seven, one]) and "; 3 more cells cannot be read;" in unread_text([seven, one])


def test_the_other_decimal_sign_is_named_only_where_it_explains_the_cell() -> None:
    for sizes, cell, told in (
        (["1,5", "2,25", "3"], "80.5", "a number with a decimal comma"),
        (["1.5", "2.25", "3"], "80,5", "a number with a decimal point"),
        (["1.5", "2.25", "3"], "big", "a number"),
    ):
        made = from_table({"size": sizes, "pay": [1.25, 2.5, 3.5]}, target="pay")
        assert made.dataset.preparation is not None
        with pytest.raises(DataError, match=f"where {told} is expected"):
            made.dataset.preparation.prepare({"size": [cell]})


def test_lines_are_those_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "notes.csv"
    path.write_text('Report\nsize,note\n1,"two\nlines"\n\n2,x\n3,y\n', "utf-8")
    table = as_table(path)
    assert table.rows == 3 and table.lines is not None and table.lines.tolist() == [3, 6, 7]
    taken = table.take([2]).cleaned()
    assert taken.lines is not None and taken.lines.tolist() == [7]


def test_a_target_that_is_the_same_everywhere_is_refused() -> None:
    table = {"size": [1.5, 2.5, 3.5], "pay": ["5 €", "5 €", None]}
    with pytest.raises(DataError, match="the target 'pay' is 5 € in every row, so that there is nothing to learn"):
        from_table(table, target="pay")


def test_a_target_that_cannot_be_read_is_named() -> None:
    pay = [f"{row}.5" for row in range(30)]
    made = from_table({"size": list(range(31)), "pay": [*pay, "much"]}, target="pay")
    assert "column 'pay': 'much' is not a number and counts as empty" in made.report.notes
    assert "1 row without 'pay' left out" in made.report.notes


def test_a_category_in_other_case_is_answered_with_the_known_one() -> None:
    kinds = CategoryEncoder("district", ("Mitte", "Pankow"))
    with pytest.raises(DataError, match=r"known are 'Mitte', 'Pankow'; did you mean 'Pankow'\?\)"):
        kinds.encode(["Mitte", None, "Wedding", "pankow"])
    with pytest.raises(DataError, match=r"known are 'Mitte', 'Pankow'\)"):
        kinds.encode(["Wedding"])

"""Whether a point sets thousands apart, where a column alone leaves it open."""

from __future__ import annotations

from pathlib import Path

import pytest

from engineroom.data import from_table, look
from engineroom.data._decimal_signs import guess_columns

OPEN = ["1.161", "998", "1.927"]


def values(columns: dict[str, list[str | None]], name: str, separator: str = "") -> tuple[list[float], bool]:
    guess = guess_columns(columns, [], separator=separator)[name]
    assert guess is not None
    return guess.parse_all(columns[name]).tolist(), guess.certain


@pytest.mark.parametrize(
    ("cells", "others", "separator", "expected", "certain"),
    [
        (OPEN, ["38", "62", "9"], ",", [1.161, 998, 1.927], False),
        (OPEN, ["38", "62", "9"], ";", [1161, 998, 1927], True),
        (OPEN, ["38,5", "62", "9"], ",", [1161, 998, 1927], True),
        (OPEN, ["38.5", "62", "9"], ";", [1.161, 998, 1.927], True),
        (["1.161", "998", "1.161.927"], ["38", "62", "9"], ",", [1161, 998, 1161927], True),
        (["1.161 €", "998 €", "1.927 €"], ["38", "62", "9"], ",", [1161, 998, 1927], False),
        (["1.161 EUR", "998 EUR", "1.927 EUR"], ["38", "62", "9"], ",", [1161, 998, 1927], False),
        # The euro and the other column contradict each other: nothing is sure.
        (["1.161 €", "998 €", "1.927 €"], ["38.5", "62", "9"], ",", [1.161, 998, 1.927], False),
        # Whoever sets thousands apart does so in 1927 too.
        (["1.161 €", "1927 €", "1.2"], ["38", "62", "9"], ",", [1.161, 1927, 1.2], True),
        (["1.161 €", "1927 €", "1.234 €"], ["38", "62", "9"], ",", [1.161, 1927, 1.234], False),
        (["1.161", "1927", "1.234"], ["38", "62", "9"], ";", [1.161, 1927, 1.234], False),
        (["1,161", "998", "1,927"], ["38", "62", "9"], ",", [1161, 998, 1927], False),
        (["1,161", "998", "1,927"], ["38", "62", "9"], ";", [1.161, 998, 1.927], True),
        (["0.161", "0.998", "0.927"], ["38", "62", "9"], ";", [0.161, 0.998, 0.927], True),
    ],
)
def test_the_rest_of_the_table_tells_what_a_point_means(
    cells: list[str | None], others: list[str | None], separator: str, expected: list[float], certain: bool
) -> None:
    assert values({"a": cells, "b": others}, "a", separator) == (expected, certain)


def test_what_a_euro_shows_holds_for_the_other_columns() -> None:
    table: dict[str, list[str | None]] = {"pay": ["150.325 €", "87.100 €"], "rent": ["1.161", "998"]}
    assert values(table, "rent") == ([1161, 998], False)
    assert values({**table, "year": ["1.161", "1927"]}, "year") == ([1.161, 1927], False)


def written(place: Path, separator: str, mark: str = "") -> Path:
    lines = [f"{1 + i}.{161 + i}{mark}{separator}{30 + i % 7}" for i in range(12)]
    path = place / "flats.csv"
    path.write_text("\n".join([f"rent{separator}size", *lines]), "utf-8")
    return path


def test_what_is_left_open_is_told_with_both_readings(tmp_path: Path) -> None:
    path = written(tmp_path, ",")
    made = from_table(path, target="rent", standardize=False)
    assert made.dataset.y[1, 0] == pytest.approx(2.162)
    told = (
        "column 'rent': '1.161' is read as 1.161, but its point may set thousands apart; "
        "--column rent:decimal-comma reads it as 1161"
    )
    assert told in made.report.notes
    for kind, first in (("decimal-comma", 1161.0), ("decimal-point", 1.161)):
        asked = from_table(path, target="rent", standardize=False, dtype="float64", columns={"rent": kind})  # type: ignore[dict-item]
        assert asked.dataset.y[0, 0] == first and not any("rent" in note for note in asked.report.notes)
        assert asked.dataset.target.kind == "number"


def test_an_input_is_told_as_the_target_is_and_prepares_alike(tmp_path: Path) -> None:
    made = from_table(written(tmp_path, ",", " €"), target="size", standardize=False, dtype="float64")
    (note,) = made.report.notes
    assert note.endswith("its point may be the decimal sign; --column rent:decimal-point reads it as 1.161")
    assert "'1.161 €' is read as 1161" in note
    assert made.dataset.preparation is not None
    assert made.dataset.preparation.prepare({"rent": ["2.162 €"]}).tolist() == [[2162.0]]


def test_semicolons_stand_for_the_decimal_comma(tmp_path: Path) -> None:
    made = from_table(written(tmp_path, ";"), target="rent", standardize=False, dtype="float64")
    assert made.dataset.y[0, 0] == 1161 and made.report.notes == ()
    assert made.report.columns[-1].read_as == "number (points set thousands apart)"
    assert [column.example for column in look(written(tmp_path, ";")).columns] == ["1.161", "30"]


def test_whole_numbers_have_the_decimal_sign_of_their_file() -> None:
    table: dict[str, list[str | None]] = {"year": ["1927", "2024", None], "floor": ["1", "2", "3"]}
    for separator, decimal in ((";", ","), (",", ".")):
        guesses = guess_columns(table, [], separator=separator)
        assert {guess.format.decimal for guess in guesses.values() if guess} == {decimal}
    assert values(table, "year", ";")[0][:2] == [1927, 2024]


def test_a_cell_with_the_other_sign_than_asked_for_is_named() -> None:
    rent = [f"{1 + i},5" for i in range(39)]
    made = from_table(
        {"rent": [*rent, "2.5"], "size": list(range(40))}, target="size", columns={"rent": "decimal-comma"}
    )
    assert any("'2.5' is not a number with a decimal comma and counts as empty" in note for note in made.report.notes)

"""Text to numbers, each case read by hand."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engineroom.data._numbers import NumberFormat, guess_numbers

READ = [
    (["1", "2.5"], [1, 2.5], ".", ""),
    (["1", None, "-2"], [1, None, -2], ".", ""),
    (["$1,234.50", "$3"], [1234.5, 3], ".", "$"),
    (["USD 1,234.50", "USD 3"], [1234.5, 3], ".", "USD"),
    (["-$5", "$-6", "+3"], [-5, -6, 3], ".", "$"),
    (["1.234,56 €", "2,5 €"], [1234.56, 2.5], ",", "€"),
    (["1.234.567", "2"], [1234567, 2], ",", ""),
    (["1,234,567", "2"], [1234567, 2], ".", ""),
    (["1 234,5", "7"], [1234.5, 7], ",", ""),
    (["1\u202f234,5", "7"], [1234.5, 7], ",", ""),
    (["1'234.5", "8"], [1234.5, 8], ".", ""),
    (["1\u2019234.5", "8"], [1234.5, 8], ".", ""),
    (["1,23,456", "1"], [123456, 1], ".", ""),
    (["(1,234)", "5"], [-1234, 5], ".", ""),
    (["($12.50)", "$5"], [-12.5, 5], ".", "$"),
    (["\u22125", "3"], [-5, 3], ".", ""),
    (["12%", "3.5 %"], [12, 3.5], ".", "%"),
    (["5 kg", "7.5 kg"], [5, 7.5], ".", "kg"),
    (["12.5°C", "13 °C"], [12.5, 13], ".", "°C"),
    (["1e5", "2E-3"], [1e5, 2e-3], ".", ""),
    (["0,123", "5"], [0.123, 5], ",", ""),
    ([".5", "1"], [0.5, 1], ".", ""),
    (["1,234", "2,345"], [1234, 2345], ".", ""),
    (["1.234", "2.345"], [1.234, 2.345], ".", ""),
]


@pytest.mark.parametrize(("texts", "values", "decimal", "unit"), READ, ids=[str(case[0]) for case in READ])
def test_a_column_of_numbers(texts: list[str | None], values: list[float | None], decimal: str, unit: str) -> None:
    guess = guess_numbers(texts)
    assert guess is not None
    assert guess.format == NumberFormat(decimal, unit)  # type: ignore[arg-type]
    assert guess.strays == ()
    found = guess.format.parse_all(texts).tolist()
    assert [None if math.isnan(v) else v for v in found] == values


NOT_NUMBERS = [
    ["A12", "B3"],
    ["12 Main", "13 Oak"],
    ["1.2.3", "4"],
    ["5 kg", "7 lb"],
    ["$5", "€6"],
    ["inf", "1"],
    ["1_000", "3"],
    ["(5", "6"],
    ["--5", "6"],
    ["1,5", "2.5"],
    ["007", "123"],
    ["2024-01-31", "2024-02-01"],
    [None, None],
]


@pytest.mark.parametrize("texts", NOT_NUMBERS, ids=str)
def test_what_is_not_a_column_of_numbers(texts: list[str | None]) -> None:
    assert guess_numbers(texts) is None


def test_an_open_comma_follows_the_hint_and_a_clear_one_does_not() -> None:
    for hint, expected in ((".", 1234.0), (",", 1.234)):
        guess = guess_numbers(["1,234"], hint)  # type: ignore[arg-type]
        assert guess is not None
        assert not guess.certain
        assert guess.format.parse("1,234") == expected
    clear = guess_numbers(["1,234.5"], ",")
    assert clear is not None
    assert clear.certain
    assert clear.format.decimal == "."


def test_one_stray_in_twenty_is_tolerated_and_two_are_not() -> None:
    texts: list[str | None] = [str(i) for i in range(1, 20)]
    guess = guess_numbers([*texts, "about ten"])
    assert guess is not None
    assert guess.strays == ("about ten",)
    assert math.isnan(guess.format.parse("about ten"))
    assert guess_numbers([*texts[1:], "about ten", "many"]) is None


def test_insisting_reads_codes_and_columns_of_mostly_text() -> None:
    code = guess_numbers(["007", "012"], insist=True)
    assert code is not None
    assert code.format.parse_all(["007", "012"]).tolist() == [7, 12]
    mostly_text = guess_numbers(["a", "b", "3"], insist=True)
    assert mostly_text is not None
    assert set(mostly_text.strays) == {"a", "b"}


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False).map(repr), min_size=1))
def test_what_python_writes_is_read_back_to_the_bit(texts: list[str]) -> None:
    guess = guess_numbers(list(texts))
    assert guess is not None
    assert guess.format.parse_all(list(texts)).tolist() == [float(t) for t in texts]
    assert [NumberFormat().parse(t) for t in texts] == [float(t) for t in texts]


@given(st.lists(st.decimals(-(10**9), 10**9, places=2), min_size=1))
def test_english_and_german_writing_mean_the_same(numbers: list[object]) -> None:
    english = [f"{n:,}" for n in numbers]
    german = [t.translate(str.maketrans(",.", ".,")) for t in english]
    expected = [float(str(n)) for n in numbers]
    for texts in (english, german):
        guess = guess_numbers(list(texts))
        assert guess is not None
        assert guess.format.parse_all(list(texts)).tolist() == expected

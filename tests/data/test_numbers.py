"""Text to numbers, and amounts to text, each case read by hand."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engineroom.data._numbers import NumberFormat, amount_text, amount_texts, guess_numbers

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


@pytest.mark.parametrize(
    ("values", "unit", "deviation", "texts"),
    [
        ([1200.0, -1_638_773.0], "$", None, ["$1,200", "-$1,638,773"]),
        ([1200.0, -5.0], "EUR", None, ["1,200 EUR", "-5 EUR"]),
        ([783.41, 1234.567], "€", 300.0, ["€783", "€1,235"]),
        # One decimal of a currency is written as two, whichever way the currency is written.
        ([783.41, 1234.567], "€", 30.0, ["€783.41", "€1,234.57"]),
        ([783.41, 1234.567], "CHF", 30.0, ["783.41 CHF", "1,234.57 CHF"]),
        ([783.41, 1234.567], "kg", 30.0, ["783.4 kg", "1,234.6 kg"]),
        # Zeros that end all of them are left out, others stand.
        ([41.0, 23.0], "years", 12.0, ["41 years", "23 years"]),
        ([41.5, 23.0], "years", 1.2, ["41.5 years", "23.0 years"]),
        ([0.25, -12.5], "%", None, ["0.25%", "-12.50%"]),
        # Four digits stand together where nothing longer stands above them.
        ([1987.0, 2024.0], "", 30.0, ["1987", "2024"]),
        ([1987.0, 20_240.0], "", 3000.0, ["1,987", "20,240"]),
        # Without a deviation three digits of the smallest, but four to six of the largest.
        ([21_500.4, 80_000.0], "$", None, ["$21,500", "$80,000"]),
        ([0.0123456, 0.1, 1.0], "", None, ["0.0123", "0.1000", "1.0000"]),
        ([0.001234, 123.456], "", None, ["0.001", "123.456"]),
        ([0.123456], "", None, ["0.1235"]),
        ([0.0, 0.25], "$", None, ["$0.00", "$0.25"]),
        # What is too small for the last decimal is 0 in a column with a deviation; a miss is not.
        ([-0.001, 7.5], "°C", 8.0, ["0.0 °C", "7.5 °C"]),
        ([1e-9, 1.0], "", None, ["1e-09", "1"]),
        ([0.5, 0.25], "", 1e5, ["0.50", "0.25"]),
        # Tiny and huge ones have an exponent.
        ([1.23456e-6, 4e-6], "kg", None, ["1.235e-06 kg", "4.000e-06 kg"]),
        ([8.614e-5, 1e-5], "", 3.5e-7, ["8.614e-05", "1.000e-05"]),
        ([0.00001, 0.0], "", None, ["1e-05", "0"]),
        ([0.500001, 0.000002], "m", 1e-6, ["0.500001 m", "0.000002 m"]),
        ([1_234_567_890.4], "$", 1e9, ["$1,234,567,890"]),
        ([1e20], "m", None, ["1e+20 m"]),
        # Far beyond what its column varies by, the digits of an amount say nothing; those of nanoseconds do.
        ([3.87502284562228e17, 97_500.0], "€", 20_000.0, ["€3.875e+17", "€9.750e+04"]),
        ([1.719837126e18, 1.719837127e18], "ns", 5e11, ["1.719837126e+18 ns", "1.719837127e+18 ns"]),
        ([9999.96], "", None, ["10,000"]),
        ([-0.0, 0.0], "$", None, ["$0", "$0"]),
        ([math.nan, -math.inf, 1.5], "$", None, ["nan", "-inf", "$1.50"]),
        ([5.0], "", 0.0, ["5"]),
        ([], "$", 2.0, []),
    ],
)
def test_amounts_of_a_column(values: list[float], unit: str, deviation: float | None, texts: list[str]) -> None:
    assert amount_texts(values, unit, deviation) == texts


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [(-3.5, "$", "-$3.50"), (12.5, "%", "12.5%"), (2.0, "", "2"), (3.0, "days", "3 days"), (5.0, "€", "€5")],
)
def test_an_amount_alone(value: float, unit: str, text: str) -> None:
    assert amount_text(value, unit) == text


@given(
    st.lists(st.floats(-1e300, 1e300), min_size=1) | st.lists(st.floats(-1e4, 1e4), min_size=1),
    st.sampled_from(["", "$", "€", "kg", "%"]),
    st.none() | st.floats(min_value=0, allow_infinity=False),
)
def test_amounts_can_be_read_again(values: list[float], unit: str, deviation: float | None) -> None:
    texts = amount_texts(values, unit, deviation)
    largest = max(map(abs, values))
    for value, text in zip(values, texts, strict=True):
        read = NumberFormat(".", unit).parse(text)
        # Half a unit of the third digit of the deviation, or of the fourth of the largest where there is none.
        exact = 1e-15 if max(largest, deviation or 0.0) >= 1e-4 and largest < 1e15 else 0.000500001
        far = largest >= 1e8 * (deviation or largest)
        allowed = 0.005000001 * min(deviation or largest / 10, largest)
        assert abs(read - value) <= max(allowed, exact * largest if far else 1e-15 * largest)
    if 1e-4 <= largest < 1e15:
        # A miss too small for the last decimal has digits of its own.
        columned = [t for v, t in zip(values, texts, strict=True) if deviation or not 0 < abs(v) < largest / 900]
        assert len({len(re.sub(r"[^\d.]", "", text).partition(".")[2]) for text in columned}) == 1

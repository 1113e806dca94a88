"""Text to dates, each case read by hand."""

from __future__ import annotations

import math
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engineroom.data import from_table, look
from engineroom.data._dates import DateFormat, date_text, guess_dates

READ = [
    (["2024-01-31", "2023-02-01"], "year-month-day", True, ["2024-01-31", "2023-02-01"]),
    (
        ["2024-01-31T06:00:00Z", "2024-01-31 18:00"],
        "year-month-day",
        True,
        ["2024-01-31 06:00:00", "2024-01-31 18:00:00"],
    ),
    (["2024-01-31T01:00+02:00"], "year-month-day", True, ["2024-01-30 23:00:00"]),
    (["31.01.2024", "1.2.2024"], "day-month-year", True, ["2024-01-31", "2024-02-01"]),
    (["1.2.2024", "3.2.2024"], "day-month-year", True, ["2024-02-01", "2024-02-03"]),
    (["01/02/2024", "13/02/2024"], "day-month-year", True, ["2024-02-01", "2024-02-13"]),
    (["01/02/2024", "02/13/2024"], "month-day-year", True, ["2024-01-02", "2024-02-13"]),
    (["01/02/2024", "02/03/2024"], "month-day-year", False, ["2024-01-02", "2024-02-03"]),
    (["3 Jan 2024", "12-Feb-2023"], "year-month-day", True, ["2024-01-03", "2023-02-12"]),
    (["Jan 3, 2024", "March 4 2023"], "year-month-day", True, ["2024-01-03", "2023-03-04"]),
    (["1/13/24 3:30 PM", "2/3/24"], "month-day-year", True, ["2024-01-13 15:30:00", "2024-02-03"]),
    (["12/13/2024 12:00 am"], "month-day-year", True, ["2024-12-13"]),
    (["2024/1/5"], "year-month-day", True, ["2024-01-05"]),
    (["31.12.99", "1.1.05"], "day-month-year", True, ["1999-12-31", "2005-01-01"]),
]


@pytest.mark.parametrize(("texts", "order", "certain", "dates"), READ, ids=[str(case[0]) for case in READ])
def test_a_column_of_dates(texts: list[str | None], order: str, certain: bool, dates: list[str]) -> None:
    guess = guess_dates(texts)
    assert guess is not None
    assert (guess.format.order, guess.certain, guess.strays) == (order, certain, ())
    assert [date_text(days) for days in guess.format.parse_all(texts)] == dates


@pytest.mark.parametrize(
    "texts",
    [["13/02/2024", "02/13/2024"], ["2024-13-01"], ["20240131"], ["1.5"], ["1-2-3"], ["192.168.1.1"], ["May"], [None]],
    ids=str,
)
def test_what_is_not_a_column_of_dates(texts: list[str | None]) -> None:
    assert guess_dates(texts) is None


def test_digits_alone_are_a_date_where_the_column_says_so() -> None:
    guess = guess_dates(["20240131", "20231224"], compact=True)
    assert guess is not None
    assert [date_text(d) for d in guess.format.parse_all(["20240131", None, "20231224"]) if not math.isnan(d)] == [
        "2024-01-31",
        "2023-12-24",
    ]


@given(st.dates())
def test_days_count_from_1970(day: date) -> None:
    days = day.toordinal() - date(1970, 1, 1).toordinal()
    assert DateFormat("year-month-day").parse(day.isoformat()) == days
    assert DateFormat("day-month-year").parse(f"{day.day}.{day.month}.{day.year:04}") == days
    assert DateFormat("month-day-year").parse(f"{day.month}/{day.day}/{day.year:04}") == days
    assert date_text(days) == day.isoformat()


@pytest.mark.parametrize("time", ["24:00", "12:60", "12:00:61", "13:00 PM", "0:30 am"])
def test_a_day_with_a_time_that_there_is_not_is_no_date(time: str) -> None:
    assert guess_dates([f"2024-01-31 {time}"]) is None
    assert guess_dates(["2024-01-31 23:59:60"]) is not None, "a leap second"


ZONED, PLAIN = "2024-01-31T10:00+02:00", "2024-01-31 10:00"


@pytest.mark.parametrize(
    "texts",
    [[ZONED, PLAIN], ["31 Jan 2024 10:00 Z", "31 Jan 2024"], ["31.1.2024 10:00 UTC", "1.2.2024 10:00"]],
    ids=str,
)
def test_moments_with_and_without_a_time_zone_in_one_column_are_told(texts: list[str]) -> None:
    days = texts * 3
    note = f"{texts[0]!r} has a time zone and {texts[1]!r} has none and is taken as UTC; write the zone in every cell"
    table = {"when": days, "y": [1.5, 2.5, 3.5, 4.0, 5.0, 6.0]}
    assert from_table(table, target="y").report.notes == (f"column 'when': {note}, or in none",)
    assert look(table).columns[0].notes == (f"{note}, or in none.",)


@pytest.mark.parametrize("texts", [[ZONED, "2024-02-01T09:00Z"], [PLAIN, "2024-02-01"]], ids=str)
def test_moments_all_with_or_all_without_a_time_zone_need_no_word(texts: list[str]) -> None:
    table = {"when": texts * 3, "y": [1.5, 2.5, 3.5, 4.0, 5.0, 6.0]}
    assert from_table(table, target="y").report.notes == ()

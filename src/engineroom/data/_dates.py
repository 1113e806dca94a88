"""Text to dates: ISO and the common local forms; which number is the month is decided for a column as a whole."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["DATE_ORDERS", "DAYS", "DateFormat", "DateGuess", "DateOrder", "date_text", "guess_dates"]

DateOrder: TypeAlias = Literal["year-month-day", "day-month-year", "month-day-year"]

DATE_ORDERS: dict[str, DateOrder] = {"dmy": "day-month-year", "mdy": "month-day-year", "ymd": "year-month-day"}
"""The orders by the short names that they are asked for by."""

DAYS = "days since 1970-01-01"
"""The unit of a date as a number."""

_TOLERATED = 0.05
_EPOCH = date(1970, 1, 1).toordinal()
_FIRST, _LAST = date.min.toordinal() - _EPOCH, date.max.toordinal() - _EPOCH
_MONTHS = {
    name: month
    for month, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
_TIME = (
    r"(?:[T\s]\s*(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}(?:[.,]\d+)?))?\s*(?P<half>[AaPp]\.?[Mm]\.?)?"
    r"\s*(?P<zone>Z|UTC|[+-]\d{2}:?\d{2})?)?"
)
_DIGITS = re.compile(r"(?P<a>\d{4}|\d{1,2})(?P<sign>[-./])\s?(?P<b>\d{1,2})(?P=sign)\s?(?P<c>\d{4}|\d{1,2})\.?" + _TIME)
_COMPACT = re.compile(r"(?P<a>(?:19|20)\d{2})(?P<b>\d{2})(?P<c>\d{2})" + _TIME)
_DAY_NAME = re.compile(
    r"(?P<a>\d{1,2})(?:st|nd|rd|th|\.)?[\s-](?P<b>[A-Za-z]{3,9})\.?,?[\s-](?P<c>\d{4}|\d{2})" + _TIME
)
_NAME_DAY = re.compile(r"(?P<a>[A-Za-z]{3,9})\.?\s(?P<b>\d{1,2})(?:st|nd|rd|th)?,?\s(?P<c>\d{4})" + _TIME)


@dataclass(frozen=True)
class DateFormat:
    """In which order the numbers of a date stand; a month in letters and a year in front speak for themselves."""

    order: DateOrder

    def parse(self, text: str) -> float:
        """Return days since 1970-01-01, with the time of day as a fraction, or NaN when `text` is no such date."""
        parts = _split(text, compact=True)
        if parts is None:
            return math.nan
        first, second, third = parts.numbers
        order = parts.order or self.order
        if order == "year-month-day":
            year, month, day = first, second, third
        elif order == "day-month-year":
            day, month, year = first, second, third
        else:
            month, day, year = first, second, third
        if parts.short_year:
            year += 1900 if year >= 70 else 2000
        try:
            return date(year, month, day).toordinal() - _EPOCH + parts.time
        except ValueError:
            return math.nan

    def parse_all(self, texts: list[str | None]) -> NDArray[np.float64]:
        """Return days since 1970-01-01; NaN where there is no date."""
        known = {text: math.nan if text is None else self.parse(text) for text in dict.fromkeys(texts)}
        return np.array([known[text] for text in texts], dtype=np.float64)


@dataclass(frozen=True)
class DateGuess:
    """A column that can be read as dates: how, whether day and month could be told apart, and what does not fit.

    Where some cells have a time zone and others none, `zones` is the first of each kind.
    """

    format: DateFormat
    certain: bool
    strays: tuple[str, ...]
    zones: tuple[str, str] | None = None


def guess_dates(
    texts: list[str | None],
    *,
    insist: bool = False,
    compact: bool = False,
    order: DateOrder | None = None,
    usual: DateOrder = "month-day-year",
) -> DateGuess | None:
    """Return how a column's dates are written, or None when it does not hold dates.

    A number above 12 shows which place is the day's. Where none is, dots mean day first, other signs
    what is usual, and the guess is not certain.

    Parameters
    ----------
    texts : stripped cells; None is an empty one.
    insist : True accepts a column of which any cell is a date.
    compact : whether `20240131` is a date.
    order : how they are written, where that is known; it is then not guessed.
    usual : the order where nothing shows it, of day and month.
    """
    counts = Counter(text for text in texts if text is not None)
    total = sum(counts.values())
    parsed = {text: _split(text, compact=compact or insist) for text in counts}
    if not total or (sum(counts[t] for t, p in parsed.items() if p) < total * (1 - _TOLERATED) and not insist):
        return None
    open_ones = [p for p in parsed.values() if p is not None and p.order is None]
    day_first = any(p.numbers[0] > 12 for p in open_ones)
    month_first = any(p.numbers[1] > 12 for p in open_ones)
    guessed: DateOrder
    if not open_ones:
        guessed = "year-month-day"
    elif day_first or (not month_first and all(p.sign == "." for p in open_ones)):
        guessed = "day-month-year"
    else:
        guessed = "month-day-year" if month_first else usual
    chosen = DateFormat(order or guessed)
    strays = tuple(t for t in counts if math.isnan(chosen.parse(t)))
    if sum(counts[t] for t in strays) > total * _TOLERATED and not (insist and len(strays) < len(counts)):
        return None
    certain = order is not None or not open_ones or day_first != month_first or all(p.sign == "." for p in open_ones)
    firsts = {p.zoned: text for text, p in reversed(parsed.items()) if p is not None}
    zones = (firsts[True], firsts[False]) if len(firsts) == 2 else None
    return DateGuess(chosen, certain=certain, strays=strays, zones=zones)


def date_text(days: float) -> str:
    """Return days since 1970-01-01 as an ISO date, with the time where there is one; beyond the calendar the days."""
    if not _FIRST <= days < _LAST:
        return f"{days:.6g} {DAYS}"
    moment = datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(days=days)
    return moment.date().isoformat() if days == int(days) else f"{moment.date().isoformat()} {moment:%H:%M:%S}"


@dataclass(frozen=True)
class _Parts:
    """One cell taken apart: three numbers, their order where the cell itself tells it, the sign between, the time.

    A short year is written with two digits and leaves its century open; a zoned time has a time zone.
    """

    numbers: tuple[int, int, int]
    order: DateOrder | None
    sign: str
    time: float
    short_year: bool = False
    zoned: bool = False


def _split(text: str, *, compact: bool) -> _Parts | None:
    """Take a cell apart, or None when nothing in it looks like a date."""
    match = _DIGITS.fullmatch(text)
    if match is not None:
        zoned = match["zone"] is not None
        time = _time(match)
        numbers = (int(match["a"]), int(match["b"]), int(match["c"]))
        year_first = len(match["a"]) == 4
        if time is None or (year_first == (len(match["c"]) == 4) and (year_first or match["sign"] == "-")):
            return None
        short = not year_first and len(match["c"]) < 4
        return _Parts(numbers, "year-month-day" if year_first else None, match["sign"], time, short, zoned)
    for pattern, name_at in ((_DAY_NAME, "b"), (_NAME_DAY, "a")):
        match = pattern.fullmatch(text)
        if match is None:
            continue
        month, time = _MONTHS.get(match[name_at][:3].lower()), _time(match)
        if month is None or time is None:
            return None
        day = int(match["a" if name_at == "b" else "b"])
        short, zoned = len(match["c"]) == 2, match["zone"] is not None
        return _Parts((day, month, int(match["c"])), "day-month-year", " ", time, short, zoned)
    match = _COMPACT.fullmatch(text) if compact else None
    if match is not None and (time := _time(match)) is not None:
        numbers = (int(match["a"]), int(match["b"]), int(match["c"]))
        return _Parts(numbers, "year-month-day", "", time, zoned=match["zone"] is not None)
    return None


def _time(match: re.Match[str]) -> float | None:
    """Return the time of day in UTC as a fraction of a day; None when there is no such time."""
    if match["hour"] is None:
        return 0.0
    hour, minute = int(match["hour"]), int(match["minute"])
    second = float((match["second"] or "0").replace(",", "."))
    if match["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if match["half"][0] in "Pp" else 0)
    if hour > 23 or minute > 59 or second >= 61:
        return None
    zone = match["zone"]
    if zone and zone[0] in "+-":
        offset = int(zone[1:3]) * 60 + int(zone[-2:])
        minute -= offset if zone[0] == "+" else -offset
    return ((hour * 60 + minute) * 60 + second) / 86400

"""Text to numbers and back: currency signs, percent, units, thousands separators and decimal commas.

Whether `1,234` is a thousand or a little more than one is decided for a column as a whole; where a column leaves it
open, `_decimal_signs` asks the rest of the table.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "EXACT",
    "Decimal",
    "NumberFormat",
    "NumberGuess",
    "amount_text",
    "amount_texts",
    "guess_numbers",
    "is_currency",
]

Decimal: TypeAlias = Literal[".", ","]

EXACT = 2**53
"""Up to here float64 holds every whole number; beyond, only every second one, then every fourth, and so on."""

_TOLERATED = 0.05  # a column stays numbers while at most this part of its cells is something else
_TOLD_APART = 10  # so many digits after the first are written at most where there is an exponent
_SPACES = re.compile("[\u00a0\u2007\u2009\u202f]")
_CURRENCIES = frozenset(
    {
        "$", "€", "£", "¥", "₹", "₽", "₩", "₺", "₪", "฿", "₫", "₴", "₱", "us$", "a$", "c$", "nz$", "hk$", "r$",
        "kr", "kr.", "zł", "kč", "ft", "lei", "fr.", "rs", "rs.", "eur", "usd", "gbp", "chf", "jpy", "cny",
        "inr", "rub", "krw", "try", "ils", "thb", "aud", "cad", "nzd", "hkd", "sgd", "sek", "nok", "dkk", "pln",
        "czk", "huf", "ron", "brl", "mxn", "zar",
    }
)  # fmt: skip
_PARTS = re.compile(
    r"(?P<open>\()?\s*(?P<minus>[+-])?\s*"
    r"(?P<prefix>[^\d\s.,()+'-][^\d\s,()+'-]{0,3})?\s*(?P<inner>[+-])?"
    r"(?P<body>\d[\d.,' ]*|[.,]\d+)(?P<exponent>[eE][+-]?\d+)?"
    r"\s*(?P<suffix>[^\d\s.,()+'-][^\d,()]{0,11})?\s*(?P<close>\))?"
)
_BODY = {
    ".": re.compile(r"(?:\d+|[1-9]\d{0,2}(?:,\d{2,3})*,\d{3}|[1-9]\d{0,2}(?:[ ']\d{3})+)(?:\.\d*)?|\.\d+"),
    ",": re.compile(r"(?:\d+|[1-9]\d{0,2}(?:\.\d{2,3})*\.\d{3}|[1-9]\d{0,2}(?:[ ']\d{3})+)(?:,\d*)?|,\d+"),
}
_GROUPED = re.compile(r"[+-]?(?:\d+|[1-9]\d{0,2}(?:,\d{3})+)(?:\.\d*)?")
_CODE = re.compile(r"^0\d+$", re.MULTILINE)
_CERTAIN = re.compile(r"^(?![+-]?[1-9]\d{0,2}[.,]\d{3}$).*[.,]", re.MULTILINE)


def amount_texts(values: Iterable[float], unit: str = "", deviation: float | None = None) -> list[str]:
    """Return amounts that stand below each other, with one number of decimals so that their points are in line.

    Three digits of the deviation are written, or of the largest amount where that is smaller. Where no deviation is
    known, it is three digits of the smallest amount, but four to six of the largest. Zeros that end all of them are
    left out. Below 0.0001 and from 10^15 on, amounts have an exponent and four digits; of a column that varies in the
    ten digits after the first, such as times in nanoseconds, they have as many as its deviation asks for.

    Parameters
    ----------
    unit : what stands beside them; a currency sign stands before the number, all else after it.
    deviation : of the column of the table that they belong to; None where it is not known.

    Examples
    --------
    >>> amount_texts([1200.0, -310.4], "$"), amount_texts([1200.0, -310.4], "kg", deviation=20.0)
    (['$1,200', '-$310'], ['1,200.0 kg', '-310.4 kg'])
    >>> amount_texts([1987.0, 2024.0]), amount_texts([0.25, 12.5], "%"), amount_texts([0.1, 19.5], "€")
    (['1987', '2024'], ['0.25%', '12.50%'], ['€0.10', '€19.50'])
    """
    numbers = [float(value) for value in values]
    sizes = [abs(number) for number in numbers if number and math.isfinite(number)]
    largest = max(sizes, default=1.0)
    if deviation is not None and not 0 < deviation < math.inf:
        deviation = None
    spread = min(sizes, default=1.0) if deviation is None else deviation
    # So many after the first; a float has no more than 16.
    digits = 2 + max(0, _magnitude(largest) - _magnitude(spread))
    digits = max(3, min(digits, 5)) if deviation is None else min(digits, 15)
    if largest < 1e15 and max(largest, deviation or 0.0) >= 1e-4:
        decimals = _needed(sizes, f".{max(0, digits - _magnitude(largest))}f")
        # Nobody writes tenths of a dollar.
        decimals = 2 if decimals == 1 and is_currency(unit) else decimals
        # Four digits by themselves, such as those of a year, are not set apart.
        style = f"{',' if unit or largest >= 9999.5 else ''}.{decimals}f"
    else:
        style = f".{_needed(sizes, f'.{3 if deviation is None or digits > _TOLD_APART else digits}e')}e"
    if deviation is None:
        # By itself an amount below the last decimal must not read as 0; beside its column's deviation it may.
        return [_with_unit(n, ".3g" if n and not _read(f"{n:{style}}") else style, unit) for n in numbers]
    return [_with_unit(number, style, unit) for number in numbers]


def amount_text(value: float, unit: str = "", deviation: float | None = None) -> str:
    """Return one amount that stands alone, as `amount_texts` writes it.

    Examples
    --------
    >>> amount_text(1200.0, "$"), amount_text(-5.5, "€"), amount_text(12.5, "%"), amount_text(41.0, "years")
    ('$1,200', '-€5.50', '12.5%', '41 years')
    """
    return amount_texts([value], unit, deviation)[0]


def _magnitude(size: float) -> int:
    """Return the power of ten of the first digit."""
    return math.floor(math.log10(size))


def _needed(sizes: Iterable[float], style: str) -> int:
    """Return how many decimals are left when the zeros that end all of the numbers are not written."""
    decimals = (f"{size:{style}}".partition("e")[0].partition(".")[2].rstrip("0") for size in sizes)
    return max(map(len, decimals), default=0)


def _read(text: str) -> float:
    return float(text.replace(",", ""))


def is_currency(unit: str) -> bool:
    """Return whether a unit is money, of which nobody writes tenths."""
    return unit.lower() in _CURRENCIES or (len(unit) == 1 and unicodedata.category(unit) == "Sc")


def _with_unit(number: float, style: str, unit: str) -> str:
    if not math.isfinite(number):
        return str(number)
    text = f"{abs(number):{style}}" if number or "e" not in style else "0"
    minus = "-" if number < 0 and text.strip("0.") else ""
    if len(unit) == 1 and unicodedata.category(unit) == "Sc":
        return f"{minus}{unit}{text}"
    return f"{minus}{text}%" if unit == "%" else f"{minus}{text} {unit}" if unit else f"{minus}{text}"


@dataclass(frozen=True)
class NumberFormat:
    """How the numbers of a column are written.

    Attributes
    ----------
    decimal : what stands before the fraction; the other sign groups thousands.
    unit : what stands beside the numbers: a currency, `%`, or a unit; empty when nothing does.
    """

    decimal: Decimal = "."
    unit: str = ""

    def parse(self, text: str) -> float:
        """Return the number in `text`, or NaN when it is not one in this format. Percent stay percent: 12 % is 12."""
        return self.value(_split(text))

    def value(self, parts: _Parts | None) -> float:
        """Return the number in a cell taken apart, or NaN."""
        if parts is None or not _BODY[self.decimal].fullmatch(parts.body):
            return math.nan
        if parts.unit and parts.unit != self.unit:
            return math.nan
        value = float(self._digits(parts) + parts.exponent)
        if not math.isfinite(value):
            return math.nan
        return -value if parts.negative else value

    def holds(self, text: str, value: float) -> bool:
        """Return whether the float `value` of `text` has all its digits, where it is a whole number without exponent.

        Examples
        --------
        >>> [NumberFormat().holds(text, float(text)) for text in ("9007199254740992", "9007199254740993")]
        [True, False]
        """
        parts = _split(text) if abs(value) >= EXACT else None
        if parts is None or parts.exponent:
            return True
        whole, _, fraction = self._digits(parts).partition(".")
        return bool(fraction.strip("0")) or int(whole.lstrip("0")) == abs(value)

    def _digits(self, parts: _Parts) -> str:
        """Return the digits of a number as Python writes them, without its exponent."""
        digits = re.sub("[ ']", "", parts.body)
        return digits.replace(",", "") if self.decimal == "." else digits.replace(".", "").replace(",", ".")

    def parse_all(self, texts: list[str | None]) -> NDArray[np.float64]:
        """Return the numbers in `texts`; NaN where there is none."""
        different = [text for text in dict.fromkeys(texts) if text is not None]
        plain = _plain_numbers(different) if self.decimal == "." else None
        return _looked_up(texts, zip(different, plain or map(self.parse, different), strict=True))


@dataclass(frozen=True)
class NumberGuess:
    """A column that can be read as numbers: how, whether its decimal sign is beyond doubt, and each text's value."""

    format: NumberFormat
    certain: bool
    values: Mapping[str, float] = field(repr=False)

    @cached_property
    def strays(self) -> tuple[str, ...]:
        """The texts that are not numbers in this format."""
        return tuple(text for text, value in self.values.items() if value != value)

    @cached_property
    def rounded(self) -> tuple[str, ...]:
        """The texts of whole numbers that float64 rounds, as it may beyond 2^53."""
        long = (text for text, value in self.values.items() if abs(value) >= EXACT)
        return tuple(text for text in long if not self.format.holds(text, self.values[text]))

    def parse_all(self, texts: list[str | None]) -> NDArray[np.float64]:
        """Return the numbers in `texts`, of which each was seen when the guess was made; NaN where there is none."""
        return _looked_up(texts, self.values.items())


def guess_numbers(
    texts: list[str | None], hint: Decimal = ".", *, insist: bool = False, decimal: Decimal | None = None
) -> NumberGuess | None:
    """Return how a column's numbers are written, or None when it does not hold numbers.

    Parameters
    ----------
    texts : stripped cells; None is an empty one.
    hint : the decimal sign where the column leaves it open.
    insist : True accepts a column of which any cell is a number, and codes such as `007`.
    decimal : the decimal sign where it is known; it is then not guessed.
    """
    plain = _guess_plain(texts, hint) if not insist and decimal is None else None
    if plain is not None:
        return plain
    counts = Counter(text for text in texts if text is not None)
    if not counts:
        return None
    parsed = {text: _split(text) for text in counts}
    units = Counter[str]()
    votes: dict[str, int] = {".": 0, ",": 0}
    good = 0
    for text, parts in parsed.items():
        if parts is None:
            continue
        dot, comma = (_BODY[sign].fullmatch(parts.body) is not None for sign in (".", ","))
        if not dot and not comma:
            parsed[text] = None
            continue
        if not insist and len(parts.body) > 1 and parts.body[0] == "0" and parts.body.isdigit():
            return None  # a code such as 007, whose zeros a number would lose
        good += counts[text]
        units[parts.unit] += counts[text]
        if dot != comma:
            votes["." if dot else ","] += counts[text]
    total = sum(counts.values())
    if good < total * (1 - _TOLERATED) and not (insist and good):
        return None
    unit = _one_unit(units, total, insist)
    if unit is None:
        return None
    certain = decimal is not None or votes["."] != votes[","]
    guessed: Decimal = "." if votes["."] > votes[","] else ("," if votes[","] > votes["."] else hint)
    chosen = NumberFormat(decimal or guessed, unit)
    guess = NumberGuess(chosen, certain, {text: chosen.value(parts) for text, parts in parsed.items()})
    if sum(counts[t] for t in guess.strays) > total * _TOLERATED and not (insist and len(guess.strays) < len(counts)):
        return None
    return guess


@dataclass(frozen=True)
class _Parts:
    """One cell taken apart, before it is known which sign is the decimal one."""

    body: str
    exponent: str
    unit: str
    negative: bool


def _split(text: str) -> _Parts | None:
    """Take a cell apart, or None when nothing in it looks like one number."""
    text = _SPACES.sub(" ", text).replace("\u2212", "-").replace("\u2019", "'")
    match = _PARTS.fullmatch(text.strip())
    if match is None or (match["open"] is None) != (match["close"] is None):
        return None
    if (match["minus"] is not None) + (match["inner"] is not None) + (match["open"] is not None) > 1:
        return None
    prefix, suffix = match["prefix"] or "", (match["suffix"] or "").strip()
    if prefix and (suffix or prefix.lower() not in _CURRENCIES):
        return None
    negative = match["open"] is not None or "-" in (match["minus"], match["inner"])
    return _Parts(match["body"].strip(), match["exponent"] or "", prefix or suffix, negative)


def _one_unit(units: Counter[str], total: int, insist: bool) -> str | None:
    """Return the one unit of a column; None when it has several, or an unusual one that only some cells have."""
    named = [unit for unit in units if unit]
    if not named:
        return ""
    common = max(named, key=lambda unit: units[unit])
    if insist or (len(named) == 1 and (units[""] == 0 or common == "%" or common.lower() in _CURRENCIES)):
        return common
    others = total - units[common] - units[""]
    return common if len(named) > 1 and units[""] == 0 and others <= total * _TOLERATED else None


def _looked_up(texts: list[str | None], known: Iterable[tuple[str, float]]) -> NDArray[np.float64]:
    values: dict[str | None, float] = {None: math.nan}
    values.update(known)
    return np.fromiter(map(values.__getitem__, texts), dtype=np.float64, count=len(texts))


def _guess_plain(texts: list[str | None], hint: Decimal) -> NumberGuess | None:
    """Judge a column that Python's own float reads, the commonest one, in a fraction of the time."""
    given = [text for text in dict.fromkeys(texts) if text is not None]
    lines = "\n".join(given)
    if not given or _CODE.search(lines):
        return None
    values = _plain_numbers(given)
    if values is None and all(map(_GROUPED.fullmatch, given)):
        values = _plain_numbers(lines.replace(",", "").split("\n"))
    if values is None:
        return None
    certain = _CERTAIN.search(lines) is not None
    if hint == "," and not certain:
        return None
    return NumberGuess(NumberFormat(), certain, dict(zip(given, values, strict=True)))


def _plain_numbers(texts: list[str]) -> list[float] | None:
    """Read texts that Python's own float reads; None sends them to the slow way, which is several times slower."""
    try:
        values = list(map(float, texts))
    except ValueError:
        return None
    return None if not np.isfinite(values).all() or "_" in "".join(texts) else values

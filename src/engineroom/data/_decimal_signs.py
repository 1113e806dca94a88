"""Which sign is the decimal one where a column of numbers leaves it open: the rest of the table is asked.

`1.234` is open: it may be a little more than one, or a thousand and some. A column is open where each of its points and
commas stands once in a number and before three digits.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from engineroom.data._numbers import Decimal, NumberFormat, NumberGuess, guess_numbers

__all__ = ["guess_columns", "other_reading", "other_sign_told"]

_EUROS_BEHIND = re.compile(r"\d\s*(?:€|EUR)$", re.IGNORECASE)
_POINT_AND_THREE = re.compile(r"\d\.\d{3}(?!\d)")
_NO_GROUPS = re.compile(r"\d{4}")


def guess_columns(
    columns: Mapping[str, list[str | None]],
    insist: Collection[str],
    decimals: Mapping[str, Decimal] | None = None,
    separator: str = "",
) -> dict[str, NumberGuess | None]:
    """Return how the numbers of each column of one table are written, or None where it does not hold numbers.

    A column that leaves its decimal sign open has the comma where the other columns have it, where they are open as
    well and semicolons stand between the cells, and where an amount in euros such as `150.325 €` and the file's
    other columns do not contradict. Else `1.234` is a little more than one and `1,234` a thousand.

    Parameters
    ----------
    columns : stripped cells by name; None is an empty one.
    insist : names of columns that are numbers whatever they look like, as in `guess_numbers`.
    decimals : the decimal sign of columns of which it is known, by name.
    separator : what stood between the cells of a text file; empty for any other source.

    Examples
    --------
    >>> table = {"price": ["1.161", "998"], "size": ["38", "62"]}
    >>> [guess_columns(table, [], separator=sign)["price"].format.decimal for sign in ",;"]
    ['.', ',']
    """
    known = decimals or {}
    guesses = {
        name: guess_numbers(cells, insist=name in insist or name in known, decimal=known.get(name))
        for name, cells in columns.items()
    }
    signs = {g.format.decimal for g in guesses.values() if g is not None and g.certain}
    sure = signs == {","} or (not signs and separator == ";")
    euros = {name for name, guess in guesses.items() if guess is not None and not guess.certain and _in_euros(guess)}
    for name, guess in guesses.items():
        if guess is None or guess.certain:
            continue
        if sure and not any("." in text or "," in text for text in guess.values):
            guesses[name] = replace(guess, format=replace(guess.format, decimal=","), certain=True)
            continue
        # A column in which 1927 stands without a separator would not write 1161 as 1.161.
        grouped = signs == {","} or not any(map(_NO_GROUPS.search, guess.values))
        if (sure or (euros and not signs)) and grouped:
            again = guess_numbers(columns[name], ",", insist=name in insist)
            guesses[name] = again if again is None or again.certain else replace(again, certain=sure)
        elif signs == {"."} and name not in euros:
            guesses[name] = replace(guess, certain=True)
    return guesses


def other_reading(guess: NumberGuess) -> tuple[str, float, float] | None:
    """Return a cell of a column that leaves open whether its point is the decimal sign, and the two numbers it may be.

    The first is what it is read as. None where nothing is open. A comma before three digits is not: it is usual to set
    thousands apart by it.

    Examples
    --------
    >>> other_reading(guess_numbers(["47", "1.161"]))
    ('1.161', 1.161, 1161.0)
    """
    if guess.certain:
        return None
    cell = next((text for text in guess.values if _POINT_AND_THREE.search(text)), None)
    if cell is None:
        return None
    other: Decimal = "," if guess.format.decimal == "." else "."
    return cell, guess.values[cell], replace(guess.format, decimal=other).parse(cell)


def other_sign_told(written: NumberFormat, unread: Iterable[str]) -> str:
    """Return which decimal sign is expected, where one of the texts that cannot be read is a number with the other.

    Examples
    --------
    >>> other_sign_told(NumberFormat(","), ["80.5"]), other_sign_told(NumberFormat(","), ["big"])
    (' with a decimal comma', '')
    """
    other = NumberFormat("." if written.decimal == "," else ",", written.unit)
    if all(math.isnan(other.parse(text)) for text in unread):
        return ""
    return " with a decimal comma" if written.decimal == "," else " with a decimal point"


def _in_euros(guess: NumberGuess) -> bool:
    """Whether an amount is written as in `150.325 €`, which is how those write who have the decimal comma."""
    return any(_EUROS_BEHIND.search(text) and _POINT_AND_THREE.search(text) for text in guess.values)

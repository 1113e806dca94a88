"""Plain text in columns and lines, as every printed answer has it."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence

__all__ = ["WIDTH", "cut", "headed", "table", "wrapped"]

WIDTH = 79


def wrapped(text: str, hang: int = 2) -> list[str]:
    """Return a text in lines of at most 79 columns, indented by two; all but the first by `hang`."""
    return textwrap.wrap(text, WIDTH, initial_indent="  ", subsequent_indent=" " * hang, break_long_words=False)


def headed(text: str) -> list[str]:
    """Return a heading in lines of at most 79 columns, all but the first indented as the text beneath it."""
    return textwrap.wrap(text, WIDTH, subsequent_indent="  ", break_long_words=False)


def table(rows: Sequence[Sequence[str]], align: str, beneath: int | None = None) -> list[str]:
    """Return rows with their columns aligned, `l` left and `r` right, two spaces apart and indented.

    Parameters
    ----------
    beneath : where not all columns fit beside each other, those from this one on stand beneath, beside the first
        again and without rows that would be empty there.
    """
    if not rows:
        return []
    widths = [max(len(row[c]) for row in rows) for c in range(len(align))]
    blocks = [list(range(len(align)))]
    if beneath is not None and sum(widths) + 2 * len(widths) > WIDTH:
        blocks = [blocks[0][:beneath], [0, *blocks[0][beneath:]]]
    lines = []
    for columns in blocks:
        for row in rows:
            if columns is blocks[0] or any(row[c] for c in columns[1:]):
                cells = [row[c].ljust(widths[c]) if align[c] == "l" else row[c].rjust(widths[c]) for c in columns]
                lines.append("  " + "  ".join(cells).rstrip())
    return lines


def cut(text: str, width: int = 20) -> str:
    """Return a text no wider than a column may be; a number in it stays whole or is left out, and one alone stays.

    Examples
    --------
    >>> cut("Iris setosa, from a garden"), cut("0.1234567, 0.7654321, 4.5"), cut("-404,546,754,448,269.12")
    ('Iris setosa, from...', '0.1234567, ...', '-404,546,754,448,269.12')
    """
    if len(text) <= width:
        return text
    kept = text[: width - 3]
    if _DIGIT.fullmatch(text[width - 4 : width - 2]):
        # Digits of a number say something else when others are missing; those of a name such as user_0001 do not.
        kept = _NUMBER.sub("", kept)
    return f"{kept}..." if kept else text


_DIGIT = re.compile(r"[\d.,e+-]\d|\d[\d.,e]|e[+-]")
_NUMBER = re.compile(r"(?<![\w.,])[^\w\s]?[^\w\s]?\d[\d.,]*(?:e[+-]?\d*)?$")

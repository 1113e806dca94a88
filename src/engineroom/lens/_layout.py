"""Plain text in columns and lines, as every printed answer has it."""

from __future__ import annotations

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


def table(rows: Sequence[Sequence[str]], align: str) -> list[str]:
    """Return rows with their columns aligned, `l` left and `r` right, two spaces apart and indented."""
    if not rows:
        return []
    widths = [max(len(row[c]) for row in rows) for c in range(len(align))]
    lines = []
    for row in rows:
        cells = [cell.ljust(w) if a == "l" else cell.rjust(w) for cell, w, a in zip(row, widths, align, strict=True)]
        lines.append("  " + "  ".join(cells).rstrip())
    return lines


def cut(text: str, width: int = 20) -> str:
    """Return a text no wider than a column may be."""
    return text if len(text) <= width else text[: width - 3] + "..."

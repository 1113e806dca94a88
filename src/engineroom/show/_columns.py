"""How each column of a table was read, printed before training so that a wrong reading is seen in time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from engineroom.data import ColumnReport, TableReport
from engineroom.show._console import say
from engineroom.show._numbers import count
from engineroom.show._table import make_table

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["show_columns"]

_EXAMPLE_WIDTH = 20
_NUMBERED = 6
"""From so many columns on that differ only in a number, such as pixel0 to pixel63, they are one line."""

_LONG, _RUN = 20, 4
"""In a table of more columns than this, so many in a row that were read the same way are one line with all names."""


def show_columns(console: Console, report: TableReport, *, full: bool = False) -> None:
    """Print how each column was read, then how many rows there are, which are held out, and what was noticed.

    Parameters
    ----------
    full : whether each column has a line of its own with all that was done; otherwise what was done is told in a few
        words, and columns in a row that were read the same way share a line.
    """
    from rich.text import Text

    table = make_table()
    table.add_column("column", overflow="fold")
    table.add_column("read as", overflow="fold")
    table.add_column("example", overflow="ellipsis", no_wrap=True, max_width=_EXAMPLE_WIDTH)
    table.add_column("missing", justify="right", no_wrap=True)
    table.add_column("what was done", overflow="fold")
    for line in [[column] for column in report.columns] if full else _joined(report.columns):
        column = line[0]
        style = {"target": "er.good", "dropped": "er.quiet"}.get(column.role, "")
        done = Text(column.done if full else column.brief)
        if column.role == "target":
            done = Text.assemble(("target: ", "er.title"), done)
        elif len(line) > 1:
            done = Text.assemble(f"each of {len(line)}: ", done)
        most = max(c.missing for c in line)
        missing = Text(_range([c.missing for c in line]), style="er.warn" if most else "er.quiet")
        table.add_row(
            Text(_names(line), style=style or "er.name"), column.read_as, column.example, missing, done, style=style
        )
    console.print(table)
    console.print()
    say(
        console,
        f"{count(report.rows, 'row')}, {count(report.inputs, 'prepared input')}. {_sentence(report.split_text)}",
    )
    for note in report.notes:
        say(console, f"Note: {_sentence(note)}", "er.warn")
    if not full and any(column.brief != column.done for column in report.columns):
        keeps = ", and how to keep a dropped column" if any("keeps it" in c.done for c in report.columns) else ""
        say(console, f"--dry-run prints this table in full{keeps}.", "er.quiet")


def _joined(columns: Sequence[ColumnReport]) -> list[list[ColumnReport]]:
    """Return the columns of each line."""
    lines: list[list[ColumnReport]] = []
    for _, group in groupby(columns, key=lambda c: (c.read_as, c.role, c.brief)):
        alike = list(group)
        if len(columns) > _LONG and len(alike) >= _RUN:
            lines.append(alike)
            continue
        for _, numbered in groupby(alike, key=lambda c: _pattern(c.name)):
            same = list(numbered)
            lines += [same] if len(same) >= _NUMBERED else [[column] for column in same]
    return lines


def _names(line: Sequence[ColumnReport]) -> str:
    """Return all names of a line; of those that differ only in a number the first and the last."""
    names: list[str] = []
    for _, group in groupby((column.name for column in line), key=_pattern):
        alike = list(group)
        names += [f"{alike[0]} ... {alike[-1]}"] if len(alike) >= _NUMBERED else alike
    return ", ".join(names)


def _pattern(name: str) -> str:
    return re.sub(r"\d+", "#", name)


def _range(numbers: Sequence[int]) -> str:
    least, most = min(numbers), max(numbers)
    return f"{most:,}" if least == most else f"{least:,} to {most:,}"


def _sentence(text: str) -> str:
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) or not text else ".")

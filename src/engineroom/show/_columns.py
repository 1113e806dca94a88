"""How each column of a table was read, printed before training so that a wrong reading is seen in time."""

from __future__ import annotations

import re
from collections.abc import Iterable
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
_ALIKE = 6
"""From so many columns on that differ only in a number, such as pixel0 to pixel63, they are one line."""


def show_columns(console: Console, report: TableReport) -> None:
    """Print one line for each column, then how many rows there are, which are held out, and what was noticed."""
    from rich.text import Text

    table = make_table()
    table.add_column("column", overflow="fold")
    table.add_column("read as", overflow="fold")
    table.add_column("example", overflow="ellipsis", no_wrap=True, max_width=_EXAMPLE_WIDTH)
    table.add_column("missing", justify="right", no_wrap=True)
    table.add_column("what was done", overflow="fold")
    for column in _alike_joined(report.columns):
        style = {"target": "er.good", "dropped": "er.quiet"}.get(column.role, "")
        done = Text(column.done)
        if column.role == "target":
            done = Text.assemble(("target: ", "er.title"), column.done)
        missing = Text(f"{column.missing:,}", style="er.warn") if column.missing else Text("0", style="er.quiet")
        table.add_row(
            Text(column.name, style=style or "er.name"), column.read_as, column.example, missing, done, style=style
        )
    console.print(table)
    console.print()
    say(
        console,
        f"{count(report.rows, 'row')}, {count(report.inputs, 'prepared input')}. {_sentence(report.split_text)}",
    )
    for note in report.notes:
        say(console, f"Note: {_sentence(note)}", "er.warn")


def _alike_joined(columns: Iterable[ColumnReport]) -> list[ColumnReport]:
    joined: list[ColumnReport] = []
    for _, group in groupby(columns, key=lambda c: (re.sub(r"\d+", "#", c.name), c.read_as, c.role, _pattern(c.done))):
        alike = list(group)
        if len(alike) < _ALIKE:
            joined += alike
            continue
        first, last = alike[0], alike[-1]
        joined.append(
            ColumnReport(
                name=f"{first.name} ... {last.name}",
                read_as=first.read_as,
                example=first.example,
                missing=sum(c.missing for c in alike),
                done=first.done if all(c.done == first.done for c in alike) else f"each {_without_numbers(first.done)}",
                role=first.role,
            )
        )
    return joined


def _pattern(done: str) -> str:
    return re.sub(r"-?[\d.,]+", "#", done)


def _without_numbers(done: str) -> str:
    """Return the words up to the first number, which is each column's own."""
    return re.split(r"\s*[(:,]|\s+-?\d", done, maxsplit=1)[0].strip() or done


def _sentence(text: str) -> str:
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) or not text else ".")

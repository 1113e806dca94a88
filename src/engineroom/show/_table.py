"""The one look of all tables: a quiet head, a rule below it, two spaces between columns, no frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.table import Table

__all__ = ["make_table"]


def make_table() -> Table:
    """Return an empty table; nothing is printed around it, so that blank lines are the caller's."""
    # Rich puts a divider, here a space, between columns; with one space of padding that makes two.
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    return Table(box=SIMPLE_HEAD, show_edge=False, padding=(0, 1, 0, 0), pad_edge=False, header_style="er.quiet")

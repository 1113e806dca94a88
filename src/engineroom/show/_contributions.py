"""The shares of the examples in colour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engineroom.lens import Contributions
from engineroom.show._why import coloured

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["show_contributions"]


def show_contributions(console: Console, answer: Contributions) -> None:
    """Print who moved a weight; where there is no colour exactly the plain text is printed."""
    console.print(coloured(str(answer)), soft_wrap=True)

"""What a replay of a whole run found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engineroom.run import Verification
from engineroom.show._console import say

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["show_verification"]


def show_verification(console: Console, verification: Verification) -> None:
    """Print the finding in one sentence, green when every bit is the same."""
    say(console, str(verification), "er.good" if verification.ok else "er.bad")

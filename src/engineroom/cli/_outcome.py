"""How training that a command began has ended: in a line, and as the code that the command exits with."""

from __future__ import annotations

from rich.console import Console

from engineroom import api
from engineroom.show import say

__all__ = ["exit_code", "say_finding"]


def exit_code(run: api.Run) -> int:
    """Return 1 where the run reached NaN or infinity, 130 where Ctrl-C ended it, else 0."""
    return {"nonfinite": 1, "interrupted": 130}.get(run.status, 0)


def say_finding(console: Console, run: api.Run) -> None:
    """Print where the run first reached NaN or infinity, if it did."""
    if run.finding is not None:
        text, begun = str(run.finding), run.record.row.parent_step
        if begun is not None and run.finding.step == begun + 1 and run.finding.phase != "update":
            # No setting of the fork has had any effect yet.
            text = (
                f"{run.finding.happened}. That was before the fork's first update: the weights of state {begun:,} are "
                "this large already, so fork from an earlier state"
            )
        say(console, f"{text[:1].upper()}{text[1:]}.", "er.bad")

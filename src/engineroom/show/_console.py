"""Where answers are printed: one console, one palette, plain text where there is no terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["PALETTE", "PROSE_WIDTH", "make_console", "say"]

PROSE_WIDTH = 100
"""Sentences are wrapped here even on a wider terminal; longer lines are hard to read."""

_NARROWEST = 20
"""Columns that text is laid out in at least; a pane that was folded away, and COLUMNS=0, have none."""

PALETTE = {
    "er.title": "bold",
    "er.name": "cyan",
    "er.number": "bold",
    "er.unit": "dim",
    "er.quiet": "dim",
    "er.good": "green",
    "er.warn": "yellow",
    "er.bad": "bold red",
    "er.up": "green",
    "er.down": "magenta",
    "er.line": "cyan",
    "er.command": "bold cyan",
    # Rich's own bars, so that a progress bar has the colours of the rest.
    "bar.complete": "cyan",
    "bar.finished": "green",
    "bar.pulse": "cyan",
    "progress.percentage": "default",
    "progress.remaining": "dim",
}
"""Styles by what they mean."""


def make_console(*, stderr: bool = False) -> Console:
    """Return a console on standard output or standard error.

    Colour is used only on a terminal and never when NO_COLOR is set. Text is never highlighted
    by guesswork and square brackets are never markup, because names such as `dense1.weight[3, 5]` hold them.
    """
    # Rich is loaded when something is printed, so that what draws without it can do without it.
    from rich.console import Console
    from rich.theme import Theme

    console = Console(stderr=stderr, theme=Theme(PALETTE), highlight=False, markup=False, emoji=False)
    if console.width < _NARROWEST:
        console.width = _NARROWEST
    return console


def say(console: Console, sentence: str, style: str = "") -> None:
    """Print a sentence wrapped to the terminal, at most `PROSE_WIDTH` wide."""
    from rich.text import Text

    lines = Text(sentence, style=style).wrap(console, min(console.width, PROSE_WIDTH))
    for line in lines:
        line.rstrip()
        console.print(line, soft_wrap=True)

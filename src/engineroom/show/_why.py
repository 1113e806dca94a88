"""An explanation in colour: the same text as `str(why)`, with its headings, names and signs set apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engineroom.lens import Why

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

__all__ = ["coloured", "show_why"]

# A signed number that is an amount by itself: not part of a name or a range, not in brackets, not a factor after `=`.
_SIGNED = r"(?<![\w.)(\]])(?<!= ){sign}(?:\d[\d,]*\.?\d*(?:e[+-]?\d+)?|inf)(?![\w\]])"


def show_why(console: Console, why: Why, parts: int | None = None) -> None:
    """Print an explanation; where there is no colour exactly its plain text is printed.

    Parameters
    ----------
    parts : print only so many of its parts, counted by their headings; None prints all.
    """
    console.print(coloured(_first_parts(str(why), parts)), soft_wrap=True)


def _first_parts(text: str, parts: int | None) -> str:
    lines = text.split("\n")
    headings = [place for place, line in enumerate(lines) if line and not line[0].isspace()]
    if parts is None or parts >= len(headings):
        return text
    return "\n".join(lines[: headings[parts]]).rstrip()


def coloured(text: str) -> Text:
    """Return the text of an answer with its headings, the names of weights and the signs of amounts in colour."""
    from rich.text import Text

    coloured = Text(text)
    start = 0
    for line in text.split("\n"):
        if line and not line[0].isspace():
            coloured.stylize("er.title", start, start + len(line))
        start += len(line) + 1
    coloured.highlight_regex(_SIGNED.format(sign=r"\+"), "er.up")
    coloured.highlight_regex(_SIGNED.format(sign=r"-"), "er.down")
    coloured.highlight_regex(r"\b[A-Za-z_]\w*\.(?:weight|bias)\[[\d, ]+\]", "er.name")
    return coloured

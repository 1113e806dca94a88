"""The stability in colour: the same text as `str(stability)`, with headings and what it comes down to set apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engineroom.lens import Stability

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["show_stability"]

_STYLES = {
    "er.good": r"\b(?:good pace|fell)\b",
    "er.warn": r"\b(?:creeps|jumps over but\s+arrives|not converged)\b",
    "er.bad": r"\b(?:No learning rate helps|past the\s+limit|rose|diverged)\b",
}


def show_stability(console: Console, answer: Stability) -> None:
    """Print the answer; where there is no colour exactly its plain text is printed."""
    from rich.text import Text

    text = Text(str(answer))
    start = 0
    for line in str(answer).split("\n"):
        if line and not line[0].isspace():
            text.stylize("er.title", start, start + len(line))
        start += len(line) + 1
    for style, words in _STYLES.items():
        text.highlight_regex(words, style)
    console.print(text, soft_wrap=True)

"""Words that stand for an empty cell, for yes and no, and for a row of totals."""

from __future__ import annotations

__all__ = ["MISSING", "TOTALS", "YES_NO", "is_missing", "without_missing"]

MISSING = frozenset(
    {
        "", "na", "n/a", "n.a.", "n.a", "#n/a", "#na", "<na>", "nan", "-nan", "nat", "null", "(null)", "#null!",
        "none", "nil", "missing", "(missing)", "unknown", "undefined", "not available", "not applicable",
        "no data", "(empty)", "(blank)", "-", "--", "---", "\u2013", "\u2014", "?", "??", ".", "..", "...", "*",
        "#value!", "#div/0!", "#ref!", "#name?", "#num!", "k. a.", "k.a.", "n/d", "s/d",
    }
)  # fmt: skip
"""Lower-case words that mean an empty cell."""
_LONGEST = max(map(len, MISSING)) + 8  # spaces around a word

YES_NO = (
    ("yes", "no"),
    ("true", "false"),
    ("y", "n"),
    ("t", "f"),
    ("on", "off"),
    ("ja", "nein"),
    ("oui", "non"),
    ("sí", "no"),
    ("si", "no"),
)
"""Lower-case pairs that are read as 1 and 0."""

TOTALS = frozenset(
    {
        "total", "totals", "grand total", "overall total", "sum", "sums", "subtotal", "gesamt", "gesamtsumme", "summe",
        "insgesamt", "total général", "somme", "totale", "somma", "suma", "totaal",
    }
)  # fmt: skip
"""Lower-case words that mark a row which sums the rows above it."""


def is_missing(text: str | None) -> bool:
    """Whether a cell is empty or holds a usual word for that."""
    return text is None or (len(text) <= _LONGEST and text.strip().lower() in MISSING)


def without_missing(texts: list[str | None]) -> list[str | None]:
    """Return the texts stripped, each word for an empty cell replaced by None."""
    words = [None if text is None else text.strip() for text in texts]
    missing = {word for word in set(words) if is_missing(word)}
    return [None if word in missing else word for word in words] if missing else words

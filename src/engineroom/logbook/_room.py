"""How much of a file things take, by the way SQLite lays rows out on pages."""

from __future__ import annotations

__all__ = ["EMPTY", "PAGE", "bytes_of_keyframe"]

PAGE = 16384
"""Bytes of a page. Blobs of megabytes are most of a logbook: larger pages halve the time they take to write."""

EMPTY = 18 * PAGE
"""Bytes of a logbook without rows: a page for each table and each index."""

_COLUMNS, _INDEX = 68, 96
"""Bytes of a keyframe's other columns, and of its entry in the index, which thinning leaves half full."""


def bytes_of_keyframe(nbytes: int) -> int:
    """Return how many bytes of the file a keyframe takes whose state has `nbytes`.

    A row of more than a page has its end on pages of its own; pages that several rows share are half empty after
    thinning, because SQLite gives a page back only when no row is left on it.

    Examples
    --------
    >>> bytes_of_keyframe(8), bytes_of_keyframe(20_000), bytes_of_keyframe(12_000_000)
    (268, 20576, 12009568)
    """
    payload = nbytes + _COLUMNS
    if payload <= PAGE - 35:
        many = (PAGE - 8) // (payload + 10)
        return PAGE * (2 if many > 1 else 1) // many + _INDEX
    least = (PAGE - 12) * 32 // 255 - 23
    local = least + (payload - least) % (PAGE - 4)
    if local > PAGE - 35:
        local = least
    pages = -(-(payload - local) // (PAGE - 4))
    return pages * PAGE + PAGE // ((PAGE - 8) // (local + 14)) + _INDEX

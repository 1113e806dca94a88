"""Progress of work that is done in parts."""

from __future__ import annotations

from engineroom.run import StepProgress

__all__ = ["part_of"]


def part_of(progress: StepProgress | None, begin: int, total: int) -> StepProgress | None:
    """Return what is told how far one part is, and tells how far all is: `begin` is what the parts before it make."""
    return None if progress is None or not total else lambda done, _: progress(begin + done, total)

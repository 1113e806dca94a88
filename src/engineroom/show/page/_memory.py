"""How much memory this machine has left."""

from __future__ import annotations

import re
from pathlib import Path

__all__ = ["free_memory"]

_TOLD = Path("/proc/meminfo")


def free_memory() -> int | None:
    """Return how many bytes programs can still have, as Linux tells; None where nothing tells."""
    try:
        found = re.search(r"^MemAvailable: +(\d+) kB$", _TOLD.read_text(), re.MULTILINE)
    except OSError:
        return None
    return None if found is None else 1024 * int(found[1])

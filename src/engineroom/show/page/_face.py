"""What the page offers, loaded when it is first asked for.

Whoever trains and opens no page needs none of it, and it took a ninth of the time until `er.train` was there.
`engineroom/_face.py` does the same for the whole package. The `__init__.pyi` beside this says the names to type
checkers and editors, and a test holds both against each other.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

__all__ = ["HOMES", "__dir__", "__getattr__"]

_PAGE = "engineroom.show.page"
_NAMES = {
    "_desk": ("Client", "Desk"),
    "_export": ("Exported", "export"),
    "_frames": ("pack", "unpack"),
    "_open": ("show_record", "widget"),
    "_security": ("Gate",),
    "_serve": ("PORT", "Served", "serve", "start"),
    "_server": ("application",),
    "_typescript": ("typescript",),
}
HOMES = {name: f"{_PAGE}.{file}" for file, names in _NAMES.items() for name in names}
"""The module of each name."""


def __getattr__(name: str) -> Any:
    """Return what the page calls `name`, and remember it there."""
    if name not in HOMES:
        raise AttributeError(f"module {_PAGE!r} has no attribute {name!r}")
    value = getattr(import_module(HOMES[name]), name)
    setattr(sys.modules[_PAGE], name, value)
    return value


def __dir__() -> list[str]:
    """Return all names, loaded or not."""
    return sorted(HOMES)

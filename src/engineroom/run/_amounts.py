"""Times and sizes as people write them: "50ms", "2s", "256MB"."""

from __future__ import annotations

import re

from engineroom.errors import OptionError

__all__ = ["seconds", "size"]

_SECONDS = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "min": 60.0, "h": 3600.0}
_BYTES = {"b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "tb": 10**12, "kib": 2**10, "mib": 2**20, "gib": 2**30}
_AMOUNT = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([a-z]+)\s*", re.IGNORECASE)


def seconds(option: str, value: str | float) -> float:
    """Return a time in seconds; a bare number is seconds.

    Examples
    --------
    >>> seconds("max_wait", "50ms"), seconds("max_wait", "1 h")
    (0.05, 3600.0)
    """
    return _amount(option, value, _SECONDS, "a time in us, ms, s, min or h, such as '50ms' or '2s'")


def size(option: str, value: str | float) -> int:
    """Return a size in bytes; a bare number is bytes.

    Examples
    --------
    >>> size("max_size", "256MB")
    256000000
    """
    return int(_amount(option, value, _BYTES, "a size in B, KB, MB, GB, TB, KiB, MiB or GiB, such as '256MB'"))


def _amount(option: str, value: str | float, units: dict[str, float] | dict[str, int], wanted: str) -> float:
    amount = 0.0
    if isinstance(value, str):
        found = _AMOUNT.fullmatch(value)
        if found and found[2].lower() in units:
            amount = float(found[1]) * units[found[2].lower()]
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        amount = float(value)
    if not 0 < amount < float("inf"):
        raise OptionError(f"{option} must be {wanted}, got {value!r}")
    return amount

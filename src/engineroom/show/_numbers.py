"""Numbers as people read them: few digits, thousands apart, a unit that fits."""

from __future__ import annotations

import math

__all__ = ["at_least", "count", "duration", "number", "rate"]


def number(value: float, digits: int = 4) -> str:
    """Return `value` with `digits` significant digits, thousands set apart and no needless exponent.

    Examples
    --------
    >>> number(0.186666), number(52310.0), number(1.5e-9), number(float("inf"))
    ('0.1867', '52,310', '1.5e-09', 'inf')
    """
    value = float(value)
    if not math.isfinite(value):
        return str(value)
    if value == 0:
        return "0"
    size = abs(value)
    if size >= 10 ** max(digits, 6) * 1000 or size < 1e-4:
        return f"{value:.{digits}g}"
    decimals = max(0, digits - 1 - math.floor(math.log10(size)))
    text = f"{value:,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def count(n: int, one: str, many: str | None = None) -> str:
    """Return `n` with its noun in the right number.

    Examples
    --------
    >>> count(1, "step"), count(1797, "image"), count(2, "category", "categories")
    ('1 step', '1,797 images', '2 categories')
    """
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def duration(seconds: float) -> str:
    """Return a time span in the unit that fits.

    Examples
    --------
    >>> duration(0.0123), duration(0.6149), duration(42.31), duration(192.0), duration(7260)
    ('12 ms', '0.61 s', '42 s', '3 min 12 s', '2 h 1 min')
    >>> duration(3e5), duration(1e9)
    ('3 days', '32 years')
    """
    if seconds < 0.1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 10:
        return f"{seconds:.2f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    if whole < 48 * 3600:
        return f"{whole // 3600} h {whole % 3600 // 60} min"
    days = round(whole / 86_400)
    return f"{days} days" if days < 730 else f"{round(days / 365.25):,} years"


def at_least(seconds: float) -> str:
    """Return a time that was estimated from a short trial, and is that or more.

    Examples
    --------
    >>> at_least(0.0123), at_least(42.31)
    ('less than 0.1 s', '42 s or more')
    """
    return "less than 0.1 s" if seconds < 0.1 else f"{duration(seconds)} or more"


def rate(per_second: float) -> str:
    """Return a number of steps a second.

    Examples
    --------
    >>> rate(87.3), rate(148_210.0), rate(5_310_000.0)
    ('87 steps/s', '148k steps/s', '5.3M steps/s')
    """
    if per_second >= 999_500:
        return f"{per_second / 1e6:.1f}M steps/s"
    if per_second >= 9_995:
        return f"{per_second / 1e3:.0f}k steps/s"
    return f"{per_second:,.0f} steps/s"

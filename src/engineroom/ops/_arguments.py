"""Arguments of laws, checked once where the law is made, with one sentence for each fault."""

from __future__ import annotations

import math
from typing import Any, SupportsFloat

import numpy as np

from engineroom.errors import OptionError

__all__ = ["flag", "fraction", "not_negative", "number", "positive", "whole"]


def number(where: str, value: Any) -> float:
    """Return `value` as a finite float."""
    if isinstance(value, (bool, str, bytes)) or not isinstance(value, (SupportsFloat, np.generic)):
        raise OptionError(f"{where} must be a number, got {value!r}")
    try:
        result = float(value)
    except OverflowError:
        result = math.inf
    except (TypeError, ValueError):
        raise OptionError(f"{where} must be a number, got {value!r}") from None
    if not math.isfinite(result):
        raise OptionError(f"{where} must be a finite number, got {result!r}")
    return result


def positive(where: str, value: Any) -> float:
    """Return `value` as a float above 0."""
    result = number(where, value)
    if result <= 0:
        raise OptionError(f"{where} must be above 0, got {result!r}")
    return result


def not_negative(where: str, value: Any) -> float:
    """Return `value` as a float of at least 0."""
    result = number(where, value)
    if result < 0:
        raise OptionError(f"{where} must be at least 0, got {result!r}")
    return result


def fraction(where: str, value: Any) -> float:
    """Return `value` as a float in [0, 1)."""
    result = number(where, value)
    if not 0 <= result < 1:
        raise OptionError(f"{where} must be at least 0 and below 1, got {result!r}")
    return result


def whole(where: str, value: Any, least: int) -> int:
    """Return `value` as an int of at least `least`."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
        raise OptionError(f"{where} must be a whole number, got {value!r}")
    if value < least:
        raise OptionError(f"{where} must be at least {least}, got {int(value)}")
    return int(value)


def flag(where: str, value: Any) -> bool:
    """Return `value` as True or False."""
    if not isinstance(value, (bool, np.bool_)):
        raise OptionError(f"{where} must be True or False, got {value!r}")
    return bool(value)

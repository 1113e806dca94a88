"""How many of something a question asks for."""

from __future__ import annotations

import numpy as np

from engineroom.errors import OptionError

__all__ = ["check_counts"]


def check_counts(**counts: object) -> None:
    """Raise an OptionError unless each of some arguments, given by name, is a whole number of at least 1."""
    for name, value in counts.items():
        if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < 1:
            raise OptionError(f"{name} must be a whole number of at least 1, got {value!r:.80}")

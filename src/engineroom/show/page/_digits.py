"""Images of the bundled digits, for whoever looks at the data before anything was trained on them."""

from __future__ import annotations

import numpy as np

from engineroom.data import load_digits
from engineroom.lens import check_counts
from engineroom.show.page._asks import DigitsAsk
from engineroom.show.page._receipts import Digits

__all__ = ["digits_of"]

_MOST = 200
_INK = 16
"""The darkest ink in the data."""


def digits_of(ask: DigitsAsk) -> Digits:
    """Return the first images, ink from 0 to 255, and which digits they are."""
    check_counts(count=ask.count)
    x, y = load_digits()
    count = min(ask.count, _MOST)
    images = np.rint(x[:count] * (255 / _INK)).astype(np.uint8).reshape(count, 8, 8)
    return Digits(labels=y[:count].tolist(), of=len(y), columns={"images": images})

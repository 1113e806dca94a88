"""How many of something a question asks for: whole numbers of any integer type, from 1 on."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from engineroom.errors import OptionError
from engineroom.lens._counts import check_counts


def test_whole_numbers_pass() -> None:
    check_counts(top=1, points=np.int64(7))


@pytest.mark.parametrize("value", [0, -1, 1.0, True, "3", None])
def test_others_are_named(value: Any) -> None:
    with pytest.raises(OptionError, match=re.escape(f"rows must be a whole number of at least 1, got {value!r}")):
        check_counts(top=1, rows=value)

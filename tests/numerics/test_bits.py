"""What equal to the bit sees, and the one thing that it overlooks."""

from __future__ import annotations

import numpy as np
import pytest

from engineroom import numerics


@pytest.mark.parametrize(("dtype", "word"), [(np.float32, np.uint32), (np.float64, np.uint64)])
def test_every_bit_counts_but_those_of_a_nan(dtype: type, word: type) -> None:
    a = np.array([1.0, 0.0, np.inf, np.nan, np.nan, 1.0], dtype=dtype)
    b = a.copy()
    b.view(word)[0] ^= word(1)
    b[1], b[5] = -0.0, np.nan
    b.view(word)[3] ^= word(5)
    assert a.tobytes() != b.tobytes() and np.isnan(b[3])
    assert numerics.same_bits(a, b).tolist() == [False, False, True, True, True, False]
    # Of any shape, and not in one piece.
    assert numerics.same_bits(a[:, None].repeat(2, axis=1).T, np.stack([a, b])).tolist() == [
        [True] * 6,
        [False, False, True, True, True, False],
    ]

"""Digests see every bit but the bits of a NaN."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

from engineroom import numerics


@pytest.mark.parametrize(("dtype", "word"), [(np.float32, np.uint32), (np.float64, np.uint64)])
def test_nans_are_alike(dtype: type, word: type) -> None:
    nan = np.array([np.nan, 1.0], dtype=dtype)
    other = nan.copy()
    other.view(word)[0] ^= word(1 << (8 * nan.itemsize - 1)) | word(5)
    assert np.isnan(other[0]) and nan.tobytes() != other.tobytes()
    assert numerics.canonical_bytes(nan) == numerics.canonical_bytes(other)
    assert numerics.digest(nan) == numerics.digest(other)
    assert other.view(word)[0] != nan.view(word)[0]  # the array itself is left alone


def test_other_bits_count() -> None:
    a = np.arange(6.0).reshape(2, 3)
    assert numerics.digest(a) == hashlib.blake2b(a.tobytes(), digest_size=16).hexdigest()
    assert numerics.digest(a.T) != numerics.digest(a)
    assert numerics.digest(np.asfortranarray(a)) == numerics.digest(a)
    assert numerics.digest(a.astype(">f8")) == numerics.digest(a)
    assert numerics.digest(np.array([0.0])) != numerics.digest(np.array([-0.0]))
    assert numerics.canonical_bytes(np.array([1, 2], dtype=np.int32)) == b"\x01\0\0\0\x02\0\0\0"

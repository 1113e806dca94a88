"""Philox against its authors' known answers, and what is made of it against its definition."""

from __future__ import annotations

import numpy as np
import pytest

from engineroom import numerics
from engineroom.numerics import Stream

# The kat_vectors of Random123, philox4x32 with 10 rounds: counter, key, result.
KNOWN_ANSWERS = [
    ("00000000 00000000 00000000 00000000", "00000000 00000000", "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    ("ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff", "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    ("243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0", "d16cfe09 94fdcceb 5001e420 24126ea1"),
]


@pytest.mark.parametrize(("counter", "key", "result"), KNOWN_ANSWERS)
def test_known_answers(counter: str, key: str, result: str) -> None:
    words = [[int(w, 16) for w in text.split()] for text in (counter, key, result)]
    got = numerics.philox(np.array([words[0]], dtype=np.uint32), (words[1][0], words[1][1]))
    assert got[0].tolist() == words[2]


def test_counter_layout() -> None:
    seed, step = 0x1122334455667788, 0x00AABBCCDDEE
    got = numerics.random_words(seed, Stream.SPLIT, step, 4)
    counter = np.array([[i, 0xBBCCDDEE, 0x00AA, 3] for i in range(4)], dtype=np.uint32)
    np.testing.assert_array_equal(got, numerics.philox(counter, (0x55667788, 0x11223344)))


def first(seed: int, stream: int, step: int, n: int) -> list[int]:
    return [int(w[0]) + 2**32 * int(w[1]) for w in numerics.random_words(seed, stream, step, n)]


def test_uniform_is_made_of_the_high_bits() -> None:
    words = first(3, 0, 5, 50)
    got = numerics.uniform(3, Stream.INITIAL, 5, 50)
    assert got.tolist() == [(w >> 11) * 2.0**-53 for w in words]
    scaled = numerics.uniform(3, Stream.INITIAL, 5, 50, -0.1, 0.3)
    assert scaled.tolist() == [float(numerics.fma(0.3 - -0.1, u, -0.1)) for u in got.tolist()]


def test_integers_are_the_high_half_of_a_product() -> None:
    for below in (1, 10, 2**40 + 3, 2**63):
        assert numerics.integers(3, 0, 5, 50, below).tolist() == [w * below >> 64 for w in first(3, 0, 5, 50)]


def test_moments() -> None:
    n = 200_000
    u, z = numerics.uniform(1, 0, 0, n), numerics.normal(1, 0, 0, n)
    assert u.min() >= 0 and u.max() < 1
    assert abs(u.mean() - 0.5) < 4 * np.sqrt(1 / 12 / n) and abs(u.var() - 1 / 12) < 1e-3
    assert abs(z.mean()) < 4 / np.sqrt(n) and abs(z.var() - 1) < 4 * np.sqrt(2 / n)
    assert abs((z**3).mean()) < 0.03 and abs((z**4).mean() - 3) < 0.06
    assert abs(np.corrcoef(z[:-1], z[1:])[0, 1]) < 4 / np.sqrt(n)
    shifted = numerics.normal(1, 0, 0, 5, 2.0, 0.5)
    assert shifted.tolist() == [float(numerics.fma(0.5, v, 2.0)) for v in z[:5].tolist()]


@pytest.mark.parametrize("n", [0, 1, 2, 100, 5000])
def test_permutation_is_sorted_keys(n: int) -> None:
    order = numerics.permutation(9, Stream.ORDER, 4, n)
    keys = first(9, 1, 4, n)
    assert order.tolist() == sorted(range(n), key=lambda i: (keys[i], i))


def test_streams_and_steps_differ() -> None:
    streams = [tuple(first(1, stream, step, 2)) for stream in Stream for step in (0, 1, 2**32)]
    assert len(set(streams)) == len(streams)

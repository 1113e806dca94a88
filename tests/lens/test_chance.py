"""What questions draw at random: the numbers that earlier answers rest on, and none that training draws."""

from __future__ import annotations

import numpy as np

from engineroom.lens._chance import drawn_rows, random_direction, starting_vector
from engineroom.numerics import Stream, normal, permutation


def test_the_numbers_stay_those_of_earlier_answers() -> None:
    # Drawn with `numerics.normal` and `numerics.permutation` of seed 7, at (16, 0), (16, 1), (0, 2^40) and (3, 2^40).
    assert [x.hex() for x in random_direction(7, 0, 2).tolist()] == ["-0x1.00858d15d506dp-5", "0x1.9125af2bf0acdp-3"]
    assert [x.hex() for x in random_direction(7, 1, 2).tolist()] == ["0x1.fa3b28af14fd3p-1", "-0x1.7d3e5ad3ba9a5p-1"]
    assert [x.hex() for x in starting_vector(7, 2).tolist()] == ["-0x1.07f7e0af52f9fp-1", "-0x1.7d6dc18dd3ad2p+0"]
    assert drawn_rows(7, np.arange(100, 120), 5).tolist() == [105, 107, 110, 118, 119]


def test_no_numbers_are_those_that_training_draws() -> None:
    trained = {normal(7, stream, step, 8).tobytes() for stream in Stream for step in range(50)}
    asked = {random_direction(7, 0, 8).tobytes(), random_direction(7, 1, 8).tobytes(), starting_vector(7, 8).tobytes()}
    assert len(asked) == 3 and not asked & trained
    held_out = np.sort(permutation(7, Stream.SPLIT, 0, 40)[:8])
    assert drawn_rows(7, np.arange(40), 8).tolist() != held_out.tolist()

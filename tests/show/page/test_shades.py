"""Weights as shades: what a page would have rounded itself."""

from __future__ import annotations

import numpy as np
import pytest

from engineroom.show.page._shades import shaded, shades


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        # By hand: the deepest colour is for 2, so a whole is 63.75 shades, and each is cut to the shade below.
        ([-2.0, -1.0, 0.0, 1.0, 2.0], [0, 64, 128, 191, 255]),
        # 0.9 is rounded up to 1, 0.4 to 0.5.
        ([0.9, -0.45], [242, 70]),
        ([0.4, -0.25], [230, 64]),
        ([0.0, 0.0], [128, 128]),
        ([], []),
        # What is not finite has a colour too, and does not wash out the others.
        ([float("inf"), 1.0, -1.0, float("-inf")], [255, 255, 0, 0]),
    ],
)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_shades_by_hand(values: list[float], expected: list[int], dtype: type) -> None:
    assert shades(np.array(values, dtype)).tolist() == expected


def test_a_shade_tells_its_value_to_a_hundredth() -> None:
    for size in (1e-12, 0.3, 1e20):
        values = (size * np.random.default_rng(7).standard_normal(5000)).astype(np.float32)
        told = shades(values)
        most = np.abs(values).max()
        # The scale is the largest magnitude rounded up to a round number, at most 1.5 times as large.
        steps = (told.astype(float) - 128) / 127.5
        reach = np.abs(values[np.argmax(np.abs(values))] / steps[np.argmax(np.abs(values))])
        assert 0.99 * most <= reach <= 1.55 * most
        assert np.abs(steps * reach - values).max() <= 1.6 * most / 100
        assert (told[values > 0.02 * most] > 128).all() and (told[values < 0] <= 128).all()


def test_only_arrays_of_many_numbers_become_shades() -> None:
    columns = {"many": np.ones((64, 65), np.float32), "few": np.ones((64, 64), np.float32)}
    told = shaded(columns)
    assert told["many"].dtype == np.uint8 and told["many"].shape == (64, 65)
    assert told["few"] is columns["few"]


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_the_smallest_numbers_are_as_good_as_zero(kind: type[np.float32]) -> None:
    least = np.finfo(kind).smallest_subnormal
    assert shades(np.array([least, 0.0, -least], kind)).tolist() == [128, 128, 128]

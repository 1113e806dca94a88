"""Which inputs are an image: pixels, never a table of measurements that happens to have a square number of columns."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import engineroom as er
from engineroom.show._images import images_of
from engineroom.show.page._library import Library
from engineroom.show.page._told import described

RNG = np.random.default_rng(5)
SIDE = 8
BLOTS = np.clip(RNG.normal(0.2, 0.5, (60, SIDE * SIDE)), 0, 1)
MIXED = BLOTS * 10.0 ** RNG.integers(-3, 5, SIDE * SIDE)


def seen(x: Any, **options: Any) -> Any:
    y = RNG.integers(0, 2, 60)
    if isinstance(x, dict):
        run = er.train(None, {**x, "y": y.tolist()}, target="y", steps=1, **options)
    else:
        run = er.train(er.Network(er.Dense(2)), x, y, steps=1, **options)
    found = images_of(run.dataset)
    return found and (found.shape, found.pixels)


def named(x: Any, name: str) -> dict[str, Any]:
    return {name.format(i): x[:, i].tolist() for i in range(x.shape[1])}


def test_the_digits_are_images_without_the_pixels_that_never_change() -> None:
    found = images_of(er.train(None, "digits", steps=1).dataset)
    assert found is not None and found.shape == (8, 8)
    assert found.pixels == [i for i in range(64) if i not in (0, 32, 39)]


@pytest.mark.parametrize(
    "x", [BLOTS, BLOTS * 255, np.round(BLOTS * 16), BLOTS * 2 - 1], ids=["0 to 1", "0 to 255", "whole", "-1 to 1"]
)
@pytest.mark.parametrize("standardize", [False, True])
def test_an_array_of_brightness_is_an_image(x: Any, standardize: bool) -> None:
    assert seen(x, standardize=standardize) == ((8, 8), list(range(64)))


@pytest.mark.parametrize(
    "x",
    [
        MIXED,
        RNG.normal(0, 1, (60, 64)),
        RNG.normal(0, 1, (60, 64)) * 50 + 200 * np.arange(64),
        RNG.normal(70, 1, (60, 64)) + np.arange(64),
        BLOTS[:, :60],
        BLOTS[:, :49],
    ],
    ids=["scales of their own", "below black", "levels of their own", "all of them bright", "no square", "too few"],
)
def test_another_array_is_none(x: Any) -> None:
    assert seen(x, standardize=True) is None and seen(x) is None


def test_a_table_is_an_image_only_where_its_columns_are_called_pixels() -> None:
    found = seen(named(np.round(BLOTS * 255), "pixel{}"))
    assert found == ((8, 8), list(range(64)))
    counted_from_one = {f"px_{i + 1}": column for i, column in enumerate(named(BLOTS, "{}").values())}
    assert seen(counted_from_one) == found
    assert seen(named(BLOTS, "gene{}")) is None and seen(named(MIXED, "band {}")) is None
    assert seen(named(MIXED, "pixel{}")) is None


def test_rows_that_were_not_kept_are_none(tmp_path: Path) -> None:
    path = tmp_path / "lean.logbook"
    network = er.Network(er.Dense(2))
    er.train(network, BLOTS, RNG.integers(0, 2, 60), steps=1, logbook=path, include_rows=False)
    record = Library(path).record(1)
    assert images_of(record.dataset) is None
    assert described(record).input_image is None

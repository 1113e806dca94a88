"""Arrays given back to a data set of which only the digest was kept."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engineroom.data import Dataset, from_arrays, relink
from engineroom.errors import DataError

X = np.random.default_rng(5).normal(size=(60, 2))
Y = X @ [1.0, 2]
LABELS = np.where(Y > 0, "up", "down")
ONE_HOT = np.stack([Y <= 0, Y > 0], axis=1).astype(int)


@pytest.mark.parametrize("standardize", [False, True])
@pytest.mark.parametrize("y", [Y, np.stack([Y, -Y], 1), LABELS, LABELS == "up", (Y > 0).astype(int), ONE_HOT])
def test_arrays_come_back(y: Any, standardize: bool) -> None:
    dataset = from_arrays(X, y, standardize=standardize)
    lean = Dataset.from_payload(*dataset.to_payload(include_rows=False))
    again = relink(lean, (X, y))
    assert again.digest == dataset.digest
    assert again.x.tobytes() == dataset.x.tobytes()
    assert again.y.tobytes() == dataset.y.tobytes()


def test_other_arrays_do_not() -> None:
    lean = Dataset.from_payload(*from_arrays(X, Y).to_payload(include_rows=False))
    for source, sentence in (
        ((X + 1, Y), "their digest is"),
        ((X, Y + 1), "their digest is"),
        ((X[:-1], Y[:-1]), r"X has shape \(59, 2\)"),
        ("penguins", "trained on arrays"),
    ):
        with pytest.raises(DataError, match=sentence):
            relink(lean, source)

"""The bundled data are the published ones."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from engineroom.data import BUNDLED, as_table, bundled, from_table, load_digits
from engineroom.errors import UnknownNameError
from engineroom.numerics import digest


def test_penguins() -> None:
    table = as_table("penguins")
    assert table.rows == 344
    assert Counter(table["species"]) == {"Adelie": 152, "Gentoo": 124, "Chinstrap": 68}  # type: ignore[arg-type]
    assert Counter(table["island"]) == {"Biscoe": 168, "Dream": 124, "Torgersen": 52}  # type: ignore[arg-type]
    assert sum(cell == "NA" for column in table.columns for cell in column) == 19


def test_digits() -> None:
    x, y = load_digits()
    assert x.shape == (1797, 64)
    # the counts of the test set in its own documentation
    assert np.bincount(y).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert (x.min(), x.max()) == (0, 16)
    table = from_table("digits", target=BUNDLED["digits"])
    assert table.dataset.target.classes == tuple(range(10))
    assert table.dataset.x.shape == (1797, 61)  # three pixels are never inked
    assert len(table.dataset.validation) == 359


def test_digits_are_those_of_scikit_learn() -> None:
    x, y = load_digits()
    # hashes of `sklearn.datasets.load_digits()`, its data and target as unsigned bytes
    assert digest(x.astype(np.uint8)) == "70faefc8440cec5411af6ec7a365bf10"
    assert digest(y.astype(np.uint8)) == "39dc08256f90515f1ad51f4f4e89e4d6"


def test_an_unknown_name() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'penguins'"):
        bundled("penguin")
    sources = (bundled("digits").parent / "SOURCES.md").read_text()
    assert all(bundled(name).name in sources for name in BUNDLED)

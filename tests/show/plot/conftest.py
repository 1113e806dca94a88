"""Small runs to draw, and a look at what drawing leaves behind."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import numpy as np
import pytest

import engineroom as er

matplotlib = pytest.importorskip("matplotlib")


@pytest.fixture(scope="session")
def lesson() -> er.Run:
    return er.train(
        er.Network(er.Dense(1, bias=False, init="zeros")), [1, 2, 3], [2, 4, 6],
        loss="mse", optimizer=er.SGD(lr=0.01), batch_size=None, epochs=50, dtype="float64",
    )  # fmt: skip


@pytest.fixture(scope="session")
def batches() -> er.Run:
    """Two inputs, two classes, six steps an epoch, rows held out."""
    generator = np.random.default_rng(3)
    x = generator.normal(size=(90, 2))
    y = (x[:, 0] * x[:, 1] > 0).astype(int)
    network = er.Network(er.Dense(6, "relu"), er.Dense(5, "tanh"), er.Dense(2))
    return er.train(network, x, y, optimizer=er.Adam(lr=0.02), batch_size=12, epochs=8, seed=1)


@pytest.fixture(autouse=True)
def nothing_is_left_behind() -> Iterator[None]:
    """No window, no list of open figures, no setting of Matplotlib changed."""
    before = dict(matplotlib.rcParams)
    had = "matplotlib.pyplot" in sys.modules
    yield
    assert dict(matplotlib.rcParams) == before
    assert had or "matplotlib.pyplot" not in sys.modules

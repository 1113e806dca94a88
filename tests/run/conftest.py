"""Small runs that the tests of this room share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engineroom.data import Dataset, from_arrays
from engineroom.network import Network
from engineroom.ops import Adam, CrossEntropy, Dense
from engineroom.run import Record, Settings, train_run

Trained = Callable[..., Record]


@pytest.fixture(scope="session")
def dataset() -> Dataset:
    generator = np.random.default_rng(5)
    x = generator.normal(size=(120, 4))
    return from_arrays(x, (x @ [1.0, -2.0, 0.5, 0.0] > 0.3).astype(int), target_kind="classes")


@pytest.fixture(scope="session")
def settings() -> Settings:
    return Settings(Network(Dense(6, "tanh"), Dense(2)), CrossEntropy(), Adam(lr=0.02), batch_size=20, steps=200)


@pytest.fixture
def trained(dataset: Dataset, settings: Settings) -> Trained:
    """Train a run of five steps an epoch; keyframes come as often as their cost allows."""

    def train(logbook: Path | None = None, **changed: Any) -> Record:
        return train_run(changed.pop("dataset", dataset), changed.pop("settings", settings), logbook=logbook, **changed)

    return train

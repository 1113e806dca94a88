"""Small runs to ask questions of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import engineroom as er
from engineroom.data import from_arrays
from engineroom.engine import Engine
from engineroom.network import Network
from engineroom.ops import MSE, SGD, CrossEntropy, Dense, Loss, Optimizer
from engineroom.run import EngineName, Record, Settings, train_run
from engineroom.run import _reach as reach_module

Train = Callable[..., Record]


@pytest.fixture(scope="session")
def train() -> Train:
    """Train on arrays."""

    def trained(
        network: Network,
        x: Any,
        y: Any,
        loss: Loss,
        optimizer: Optimizer,
        steps: int,
        batch_size: int,
        dtype: str = "float64",
        seed: int = 0,
        engine: EngineName = "native",
        **data: Any,
    ) -> Record:
        dataset = from_arrays(x, y, dtype=dtype, validation=None, seed=seed, **data)
        settings = Settings(network, loss, optimizer, batch_size, steps)
        return train_run(dataset, settings, seed=seed, engine=engine)

    return trained


@pytest.fixture(scope="session")
def one_weight(train: Train) -> Callable[..., Record]:
    """y = 2x on 1, 2, 3: one weight from 0 and the full batch, for any optimizer."""

    def trained(optimizer: Optimizer, steps: int = 50, loss: Loss | None = None, **more: Any) -> Record:
        network = Network(Dense(1, bias=False, init="zeros"))
        x, y = np.array([1.0, 2.0, 3.0]), np.array([2.0, 4.0, 6.0])
        return train(network, x, y, loss or MSE(), optimizer, steps, 3, target_kind="number", **more)

    return trained


@pytest.fixture(scope="session")
def lesson(one_weight: Callable[..., Record]) -> Record:
    """The same at lr 0.01."""
    return one_weight(SGD(lr=0.01))


@pytest.fixture(scope="session")
def teach() -> Callable[..., er.Run]:
    """Train the same as `lesson` with `train`, for any number of steps and learning rate."""

    def taught(steps: int = 50, lr: float = 0.01) -> er.Run:
        net = er.Network(er.Dense(1, bias=False, init="zeros"))
        sgd = er.SGD(lr=lr)
        return er.train(
            net, [1, 2, 3], [2, 4, 6], loss="mse", optimizer=sgd, batch_size="all", steps=steps, dtype="float64"
        )

    return taught


@pytest.fixture(scope="session")
def taught(teach: Callable[..., er.Run]) -> er.Run:
    """The same as `lesson`, from `train`."""
    return teach()


@pytest.fixture(scope="session")
def classes(train: Train) -> Callable[..., Record]:
    """A two-layer network on three classes, for any optimizer and activation."""

    def trained(
        optimizer: Optimizer, activation: str = "tanh", steps: int = 12, dtype: str = "float32", **more: Any
    ) -> Record:
        random = np.random.default_rng(5)
        x = random.normal(size=(24, 4))
        y = np.array(["ash", "birch", "cedar"])[random.integers(0, 3, 24)]
        network = Network(Dense(6, activation), Dense(3))

        return train(network, x, y, CrossEntropy(), optimizer, steps, 8, dtype, **more)

    return trained


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The steps that every call of an engine made from now on was asked for."""
    made: list[int] = []
    machine = reach_module.machine_for

    def counting(*given: Any, **more: Any) -> Engine:
        engine = machine(*given, **more)
        run = engine.run

        def counted_run(n: int, taps: Any = ()) -> Any:
            made.append(n)
            return run(n, taps)

        engine.run = counted_run  # type: ignore[method-assign]
        return engine

    monkeypatch.setattr(reach_module, "machine_for", counting)
    return made

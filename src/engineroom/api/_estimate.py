"""`estimate`: what a run would cost, before it is trained."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from numpy.typing import ArrayLike

from engineroom.data import ColumnChoice, DType
from engineroom.errors import names_options
from engineroom.network import Network
from engineroom.ops import Layer, Loss, Optimizer, Schedule
from engineroom.run import Data, EarlyStopping, EngineName, Estimate, Validation, asked_for, estimate_run

__all__ = ["estimate"]


@names_options
def estimate(
    network: Network | Layer | Data | None,
    x: Data | None = None,
    y: ArrayLike | None = None,
    *,
    target: str | None = None,
    loss: str | Loss | Mapping[str, Any] | None = None,
    optimizer: str | Optimizer | Mapping[str, Any] | None = None,
    lr: float | Schedule | None = None,
    epochs: int | None = None,
    steps: int | None = None,
    batch_size: int | Literal["auto", "all"] | None = "auto",
    seed: int = 0,
    dtype: DType = "float32",
    threads: int | None = None,
    standardize: bool | None = None,
    validation: Validation = "auto",
    early_stopping: EarlyStopping | int | bool | None = None,
    max_wait: str | float = "50ms",
    max_size: str | float = "256MB",
    columns: Mapping[str, ColumnChoice] | None = None,
    engine: EngineName = "native",
    isa: str | None = None,
    include_rows: bool = True,
) -> Estimate:
    """Return what a run would cost on disk and within which time any of its steps would be reached.

    Some steps are tried for a few hundredths of a second, and nothing is kept of them.

    Parameters
    ----------
    network, x, y, target, loss, optimizer, lr, epochs, steps, batch_size, seed, dtype, threads, standardize,
    validation, early_stopping, max_wait, max_size, columns, engine, isa, include_rows : as `train` takes them.

    Returns
    -------
    Estimate
        For the keyframes that it counts, the size is that of the file to a sixth. How many there will be depends on how
        fast the machine is just then.

    Examples
    --------
    >>> import engineroom as er
    >>> net = er.Network(er.Dense(1000, "relu"), er.Dense(997))  # a million weights, each with two slots of Adam
    >>> cost = er.estimate(net, [[0.0]], [[0.0] * 997], steps=10_000)
    >>> round(cost.state / 1e6), round(cost.every_step / 1e9), cost.bytes < 256e6  # MB a state, GB if all were stored
    (12, 120, True)
    """
    dataset, settings = asked_for(
        network,
        x,
        y,
        target=target,
        loss=loss,
        optimizer=optimizer,
        lr=lr,
        epochs=epochs,
        steps=steps,
        batch_size=batch_size,
        seed=seed,
        dtype=dtype,
        standardize=standardize,
        validation=validation,
        early_stopping=early_stopping,
        columns=columns,
    )
    return estimate_run(
        dataset,
        settings,
        seed=seed,
        engine=engine,
        isa=isa,
        threads=threads,
        max_wait=max_wait,
        max_size=max_size,
        include_rows=include_rows,
    )

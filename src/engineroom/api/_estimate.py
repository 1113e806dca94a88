"""`estimate`: what a run would cost, before it is trained."""

from __future__ import annotations

from typing import Any

from numpy.typing import ArrayLike

from engineroom.network import Network
from engineroom.ops import Layer
from engineroom.run import Data, EngineName, Estimate, asked_for, estimate_run

__all__ = ["estimate"]


def estimate(
    network: Network | Layer | Data | None,
    x: Data | None = None,
    y: ArrayLike | None = None,
    *,
    seed: int = 0,
    threads: int | None = None,
    max_wait: str | float = "50ms",
    max_size: str | float = "256MB",
    engine: EngineName = "native",
    isa: str | None = None,
    include_rows: bool = True,
    **options: Any,
) -> Estimate:
    """Return what a run would cost on disk and within which time any of its steps would be reached.

    Some steps are tried for a few hundredths of a second, and nothing is kept of them.

    Parameters
    ----------
    network, x, y, seed, threads, max_wait, max_size, engine, isa, include_rows, options : as `train` takes them.

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
    dataset, settings = asked_for(network, x, y, seed=seed, **options)
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

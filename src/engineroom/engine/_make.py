"""The one door to an engine."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from engineroom.engine._engine import Engine
from engineroom.engine._reference import ReferenceEngine
from engineroom.errors import EngineError, OptionError, UnknownNameError, nearest
from engineroom.plan import Plan

__all__ = ["instruction_sets", "make_engine"]

# A source tree that was never built can still be read, and run by the reference engine.
_unbuilt: ImportError | None = None
try:
    from engineroom.engine._native import NativeEngine
    from engineroom.engine._native import instruction_sets as native_sets
except ImportError as fault:
    _unbuilt = fault

ENGINES = ("native", "reference")


def make_engine(
    plan: Plan,
    x: NDArray[Any],
    y: NDArray[Any],
    seed: int,
    *,
    engine: Literal["native", "reference"] = "native",
    isa: str | None = None,
    threads: int | None = None,
) -> Engine:
    """Return an engine that holds state 0 of the plan.

    Parameters
    ----------
    plan : what one step does.
    x : (n, I) training rows.
    y : (n, O) numbers or (n,) class numbers.
    seed : from 0 to 2**64 - 1.
    engine : "native", or "reference", the textbook: the same bits, slowly.
    isa : instruction set of the native engine; None is the best that this processor has. The bits do not depend on it.
    threads : of the native engine; None lets it choose by cost. The bits do not depend on it.

    Raises
    ------
    ShapeError, DataError : x or y does not fit the plan.
    OptionError : another argument cannot be used.

    Example
    -------
    >>> import numpy as np
    >>> from engineroom.network import Network
    >>> from engineroom.ops import MSE, SGD, Dense
    >>> from engineroom.plan import build_plan
    >>> plan = build_plan(Network(Dense(1, bias=False, init="zeros")), MSE(), SGD(lr=0.01), inputs=1,
    ...                   target=("number", 1), batch_size=3, dtype="float64", shuffle=False, steps=50)
    >>> engine = make_engine(plan, np.array([[1.0], [2.0], [3.0]]), np.array([[2.0], [4.0], [6.0]]), 0,
    ...                      engine="reference")
    >>> engine.run(50).losses[0].round(4).item()
    18.6667
    >>> engine.snapshot()["dense1.weight"]
    array([[1.98509224]])
    """
    if engine not in ENGINES:
        raise UnknownNameError(f"there is no engine called {engine!r}{nearest(str(engine), ENGINES)}")
    if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)) or not 0 <= seed < 2**64:
        raise OptionError(f"seed must be a whole number from 0 to 2**64 - 1, got {seed!r}")
    if threads is not None and (isinstance(threads, bool) or not isinstance(threads, int) or threads < 1):
        raise OptionError(f"threads must be at least 1, or None to let the engine choose, got {threads!r}")
    if engine == "reference":
        return ReferenceEngine(plan, x, y, int(seed))
    if _unbuilt is not None:
        raise EngineError(f"the native engine is not built here ({_unbuilt}); install it, or use engine='reference'")
    return NativeEngine(plan, x, y, int(seed), isa=isa, threads=threads)


def instruction_sets() -> tuple[str, ...]:
    """Return the native engine's instruction sets on this processor, the best first; none where it is not built.

    Example
    -------
    >>> "avx1024" in instruction_sets()
    False
    """
    return () if _unbuilt is not None else native_sets()

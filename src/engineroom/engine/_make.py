"""The one door to an engine."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from engineroom.engine._arrays import checked_inputs, checked_targets
from engineroom.engine._engine import Engine
from engineroom.engine._native import NativeEngine
from engineroom.engine._reference import ReferenceEngine
from engineroom.errors import OptionError, UnknownNameError, nearest
from engineroom.plan import Plan

__all__ = ["make_engine"]

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
    """
    if engine not in ENGINES:
        raise UnknownNameError(f"there is no engine called {engine!r}{nearest(str(engine), ENGINES)}")
    if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)) or not 0 <= seed < 2**64:
        raise OptionError(f"seed must be a whole number from 0 to 2**64 - 1, got {seed!r}")
    if threads is not None and (isinstance(threads, bool) or not isinstance(threads, int) or threads < 1):
        raise OptionError(f"threads must be at least 1, or None to let the engine choose, got {threads!r}")
    x = checked_inputs(plan, x)
    y = checked_targets(plan, y, len(x))
    if engine == "reference":
        return ReferenceEngine(plan, x, y, int(seed))
    return NativeEngine(plan, x, y, int(seed), isa=isa, threads=threads)

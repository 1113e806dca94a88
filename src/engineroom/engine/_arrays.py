"""Arrays are checked against the plan once, at the door of the engine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engineroom.errors import DataError, OptionError, ShapeError, UnknownNameError, nearest
from engineroom.plan import Plan

__all__ = ["checked_inputs", "checked_parameters", "checked_targets"]


def checked_inputs(plan: Plan, x: NDArray[Any]) -> NDArray[Any]:
    """Return x (n, I) in the plan's dtype and C-contiguous, as it is where it is so already."""
    width = plan.buffer("x").shape[1]
    x = np.asarray(x)
    if x.ndim != 2 or x.shape[1] != width:
        raise ShapeError(f"x must be (rows, {width}) for this network, got {x.shape}; reshape it")
    if x.shape[0] == 0:
        raise DataError(f"x must have at least one row of {width} inputs, got none")
    if x.dtype.kind not in "fiub":
        raise DataError(f"x must hold numbers, got dtype {x.dtype}; convert it first")
    return np.ascontiguousarray(x, dtype=plan.dtype)


def checked_targets(plan: Plan, y: NDArray[Any], rows: int) -> NDArray[Any]:
    """Return y, (n, O) in the plan's dtype or (n,) int32 classes, C-contiguous."""
    y = np.asarray(y)
    role = plan.buffer("y").role
    wanted = (rows,) if role == "classes" else (rows, plan.buffer("y").shape[1])
    if y.shape != wanted:
        raise ShapeError(f"y must be {wanted} beside these rows of x, got {y.shape}; reshape it")
    if role != "classes":
        if y.dtype.kind not in "fiub":
            raise DataError(f"y must hold numbers, got dtype {y.dtype}; convert it first")
        if plan.lowered_loss.yes_or_no:
            _check_chances(y)
        return np.ascontiguousarray(y, dtype=plan.dtype)
    if y.dtype.kind not in "iu":
        raise DataError(f"y must hold whole class numbers, got dtype {y.dtype}; encode the classes as 0, 1, 2, ...")
    classes = plan.buffer(plan.output).shape[1]
    wrong = np.flatnonzero((y < 0) | (y >= classes))
    if wrong.size:
        row = int(wrong[0])
        raise DataError(f"y must hold classes from 0 to {classes - 1}, got {int(y[row])} in row {row}; encode them so")
    return np.ascontiguousarray(y, dtype=np.int32)


def checked_parameters(plan: Plan, names: Sequence[str]) -> None:
    """Raise where a name is not a parameter's, or there is none."""
    known = [buffer.name for buffer in plan.parameters]
    if not names:
        raise OptionError(f"moves are those of some parameters, got none; name some of {', '.join(known)}")
    for name in names:
        if name not in known:
            raise UnknownNameError(f"no parameter of the plan is called {name!r}{nearest(name, known)}")


def _check_chances(y: NDArray[Any]) -> None:
    """Raise where binary_cross_entropy would be asked to hit what no probability can reach."""
    wrong = np.argwhere((y < 0) | (y > 1))
    if len(wrong):
        row, column = (int(i) for i in wrong[0])
        raise DataError(
            f"binary_cross_entropy needs targets from 0 to 1, got {y[row, column]} in row {row}; "
            "encode no and yes as 0 and 1"
        )

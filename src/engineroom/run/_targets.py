"""Targets in the form that a plan's loss reads."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engineroom.data import Target
from engineroom.ops import Loss
from engineroom.plan import Plan, TargetShape

__all__ = ["engine_targets", "target_shape"]


def target_shape(loss: Loss, target: Target) -> TargetShape:
    """Return what a plan is told of the target; a loss of numbers reads two classes as 0 and 1."""
    if target.kind == "classes" and loss.target == "number" and target.outputs == 2 and loss.yes_or_no:
        return "number", 1
    return target.kind, target.outputs


def engine_targets(plan: Plan, y: NDArray[Any]) -> NDArray[Any]:
    """Return y as the plan wants it: (n,) int32 classes, or (n, O) floats; two classes become 0.0 and 1.0."""
    wants_classes = any(buffer.role == "classes" for buffer in plan.buffers)
    if wants_classes or y.ndim == 2:
        return y
    return np.ascontiguousarray(y[:, None], dtype=plan.dtype)

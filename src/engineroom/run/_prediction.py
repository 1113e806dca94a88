"""What a trained network says of rows it is given."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engineroom.data import Target
from engineroom.errors import OptionError
from engineroom.plan import Plan
from engineroom.run._metrics import says_yes

__all__ = ["predicted", "probabilities"]


def probabilities(plan: Plan, target: Target, outputs: NDArray[Any]) -> NDArray[Any]:
    """Return (n, K) probabilities of the classes; a single yes-or-no output gives two columns, no and yes.

    Parameters
    ----------
    outputs : (n, O) what the network gave.
    """
    if target.kind != "classes" and not plan.lowered_loss.yes_or_no:
        raise OptionError("probabilities need classes, but the target is a number: use predict")
    with np.errstate(over="ignore", invalid="ignore"):  # of outputs that are none, the chances are NaN
        chances = plan.lowered_loss.chances(outputs)
    return np.concatenate([1 - chances, chances], axis=1) if chances.shape[1] == 1 else chances


def predicted(plan: Plan, target: Target, outputs: NDArray[Any]) -> NDArray[Any]:
    """Return each row's class label, or (n, O) numbers in the target's own unit, (n,) when there is one.

    Parameters
    ----------
    outputs : (n, O) what the network gave.
    """
    if plan.lowered_loss.yes_or_no:
        yes = says_yes(plan, outputs)
        if target.kind != "classes":
            return yes.astype(np.int64)[:, 0] if yes.shape[1] == 1 else yes.astype(np.int64)
        return _labels(target, yes[:, 0].astype(np.int64))
    if target.kind == "classes":
        return _labels(target, np.argmax(outputs, axis=1))
    values = target.restored(outputs)
    single: NDArray[Any] = values[:, 0]
    return single if values.shape[1] == 1 else values


def _labels(target: Target, indices: NDArray[Any]) -> NDArray[Any]:
    labels: NDArray[Any] = np.asarray(target.classes)[indices]
    return labels

"""When to stop early, and which state was the best one."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from engineroom.errors import OptionError, UnknownNameError, nearest

__all__ = ["Best", "EarlyStopping", "Monitor", "check_monitor"]

_HIGHER_IS_BETTER = frozenset({"accuracy", "r2"})


@dataclass(frozen=True)
class EarlyStopping:
    """End training when the validation rows show no progress; the best weights are kept.

    Parameters
    ----------
    patience : epochs without progress after which training ends, at least 1.
    min_delta : by how much a value must improve on the best one to count as progress, at least 0.
    monitor : what is watched: "loss" or one of the metrics of the validation rows.

    Examples
    --------
    >>> EarlyStopping(patience=5)
    EarlyStopping(patience=5, min_delta=0.0, monitor='loss')
    """

    patience: int = 10
    min_delta: float = 0.0
    monitor: str = "loss"

    def __post_init__(self) -> None:
        if isinstance(self.patience, bool) or not isinstance(self.patience, int) or self.patience < 1:
            raise OptionError(f"patience must be a whole number of epochs of at least 1, got {self.patience!r}")
        number = isinstance(self.min_delta, (int, float)) and not isinstance(self.min_delta, bool)
        if not number or not 0 <= self.min_delta < math.inf:
            raise OptionError(f"min_delta must be a number of at least 0, got {self.min_delta!r}")
        if not isinstance(self.monitor, str):
            raise OptionError(f"monitor must be the name of a metric such as 'loss', got {self.monitor!r:.80}")


@dataclass(frozen=True)
class Best:
    """The best moment of a run on its validation rows.

    Attributes
    ----------
    epoch, step : when; `run.at(step)` is the state.
    metric, value : what was best, and how good it was.

    Examples
    --------
    >>> print(Best(epoch=3, step=20, metric="loss", value=0.25))
    validation loss 0.25 after epoch 3 (step 20)
    >>> Best(epoch=3, step=20, metric="accuracy", value=0.98).extreme
    'highest'
    """

    epoch: int
    step: int
    metric: str
    value: float

    @property
    def extreme(self) -> Literal["highest", "lowest"]:
        """Which value of this metric is the best one."""
        return "highest" if self.metric in _HIGHER_IS_BETTER else "lowest"

    def __str__(self) -> str:
        return f"validation {self.metric} {self.value:.6g} after epoch {self.epoch} (step {self.step:,})"


def check_monitor(stopping: EarlyStopping | None, names: Iterable[str]) -> None:
    """Raise an UnknownNameError unless what is monitored is among the metrics of these names."""
    known = list(names)
    if stopping is not None and stopping.monitor not in known:
        raise UnknownNameError(f"early stopping cannot monitor {stopping.monitor!r}{nearest(stopping.monitor, known)}")


class Monitor:
    """Follows one metric over the evaluations of a run, in order.

    Parameters
    ----------
    stopping : what to watch; None watches the loss and never stops.
    """

    def __init__(self, stopping: EarlyStopping | None) -> None:
        self._stopping = stopping or EarlyStopping()
        self._may_stop = stopping is not None
        self._without_progress = 0
        self.best: Best | None = None

    def see(self, epoch: int, step: int, values: Mapping[str, float]) -> bool:
        """Take in an evaluation; return whether it is the best so far."""
        name = self._stopping.monitor
        if name not in values:
            return False  # checked before training by now; logbooks from before may hold any name
        value = values[name]
        best = self.best
        if best is None:
            better = not math.isnan(value)
        elif name in _HIGHER_IS_BETTER:
            better = value > best.value + self._stopping.min_delta
        else:
            better = value < best.value - self._stopping.min_delta
        if better:
            self.best = Best(epoch, step, name, value)
            self._without_progress = 0
        else:
            self._without_progress += 1
        return better

    @property
    def stop(self) -> bool:
        """Whether patience is over."""
        return self._may_stop and self._without_progress >= self._stopping.patience

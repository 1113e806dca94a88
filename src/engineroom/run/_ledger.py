"""Losses on their way into the logbook: one by one for the first million steps, summed up from there on."""

from __future__ import annotations

from typing import final

import numpy as np
from numpy.typing import NDArray

from engineroom.logbook import Writer
from engineroom.run import _summaries

__all__ = ["LossLedger"]


@final
class LossLedger:
    """Enters the losses of one run; it holds no more of them than one piece.

    Parameters
    ----------
    writer : of the logbook.
    step : the last step before the first loss that comes.
    """

    def __init__(self, writer: Writer, step: int) -> None:
        self._writer = writer
        self._step = step
        self._summarizer = _summaries.Summarizer(max(step, _summaries.KEPT))

    def add(self, run: int, losses: NDArray[np.float64]) -> None:
        """Enter the losses of the next steps."""
        alone = losses[: max(0, _summaries.KEPT - self._step)]
        if len(alone):
            self._writer.add_scalars(run, "loss", self._step + 1, alone)
        for summary in self._summarizer.add(losses[len(alone) :]):
            self._writer.put_summary(run, "loss", summary)
        self._step += len(losses)

    def settle(self, run: int) -> None:
        """Enter what is not complete yet as far as it is; more of it takes its place later."""
        if self._summarizer.open is not None:
            self._writer.put_summary(run, "loss", self._summarizer.open)

"""The proof: the run goes on for some steps at other learning rates, in memory, and what happens is told."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from engineroom.errors import OptionError
from engineroom.lens._counts import check_counts
from engineroom.lens._progress import part_of
from engineroom.run import Changes, Record, StepProgress, try_fork

__all__ = ["FACTORS", "Trial", "try_rates"]

FACTORS = (0.5, 1.0, 2.0, 4.0)
"""Times the run's learning rate."""


@dataclass(frozen=True)
class Trial:
    """A short fork at another learning rate, of which nothing was kept.

    Attributes
    ----------
    factor, lr : times the run's, and what that is; constant over the trial.
    share : as a part of the largest stable learning rate.
    steps : how many were made.
    before, after : the loss over all training rows at the start and the end; NaN where the end is not finite.
    highest : the largest loss that a step measured on its batch.
    outcome : "fell", "rose", "stayed", or "diverged" where it reached NaN or infinity.
    """

    factor: float
    lr: float
    share: float
    steps: int
    before: float
    after: float
    highest: float
    outcome: Literal["fell", "rose", "stayed", "diverged"]


def try_rates(
    record: Record, at: int, lr: float, limit: float, steps: int, progress: StepProgress | None = None
) -> tuple[Trial, ...]:
    """Go on from state `at` for some steps at 1/2, 1, 2 and 4 times a learning rate, and return what happened.

    The forks are made in memory; the run and its logbook stay as they are.
    """
    check_counts(steps=steps)
    if not lr > 0:
        raise OptionError(f"at a learning rate of {lr!r} there is nothing to try: ask for another step")
    x, y = record.dataset.training_x, record.dataset.training_y
    before = record.evaluate(record.at(at), x, y).loss
    found = []
    for i, factor in enumerate(FACTORS):
        told = part_of(progress, i * steps, len(FACTORS) * steps)
        made = try_fork(record, at, Changes(lr=factor * lr), steps=steps, progress=told)
        if told is not None:
            # A fork that reached NaN or infinity makes no more steps.
            told(steps, steps)
        finite = made.reason == "completed"
        after = record.evaluate(made.state, x, y).loss if finite else math.nan
        finite = math.isfinite(after)
        found.append(
            Trial(
                factor=factor,
                lr=factor * lr,
                share=factor * lr / limit,
                steps=len(made.losses),
                before=before,
                after=after,
                highest=float(np.max(made.losses, initial=-math.inf)),
                outcome=(
                    ("fell" if after < before else "rose" if after > before else "stayed") if finite else "diverged"
                ),
            )
        )
    return tuple(found)

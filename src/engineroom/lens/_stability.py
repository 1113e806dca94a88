"""The answer: how sharply the loss curves at a state, and where the run's learning rate stands beside its limit."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from engineroom.lens._approach import Approach
from engineroom.lens._curvature import Dead, Kinks
from engineroom.lens._lanczos import Spectrum
from engineroom.lens._trials import Trial

__all__ = ["GOOD_PACE", "Stability", "Stance", "stance_of"]

Stance: TypeAlias = Literal["creeps", "good pace", "jumps over but arrives", "diverges", "no limit", "learns nothing"]

GOOD_PACE = 1 / 2
"""Up to which part of the largest stable learning rate it keeps a good pace: the page has the same."""


@dataclass(frozen=True)
class Stability:
    """How sharply the loss curves at a state, and what learning rates that allows.

    Attributes
    ----------
    step : the state, after so many updates.
    reason : a sentence on why this state was looked at, where it was left open and is not the last.
    rows, rows_in_all, batch : training rows looked at, how many there are, and how many a step of the run sees.
    loss, slope : the mean loss over the rows looked at, and the length of its gradient.
    sharpness : of the loss: its Hessian's largest eigenvalue, with the smallest that was seen beside it.
    felt : of what the optimizer goes down: with coupled weight decay, in the scale in which it takes steps.
    optimizer, formula : its law, and what is divided by `felt.largest` to give `limit`.
    preconditioned : whether the optimizer scales gradients; then `felt` is of `sqrt(P) * H * sqrt(P)`.
    first_scale : whether P is what the next step will make of the gradient, as no step has been made.
    weight_decay, decoupled : how strong it is, and whether it acts beside the gradient and not through it.
    decay : what a decoupled one counts beside `felt.largest`; 0 for a coupled one, which is in it.
    limit : the largest stable learning rate; inf where nothing curves upwards.
    creeping : up to which learning rate a step comes at most a 25th nearer to the bottom of the sharpest direction,
        without passing it: a 50th of the limit for descent, less where steps carry earlier gradients on.
    approach : how steps at the run's learning rate come nearer to that bottom.
    carries : whether a step carries gradients of earlier steps on, and so may swing across the bottom.
    correction : how many times as large as the limit has it the next step is: the averages of Adam are corrected.
    lr, lr_step : the run's learning rate, and in which step.
    schedule, peak_lr, peak_step : the law that the rate follows, the highest that it reaches, and in which step.
    stance : where it stands, see `stance_of`; "learns nothing" where no learning rate helps, because all units of a
        layer are dead or the gradient of every weight is exactly 0.
    kinks : operations that have no second derivative in places.
    dead : layers with units that give nothing for any of the rows, which makes the sharpness smaller.
    trials : what happened at 1/2, 1, 2 and 4 times the learning rate, if that was asked.
    """

    step: int
    reason: str
    rows: int
    rows_in_all: int
    batch: int
    loss: float
    slope: float
    sharpness: Spectrum
    felt: Spectrum
    optimizer: str
    formula: str
    preconditioned: bool
    first_scale: bool
    weight_decay: float
    decoupled: bool
    decay: float
    limit: float
    creeping: float
    approach: Approach
    carries: bool
    correction: float
    lr: float
    lr_step: int
    schedule: str
    peak_lr: float
    peak_step: int
    stance: Stance
    kinks: tuple[Kinks, ...]
    dead: tuple[Dead, ...]
    trials: tuple[Trial, ...]
    text: str = field(repr=False, default="")

    @property
    def share(self) -> float:
        """The learning rate as a part of the limit; 0 where there is none."""
        return self.lr / self.limit

    def __str__(self) -> str:
        return self.text

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as plain lists and dicts for JSON; what is not finite stays so."""
        facts = {name: value for name, value in vars(self).items() if name != "text"}
        for name in ("sharpness", "felt"):
            facts[name] = {part: value for part, value in vars(facts[name]).items() if part != "direction"}
        facts["approach"] = dict(vars(self.approach))
        for name in ("kinks", "dead", "trials"):
            facts[name] = [dict(vars(each)) for each in facts[name]]
        return {**facts, "share": self.share}


def stance_of(lr: float, limit: float, creeping: float) -> Stance:
    """Return in words where a learning rate stands beside the largest stable one.

    Up to `creeping` it "creeps": a step comes at most a 25th nearer to the bottom of the sharpest direction; for
    descent that is a 50th of the limit. Up to half the limit it keeps a "good pace": half is where one step of descent
    lands on the bottom. From there to the limit it "jumps over but arrives". Beyond it "diverges", on the parabola that
    fits the loss: what the run does there only a trial shows.

    Examples
    --------
    >>> limit = 2 / (28 / 3)
    >>> [stance_of(lr, limit, limit / 50) for lr in (0.004, 0.01, 0.15, 0.22)]
    ['creeps', 'good pace', 'jumps over but arrives', 'diverges']
    """
    if limit == math.inf:
        return "no limit"
    if lr <= creeping:
        return "creeps"
    share = lr / limit
    return "good pace" if share <= GOOD_PACE else "jumps over but arrives" if share <= 1 else "diverges"

"""The answer to how two runs compare."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engineroom.lens._beside import Beside
from engineroom.lens._differences import Difference
from engineroom.lens._parting import Parting

__all__ = ["Comparison", "Gap"]


@dataclass(frozen=True, eq=False)
class Gap:
    """How far apart one parameter of two runs is, at each of the comparison's points.

    Attributes
    ----------
    name : the parameter, or "all weights".
    distance : (points,) float64, the norm of the difference: the root of the sum of its squares.
    relative : (points,) float64, `distance` over the norm in the first run; 0 where both are 0.
    """

    name: str
    distance: NDArray[np.float64]
    relative: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Comparison:
    """Two runs side by side.

    Attributes
    ----------
    first, second : what they are called.
    steps : how many updates each made; `common` of them are compared.
    shared : so many states, from 0 on, both have from the same run of their family; None where they are the same run.
    differences : in what they were asked to be different.
    parting : the first state in which weights differ; None where they never part, or weights cannot be compared.
    points : the states at which distances are measured, ascending.
    gaps : the distances of the weights, all together first and then of each parameter; empty where they cannot be
        compared.
    sampled : on how many rows predictions are compared at each point, evenly spaced among those that both know.
    predictions : (points,) float64, the root of the mean squared difference of what they predict, probabilities for
        classes and numbers in their own unit; None where they cannot be compared.
    sides : (points,) float64, the share of the sampled rows on which they take other sides; None for numbers.
    loss_step : the first step whose recorded losses differ; None where all that are recorded for both are equal, or
        where the losses are of different kinds.
    losses : what each measured in the last step compared; None without steps, or where they are of different kinds.
    metrics : what each measured on its held-out rows at the state that it predicts with; empty without such rows.
    unit : of the numbers that both predict; empty where they have none, or not the same one.
    beside : what they predict at the states that they choose; None where predictions cannot be compared.
    cannot : a sentence for each thing that cannot be compared.
    """

    first: str
    second: str
    steps: tuple[int, int]
    common: int
    shared: int | None
    differences: tuple[Difference, ...]
    parting: Parting | None
    points: tuple[int, ...]
    gaps: tuple[Gap, ...]
    sampled: int
    predictions: NDArray[np.float64] | None
    sides: NDArray[np.float64] | None
    loss_step: int | None
    losses: tuple[float | None, float | None]
    metrics: tuple[Mapping[str, float], Mapping[str, float]]
    unit: str
    beside: Beside | None
    cannot: tuple[str, ...]
    text: str = field(repr=False, default="")

    def __str__(self) -> str:
        return self.text

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as plain lists and dicts for JSON; what is not finite stays so."""
        plain = {name: value for name, value in vars(self).items() if name != "text"}
        plain["differences"] = [vars(difference) for difference in self.differences]
        plain["parting"] = None if self.parting is None else dict(vars(self.parting))
        plain["gaps"] = {
            gap.name: {"distance": gap.distance.tolist(), "relative": gap.relative.tolist()} for gap in self.gaps
        }
        for name in ("predictions", "sides"):
            plain[name] = None if plain[name] is None else plain[name].tolist()
        if self.beside is not None:
            plain["beside"] = {**vars(self.beside), "moved": [dict(vars(moved)) for moved in self.beside.moved]}
        return plain

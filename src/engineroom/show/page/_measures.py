"""What numbers of the data are measured in, as the page is told it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Measure", "TargetFacts"]


@dataclass(frozen=True)
class Measure:
    """How the numbers of a column are told; `deviation` is that of its raw values, null where it is not known.

    `currency` says whether `unit` is money, `dates` whether the numbers are days since 1970-01-01.
    """

    unit: str
    currency: bool
    dates: bool
    deviation: float | None


@dataclass(frozen=True)
class TargetFacts:
    """What is to be predicted; a prepared value is `(raw - mean) / scale`. Numbers have one of `measures` an output."""

    kind: Literal["number", "classes"]
    names: list[str]
    measures: list[Measure]
    mean: list[float]
    scale: list[float]

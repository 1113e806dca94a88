"""How a network stands beside the better of two simple answers, and how sure that is."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from engineroom.run._baselines import Baseline

__all__ = ["FEW_ROWS", "Verdict", "verdict"]

FEW_ROWS = 50
"""Below so many rows the sentence says what chance alone may do."""

Stance = Literal["ahead", "level", "behind", "open", "learned"]


@dataclass(frozen=True)
class Verdict:
    """How a network stands beside the better of two simple answers.

    Attributes
    ----------
    rival : the name of that answer.
    stance : "ahead", "level" or "behind" on the rows measured; "open" where they are so few that chance alone may make
        the difference; "learned" where no row was held out, so that nothing is known about new ones.
    text : the sentence; empty where the network is ahead on rows enough, because the figures say it.
    """

    rival: str
    stance: Stance
    text: str


def verdict(metrics: Mapping[str, float], others: Sequence[Baseline], rows: int) -> Verdict:
    """Return how a network stands beside the better of two baselines measured on the same rows.

    On few rows a difference counts beyond two standard errors. For classes that is `2 * sqrt(2 * n * p * (1 - p))`
    of n rows, p being the share of right answers of both with one right and one wrong answer added to each; for numbers
    a ratio of usual misses outside `exp(-2 / sqrt(n))` to `exp(2 / sqrt(n))`, which is the error of two root mean
    squares of normal misses. Both are as if the two erred independently. Mostly they err on the same rows, so that
    a difference called open may still be one, but one that counts is no accident of few rows.

    Parameters
    ----------
    metrics : the network's.
    others : the baselines.
    rows : how many rows they were measured on.

    Examples
    --------
    >>> other = Baseline("logistic regression", {"accuracy": 0.8}, "validation")
    >>> found = verdict({"accuracy": 0.9}, [other], 10)
    >>> found.stance, found.text[-72:]
    ('open', 'up to 3 rows of difference may be chance, so which is better stays open.')
    """
    sign, name = (1, "accuracy") if "accuracy" in metrics else (-1, "rmse")
    best = max(others, key=lambda b: sign * b.metrics[name])
    mine, its = metrics[name], best.metrics[name]
    rival = f"the {best.name}" if best.name in ("mean", "commonest class") else best.name
    lead = sign * (mine - its)
    stance: Stance = "ahead" if lead > 0 else "level" if lead == 0 else "behind"
    measured, chance, within = _by_count(mine, its, rows, rival) if sign > 0 else _by_ratio(mine, its, rows, rival)
    if best.on == "training":
        return Verdict(
            best.name,
            "learned",
            f"No row was held out: on the {rows:,} rows it learned from {measured}, which does not say how either does "
            "on new rows; hold some out to see (validation 0.2).",
        )
    if rows >= FEW_ROWS:
        said = {"ahead": "", "level": "does as well", "behind": "does better"}[stance]
        return Verdict(best.name, stance, said and f"On these rows {rival} {said}: the table may need no network.")
    begun = f"On {rows} held-out {'row' if rows == 1 else 'rows'} {measured}: with so few, {chance} may be chance"
    if within:
        return Verdict(best.name, "open", f"{begun}, so which is better stays open.")
    ending = "the network is ahead" if stance == "ahead" else f"{rival} does better and the table may need no network"
    return Verdict(best.name, stance, f"{begun}, and this is more: {ending}.")


def _by_count(mine: float, its: float, rows: int, rival: str) -> tuple[str, str, bool]:
    """Return what was measured, what chance may do, both in words, and whether the one lies within the other."""
    right, other = round(mine * rows), round(its * rows)
    share = (right + other + 2) / (2 * rows + 4)
    margin = math.floor(2 * math.sqrt(2 * rows * share * (1 - share)))
    measured = f"the network is right in {right} and {rival} in {other}"
    return measured, f"up to {margin} {'row' if margin == 1 else 'rows'} of difference", abs(right - other) <= margin


def _by_ratio(mine: float, its: float, rows: int, rival: str) -> tuple[str, str, bool]:
    ratio = mine / its if its > 0 else 1.0 if mine == its else math.inf
    factor = math.exp(2 / math.sqrt(rows))
    measured = f"the network's usual miss is {ratio:.2g} times that of {rival}"
    if its == 0 < mine:
        measured = f"{rival} misses by nothing and the network by {mine:.2g}"
    return measured, f"{1 / factor:.2g} to {factor:.2g} times", 1 / factor <= ratio <= factor

"""How a network stands beside the better of two simple answers, and whether the rows measured can tell."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engineroom.run._baselines import Baseline
from engineroom.run._metrics import ranked_by
from engineroom.run._paired import mcnemar, sign_flip

__all__ = ["LEVEL", "Verdict", "verdict"]

LEVEL = 0.05
"""A difference counts where chance alone makes one as large in fewer cases than this: fewer than 1 in 20."""

_FEWEST = 6
"""Rows on which two answers differ that are needed to tell them apart: 2 / 2**5 is above `LEVEL`, 2 / 2**6 below."""

Stance = Literal["ahead", "open", "behind", "learned"]


@dataclass(frozen=True)
class Verdict:
    """How a network stands beside the better of two simple answers.

    Attributes
    ----------
    rival : the name of that answer.
    stance : "ahead" or "behind" where the rows measured tell so; "open" where they cannot tell the two apart;
        "learned" where no row was held out, so that nothing is known about new ones.
    rows : how many rows were measured on.
    better, worse : on how many of them the network misses by less than its rival, and by more.
    test : "exact McNemar" or "sign-flip"; None where no row was held out, and a test would say nothing.
    p_value : how likely two equally good answers differ as much as these, or more, two-sided; None without a test.
    text : the sentence.
    """

    rival: str
    stance: Stance
    rows: int
    better: int
    worse: int
    test: Literal["exact McNemar", "sign-flip"] | None
    p_value: float | None
    text: str


def verdict(metrics: Mapping[str, float], misses: NDArray[np.float64], others: Sequence[Baseline]) -> Verdict:
    """Return how a network stands beside the better of two baselines measured on the same rows.

    Both answer the same rows and mostly miss the same ones, so that they are compared row by row: for classes by the
    exact McNemar test of the rows that only one of them gets right, for numbers, and where a row has several yes or no,
    by the sign-flip test of the differences of their misses. A difference counts where p < 0.05, two-sided.

    It speaks of these two fitted networks on rows such as these. Another seed or other training rows would give others.

    Parameters
    ----------
    metrics : the network's.
    misses : (n,) the network's, row by row.
    others : the baselines.

    Examples
    --------
    >>> rival = Baseline("logistic regression", {"accuracy": 0.2}, "validation", np.array([0, 0] + [1] * 8))
    >>> found = verdict({"accuracy": 0.9}, np.array([1] + [0] * 9), [rival])
    >>> found.stance, found.better, found.worse, found.p_value  # 2 * (1 + 9) / 2**9
    ('ahead', 8, 1, 0.0390625)
    >>> found.text[-67:]
    'of the 9 rows that only one of them gets right, the network gets 8.'
    """
    sign, name = ranked_by(metrics)
    best = max(others, key=lambda b: sign * b.metrics[name])
    rival = f"the {best.name}" if best.name in ("mean", "commonest class") else best.name
    mine, its = metrics[name], best.metrics[name]
    rows, difference = len(misses), misses - best.misses
    better, worse = int(np.count_nonzero(difference < 0)), int(np.count_nonzero(difference > 0))
    if best.on == "training":
        measured = (
            f"the network is right in {round(mine * rows):,} and {rival} in {round(its * rows):,}"
            if sign > 0
            else _ratio(mine, its, rival)
        )
        text = (
            f"No row was held out: on the {rows:,} rows it learned from {measured}, which does not say how either does "
            "on new rows; hold some out to see (--validation 0.2; in Python validation=0.2)."
        )
        return Verdict(best.name, "learned", rows, better, worse, None, None, text)
    single = sign > 0 and bool(np.isin(difference, (-1, 0, 1)).all())
    p = mcnemar(better, worse) if single else sign_flip(difference)
    stance: Stance = "open" if p >= LEVEL else "ahead" if sign * (mine - its) > 0 else "behind"
    reason = _by_rows(better, worse, single, rows) if sign > 0 else _by_misses(mine, its, better, worse, rows, rival)
    told = {
        "ahead": f"the network is better than {rival}",
        "open": f"the network and {rival} cannot be told apart",
        "behind": f"{rival} is better than the network",
    }[stance]
    if stance == "open" and better + worse >= _FEWEST:
        reason += ", which may be chance"
    place = "On the one held-out row" if rows == 1 else f"On these {rows:,} held-out rows"
    advice = ""
    if stance != "ahead" and rival == best.name:
        # A network that is worse may be one that is trained badly.
        advice = " The table may need no network" + (", or one trained otherwise." if stance == "behind" else ".")
    return Verdict(
        best.name,
        stance,
        rows,
        better,
        worse,
        "exact McNemar" if single else "sign-flip",
        p,
        f"{place} {told}: {reason}.{advice}",
    )


def _by_rows(better: int, worse: int, single: bool, rows: int) -> str:
    """Return what is counted of classes, in words."""
    differ = better + worse
    if not differ:
        return "both get the same rows right" if rows > 1 else "both are right, or both wrong"
    if differ < _FEWEST:
        are = "row is" if differ == 1 else "rows are"
        return f"only {differ} {are} right with just one of them, and fewer than {_FEWEST} cannot tell"
    if single:
        return f"of the {differ:,} rows that only one of them gets right, the network gets {better:,}"
    return f"of the {differ:,} rows in which one of them gets more right, that is the network in {better:,}"


def _by_misses(mine: float, its: float, better: int, worse: int, rows: int, rival: str) -> str:
    """Return what is measured of numbers, in words."""
    ratio = _ratio(mine, its, rival)
    if better + worse < _FEWEST:
        return f"{ratio}, but fewer than {_FEWEST} rows cannot tell" if better + worse else "both miss all rows alike"
    return f"{ratio}, and the network is closer in {better:,} of the {rows:,} rows"


def _ratio(mine: float, its: float, rival: str) -> str:
    if its == 0 or not math.isfinite(mine / its):
        return f"{rival} misses by {its:.3g} and the network by {mine:.3g}"
    times = f"{mine / its:.3g}"
    if times == "1":
        return "both have the same usual miss (RMSE) to three digits"
    return f"the network's usual miss (RMSE) is {times} times that of {rival}"

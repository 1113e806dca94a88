"""Whether two answers to the same rows differ by more than the choice of the rows can make: two paired tests."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

__all__ = ["mcnemar", "sign_flip"]

_ENUMERATED = 16


def mcnemar(first: int, second: int) -> float:
    """Return the p-value of the exact McNemar test: how likely two equally good answers differ so much.

    Rows on which both are right, or both wrong, say nothing about which is better. Of the other n rows each is as
    likely to fall to the one as to the other if the two are equally good, so that

        p = min(1, 2 * sum(comb(n, k) for k in 0..m) / 2**n),   n = first + second,   m = min(first, second)

    Parameters
    ----------
    first, second : on how many rows only the first, and only the second, is right.

    Notes
    -----
    McNemar, "Note on the sampling error of the difference between correlated proportions or percentages",
    Psychometrika 12, 1947, here without its approximation by a normal distribution. Dietterich, "Approximate
    statistical tests for comparing supervised classification learning algorithms", Neural Computation 10, 1998,
    section 3.1, recommends it for two classifiers that are trained once.

    Examples
    --------
    >>> mcnemar(8, 1)  # 2 * (1 + 9) / 2**9
    0.0390625
    >>> mcnemar(0, 5), mcnemar(0, 6)
    (0.0625, 0.03125)
    """
    n, few = first + second, min(first, second)
    if n < 60:
        return float(min(1.0, 2 * sum(math.comb(n, k) for k in range(few + 1)) / 2**n))
    # Of many rows the sum is that of its largest term times the ratios of the others, which soon vanish.
    largest = math.lgamma(n + 1) - math.lgamma(few + 1) - math.lgamma(n - few + 1) - (n - 1) * math.log(2)
    share = total = 1.0
    for k in range(few, 0, -1):
        share *= k / (n - k + 1)
        total += share
        if share < 1e-17 * total:
            break
    return min(1.0, total * math.exp(largest))


def sign_flip(differences: NDArray[np.float64]) -> float:
    """Return the p-value of the sign-flip test of a sum: how likely chance alone makes its size, or a greater one.

    If two answers are equally good, each row's difference d might as well have had the other sign. Hence

        p = share of all sign patterns s in {-1, 1}**n with abs(sum(s * d)) >= abs(sum(d))

    All patterns of the 16 largest differences are tried; the sum of the others is taken as normal, of mean 0 and
    variance sum(d**2). So the test is exact up to 16 differences that are not 0, and no random signs are drawn beyond.

    The sum of differences of squared misses is n times the difference of two mean squares, so that the test judges the
    very figures that are shown, as Wilcoxon's signed-rank test, which sees only the ranks of the differences, would
    not: it may call an answer the better one whose root mean square is the greater. No distribution is assumed, so
    that heavy tails bring no false alarms, as they may with Student's t; where a few rows outweigh all others, those
    few are what counts, and they are enumerated.

    Parameters
    ----------
    differences : (n,) one a row, such as the squared miss of one answer less that of another.

    Notes
    -----
    Fisher, "The Design of Experiments", 1935, section 21. Of differences of 1 and -1 it is the exact McNemar test.

    Examples
    --------
    >>> sign_flip(np.array([3.0, 1.0, 2.0, 4.0, -1.0]))  # 3 of 16 patterns, and their mirror images, reach 9
    0.1875
    """
    differences = differences[differences != 0]
    if not len(differences):
        return 1.0
    # By their largest, so that no sum and no square overflows.
    differences = differences / np.max(np.abs(differences))
    seen = abs(float(np.sum(differences)))
    d = np.sort(np.abs(differences))[::-1]
    sums = d[:1]
    for each in d[1:_ENUMERATED]:
        sums = np.concatenate([sums + each, sums - each])
    # The first sign is kept: the other half of all patterns is the mirror image of this one.
    if len(d) <= _ENUMERATED:
        # Sums that are equal on paper may differ in their last digits.
        return float(np.mean(np.abs(sums) >= seen - 1e-12 * len(d)))
    # Where differences are few numbers, as 1 and -1, sums are at least twice the smallest apart: half of that belongs
    # to each (Yates's correction for continuity). Of other differences the smallest is next to nothing.
    seen -= float(d[-1])
    spread = max(math.sqrt(2 * float(np.sum(np.square(d[_ENUMERATED:])))), 1e-12)
    tails = (math.erfc((seen - s) / spread) + math.erfc((seen + s) / spread) for s in sums.tolist())
    return min(1.0, math.fsum(tails) / (2 * len(sums)))

"""Which rows are held out to validate: drawn from the split stream, so that a seed fixes them for good."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engineroom.errors import DataError, OptionError
from engineroom.numerics import Stream, permutation

__all__ = ["AUTO_FRACTION", "AUTO_ROWS", "Split", "ValidationSize", "split_rows"]

ValidationSize: TypeAlias = Literal["auto"] | float | int | None

AUTO_ROWS = 50
"""From this many rows on, `validation="auto"` holds rows out."""
AUTO_FRACTION = 0.2
"""The part of the rows that `validation="auto"` holds out."""


@dataclass(frozen=True, eq=False)
class Split:
    """Rows to train on and rows held out, both ascending int64, and a line that says so."""

    training: NDArray[np.int64]
    validation: NDArray[np.int64]
    text: str


def split_rows(rows: int, validation: ValidationSize, *, seed: int, classes: NDArray[np.int32] | None = None) -> Split:
    """Hold rows out.

    The rows are taken in the order of `permutation(rows)` from the split stream. Without `classes` the first of them
    are held out. With `classes` each class gives its share of them: the largest remainders round up, and each class
    keeps at least one row to train on.

    Parameters
    ----------
    rows : how many rows there are.
    validation : "auto" (a fifth from 50 rows on), a fraction below 1, a number of rows, or None, False or 0 for none.
    seed : the run's seed.
    classes : (rows,) class of each row, to stratify by; None for a number.

    Returns
    -------
    Split

    Raises
    ------
    OptionError : when `validation` is none of these or leaves no row to train on.

    Examples
    --------
    >>> split = split_rows(100, "auto", seed=0)
    >>> len(split.training), len(split.validation)
    (80, 20)
    """
    count, words = _count(rows, validation)
    if count == 0:
        return Split(np.arange(rows, dtype=np.int64), np.empty(0, dtype=np.int64), words)
    if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)) or not 0 <= seed < 2**64:
        raise OptionError(f"seed must be a whole number from 0 to 2**64 - 1, got {seed!r:.80}")
    order = permutation(seed, Stream.SPLIT, 0, rows)
    how = f"by seed {seed}"
    if classes is None:
        chosen = order[:count]
    else:
        shares = _shares(np.bincount(classes), count)
        chosen = np.concatenate([order[classes[order] == k][:share] for k, share in enumerate(shares)])
        how = f"each class in proportion, {how}"
    validation_rows = np.sort(chosen).astype(np.int64)
    kept = np.ones(rows, dtype=bool)
    kept[validation_rows] = False
    text = f"{len(validation_rows):,} of {rows:,} rows ({words}) are held out to validate, {how}"
    return Split(np.flatnonzero(kept).astype(np.int64), validation_rows, text)


def _count(rows: int, validation: ValidationSize) -> tuple[int, str]:
    """How many rows to hold out, and why in words."""
    if validation is None or validation is False or (not isinstance(validation, str) and validation == 0):
        return 0, "no rows are held out to validate"
    if validation == "auto":
        if rows < AUTO_ROWS:
            return 0, f"no rows are held out to validate, because there are fewer than {AUTO_ROWS}"
        return _rounded(rows, AUTO_FRACTION), "a fifth"
    if isinstance(validation, (bool, str)):
        raise OptionError(
            f"validation must be 'auto', a fraction, a number of rows, a pair (X, y) or None, got {validation!r}"
        )
    if isinstance(validation, (int, np.integer)):
        count, words = int(validation), "as asked"
    elif 0 < validation < 1:
        count, words = max(1, _rounded(rows, float(validation))), f"{float(validation):.3g} of them"
    else:
        raise OptionError(
            f"validation must be a fraction between 0 and 1 or a whole number of rows, got {validation!r}"
        )
    if not 0 < count < rows:
        raise OptionError(
            f"validation={validation!r} would hold out {count:,} of {rows:,} rows; "
            f"hold out {'fewer, to train on the rest' if count > 0 else 'one at least, or none with validation=None'}"
        )
    return count, words


def _rounded(rows: int, fraction: float) -> int:
    """`rows * fraction`, rounded half up, exactly: 0.2 of 1,797 is 359."""
    return int(rows * Fraction(repr(fraction)) + Fraction(1, 2))


def _shares(sizes: NDArray[np.int64], count: int) -> list[int]:
    """Cut `count` into one share a class, in proportion to the classes' sizes, by largest remainder."""
    total = int(sizes.sum())
    quotas = [divmod(int(size) * count, total) for size in sizes]
    shares = [whole for whole, _ in quotas]
    by_remainder = sorted(range(len(quotas)), key=lambda k: (-quotas[k][1], k))
    for k in by_remainder[: count - sum(shares)]:
        shares[k] += 1
    shares = [min(share, max(0, int(size) - 1)) for share, size in zip(shares, sizes, strict=True)]
    if sum(shares) == 0:
        raise DataError(
            f"no row can be held out to validate, because each of the {len(sizes)} classes has one row; "
            "set validation=None"
        )
    return shares

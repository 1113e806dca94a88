"""The account beside the removal: what training really gives when an example is left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from engineroom.errors import OptionError
from engineroom.lens._layout import table, wrapped
from engineroom.lens._sentences import signed
from engineroom.plan import Element, State
from engineroom.run import Changes, Record, StepProgress, try_fork

__all__ = ["Removal", "remove"]


_LEFT = "Without it training left the finite numbers, so there is nothing to compare."


@dataclass(frozen=True)
class Removal:
    """What the same steps gave without one example.

    Attributes
    ----------
    row : the example's number in the data as they came.
    travel : what the weight moved by with it.
    account : the same less what its pushes moved the weight by.
    really : what the weight moved by when the steps were made without it; NaN where that reached NaN or infinity.
    other_order : what it moved by with all examples, but dealt into other batches; None where one batch holds all.
    words : how these compare.
    """

    row: int
    travel: float
    account: float
    really: float
    other_order: float | None
    words: str

    def __str__(self) -> str:
        rows = [
            ["with it, the weight moved by", signed(self.travel)],
            ["account: less what its pushes moved", signed(self.account)],
            ["really: trained without it", signed(self.really)],
        ]
        if self.other_order is not None:
            rows.append(["with it, in other batches", signed(self.other_order)])
        return "\n".join([f"Trained again without row {self.row}", *table(rows, "lr"), *wrapped(self.words)])


def remove(
    record: Record,
    elements: Sequence[Element],
    first: int,
    last: int,
    row: int,
    accounts: Sequence[tuple[Fraction, float]],
    progress: StepProgress | None = None,
) -> list[Removal]:
    """Make the steps from `first` to `last` again without a row, and record nothing.

    Parameters
    ----------
    row : its number in the data as they came.
    accounts : for each weight its travel, and what the row's pushes moved it by.
    """
    family = record.stretches(first - 1, last)
    if len(family) > 1:
        begin = family[-1][1]
        raise OptionError(
            f"training without row {row} follows one run, and {record.name} was forked at state {begin:,}: "
            f"choose `steps` from {begin + 1:,} on, or up to {begin:,}"
        )
    run, at = family[0][0], first - 1
    before = record.at(at)
    without = try_fork(run, at, Changes(drop_examples=[row]), steps=last - at, progress=progress)
    rows, batch = len(run.dataset.training), run.plan.batch_size
    dealt = batch < rows and run.plan.shuffle
    other = None
    if dealt:
        other = try_fork(run, at, Changes(seed=(run.seed + 1) % 2**64), steps=last - at, progress=progress)
    removals = []
    for element, (travel, amount) in zip(elements, accounts, strict=True):
        removals.append(
            Removal(
                row=row,
                travel=float(travel),
                account=float(travel - Fraction(amount)),
                really=_moved(before, without.state, element) if without.reason == "completed" else float("nan"),
                other_order=None if other is None else _moved(before, other.state, element),
                words=_words(rows, batch, dealt) if without.reason == "completed" else _LEFT,
            )
        )
    return removals


def _moved(before: State, after: State, element: Element) -> float:
    start, end = (float(np.float64(s[element.buffer].reshape(-1)[element.flat])) for s in (before, after))
    return end - start


def _words(rows: int, batch: int, dealt: bool) -> str:
    words = (
        "The account shares out what happened; it does not foretell a training without the row. There the others make "
        "other errors and push in its place, so the weight often goes most of the same way"
    )
    if batch >= rows:
        return f"{words}. They also weigh {rows}/{rows - 1} as much in the mean."
    words += ", and every later step starts from other weights."
    if dealt:
        words += (
            " Leaving a row out also deals the others into other batches. What that does with all rows kept "
            "stands in the last line: differences of that size need no row to explain them."
        )
    return words

"""What two runs say of the same rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engineroom.data import Dataset, Label
from engineroom.plan import State
from engineroom.run import Record, predicted, probabilities

__all__ = [
    "Beside",
    "Moved",
    "SameRows",
    "decides",
    "moved_rows",
    "no_same_rows",
    "said",
    "same_rows",
    "sides_differ",
    "spread",
]

Answer = Label | float | tuple[float, ...]


@dataclass(frozen=True)
class Moved:
    """One example of which two runs say something else.

    Attributes
    ----------
    row : its number in the data as they came.
    roles : in each run "training", "held out" or "dropped".
    target : what is right.
    first, second : what each run says.
    by : how far apart: the largest difference of a probability, or of a number in its own unit.
    """

    row: int
    roles: tuple[str, str]
    target: Answer
    first: Answer
    second: Answer
    by: float


@dataclass(frozen=True, eq=False)
class Beside:
    """What two runs predict at their chosen states.

    Attributes
    ----------
    states : the state of each run that predicts.
    rows : on how many rows both were asked.
    decides : whether an answer is a side, such as a class, and not a number.
    changed : numbers of the rows on which the sides differ, ascending; empty where answers are numbers.
    right : of these how many only the first has right, only the second, and neither.
    moved : those that differ most, the farthest first.
    """

    states: tuple[int, int]
    rows: int
    decides: bool
    changed: tuple[int, ...]
    right: tuple[int, int, int]
    moved: tuple[Moved, ...]


@dataclass(frozen=True, eq=False)
class SameRows:
    """Rows that both runs know: `first` and `second` are their places in x of each data set."""

    first: NDArray[np.int64]
    second: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.first)

    def sample(self, most: int) -> SameRows:
        """Return at most so many of them, evenly spaced."""
        if len(self) <= most:
            return self
        chosen = np.linspace(0, len(self) - 1, most).round().astype(np.int64)
        return SameRows(self.first[chosen], self.second[chosen])


def no_same_rows(first: Record, second: Record) -> str | None:
    """Return why the predictions of two runs cannot be compared; None where they can."""
    a, b = first.dataset, second.dataset
    if a.target.kind != b.target.kind or a.target.names != b.target.names or a.target.classes != b.target.classes:
        return f"predictions are not compared: the runs predict {_aim(a)} and {_aim(b)}"
    if decides(first) != decides(second):
        return "predictions are not compared: one run gives probabilities and the other numbers"
    if not len(same_rows(a, b)):
        return "predictions are not compared: the runs do not know the same rows"
    return None


def same_rows(a: Dataset, b: Dataset) -> SameRows:
    """Return the rows that have the same number and the same inputs in the source of both."""
    numbers, first, second = np.intersect1d(a.row_numbers, b.row_numbers, return_indices=True)
    equal = np.ones(len(numbers), bool)
    if not (a.x.dtype == b.x.dtype and np.array_equal(a.x[first], b.x[second])):
        # Prepared otherwise; what stood in the source says whether they are the same.
        here, there = _source(a, first), _source(b, second)
        shared = [name for name in here if name in there]
        equal &= bool(shared)
        for name in shared:
            equal &= _equal_cells(here[name], there[name])
    if a.target.kind == "classes":
        equal &= a.y[first] == b.y[second]
    return SameRows(first[equal].astype(np.int64), second[equal].astype(np.int64))


def said(record: Record, state: State, rows: NDArray[np.int64]) -> tuple[NDArray[Any] | None, NDArray[np.float64]]:
    """Return what a run says of rows of its x: the side of each, if it takes one, and (n, O) numbers behind it."""
    outputs = record.outputs(state, np.ascontiguousarray(record.dataset.x[rows]))
    target = record.dataset.target
    answers = predicted(record.plan, target, outputs)
    if not decides(record):
        return None, answers.reshape(len(rows), -1).astype(np.float64)
    return answers, probabilities(record.plan, target, outputs).astype(np.float64)


def decides(record: Record) -> bool:
    """Whether what the run says of a row is a side and not a number."""
    return record.dataset.target.kind == "classes" or record.loss_law.yes_or_no


def spread(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    """Return the root of the mean squared difference."""
    with np.errstate(all="ignore"):
        return float(np.sqrt(np.mean(np.square(a - b))))


def moved_rows(first: Record, second: Record, states: Sequence[State], rows: SameRows, top: int) -> Beside:
    """Return which rows two runs say something else of."""
    (sides_a, a), (sides_b, b) = (
        said(run, state, here)
        for run, state, here in zip((first, second), states, (rows.first, rows.second), strict=True)
    )
    data = first.dataset
    with np.errstate(all="ignore"):
        by = np.abs(a - b).max(axis=1)
    far = np.where(np.isnan(by), np.inf, by)
    goal = _goal(data, rows.first)
    other = far > 0
    changed: NDArray[np.int64] = np.empty(0, np.int64)
    right = (0, 0, 0)
    if sides_a is not None and sides_b is not None:
        other = sides_differ(sides_a, sides_b)
        changed = np.flatnonzero(other)
        hit_a, hit_b = ~sides_differ(sides_a, goal)[other], ~sides_differ(sides_b, goal)[other]
        right = (int(np.sum(hit_a & ~hit_b)), int(np.sum(hit_b & ~hit_a)), int(np.sum(~hit_a & ~hit_b)))
    order = np.argsort(-far, kind="stable")
    listed = [int(i) for i in order[other[order]][:top]]
    answers = (a, b) if sides_a is None or sides_b is None else (sides_a, sides_b)
    moved = tuple(
        Moved(
            row=int(data.row_numbers[rows.first[i]]),
            roles=(_role(data, int(rows.first[i])), _role(second.dataset, int(rows.second[i]))),
            target=_plain(goal[i]),
            first=_plain(answers[0][i]),
            second=_plain(answers[1][i]),
            by=float(by[i]),
        )
        for i in listed
    )
    numbers = data.row_numbers[rows.first[changed]]
    return Beside(
        states=(states[0].step, states[1].step),
        rows=len(rows),
        decides=sides_a is not None,
        changed=tuple(map(int, np.sort(numbers))),
        right=right,
        moved=moved,
    )


def _goal(data: Dataset, rows: NDArray[np.int64]) -> NDArray[Any]:
    """Return what is right for rows, in the target's own terms."""
    if data.target.kind == "classes":
        labels: NDArray[Any] = np.asarray(data.target.classes)[data.y[rows]]
        return labels
    numbers = data.target.restored(data.y[rows])
    single: NDArray[Any] = numbers[:, 0] if numbers.shape[1] == 1 else numbers
    return single


def sides_differ(a: NDArray[Any], b: NDArray[Any]) -> NDArray[np.bool_]:
    """Return for each row whether any of its answers differs."""
    rows: NDArray[np.bool_] = (a != b).reshape(len(a), -1).any(axis=1)
    return rows


def _plain(answer: Any) -> Answer:
    plain: Any = np.asarray(answer).tolist()
    return tuple(plain) if isinstance(plain, list) else plain


def _role(data: Dataset, row: int) -> str:
    for words, rows in (("training", data.training), ("held out", data.validation)):
        place = int(np.searchsorted(rows, row))
        if place < len(rows) and rows[place] == row:
            return words
    return "dropped"


def _aim(data: Dataset) -> str:
    names = ", ".join(data.target.names)
    return f"{names} ({len(data.target.classes)} classes)" if data.target.kind == "classes" else f"{names} (numbers)"


def _source(data: Dataset, rows: NDArray[np.int64]) -> dict[str, Any]:
    """Return the columns of the inputs as they stood in the source."""
    if data.raw_table is None:
        return {feature.source: data.x[rows, i] for i, feature in enumerate(data.features)}
    table = data.raw_table.take(rows)
    return {feature.source: table[feature.source] for feature in data.features}


def _equal_cells(a: Any, b: Any) -> NDArray[np.bool_]:
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        # A source that is its own preparation is kept in the type of the run.
        x, y = a.astype(np.float32), b.astype(np.float32)
        equal: NDArray[np.bool_] = (x == y) | (np.isnan(x) & np.isnan(y))
        return equal
    return np.array([x == y for x, y in zip(a, b, strict=True)], bool)

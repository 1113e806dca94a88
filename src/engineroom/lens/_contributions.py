"""Which training examples' pushes made a weight what it is: the answer, and the question."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engineroom.errors import OptionError
from engineroom.lens._carried import Ledger, carried
from engineroom.lens._counts import check_counts
from engineroom.lens._exact import dot
from engineroom.lens._layout import cut, headed, table, wrapped
from engineroom.lens._place import locate
from engineroom.lens._removal import Removal, remove
from engineroom.lens._rows import targets_of
from engineroom.lens._sentences import signed
from engineroom.lens._steps import steps_asked
from engineroom.lens._text import stored
from engineroom.lens._why import plain
from engineroom.ops import Optimizer
from engineroom.plan import Element, resolve
from engineroom.run import Record, StepProgress

__all__ = ["Contributions", "Contributor", "contributions"]


@dataclass(frozen=True)
class Contributor:
    """What one example did to the weight.

    Attributes
    ----------
    row : its number in the data as they came; `index` is its row of `dataset.x`.
    target : what it should give, in words.
    steps : in how many of the steps it was in the batch.
    amount : what its pushes moved the weight by, all together.
    """

    row: int
    index: int
    target: str
    steps: int
    amount: float


@dataclass(frozen=True, eq=False)
class Contributions:
    """The whole travel of a weight over some steps, shared out among what moved it.

    `sum of amounts + weight_decay + older + by_hand + rounding = end - start`, exactly, every float being the rational
    number that its bits stand for.

    Attributes
    ----------
    name, place : the weight, and the same in words.
    first, last : the steps.
    start, end : its value before the first and after the last.
    rows, targets : (n,) the number of each example in the data as they came, and what it should give.
    amounts : (n,) float64, what the pushes of each moved the weight by.
    steps : (n,) in how many of the steps it was in the batch.
    weight_decay : what the optimizer's pull towards 0 moved it by.
    older : what the steps before the first still moved it by, through the optimizer's memory.
    by_hand : what forks on the way set.
    rounding : the rest: what the run's own arithmetic rounded, and what this account rounded in float64.
    up, down : the examples that moved it most, each way.
    rule : how a step was shared out.
    removal : what training without one example really gave.
    """

    name: str
    place: str
    first: int
    last: int
    dtype: str
    start: float
    end: float
    rows: NDArray[np.int64]
    targets: tuple[str, ...]
    amounts: NDArray[np.float64]
    steps: NDArray[np.int64]
    weight_decay: float
    older: float
    by_hand: float
    rounding: Fraction
    up: tuple[Contributor, ...]
    down: tuple[Contributor, ...]
    rule: str
    removal: Removal | None = None

    @property
    def travel(self) -> Fraction:
        """The exact `end - start`."""
        return Fraction(self.end) - Fraction(self.start)

    @property
    def pushed(self) -> Fraction:
        """The exact sum of all examples' amounts."""
        return _exact_sum(self.amounts)

    def of(self, row: int) -> float:
        """Return what one example moved the weight by, named by its number in the data as they came."""
        found = np.flatnonzero(self.rows == row)
        if not len(found):
            raise OptionError(f"row {row!r} was in no batch of steps {self.first:,} to {self.last:,}")
        return float(self.amounts[found[0]])

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as plain lists and dicts for JSON; floats as in `Why.to_dict`, the arrays as they are."""
        arrays = ("rows", "amounts", "steps")
        facts = {
            f.name: getattr(self, f.name).tolist() if f.name in arrays else plain(getattr(self, f.name))
            for f in dataclasses.fields(self)
        }
        return {**facts, "travel": plain(self.travel), "pushed": plain(self.pushed)}

    def __str__(self) -> str:
        steps = f"step {self.first:,}" if self.first == self.last else f"steps {self.first:,} to {self.last:,}"
        lines = [
            *headed(f"{self.name}, {self.place}, in {steps}"),
            f"  {stored(self.start, self.dtype)} -> {stored(self.end, self.dtype)}   {self.dtype}",
            "",
            "What moved it",
            *table([[what, signed(amount), words] for what, amount, words in self._parts()], "lrl"),
        ]
        if self.up or self.down:
            cells = [["row", "in steps", "moved it by", "target"]]
            for each in (*self.up, *self.down):
                cells.append([str(each.row), f"{each.steps:,}", signed(each.amount), cut(each.target)])
            lines += ["", "The examples that moved it most, each way", *table(cells, "rrrl")]
        lines += wrapped(f"Rule: {self.rule}")
        if self.removal is not None:
            lines += ["", str(self.removal)]
        return "\n".join(lines)

    def _parts(self) -> list[tuple[str, Fraction | float, str]]:
        up, down = self.amounts[self.amounts > 0], self.amounts[self.amounts < 0]
        words = f"{len(up):,} up by {signed(_exact_sum(up))}, {len(down):,} down by {signed(_exact_sum(down))}"
        who = f"{len(self.rows):,} examples" if len(self.rows) != 1 else "1 example"
        parts: list[tuple[str, Fraction | float, str]] = [(who, self.pushed, words)]
        if self.weight_decay:
            parts.append(("weight decay", self.weight_decay, "the pull towards 0"))
        if self.older:
            parts.append(("older", self.older, f"from before step {self.first:,}, by the optimizer's memory"))
        if self.by_hand:
            parts.append(("by hand", self.by_hand, "what forks on the way set"))
        parts.append(("rounding", self.rounding, "the run's own, and this account's"))
        parts.append(("travel", self.travel, "= end - start, exactly"))
        return parts


def contributions(
    record: Record,
    weights: Sequence[str],
    steps: range | slice | int | None = None,
    *,
    top: int = 5,
    prove: bool | int = False,
    progress: StepProgress | None = None,
) -> tuple[Contributions, ...]:
    """Return for each weight what every example's pushes moved it by over some steps, in one replay.

    A gradient is a sum over the examples of input times error signal, and each of these pushes is followed through the
    optimizer's memory up to the last step. What a push still holds in the memory after it counts for later steps.

    Parameters
    ----------
    record : the run.
    weights : names such as "dense1.weight[3, 5]".
    steps : an unbroken range of steps, from 1; None is all of them.
    top : how many examples to list in each direction.
    prove : also train again from the first step without the example that moved the first weight most, or without the
        row of this number, and say what it really gave.
    progress : told how far the replay is.

    Raises
    ------
    OptionError : when there are no such steps, or numbers in them are not finite.
    UnknownNameError : when there is no such weight.

    Examples
    --------
    >>> import engineroom as er
    >>> run = er.train(er.Network(er.Dense(1, bias=False, init="zeros")), [1, 2, 3], [2, 4, 6], loss="mse",
    ...                optimizer=er.SGD(lr=0.01), batch_size=None, epochs=50, dtype="float64")
    >>> (answer,) = contributions(run.record, ["dense1.weight[0, 0]"])
    >>> answer.amounts.round(4).tolist(), round(float(answer.travel), 4)
    ([0.1418, 0.5672, 1.2761], 1.9851)
    """
    asked = steps_asked(record, steps)
    if not len(asked):
        raise OptionError(f"there are no steps in {asked}: ask for one at least, such as range(1, 101)")
    if asked.step != 1:
        raise OptionError(f"contributions follow the optimizer's memory, so they need steps without gaps, got {asked}")
    check_counts(top=top)
    elements = [resolve(record.plan, name, record.dataset.columns, record.dataset.no_inputs) for name in weights]
    first, last = asked[0], asked[-1]
    places = [_words(record, element, first, last) for element in elements]
    if not isinstance(prove, bool):
        _check_row(record, prove, first, last)
    ledger = carried(record, elements, first, last, progress)
    finite = np.isfinite(ledger.amounts).all() and np.isfinite(ledger.end).all()
    if not finite:
        end = f" step {record.finding.step:,}" if record.finding is not None else " there"
        raise OptionError(
            f"steps {first:,} to {last:,} of {record.name} have numbers that are not finite, which share out nothing: "
            f"ask for steps before{end}"
        )
    answers = [_answer(record, ledger, j, str(e), place, (first, last), top)
               for j, (e, place) in enumerate(zip(elements, places, strict=True))]  # fmt: skip
    if prove is not False and answers:
        row = _hardest(answers[0]) if prove is True else int(prove)
        accounts = [(answer.travel, answer.of(row)) for answer in answers]
        removals = remove(record, elements, first, last, row, accounts, progress)
        answers = [dataclasses.replace(a, removal=r) for a, r in zip(answers, removals, strict=True)]
    return tuple(answers)


def _check_row(record: Record, row: int, first: int, last: int) -> None:
    """Raise an OptionError, before long work, where no step can have seen a row."""
    family = [run.dataset for run, _, _ in record.stretches(first - 1, last)]
    if not any(row in data.row_numbers[data.training] for data in family):
        raise OptionError(f"row {row!r:.80} is none that {record.name} trains on: name one as `why` prints it")


def _words(record: Record, element: Element, first: int, last: int) -> str:
    """Return where a weight sits, in the words of a run of the family that moves it."""
    family = [run for run, _, _ in record.stretches(first - 1, last)]
    moving = next((run for run in family if element.buffer not in run.segment.frozen), record)
    return locate(moving.plan, moving.dataset, str(element)).words


def _answer(
    record: Record, ledger: Ledger, j: int, name: str, place: str, steps: tuple[int, int], top: int
) -> Contributions:
    n = ledger.examples
    seen = np.flatnonzero(ledger.counts[:, j])
    amounts, counts, rows = ledger.amounts[seen, j], ledger.counts[seen, j], record.dataset.row_numbers[seen]
    decay, older, by_hand = ledger.amounts[n:, j].tolist()
    travel = Fraction(ledger.end[j]) - Fraction(ledger.start[j])
    known = _exact_sum(amounts) + Fraction(decay) + Fraction(older) + Fraction(by_hand)
    targets = tuple(targets_of(record.dataset, seen))

    def listed(order: NDArray[np.int64], sign: int) -> tuple[Contributor, ...]:
        return tuple(
            Contributor(int(rows[i]), int(seen[i]), targets[i], int(counts[i]), float(amounts[i]))
            for i in order[:top].tolist()
            if amounts[i] * sign > 0
        )

    order = np.argsort(-amounts, kind="stable")
    return Contributions(
        name=name,
        place=place,
        first=steps[0],
        last=steps[1],
        dtype=record.plan.dtype,
        start=float(ledger.start[j]),
        end=float(ledger.end[j]),
        rows=rows,
        targets=targets,
        amounts=amounts,
        steps=counts,
        weight_decay=decay,
        older=older,
        by_hand=by_hand,
        rounding=travel - known,
        up=listed(order, 1),
        down=listed(np.argsort(amounts, kind="stable"), -1),
        rule=_rule(record.maker(steps[1]).optimizer),
    )


def _rule(law: Optimizer) -> str:
    """Return how the steps were shared out."""
    rule = "a gradient is a sum, so each example's push is its own share"
    if any(slot.moves for slot in law.remembers):
        rule += ", followed through the optimizer's memory to the last step"
    if any(not slot.moves for slot in law.remembers):
        return rule + "; what a step divides by, which all examples shape, is held at the value it had."
    return rule + "."


def _hardest(answer: Contributions) -> int:
    """Return the row that moved the weight most, whichever way."""
    return int(answer.rows[int(np.argmax(np.abs(answer.amounts)))])


def _exact_sum(values: NDArray[np.float64]) -> Fraction:
    """Return the sum of finite numbers, without rounding."""
    return Fraction(dot(values, np.ones(len(values))))

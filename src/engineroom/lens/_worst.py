"""Which of the rows that a run knows its network does worst on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engineroom.lens._beside import said
from engineroom.lens._counts import check_counts
from engineroom.lens._layout import cut, headed, table
from engineroom.lens._rows import short, targets_of
from engineroom.run import Ground, Record

__all__ = ["Worst", "worst"]


@dataclass(frozen=True, eq=False)
class Worst:
    """The rows with the largest losses at a state; `print` shows them, and iterating gives each as a dict.

    Attributes
    ----------
    step : after how many updates.
    known : among how many rows, those held out included.
    rows : (n,) their numbers in the data as they came, largest loss first.
    held_out : (n,) whether the network was not trained on the row.
    losses : (n,) of each row.
    targets, predictions : (n,) in words: a class, predicted with its probability, or a number in the target's own unit.
    decides : whether they are classes.
    """

    step: int
    known: int
    rows: NDArray[np.int64]
    held_out: NDArray[np.bool_]
    losses: NDArray[np.float64]
    targets: tuple[str, ...]
    predictions: tuple[str, ...]
    decides: bool

    def __str__(self) -> str:
        lines = [["row", "part", "target", "predicted", "loss"]]
        for row, out, target, prediction, loss in zip(
            self.rows, self.held_out, self.targets, self.predictions, self.losses, strict=True
        ):
            lines.append([str(row), "held out" if out else "training", cut(target), cut(prediction, 26), short(loss)])
        which = f"{len(self):,} of {self.known:,} rows with the largest losses"
        if len(self) == 1:
            which = f"one of {self.known:,} rows with the largest loss"
        title = f"The {which}, in state {self.step:,}"
        return "\n".join([*headed(title), *table(lines, "rlllr" if self.decides else "rlrrr")])

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Yield `row`, `held_out`, `target`, `prediction` and `loss` of each row, largest loss first."""
        columns = (self.rows.tolist(), self.held_out.tolist(), self.targets, self.predictions, self.losses.tolist())
        names = ("row", "held_out", "target", "prediction", "loss")
        yield from (dict(zip(names, cells, strict=True)) for cells in zip(*columns, strict=True))

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as plain lists and dicts for JSON; what is not finite stays so."""
        return {"step": self.step, "known": self.known, "rows": list(self)}


def worst(record: Record, step: int | None = None, *, top: int = 10) -> Worst:
    """Return the rows with the largest losses `L_b` at a state, of those trained on and those held out.

    Parameters
    ----------
    step : after so many updates; None is the state that the run predicts with.
    top : how many rows.

    Examples
    --------
    >>> import engineroom as er
    >>> run = er.train(er.Network(er.Dense(1, bias=False, init="zeros")), [1, 2, 3], [2, 4, 6], loss="mse",
    ...                optimizer=er.SGD(lr=0.01), batch_size=None, epochs=50, dtype="float64")
    >>> found = worst(run.record, 0, top=2)
    >>> found.rows.tolist(), found.losses.tolist()  # y * y, as all predictions are 0
    ([2, 1], [36.0, 16.0])
    """
    check_counts(top=top)
    state = record.at(record.chosen_step if step is None else step)
    maker = record.holder(state.step)
    data = maker.dataset
    rows = np.sort(np.concatenate([data.training, data.validation]))
    ground = Ground(maker, rows)
    losses = ground.buffers(ground.values_of(state), ["loss.examples"])["loss.examples"].astype(np.float64)
    order = np.argsort(-np.nan_to_num(losses, nan=np.inf), kind="stable")[:top]
    listed = rows[order]
    sides, numbers = said(maker, state, listed)
    if data.target.kind == "classes" and sides is not None:
        chances = numbers.max(axis=1)
        predictions = [f"{side} ({100 * chance:.0f} %)" for side, chance in zip(sides.tolist(), chances, strict=True)]
    else:
        predictions = [", ".join(cells) for cells in data.target.texts(numbers)]
    return Worst(
        step=state.step,
        known=len(rows),
        rows=data.row_numbers[listed],
        held_out=np.isin(listed, data.validation),
        losses=losses[order],
        targets=tuple(targets_of(data, listed)),
        predictions=tuple(predictions),
        decides=data.target.kind == "classes",
    )

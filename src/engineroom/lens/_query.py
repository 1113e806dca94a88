"""Anything that a step computed, asked in hindsight: one replay answers all that is asked together."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engineroom.errors import OptionError
from engineroom.lens._counts import check_counts
from engineroom.lens._frame import FrameKind, columns_of, frame_of
from engineroom.lens._query_text import query_text
from engineroom.lens._reader import Reader, reader_of
from engineroom.lens._steps import steps_asked
from engineroom.plan import BATCH
from engineroom.run import Record, StepProgress, Walked

__all__ = ["Inquiry", "Query", "inquire", "query", "stream"]

_ROOM = 4 * 2**30
"""What one answer may take in memory."""

_BLOCK = 64 * 2**20
"""What a block of a stream takes, unless one step alone takes more."""


@dataclass(frozen=True, eq=False)
class Query:
    """What was asked for, step by step.

    Attributes
    ----------
    steps : the steps, ascending.
    values : for each name an array whose first axis is the steps.
    rows_of : gives the numbers of the rows of a step's batch, as they came, in the order of the batch.
    batch : the names of arrays whose second axis is the rows of the batch.
    """

    steps: tuple[int, ...]
    values: Mapping[str, NDArray[Any]]
    rows_of: Callable[[int], Sequence[int]] = field(repr=False)
    batch: frozenset[str] = field(repr=False)

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self.values[name]

    def __str__(self) -> str:
        return query_text(self.steps, self.values, self.rows_of, self.batch)

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as plain lists and dicts for JSON; what is not finite stays so."""
        return {"steps": list(self.steps), "values": {name: array.tolist() for name, array in self.values.items()}}

    def columns(self) -> dict[str, NDArray[Any]]:
        """Return a column for `step` and for every number asked for, an array's called as its elements are."""
        return columns_of(self.steps, self.values)

    def to_frame(self, kind: FrameKind) -> Any:
        """Return `columns` as a frame: "pandas", "polars" or "pyarrow"."""
        return frame_of(self.columns(), kind)


@dataclass(frozen=True, eq=False)
class Inquiry:
    """What is asked of which steps, before it is answered.

    Attributes
    ----------
    record : the run.
    steps : which.
    readers : what is read from each.
    rows : of the largest batch.
    """

    record: Record
    steps: range
    readers: tuple[Reader, ...]
    rows: int

    @cached_property
    def step_bytes(self) -> int:
        """What the answer for one step takes in memory."""
        return sum(math.prod(r.shape_for(self.rows)) * r.dtype.itemsize for r in self.readers)

    def shape(self, reader: Reader) -> tuple[int, ...]:
        """Return the shape of the whole answer to one name."""
        return len(self.steps), *reader.shape_for(self.rows)

    def blocks(self, size: int, progress: StepProgress | None = None) -> Iterator[Query]:
        """Yield the answer in blocks of so many steps, in one replay."""
        batch = frozenset(r.name for r in self.readers if r.shape[:1] == (BATCH,))
        before = sorted({reader.needs for reader in self.readers if reader.needs is not None})
        walked = self.record.walk(self.steps, before)
        for start in range(0, max(1, len(self.steps)), size):
            steps = self.steps[start : start + size]
            values = {r.name: np.full((len(steps), *r.shape_for(self.rows)), np.nan, r.dtype) for r in self.readers}
            if all(reader.recorded for reader in self.readers):
                self._recall_into(values, steps)
            else:
                self._read_into(values, start, len(steps), walked, progress)
            yield Query(tuple(steps), values, self._rows_of, batch)

    def _rows_of(self, step: int) -> list[int]:
        """Return the numbers of the rows of a step's batch, as they came."""
        numbers = self.record.maker(step).dataset.row_numbers
        rows: list[int] = numbers[self.record.rows(step)].tolist()
        return rows

    def _recall_into(self, values: Mapping[str, NDArray[Any]], steps: range) -> None:
        """Fill in losses, which need no step made again as long as they were kept."""
        for losses in values.values() if steps else ():
            losses[:] = self.record.losses(steps[0] - 1, steps[-1])[:: steps.step]

    def _read_into(
        self,
        values: Mapping[str, NDArray[Any]],
        start: int,
        count: int,
        walked: Iterable[Walked],
        progress: StepProgress | None,
    ) -> None:
        """Fill in what the next `count` steps of a walk computed, of which `start` were made before."""
        # The steps come first, so that no step of the next block is made before it is asked for.
        for i, step in zip(range(count), walked, strict=False):
            for reader in self.readers:
                try:
                    value = np.asarray(reader.read(step))
                except KeyError:
                    continue
                # A smaller batch fills the first rows.
                place: tuple[int | slice, ...] = (i, *map(slice, value.shape))
                values[reader.name][place] = value
            if progress is not None:
                progress(start + i + 1, len(self.steps))


def inquire(record: Record, names: str | Sequence[str], steps: range | slice | int | None = None) -> Inquiry:
    """Return what is asked, checked."""
    if isinstance(names, str):
        names = [names]
    if not isinstance(names, Iterable):
        raise OptionError(f"what is asked for is named by text such as 'dense1.weight.grad.norm', got {names!r:.80}")
    data = record.dataset
    readers = tuple(reader_of(record.plan, name, data.columns, data.no_inputs) for name in dict.fromkeys(names))
    if not readers:
        raise OptionError("nothing was asked for: give a name such as 'dense1.weight.grad.norm'")
    rows = max(run.plan.batch_size for run in record.chain)
    return Inquiry(record, steps_asked(record, steps), readers, rows)


def query(
    record: Record,
    names: str | Sequence[str],
    steps: range | slice | int | None = None,
    progress: StepProgress | None = None,
) -> Query:
    """Return anything of any steps of a run.

    Parameters
    ----------
    names : each a buffer of the plan or one element of it (`dense1.weight`, `dense1.weight.grad[3, 5]`, `dense1.a`,
        `dense1.z.grad`, `loss.examples`, `dense1.weight.m`), the norm of one (`dense1.weight.grad.norm`),
        how long a step was beside the weights (`dense1.weight.update_ratio`), how many units gave 0 for every row of
        the batch (`dense1.dead`) or were within 1 % of the ends of tanh or sigmoid for all (`dense1.saturated`), or
        `loss`. Weights and slots are as the step left them, the rest is what it computed on the way.
    steps : which steps, from 1; None is all of them.
    progress : told how far the replay is.

    Returns
    -------
    Query
        Where a batch is smaller than others, or a run of the family has no such buffer, numbers are NaN.

    Examples
    --------
    >>> import engineroom as er
    >>> run = er.train(er.Network(er.Dense(1, bias=False, init="zeros")), [1, 2, 3], [2, 4, 6], loss="mse",
    ...                optimizer=er.SGD(lr=0.01), batch_size=None, epochs=50, dtype="float64")
    >>> query(run.record, ["dense1.weight.grad.norm"], range(1, 3)).values["dense1.weight.grad.norm"].round(4).tolist()
    [18.6667, 16.9244]
    """
    asked = inquire(record, names, steps)
    if asked.step_bytes * len(asked.steps) > _ROOM:
        raise OptionError(
            f"the answer for {len(asked.steps):,} steps would take more than {_ROOM // 2**30} GiB: "
            "ask for fewer steps, or take it in blocks, with `stream` or into a file with `engineroom query --output`"
        )
    (answer,) = asked.blocks(max(1, len(asked.steps)), progress)
    return answer


def stream(
    record: Record,
    names: str | Sequence[str],
    steps: range | slice | int | None = None,
    block: int | None = None,
    progress: StepProgress | None = None,
) -> Iterator[Query]:
    """Return what `query` returns, in blocks of steps one after the other, in one replay.

    The blocks may together be larger than memory; the replay waits while one is looked at, and other questions may be
    asked meanwhile.

    Parameters
    ----------
    names, steps, progress : as of `query`.
    block : steps a block; None is as many as take 64 MiB.

    Examples
    --------
    >>> import engineroom as er
    >>> run = er.train(er.Network(er.Dense(1, bias=False, init="zeros")), [1, 2, 3], [2, 4, 6], loss="mse",
    ...                optimizer=er.SGD(lr=0.01), batch_size=None, epochs=50, dtype="float64")
    >>> [(part.steps, part["loss"].round(2).tolist()) for part in stream(run.record, "loss", range(1, 6), block=2)]
    [((1, 2), [18.67, 15.34]), ((3, 4), [12.61, 10.37]), ((5,), [8.52])]
    """
    if block is not None:
        check_counts(block=block)
    asked = inquire(record.apart(), names, steps)
    return asked.blocks(block or max(1, _BLOCK // max(1, asked.step_bytes)), progress)

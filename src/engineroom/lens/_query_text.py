"""What a query found, in print: the numbers themselves where they are few, else where they lie."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engineroom.lens._layout import WIDTH, headed, table

__all__ = ["query_text"]

_STEPS = 20
"""So many steps of single numbers are printed, a line a step ..."""

_NUMBERS = 64
"""... and so many numbers of an array, a line each."""

Numbers = Mapping[str, "NDArray[Any]"]


def query_text(
    steps: Sequence[int], values: Numbers, rows: Callable[[int], Sequence[int]], batch: frozenset[str]
) -> str:
    """Return the printed answer: plain text, of at most 79 columns where names are no longer.

    Parameters
    ----------
    rows : gives the numbers of the rows of a step's batch, in its order.
    batch : the names of arrays whose first axis, after the steps, is the rows of the batch.
    """
    single = {name: array for name, array in values.items() if array.ndim == 1 and len(steps) <= _STEPS}
    arrays = {name: array for name, array in values.items() if array.ndim > 1 and array.size <= _NUMBERS}
    others = {name: array for name, array in values.items() if name not in single and name not in arrays}
    blocks = _by_step(steps, single) if steps else []
    for name, array in arrays.items():
        blocks.append([*headed(name), *_one_by_one(steps, array, rows if name in batch else None)])
    if others:
        blocks.append(_in_short(others))
    return "\n\n".join("\n".join(block) for block in blocks) or "no step"


def _by_step(steps: Sequence[int], values: Numbers) -> list[list[str]]:
    """Return a line a step, in as many tables as it takes to stay within the width."""
    blocks: list[list[str]] = []
    columns: list[list[str]] = []
    first = ["step", *(f"{step:,}" for step in steps)]
    for name, array in values.items():
        column = [name, *map(_number, array.tolist())]
        wide = sum(2 + max(map(len, c)) for c in (first, *columns, column)) > WIDTH
        if columns and wide:
            blocks.append(_columns(first, columns))
            columns = []
        columns.append(column)
    return [*blocks, _columns(first, columns)] if columns else blocks


def _columns(first: list[str], columns: list[list[str]]) -> list[str]:
    return table(list(zip(first, *columns, strict=True)), "r" * (1 + len(columns)))


def _one_by_one(steps: Sequence[int], array: NDArray[Any], rows: Callable[[int], Sequence[int]] | None) -> list[str]:
    """Return a line a number, with its step and its place; the rows of a batch have the numbers of the data."""
    inner = array.ndim - 1 - (rows is not None)
    head = ["step", *(["row"] if rows is not None else []), *(["element"] if inner else []), "value"]
    lines = [head]
    for step, numbers in zip(steps, array, strict=True):
        known = None if rows is None else rows(step)
        for index in np.ndindex(*numbers.shape):
            if known is not None and index[0] >= len(known):
                break  # A smaller batch fills the first rows.
            row = [] if known is None else [str(known[index[0]])]
            place = index if known is None else index[1:]
            element = [f"[{', '.join(map(str, place))}]"] if inner else []
            lines.append([f"{step:,}", *row, *element, _number(numbers[index])])
    return table(lines, "r" * len(head))


def _in_short(values: Numbers) -> list[str]:
    rows = [["asked", "shape", "least", "greatest", "first", "last"]]
    for name, array in values.items():
        finite = array[np.isfinite(array)]
        span = [_number(finite.min()), _number(finite.max())] if finite.size else ["no finite number", ""]
        ends = [_number(array[0]), _number(array[-1])] if array.ndim == 1 and len(array) else ["", ""]
        rows.append([name, " x ".join(f"{n:,}" for n in array.shape), *span, *ends])
    return table(rows, "llrrrr")


def _number(value: float) -> str:
    return f"{value:.6g}" if math.isfinite(value) else str(float(value))

"""Raw rows as a trained network takes them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engineroom.data._arrays import as_inputs, rounded_to
from engineroom.data._dataset import Dataset
from engineroom.data._decimal_signs import guess_columns
from engineroom.data._encoders import NumberEncoder
from engineroom.data._names import columns_for, in_order_of
from engineroom.data._numbers import NumberFormat, NumberGuess
from engineroom.data._raw import Column, Table
from engineroom.data._source import Source, as_table
from engineroom.data._statistics import standardized
from engineroom.data._unread import place_of_row, unread_text
from engineroom.data._words import without_missing
from engineroom.errors import DataError, ShapeError

__all__ = ["prepare_inputs"]


def prepare_inputs(dataset: Dataset, source: Source) -> NDArray[Any]:
    """Return rows of x for raw rows, prepared as those of `dataset` were.

    Parameters
    ----------
    dataset : what the network was trained on; its own rows are not needed.
    source : for a data set of a table a file, frame or dict of columns; else an array (n, I), or (n,) where I is 1, or
        a file, frame or dict with these I columns of numbers. They are found by their names, or by their order where
        either side has none.

    Raises
    ------
    DataError : for a missing column, an unseen category, text where a number is expected, NaN or inf.
    ShapeError : when the rows have another width.

    Examples
    --------
    >>> from engineroom.data import from_arrays
    >>> prepare_inputs(from_arrays([0, 2], [1.0, 2.0], standardize=True), [4]).tolist()
    [[3.0]]
    """
    if dataset.preparation is not None:
        return dataset.preparation.prepare(source)
    width = len(dataset.features)
    if isinstance(source, (str, os.PathLike, Mapping, Table)):
        what = repr(os.fspath(source)) if isinstance(source, (str, os.PathLike)) else "the table"
        inputs = _numbers_of(as_table(source), dataset.columns, what)
    else:
        inputs = as_inputs(in_order_of(dataset.columns, source, "X"), "X")
    if inputs.shape[1] != width:
        raise ShapeError(
            f"X has rows of {inputs.shape[1]} values, the network was trained on rows of {width}; "
            "give the same columns, and for a single row a list of one row"
        )
    mean, scale = (np.array([getattr(f, key) for f in dataset.features]) for key in ("mean", "scale"))
    return rounded_to(standardized(inputs, mean, scale), dataset.dtype, "X")


def _numbers_of(table: Table, known: tuple[str, ...], what: str) -> NDArray[np.float64]:
    """Return the columns of a table that a network knows, as (n, I) numbers, for one that was trained on arrays."""
    names = columns_for(known, table.names, what)
    columns = {name: table[name] for name in names}
    texts = {name: without_missing(c) for name, c in columns.items() if not isinstance(c, np.ndarray)}
    guesses = guess_columns(texts, names, separator=table.separator)
    blocks = [_numbers(name, c, guesses.get(name), what, table.lines) for name, c in columns.items()]
    return np.column_stack(blocks)


def _numbers(
    name: str, column: Column, guess: NumberGuess | None, what: str, lines: NDArray[np.int64] | None
) -> NDArray[np.float64]:
    written = NumberFormat() if guess is None else guess.format
    encoder = NumberEncoder(name, written.decimal, written.unit)
    values = encoder.read(column, strict=False)
    if (unread := encoder.unread(column)) is not None:
        raise DataError(unread_text([unread], lines))
    empty = np.flatnonzero(np.isnan(values))
    if len(empty):
        raise DataError(
            f"{what} has no number in {place_of_row(int(empty[0]), lines)} of column {name!r}, and a network that was "
            "trained on an array knows nothing to fill it with: put a number there, or drop the row"
        )
    return values

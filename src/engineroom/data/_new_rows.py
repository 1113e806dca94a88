"""What is worth telling of rows that a network is to predict from, beside their prepared values."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engineroom.data._dataset import Dataset
from engineroom.data._encoders import texts_of
from engineroom.data._raw import Column
from engineroom.data._source import Source, as_table

__all__ = ["NewRows", "new_rows"]


@dataclass(frozen=True)
class NewRows:
    """Rows to predict from.

    Attributes
    ----------
    incomplete : how many of them have an empty cell in a column that the network uses.
    identifier : the column whose cells name the rows, one that training left out and of which no two are alike.
    names : its cells; empty where there is no such column.
    """

    incomplete: int = 0
    identifier: str = ""
    names: tuple[str, ...] = ()


def new_rows(dataset: Dataset, source: Source) -> NewRows:
    """Return what is to be told of rows that hold all columns that `dataset` was prepared with.

    Examples
    --------
    >>> from engineroom.data import from_table
    >>> made = from_table({"id": ["a", "b", "c"], "size": [1, 2, 3], "price": [2.5, 4.5, 6.5]}, target="price")
    >>> new_rows(made.dataset, {"id": ["x", "y"], "size": [1, None]})
    NewRows(incomplete=1, identifier='id', names=('x', 'y'))
    """
    preparation = dataset.preparation
    if preparation is None:
        return NewRows()
    table = as_table(source).cleaned()
    empty = np.zeros(table.rows, bool)
    for column in preparation.columns:
        empty |= _empty(table[column.name])
    for name in preparation.dropped:
        if name in table and not _empty(table[name]).any():
            cells = tuple(str(text) for text in texts_of(table[name]))
            if len(set(cells)) == len(cells):
                return NewRows(int(empty.sum()), name, cells)
    return NewRows(int(empty.sum()))


def _empty(column: Column) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    if isinstance(column, np.ndarray):
        return np.isnan(column)
    return np.array([text is None for text in column], bool)

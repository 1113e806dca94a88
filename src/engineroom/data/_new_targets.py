"""The true values of rows to predict, where their table has them: what a network is measured by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engineroom.data._arrays import rounded_to
from engineroom.data._dataset import Dataset
from engineroom.data._encoders import NumberEncoder, as_number_text, texts_of
from engineroom.data._raw import Table
from engineroom.data._relink import array_targets
from engineroom.data._schema import Label
from engineroom.data._source import Source, as_table
from engineroom.errors import DataError, ShapeError, nearest

__all__ = ["NewTargets", "new_targets", "prepare_targets"]


@dataclass(frozen=True, eq=False)
class NewTargets:
    """The true values of some rows.

    Attributes
    ----------
    rows : (n,) int64, the rows that have one; a network can be measured on these.
    y : (n, O) or (n,) int32, their targets as the network is to give them.
    values : one a row of the table, all its target's numbers or its class; None where it has none.
    empty, unseen : how many rows have none that can be read, and how many a class that training never saw.
    trained_on : how many of the n are the same as a row that was trained on; None where these are not known.
    """

    rows: NDArray[np.int64]
    y: NDArray[Any]
    values: tuple[tuple[Label | None, ...], ...]
    empty: int = 0
    unseen: int = 0
    trained_on: int | None = None


def new_targets(dataset: Dataset, source: Source, x: NDArray[Any]) -> NewTargets | None:
    """Return the true values of rows of a table; None where no row has one.

    Parameters
    ----------
    dataset : what the network was trained on.
    source : the rows, with or without the target's column.
    x : the same rows, prepared.

    Examples
    --------
    >>> from engineroom.data import from_table, prepare_inputs
    >>> data = from_table({"size": [1, 2, 3], "price": ["$2.50", "$4.50", "$6.50"]}, target="price").dataset
    >>> new = {"size": [1, 9], "price": ["$2.50", "?"]}
    >>> found = new_targets(data, new, prepare_inputs(data, new))
    >>> found.rows.tolist(), found.values, found.empty, found.trained_on
    ([0], ((2.5,), (None,)), 1, 1)
    """
    table = as_table(source)
    if any(name not in table for name in dataset.target.names):
        return None
    found = _classes(dataset, table) if dataset.target.kind == "classes" else _numbers(dataset, table)
    if not len(found.rows):
        return None
    trained_on = None
    if dataset.has_rows:
        known = set(_lines(dataset.training_x, dataset.training_y))
        trained_on = sum(line in known for line in _lines(x[found.rows], found.y))
    return NewTargets(found.rows, found.y, found.values, found.empty, found.unseen, trained_on)


def prepare_targets(
    dataset: Dataset, source: Source, x: NDArray[Any], y: ArrayLike | None = None
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return x and y of the rows that a network can be measured on.

    Parameters
    ----------
    dataset : what the network was trained on.
    source, x : the rows, as they came and prepared.
    y : their true values; None takes them from the target's column of the table and leaves out rows without one.

    Raises
    ------
    DataError : when there are no true values, or of a class that training never saw in y.
    ShapeError : when y has another number of rows than x.
    """
    if y is not None:
        given = array_targets(dataset, y)
        if len(given) != len(x):
            raise ShapeError(f"X has {len(x):,} rows but y has {len(given):,}; give one true value a row")
        return x, given
    names = dataset.target.names
    if dataset.preparation is None and isinstance(source, (np.ndarray, list, tuple)):
        raise DataError("to measure the network on bare values, give their true values too: evaluate(X, y)")
    table = as_table(source)
    for name in names:
        if name not in table:
            raise DataError(f"the table has no column {name!r}, the target to measure by{nearest(name, table.names)}")
    found = new_targets(dataset, table, x)
    if found is None:
        raise DataError(f"no row of the table has a value of {names[0]!r} that training knew; there is none to measure")
    return x[found.rows], found.y


def _numbers(dataset: Dataset, table: Table) -> NewTargets:
    target = dataset.target
    reader = None if dataset.preparation is None else dataset.preparation.target.reader
    readers = [reader or NumberEncoder(name) for name in target.names]
    columns = [reader.read(table[name], strict=False) for reader, name in zip(readers, target.names, strict=True)]
    raw = np.column_stack(columns)
    given = np.array([not np.isnan(line).any() for line in raw], bool)
    y = rounded_to(target.prepared(raw[given]), dataset.dtype, target.names[0])
    values = tuple(
        tuple(line) if has else (None,) * len(columns) for line, has in zip(raw.tolist(), given, strict=True)
    )
    return NewTargets(np.flatnonzero(given), y, values, int((~given).sum()))


def _classes(dataset: Dataset, table: Table) -> NewTargets:
    labels = dataset.target.classes
    texts = texts_of(table[dataset.target.names[0]])
    if not any(isinstance(label, str) for label in labels):
        texts = [as_number_text(text) for text in texts]
    place = {str(label): k for k, label in enumerate(labels)}
    rows = [row for row, text in enumerate(texts) if text in place]
    y = np.array([place[str(texts[row])] for row in rows], np.int32)
    values = tuple((labels[place[text]] if text in place else text,) for text in texts)
    empty = texts.count(None)
    return NewTargets(np.array(rows, np.int64), y, values, empty, len(texts) - len(rows) - empty)


def _lines(x: NDArray[Any], y: NDArray[Any]) -> list[bytes]:
    """Return the bits of each row and its target."""
    return [row.tobytes() + target.tobytes() for row, target in zip(x, y, strict=True)]

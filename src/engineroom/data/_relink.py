"""Rows given back to a data set of which a logbook kept only the digest."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engineroom.data._arrays import as_classes, as_inputs, class_indices, rounded_to
from engineroom.data._dataset import Dataset
from engineroom.data._source import Source, as_table
from engineroom.data._statistics import standardized
from engineroom.errors import DataError

__all__ = ["array_targets", "relink"]


def relink(dataset: Dataset, source: Source | tuple[Any, Any]) -> Dataset:
    """Return `dataset` with its rows attached again.

    Parameters
    ----------
    dataset : one whose rows were not kept (`has_rows` is False).
    source : what it was made from: the same file or frame, or a pair (X, y) of all rows,
        those given to validate after those to train on.

    Raises
    ------
    DataError : when these are not the rows it was made from; their digest tells.
    """
    if dataset.preparation is not None:
        table = as_table(source)
        last = int(dataset.row_numbers.max())
        if table.rows <= last:
            raise DataError(
                f"these are not the rows of the run: it used row {last:,}, the table has {table.rows:,} rows"
            )
        used = table.take(dataset.row_numbers)
        x = dataset.preparation.prepare(used, strict=False)
        return dataset.with_rows(x, dataset.preparation.prepare_target(used), used)
    if not isinstance(source, (tuple, list)) or len(source) != 2:
        raise DataError("the run was trained on arrays; give data= the pair (X, y) that it was trained on")
    inputs = as_inputs(source[0], "X")
    if inputs.shape != (dataset.size, len(dataset.features)):
        raise DataError(
            f"these are not the rows of the run: X has shape {inputs.shape}, "
            f"the run's has {(dataset.size, len(dataset.features))}"
        )
    mean, scale = (np.array([getattr(f, key) for f in dataset.features]) for key in ("mean", "scale"))
    x = rounded_to(standardized(inputs, mean, scale), dataset.dtype, "X")
    return dataset.with_rows(x, array_targets(dataset, source[1]))


def array_targets(dataset: Dataset, y: ArrayLike) -> NDArray[Any]:
    """Return bare targets as the network is to give them; DataError for a class that training never saw."""
    labels, target = np.asarray(y), dataset.target
    if target.kind == "classes":
        one_hot = labels.ndim == 2 and labels.shape[1] > 1
        return as_classes(labels, "y")[0] if one_hot else class_indices(labels, target.classes, "y")
    return rounded_to(target.prepared(as_inputs(labels, "y")), dataset.dtype, "y")

"""Raw rows as a trained network takes them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engineroom.data._arrays import as_inputs, rounded_to
from engineroom.data._dataset import Dataset
from engineroom.data._source import Source
from engineroom.data._statistics import standardized
from engineroom.errors import ShapeError

__all__ = ["prepare_inputs"]


def prepare_inputs(dataset: Dataset, source: Source) -> NDArray[Any]:
    """Return rows of x for raw rows, prepared as those of `dataset` were.

    Parameters
    ----------
    dataset : what the network was trained on; its own rows are not needed.
    source : for a data set of a table a file, frame or dict of columns; else an array (n, I), or (n,) where I is 1.

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
    inputs = as_inputs(source, "X")
    width = len(dataset.features)
    if inputs.shape[1] != width:
        raise ShapeError(
            f"X has rows of {inputs.shape[1]} values, the network was trained on rows of {width}; "
            "give the same columns, and for a single row a list of one row"
        )
    mean, scale = (np.array([getattr(f, key) for f in dataset.features]) for key in ("mean", "scale"))
    return rounded_to(standardized(inputs, mean, scale), dataset.dtype, "X")

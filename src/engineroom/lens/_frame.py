"""Answers as columns and as frames, for whoever goes on with pandas, Polars or Arrow."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from engineroom.data import need_standard
from engineroom.errors import OptionError

__all__ = ["FrameKind", "column_names", "columns_of", "frame_of"]

FrameKind: TypeAlias = Literal["pandas", "polars", "pyarrow"]


def column_names(name: str, shape: Sequence[int]) -> list[str]:
    """Return what the columns of one answer are called, row-major.

    Parameters
    ----------
    shape : of the answer for one step.

    Examples
    --------
    >>> column_names("dense1.weight", (1, 2)), column_names("loss", ())
    (['dense1.weight[0, 0]', 'dense1.weight[0, 1]'], ['loss'])
    """
    return [f"{name}[{', '.join(map(str, i))}]" for i in np.ndindex(*shape)] if shape else [name]


def columns_of(steps: Sequence[int], values: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Return a column for the steps and one for every number of each answer."""
    columns: dict[str, NDArray[Any]] = {"step": np.array(steps, np.int64)}
    for name, array in values.items():
        flat = array.reshape(len(array), math.prod(array.shape[1:]))
        for i, column in enumerate(column_names(name, array.shape[1:])):
            columns[column] = flat[:, i]
    return columns


def frame_of(columns: Mapping[str, NDArray[Any]], kind: FrameKind) -> Any:
    """Return columns as a frame of this kind."""
    known = get_args(FrameKind)
    if kind not in known:
        raise OptionError(f"there are frames of {', '.join(known)}, got {kind!r:.80}")
    narwhals: Any = need_standard("narwhals", "making a frame")
    try:
        # Copied: a column is a view of its array, and a frame may be written to.
        return narwhals.from_dict({n: c.copy() for n, c in columns.items()}, backend=kind).to_native()
    except ImportError:
        raise OptionError(f"a {kind} frame needs {kind}: install it with pip install {kind}") from None

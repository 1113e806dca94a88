"""Bare arrays in, a `Dataset` out: checked, split, and standardized if asked."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engineroom.data._dataset import Dataset, DType
from engineroom.data._names import in_order_of, own_names
from engineroom.data._numbers import EXACT
from engineroom.data._raw import Table
from engineroom.data._schema import Feature, Label, Target, TargetKind
from engineroom.data._split import Split, ValidationSize, split_rows
from engineroom.data._statistics import mean_and_scale, standardized
from engineroom.errors import DataError, OptionError, ShapeError, names_options

__all__ = ["MAX_CLASSES", "as_array", "as_classes", "as_inputs", "class_indices", "from_arrays", "looks_like_classes"]

Validation: TypeAlias = "ValidationSize | tuple[ArrayLike, ArrayLike]"

MAX_CLASSES = 20
"""A target of numbers with more different values than this is never taken for classes."""

_NUMBERS = (int, float, np.integer, np.floating)
_NO_LABEL = ("nan", "NaT", "<NA>")
"""How NaN and the missing values of pandas call themselves."""


@names_options
def from_arrays(
    x: ArrayLike,
    y: ArrayLike,
    *,
    dtype: DType = "float32",
    standardize: bool = False,
    target_kind: TargetKind | None = None,
    validation: Validation = "auto",
    stratify: bool = True,
    seed: int = 0,
    feature_names: Sequence[str] | None = None,
    target_name: str | None = None,
) -> Dataset:
    """Return a data set of bare arrays.

    Parameters
    ----------
    x : (n, I) or (n,) numbers.
    y : (n,) or (n, O) numbers, or (n,) labels, or (n, K) rows that are 1 at the class and else 0.
    dtype : the type the engine computes in.
    standardize : True subtracts each column's mean over the training rows and divides by its standard deviation,
        in x and, for a number, in y.
    target_kind : "number" or "classes"; None decides: text and booleans are classes, fractional numbers are numbers,
        whole numbers are classes when they are 0..K-1, or when there are at most 20 of them and
        three times as many rows.
    validation : "auto" (a fifth from 50 rows on), a fraction, a number of rows, a pair (X, y), or None.
    stratify : whether each class is held out in proportion.
    seed : the run's seed; it decides which rows are held out.
    feature_names : one name a column of x; by default a frame's own, else `x0`, `x1`, ..., or `x` when there is one.
    target_name : the name of y; by default a series' own, else `y`.

    Returns
    -------
    Dataset

    Raises
    ------
    DataError : for an empty array, text or objects in x, NaN or inf, or a single class.
    ShapeError : when x and y do not fit each other.

    Warns
    -----
    UserWarning : where a number to predict is the same in every row, or a whole number loses digits as float64.

    Examples
    --------
    >>> data = from_arrays([1, 2, 3], [2.0, 4.0, 6.0])
    >>> data.x.shape, data.y.shape, data.target.kind
    ((3, 1), (3, 1), 'number')
    """
    if dtype not in ("float32", "float64"):
        raise OptionError(f"dtype must be 'float32' or 'float64', got {dtype!r}")
    inputs = as_inputs(x, "X")
    _tell_rounded(x, "X")
    labels = _as_column_or_matrix(y, "y", len(inputs))
    pair = validation if isinstance(validation, (tuple, list)) else None
    held_out = 0
    if pair is not None:
        inputs, labels = _stacked(inputs, labels, pair, own_names(x) or _feature_names(None, inputs.shape[1]))
        held_out = len(inputs) - len(as_inputs(x, "X"))
    kind = target_kind or ("classes" if looks_like_classes(labels) else "number")
    classes: tuple[Label, ...] = ()
    indices: NDArray[np.int32] | None = None
    values = np.empty((0, 0))
    if kind == "classes":
        indices, classes = as_classes(labels, "y")
    else:
        values = _as_numbers(labels, "y")
    if pair is not None:
        split = _given_split(len(inputs), held_out)
    else:
        size: Any = validation
        split = split_rows(len(inputs), size, seed=seed, classes=indices if stratify else None)
    names = _feature_names(feature_names if feature_names is not None else own_names(x), inputs.shape[1])
    target_name = target_name or _own_name(y) or "y"
    target_names = (
        (target_name,)
        if kind == "classes" or values.shape[1] == 1
        else tuple(f"{target_name}{o}" for o in range(values.shape[1]))
    )
    prepared, mean, scale = _prepared(inputs, split.training, names, standardize)
    features = tuple(Feature(n, n, mean=m, scale=s) for n, m, s in zip(names, mean, scale, strict=True))
    if indices is not None:
        target = Target("classes", target_names, classes=classes)
        final_y: NDArray[Any] = indices
    else:
        _tell_constants(values, target_names)
        _tell_rounded(y, "y")
        numbers, mean, scale = _prepared(values, split.training, target_names, standardize)
        target = Target("number", target_names, mean=mean, scale=scale)
        final_y = rounded_to(numbers, dtype, "y")
    raw = _raw_table(names, inputs, target_names, labels) if standardize else None
    return Dataset(
        x=rounded_to(prepared, dtype, "X"),
        y=final_y,
        training=split.training,
        validation=split.validation,
        features=features,
        target=target,
        preparation=None,
        row_numbers=np.arange(len(inputs), dtype=np.int64),
        raw_table=raw,
        split_text=split.text,
    )


def _tell_constants(values: NDArray[np.float64], names: Sequence[str]) -> None:
    """Warn of numbers to predict that are the same in every row; arrays may be meant so, a table's column is not."""
    for name, column in zip(names, values.T, strict=True):
        if len(column) > 1 and (column == column[0]).all():
            told = f"{name} is {column[0]:g} in every row, so that there is nothing to learn"
            warnings.warn(told, UserWarning, stacklevel=4)


def _tell_rounded(values: ArrayLike, name: str) -> None:
    """Warn of whole numbers that differ from those of the array, because float64 has fewer digits."""
    array = np.asarray(values)
    if array.dtype.kind not in "iu":
        return
    long: list[int] = array[(array > EXACT) | (array < -EXACT)].tolist()
    lost = next((value for value in long if int(float(value)) != value), None)
    if lost is not None:
        told = (
            f"{name} has {lost}, which becomes {int(float(lost))}, because float64 holds every whole number only up to "
            "2^53; subtract an offset from its column, such as the smallest value, to keep the differences"
        )
        warnings.warn(told, UserWarning, stacklevel=4)


def _prepared(
    values: NDArray[np.float64], training: NDArray[np.int64], names: Sequence[str], standardize: bool
) -> tuple[NDArray[np.float64], tuple[float, ...], tuple[float, ...]]:
    """Return columns as the network gets them, and what was subtracted from each and what it was divided by."""
    if not standardize:
        return values, (0.0,) * len(names), (1.0,) * len(names)
    mean, scale = mean_and_scale(values[training], names)
    return standardized(values, mean, scale), tuple(mean.tolist()), tuple(scale.tolist())


def as_inputs(x: ArrayLike, name: str) -> NDArray[np.float64]:
    """Return x as (n, I) float64, n > 0 and I > 0, all finite; DataError or ShapeError says what is wrong."""
    matrix = _as_numbers(as_array(x, name), name)
    if matrix.shape[1] == 0:
        raise DataError(f"{name} has {len(matrix):,} rows but no columns; give at least one input column")
    return matrix


def looks_like_classes(labels: NDArray[Any]) -> bool:
    """Whether a target whose kind nobody said is taken for classes; see `from_arrays`."""
    if labels.dtype.kind not in "biu":
        return labels.dtype.kind in "OSU"
    if labels.ndim == 2 and labels.shape[1] > 1:
        return _is_one_hot(labels)
    if labels.dtype.kind == "b":
        return True
    values = np.unique(labels)
    return len(values) <= MAX_CLASSES and (
        np.array_equal(values, np.arange(len(values))) or len(labels) >= 3 * len(values)
    )


def as_classes(labels: NDArray[Any], name: str) -> tuple[NDArray[np.int32], tuple[Label, ...]]:
    """Return each row's class as an index, and the sorted labels; DataError when there is only one."""
    if labels.ndim == 2 and labels.shape[1] == 1:
        labels = labels[:, 0]
    if labels.ndim == 2:
        if labels.dtype.kind not in "biuf" or not _is_one_hot(labels):
            raise ShapeError(
                f"{name} has shape {labels.shape} and is to be classes; give one label a row, "
                "or rows that are 1 at the class and else 0"
            )
        return np.argmax(labels, axis=1).astype(np.int32), tuple(range(labels.shape[1]))
    if labels.dtype.kind == "f":
        _need_finite(labels[:, None], name)
    if labels.dtype.kind == "O":
        missing = [i for i, v in enumerate(labels) if v is None or (not isinstance(v, str) and str(v) in _NO_LABEL)]
        if missing:
            raise DataError(
                f"{name} has {len(missing):,} missing labels, the first in row {missing[0]}; drop these rows"
            )
        if len({type(v) for v in labels}) > 1:
            labels = np.array([str(v) for v in labels], object)
    values, indices = np.unique(labels, return_inverse=True)
    if len(values) == 1:
        raise DataError(f"{name} has one class only, {_label(values[0])!r}; a network needs at least two to tell apart")
    return indices.reshape(-1).astype(np.int32), tuple(_label(v) for v in values)


def class_indices(labels: ArrayLike, classes: Sequence[Label], name: str) -> NDArray[np.int32]:
    """Return each label's place in `classes`; DataError names the first label that is not among them."""
    known = {label: k for k, label in enumerate(classes)}
    plain = [_label(v) for v in np.asarray(labels).reshape(-1)]
    for row, label in enumerate(plain):
        if label not in known:
            shown = ", ".join(repr(c) for c in classes[:12]) + (", ..." if len(classes) > 12 else "")
            raise DataError(f"{name} has the class {label!r} in row {row}, which training never saw; known are {shown}")
    return np.array([known[label] for label in plain], dtype=np.int32)


def rounded_to(values: NDArray[np.float64], dtype: DType, name: str) -> NDArray[Any]:
    """Round to the run's type; DataError when a finite value becomes inf."""
    with np.errstate(over="ignore", under="ignore"):
        result = np.ascontiguousarray(values, dtype=dtype)
    if result is values:
        result = values.copy()
    if not np.isfinite(result).all():
        row, column = (int(i) for i in np.argwhere(~np.isfinite(result))[0])
        raise DataError(
            f"{name} has {values[row, column]:g} in row {row}, column {column}, too large for {dtype}; "
            "use dtype='float64' or standardize=True"
        )
    return result


def as_array(values: ArrayLike, name: str) -> NDArray[Any]:
    """Return values as an array of one row or more; DataError or ShapeError says why they are none."""
    if isinstance(values, np.ma.MaskedArray) and (hidden := int(np.ma.getmaskarray(values).sum())):
        raise DataError(
            f"{name} has {hidden:,} masked {'value' if hidden == 1 else 'values'}; fill them or drop their rows, "
            "or give a table, whose missing values are filled for you"
        )
    if hasattr(values, "toarray") and hasattr(values, "nnz"):
        raise DataError(f"{name} is a sparse matrix; give it as {name}.toarray()")
    if hasattr(values, "collect"):
        raise DataError(f"{name} is a frame that is not computed yet; give it as {name}.collect()")
    try:
        array = np.asarray(values)
    except ValueError:
        raise ShapeError(f"{name} has rows of different lengths; give each row the same number of values") from None
    except Exception as error:  # a frame has its own reasons, such as numbers that NumPy does not have
        if not hasattr(values, "__array__"):
            raise
        raise DataError(f"{name} cannot become an array: {error}; turn it into numbers that NumPy has") from error
    if array.size == 0:
        raise DataError(f"{name} is empty (shape {array.shape}); give at least one row")
    if array.ndim == 0:
        raise ShapeError(f"{name} is a single value, {array.item()!r:.80}; give one row or more")
    if array.dtype.kind == "O" and all(isinstance(v, _NUMBERS) and not isinstance(v, bool) for v in array.flat):
        return np.array(array.tolist())  # as if they had come in an array of numbers
    return array


def _as_column_or_matrix(values: ArrayLike, name: str, rows: int) -> NDArray[Any]:
    array = as_array(values, name)
    if len(array) != rows:
        raise ShapeError(f"X has {rows:,} rows but {name} has {len(array):,}; give one target a row")
    return array


def _as_numbers(array: NDArray[Any], name: str) -> NDArray[np.float64]:
    """Return (n, columns) float64, all finite."""
    if array.ndim > 2:
        raise ShapeError(
            f"{name} has shape {array.shape}, expected rows of numbers; flatten each with "
            f"{name}.reshape({len(array)}, {array.size // len(array)})"
        )
    matrix = array[:, None] if array.ndim == 1 else array
    if matrix.dtype.kind == "O":
        _need_numbers(matrix, name)
    elif matrix.dtype.kind not in "biuf":
        raise DataError(_text_sentence(name, 0, 0, matrix[0, 0]))
    try:
        numbers = matrix.astype(np.float64)
    except OverflowError:
        raise DataError(f"{name} has a whole number too large for float64; give it in a larger unit") from None
    _need_finite(numbers, name)
    return numbers


def _need_numbers(matrix: NDArray[Any], name: str) -> None:
    for (row, column), value in np.ndenumerate(matrix):
        if value is not None and not isinstance(value, (int, float, np.number, np.bool_)):
            raise DataError(_text_sentence(name, row, column, value))


def _text_sentence(name: str, row: int, column: int, value: Any) -> str:
    return (
        f"{name} has {str(value)!r:.80} in row {row}, column {column}, where a number is expected; "
        "turn it into numbers, or give a table with named columns, whose text is encoded for you"
    )


def _need_finite(numbers: NDArray[Any], name: str) -> None:
    bad = ~np.isfinite(numbers)
    count = int(bad.sum())
    if count:
        row, column = (int(i) for i in np.argwhere(bad)[0])
        nan = int(np.isnan(numbers).sum())
        what = "NaN" if nan == count else ("inf" if nan == 0 else "NaN or inf")
        values = "value" if count == 1 else "values"
        raise DataError(
            f"{name} has {count:,} {what} {values}, the first in row {row}, column {column}; "
            "fill or drop them, or give a table, whose missing values are filled for you"
        )


def _is_one_hot(labels: NDArray[Any]) -> bool:
    return bool(np.isin(labels, (0, 1)).all() and (labels.sum(axis=1) == 1).all())


def _label(value: Any) -> Label:
    plain = value.item() if isinstance(value, np.generic) else value
    if isinstance(plain, float) and plain.is_integer():
        return int(plain)
    return plain if isinstance(plain, (str, int, float, bool)) else str(plain)


def _stacked(
    inputs: NDArray[np.float64], labels: NDArray[Any], pair: Sequence[ArrayLike], names: Sequence[str]
) -> tuple[NDArray[np.float64], NDArray[Any]]:
    """Append the validation pair's rows to the training rows."""
    if len(pair) != 2:
        raise OptionError(f"validation must be a pair (X, y), got {len(pair)} values")
    more = as_inputs(in_order_of(names, pair[0], "validation X"), "validation X")
    if more.shape[1] != inputs.shape[1]:
        raise ShapeError(f"X has {inputs.shape[1]} columns but validation X has {more.shape[1]}; give the same columns")
    more_labels = _as_column_or_matrix(pair[1], "validation y", len(more))
    if more_labels.shape[1:] != labels.shape[1:]:
        raise ShapeError(f"y has shape {labels.shape} but validation y has {more_labels.shape}; give the same columns")
    return np.concatenate([inputs, more]), np.concatenate([labels, more_labels])


def _given_split(rows: int, held_out: int) -> Split:
    first = rows - held_out
    return Split(
        np.arange(first, dtype=np.int64),
        np.arange(first, rows, dtype=np.int64),
        f"{held_out:,} rows were given to validate, beside {first:,} to train on",
    )


def _own_name(y: Any) -> str | None:
    """Return the name of a series of pandas or Polars; None for anything else."""
    name = getattr(y, "name", None)
    return name if isinstance(name, str) else None


def _feature_names(names: Sequence[str] | None, width: int) -> tuple[str, ...]:
    if names is None:
        return ("x",) if width == 1 else tuple(f"x{i}" for i in range(width))
    if len(names) != width or len(set(names)) != width:
        raise OptionError(f"feature_names must be {width} different names, one a column of X, got {list(names)!r:.80}")
    return tuple(names)


def _raw_table(
    names: tuple[str, ...], inputs: NDArray[np.float64], target_names: tuple[str, ...], labels: NDArray[Any]
) -> Table:
    """Keep the unstandardized values, to be shown."""
    matrix = labels[:, None] if labels.ndim == 1 else labels
    columns: list[Any] = [np.ascontiguousarray(c) for c in inputs.T]
    if len(target_names) != matrix.shape[1]:
        columns.append([str(k) for k in np.argmax(matrix, axis=1)])
    elif matrix.dtype.kind in "biuf":
        columns += [np.ascontiguousarray(c, dtype=np.float64) for c in matrix.T]
    else:
        columns.append([str(v) for v in matrix[:, 0]])
    return Table((*names, *target_names), tuple(columns))

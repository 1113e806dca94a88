"""`train`: what was said and what was left open become a data set and settings, and a run comes back."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from engineroom.api._run import Run
from engineroom.data import BUNDLED, ColumnKind, Dataset, DType, Source, TargetKind, as_array, from_arrays, from_table
from engineroom.errors import OptionError
from engineroom.network import Network
from engineroom.ops import Layer, Loss, Optimizer
from engineroom.ops import loss as loss_law
from engineroom.ops import optimizer as optimizer_law
from engineroom.run import (
    EarlyStopping,
    EngineName,
    Settings,
    TrainingProgress,
    default_batch_size,
    default_loss,
    default_network,
    default_optimizer,
    steps_to_make,
    train_run,
)

__all__ = ["Validation", "train"]

Validation: TypeAlias = "Literal['auto'] | float | int | tuple[ArrayLike, ArrayLike] | None"


def train(
    network: Network | Layer | None,
    x: ArrayLike | Source | Dataset,
    y: ArrayLike | None = None,
    *,
    target: str | None = None,
    loss: str | Loss | Mapping[str, Any] | None = None,
    optimizer: str | Optimizer | Mapping[str, Any] | None = None,
    epochs: int | None = None,
    steps: int | None = None,
    batch_size: int | Literal["auto"] | None = "auto",
    seed: int = 0,
    logbook: str | os.PathLike[str] | None = None,
    name: str | None = None,
    dtype: DType = "float32",
    threads: int | None = None,
    standardize: bool | None = None,
    validation: Validation = "auto",
    early_stopping: EarlyStopping | int | bool | None = None,
    max_wait: str | float = "50ms",
    max_size: str | float = "256MB",
    progress: TrainingProgress | None = None,
    columns: Mapping[str, ColumnKind] | None = None,
    engine: EngineName = "native",
    isa: str | None = None,
    include_rows: bool = True,
) -> Run:
    """Train a network, record every step of it, and return the run.

    Parameters
    ----------
    network : the layers; None is two hidden relu layers and an output that fits the target.
    x : (n, I) or (n,) numbers; or with `target` a table: a file, a frame, a dict of columns or a bundled name;
        or a `Dataset`.
    y : (n,) or (n, O) numbers, or (n,) labels; with a table it is left out.
    target : the table's column to predict.
    loss : a law or its name; None is mse for numbers and cross-entropy for classes.
    optimizer : a law or its name; None is Adam, with weight decay unless the target is a number in
        its own unit; its learning rate glides to 0.
    epochs, steps : how long, one of them; None is at least 20 epochs and at least 4,000 steps.
    batch_size : rows a step; None is all of them; "auto" is 32, or all where there are fewer.
    seed : decides the initial weights, the order of the rows and which are held out.
    logbook : the file to keep the run in, made if there is none; None keeps it in memory.
    name : what to call the run.
    dtype : "float32" or "float64".
    threads : None is chosen by cost. The bits of the result do not depend on it.
    standardize : whether each column is brought to mean 0 and standard deviation 1; None is True for tables only.
    validation : which rows are held out: "auto" (a fifth from 50 rows on), a fraction, a number of rows,
        a pair (x, y), or None.
    early_stopping : when to stop early and keep the best weights; a number is its patience.
    max_wait : within which time any step should be reached again, as far as recording stays cheap.
    max_size : how much the keyframes may take.
    progress : called with the steps made, the steps planned and the last loss.
    columns : how to read columns of a table, by name: "number", "category", "date", "boolean" or "drop".
    engine, isa : with what to compute; the bits do not depend on them.
    include_rows : whether a logbook file keeps the rows (up to 64 MB) or only their hash.

    Returns
    -------
    Run
        Also when Ctrl-C ended it or it left the numbers; `run.status` says so.

    Raises
    ------
    DataError, ShapeError, OptionError, UnknownNameError, LogbookError : one sentence each; no file is left behind.

    Examples
    --------
    >>> import engineroom as er
    >>> run = er.train(er.Network(er.Dense(1)), [1, 2, 3], [2, 4, 6])
    >>> bool(abs(run.predict([4])[0] - 8) < 0.1)
    True
    """
    if isinstance(network, Layer):
        network = Network(network)
    if network is not None and not isinstance(network, Network):
        raise OptionError(
            f"the network must be a Network such as Network(Dense(64, 'relu'), Dense(10)), got {network!r:.80}"
        )
    law = None if loss is None else loss_law(loss)
    given = None if optimizer is None else optimizer_law(optimizer)
    dataset = _dataset(network, law, x, y, target, columns, standardize, validation, dtype, seed)
    network = network or default_network(dataset.target)
    rows = len(dataset.training)
    size = default_batch_size(rows) if batch_size == "auto" else _batch_size(batch_size, rows)
    settings = Settings(
        network=network,
        loss=law or default_loss(dataset.target, network),
        optimizer=given or default_optimizer(dataset.target),
        batch_size=size,
        steps=steps_to_make(epochs, steps, rows, size),
        early_stopping=_stopping(early_stopping),
    )
    return Run(
        train_run(
            dataset,
            settings,
            seed=seed,
            logbook=None if logbook is None else _path(logbook),
            name=name,
            engine=engine,
            isa=isa,
            threads=threads,
            max_wait=max_wait,
            max_size=max_size,
            include_rows=include_rows,
            progress=progress,
        )
    )


def _dataset(
    network: Network | None,
    law: Loss | None,
    x: Any,
    y: ArrayLike | None,
    target: str | None,
    columns: Mapping[str, ColumnKind] | None,
    standardize: bool | None,
    validation: Validation,
    dtype: DType,
    seed: int,
) -> Dataset:
    if isinstance(x, Dataset):
        return x
    if y is not None:
        if target is not None or columns is not None:
            raise OptionError("target= and columns= belong to a table; with y given x is an array: leave them out")
        kind = _target_kind(network, law, as_array(y, "y"))
        return from_arrays(
            x, y, dtype=dtype, standardize=bool(standardize), target_kind=kind, validation=validation, seed=seed
        )
    if target is None and isinstance(x, str) and x in BUNDLED:
        target = BUNDLED[x]
    if target is None:
        raise OptionError("there is no y: give y beside x, or name the table's column to predict with target=")
    if isinstance(validation, tuple):
        raise OptionError("validation= of a table is 'auto', a fraction, a number of rows or None, got a pair")
    made = from_table(
        x,
        target=target,
        columns=columns,
        standardize=standardize is None or bool(standardize),
        dtype=dtype,
        validation=validation,
        seed=seed,
    )
    return made.dataset


def _target_kind(network: Network | None, law: Loss | None, y: np.ndarray[Any, Any]) -> TargetKind | None:
    """Return how y is to be read where the loss or the network says so; None leaves it to the data."""
    numbers = y.dtype.kind in "iuf"
    if law is not None and law.target == "classes":
        return "classes"
    if law is not None and law.squashed_by is None:
        return "number"
    if law is not None:
        # Yes or no: a single column of two labels is two classes; anything else is numbers between 0 and 1.
        column = y.ndim == 1 or y.shape[1] == 1
        return "classes" if column and (not numbers or len(np.unique(y)) == 2) else "number"
    if network is None or not numbers:
        return None
    if network.outputs == 1:
        return "number"
    return "classes" if y.ndim == 1 and np.array_equal(np.floor(y), y) else None


def _batch_size(given: int | str | None, rows: int) -> int:
    if given is None:
        return rows
    if isinstance(given, bool) or not isinstance(given, (int, np.integer)):
        raise OptionError(f"batch_size must be a whole number, None for all rows, or 'auto', got {given!r}")
    return int(given)


def _path(given: Any) -> Path:
    if not isinstance(given, (str, os.PathLike)):
        raise OptionError(f"logbook must be the path of a file, or None for memory, got {given!r:.80}")
    return Path(given)


def _stopping(given: EarlyStopping | int | bool | None) -> EarlyStopping | None:
    if given is None or given is False:
        return None
    if given is True:
        return EarlyStopping()
    return given if isinstance(given, EarlyStopping) else EarlyStopping(patience=given)

"""`train`: what was said and what was left open become a data set and settings, and a run comes back."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from numpy.typing import ArrayLike

from engineroom.api._run import Run
from engineroom.data import ColumnChoice, DType
from engineroom.errors import OptionError, names_options
from engineroom.network import Network
from engineroom.ops import Layer, Loss, Optimizer, Schedule
from engineroom.run import Data, EarlyStopping, EngineName, Observer, TrainingProgress, Validation, asked_for, train_run

__all__ = ["Validation", "train"]


@names_options
def train(
    network: Network | Layer | Data | None,
    x: Data | None = None,
    y: ArrayLike | None = None,
    *,
    target: str | None = None,
    loss: str | Loss | Mapping[str, Any] | None = None,
    optimizer: str | Optimizer | Mapping[str, Any] | None = None,
    lr: float | Schedule | None = None,
    epochs: int | None = None,
    steps: int | None = None,
    batch_size: int | Literal["auto", "all"] | None = "auto",
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
    columns: Mapping[str, ColumnChoice] | None = None,
    engine: EngineName = "native",
    isa: str | None = None,
    include_rows: bool = True,
    observer: Observer | None = None,
) -> Run:
    """Train a network, record every step of it, and return the run.

    Parameters
    ----------
    network : the layers; None is hidden relu layers and an output that fit the target. It may be left out where `x`
        is all: `train("flats.csv", target="rent")`.
    x : (n, I) or (n,) numbers; or with `target` a table: a file, a frame, a dict of columns or a bundled name;
        or what `from_table` and `from_arrays` return.
    y : (n,) or (n, O) numbers, or (n,) labels; with a table it is left out.
    target : the table's column to predict.
    loss : a law or its name; None is mse for numbers and cross-entropy for classes.
    optimizer : a law or its name; None is Adam, with weight decay unless the target is a number in its own unit.
        A whole law, such as `SGD(lr=0.1)`, is taken as it stands: a number is then a constant learning rate.
    lr : the learning rate of an optimizer that is left open or named. A number, 0.01 if left out, is its highest,
        from which it glides to 0 on a cosine; a schedule, such as `Constant(0.1)`, is taken as it stands.
    epochs, steps : how long, one of them; None is at least 20 epochs and at least 4,000 steps.
    batch_size : rows a step; "all", or None, is all of them; "auto" is 32, or all where there are fewer.
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
    columns : how to read columns of a table, by name: "number", "category", "date", "boolean" or "drop",
        "decimal-comma" or "decimal-point" for numbers such as 1.234, whose point may set thousands apart, and
        "dmy", "mdy" or "ymd" for dates whose day and month cannot be told apart.
    engine, isa : with what to compute; the bits do not depend on them.
    include_rows : whether a logbook file keeps the rows (up to 64 MB) or only their hash.
    observer : who looks on from another thread, as the page does.

    Returns
    -------
    Run
        Also when Ctrl-C ended it or it reached NaN or infinity; `run.status` says so.

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
    dataset, settings = asked_for(
        network,
        x,
        y,
        target=target,
        loss=loss,
        optimizer=optimizer,
        lr=lr,
        epochs=epochs,
        steps=steps,
        batch_size=batch_size,
        seed=seed,
        dtype=dtype,
        standardize=standardize,
        validation=validation,
        early_stopping=early_stopping,
        columns=columns,
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
            observer=observer,
        )
    )


def _path(given: Any) -> Path:
    if not isinstance(given, (str, os.PathLike)):
        raise OptionError(f"logbook must be the path of a file, or None for memory, got {given!r:.80}")
    return Path(given)

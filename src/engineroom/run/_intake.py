"""What was said and what was left open become a data set and settings, ready to train."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from engineroom.data import (
    BUNDLED,
    ColumnChoice,
    Dataset,
    DType,
    PreparedTable,
    Source,
    TargetKind,
    as_array,
    from_arrays,
    from_table,
)
from engineroom.errors import OptionError
from engineroom.network import Network
from engineroom.ops import Layer, Loss, Optimizer, Schedule
from engineroom.ops import loss as loss_law
from engineroom.ops import optimizer as optimizer_law
from engineroom.run._defaults import (
    default_batch_size,
    default_loss,
    default_network,
    default_optimizer,
    steps_to_make,
    with_rate,
)
from engineroom.run._settings import Settings
from engineroom.run._stopping import EarlyStopping

__all__ = ["Data", "Validation", "asked_for"]

Data: TypeAlias = "ArrayLike | Source | Dataset | PreparedTable"

Validation: TypeAlias = "Literal['auto'] | float | int | tuple[ArrayLike, ArrayLike] | None"


def asked_for(
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
    dtype: DType = "float32",
    standardize: bool | None = None,
    validation: Validation = "auto",
    early_stopping: EarlyStopping | int | bool | None = None,
    columns: Mapping[str, ColumnChoice] | None = None,
) -> tuple[Dataset, Settings]:
    """Return what to train on and how, what was left open chosen.

    Parameters
    ----------
    network, x, y, target, loss, optimizer, lr, epochs, steps, batch_size, seed, dtype, standardize, validation,
    early_stopping, columns : as `engineroom.train` takes them.

    Examples
    --------
    >>> dataset, settings = asked_for(None, [1, 2, 3], [2.0, 4.0, 6.0], epochs=5)
    >>> settings.network, settings.loss.law, settings.batch_size, settings.steps
    (Network(Dense(64, 'relu'), Dense(64, 'relu'), Dense(1)), 'mse', 3, 5)
    """
    if isinstance(network, Layer):
        network = Network(network)
    if x is None and network is not None and not isinstance(network, Network):
        network, x = None, network
    if x is None:
        raise OptionError(
            "there is nothing to learn from: give numbers x and y, or a table and the column to predict, target="
        )
    if network is not None and not isinstance(network, Network):
        raise OptionError(
            f"the network must be a Network such as Network(Dense(64, 'relu'), Dense(10)), got {network!r:.80}"
        )
    if standardize is not None and not isinstance(standardize, (bool, np.bool_)):
        raise OptionError(f"standardize must be True, False, or None for tables only, got {standardize!r:.80}")
    if target is not None and not isinstance(target, str):
        raise OptionError(f"target must be the name of the table's column to predict, got {target!r:.80}")
    if columns is not None and not isinstance(columns, Mapping):
        raise OptionError(f"columns must say what columns hold, such as {{'age': 'number'}}, got {columns!r:.80}")
    law = None if loss is None else loss_law(loss)
    given = None if optimizer is None else optimizer_law(optimizer)
    # A law's name says nothing of the rate, so the usual one goes on with it; a whole law brings its own.
    whole = None if isinstance(optimizer, str) else given
    if lr is not None and whole is not None:
        raise OptionError(
            f"lr= belongs to an optimizer that is left open or named, got lr={lr!r:.80} beside {optimizer!r:.80}: "
            "give the learning rate to that optimizer"
        )
    dataset = _dataset(network, law, x, y, target, columns, standardize, validation, dtype, seed)
    rows = len(dataset.training)
    size = default_batch_size(rows) if batch_size == "auto" else _batch_size(batch_size, rows)
    usual = default_optimizer(network, dataset, size)
    network = network or default_network(dataset.target, loss=law)
    settings = Settings(
        network=network,
        loss=law or default_loss(dataset.target, network),
        optimizer=whole or with_rate(usual, None if given is None else given.law, lr),
        batch_size=size,
        steps=steps_to_make(epochs, steps, rows, size),
        early_stopping=_stopping(early_stopping),
    )
    return dataset, settings


def _dataset(
    network: Network | None,
    law: Loss | None,
    x: Any,
    y: ArrayLike | None,
    target: str | None,
    columns: Mapping[str, ColumnChoice] | None,
    standardize: bool | None,
    validation: Validation,
    dtype: DType,
    seed: int,
) -> Dataset:
    if isinstance(x, PreparedTable):
        x = x.dataset
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
    if given is None or given == "all":
        return rows
    if isinstance(given, bool) or not isinstance(given, (int, np.integer)):
        raise OptionError(f"batch_size must be a whole number, 'all' for all rows, or 'auto', got {given!r}")
    if given < 1:
        raise OptionError(f"batch_size must be between 1 and the {rows:,} training rows, got {given}")
    return int(given)


def _stopping(given: EarlyStopping | int | bool | None) -> EarlyStopping | None:
    if given is None or given is False:
        return None
    if given is True:
        return EarlyStopping()
    return given if isinstance(given, EarlyStopping) else EarlyStopping(patience=given)

"""What the options of `train` say, as laws; what they leave open is left to the defaults of `train`."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from engineroom.cli._options import point_of
from engineroom.data import BUNDLED, Dataset, Target, as_table
from engineroom.errors import OptionError
from engineroom.network import Network
from engineroom.ops import Dense, Optimizer
from engineroom.ops import loss as loss_law
from engineroom.run import default_network, default_optimizer, with_rate

__all__ = ["batch_size_of", "columns_of", "network_of", "optimizer_of", "target_of", "validation_of", "widths_of"]


def widths_of(text: str) -> tuple[int, ...]:
    """Return the widths of the hidden layers.

    Examples
    --------
    >>> widths_of("64,32"), widths_of("none")
    ((64, 32), ())
    """
    if text.strip().lower() in ("", "0", "none"):
        return ()
    try:
        widths = tuple(int(part) for part in text.replace(" ", "").split(","))
    except ValueError:
        raise OptionError(f"--hidden must be widths such as 64,32 or none, got {text!r}") from None
    if min(widths) < 1:
        raise OptionError(f"--hidden must be widths of at least 1, got {text!r}; none leaves the hidden layers out")
    return widths


def target_of(file: str, target: str | None) -> str:
    """Return the column to predict; a bundled table has a usual one.

    Examples
    --------
    >>> target_of("penguins", None), target_of("penguins", "sex")
    ('species', 'sex')
    """
    if target is not None:
        return target
    if file in BUNDLED and not Path(file).exists():
        return BUNDLED[file]
    names = as_table(file).names
    known = ", ".join(names[:12]) + (", ..." if len(names) > 12 else "")
    raise OptionError(f"which column is to be predicted is not said: add --target with one of {known}")


def columns_of(pairs: list[str]) -> dict[str, str]:
    """Return kinds by column; a column's own name may hold colons.

    Examples
    --------
    >>> columns_of(["price:number", "a:b:drop"])
    {'price': 'number', 'a:b': 'drop'}
    """
    kinds: dict[str, str] = {}
    for pair in pairs:
        name, _, kind = pair.rpartition(":")
        if not name or not kind:
            raise OptionError(f"--column must be a name and a kind such as price:number, got {pair!r}")
        if kinds.setdefault(name, kind) != kind:
            raise OptionError(f"--column says {kinds[name]!r} and {kind!r} of column {name!r}: give one of them")
    return kinds


def batch_size_of(text: str) -> int | Literal["all"]:
    """Return the rows of a step, as `train` and `fork` take them.

    Examples
    --------
    >>> batch_size_of("32"), batch_size_of("all")
    (32, 'all')
    """
    if text.strip().lower() in ("all", "none"):
        return "all"
    if not text.strip().isdecimal() or int(text) < 1:
        raise OptionError(f"--batch-size must be a whole number of at least 1 or all, got {text!r}")
    return int(text)


def validation_of(text: str) -> float | int | None:
    """Return how many rows to hold out: a fraction, a number, or None.

    Examples
    --------
    >>> validation_of("0.2"), validation_of("100"), validation_of("none")
    (0.2, 100, None)
    """
    if text.strip().lower() in ("none", "0"):
        return None
    try:
        return int(text) if text.strip().isdigit() else float(text)
    except ValueError:
        raise OptionError(
            f"--validation must be a part such as 0.2, a number of rows, or none, got {text!r}{point_of(text)}"
        ) from None


def network_of(target: Target, hidden: str | None, activation: str | None, loss: str | None) -> Network | None:
    """Return the network that the options describe; None when they leave all of it open."""
    if hidden is None and activation is None:
        return None
    widths = None if hidden is None else widths_of(hidden)
    usual = default_network(target, widths, None if loss is None else loss_law(loss))
    layers = [Dense(it.units, activation or it.activation) for it in usual.layers[:-1]]
    return Network(*layers, usual.layers[-1])


def optimizer_of(
    network: Network | None,
    dataset: Dataset,
    batch_size: int | Literal["all"],
    name: str | None,
    lr: float | None,
    schedule: str | None,
    warmup: int | None,
) -> Optimizer | None:
    """Return the optimizer that the options describe; None when they leave all of it open.

    `network` and `batch_size` are those that training will have, a network of None for the usual one.
    """
    if name is None and lr is None and schedule is None and warmup is None:
        return None
    rows = len(dataset.training)
    usual = default_optimizer(network, dataset, rows if batch_size == "all" else batch_size)
    return with_rate(usual, name, lr, schedule, warmup)

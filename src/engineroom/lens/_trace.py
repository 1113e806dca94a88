"""The whole path of weights, which nobody had to log."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engineroom.errors import OptionError
from engineroom.lens._layout import wrapped
from engineroom.lens._place import locate
from engineroom.lens._rows import short
from engineroom.plan import resolve
from engineroom.run import Record, StepProgress

__all__ = ["Path", "Trace", "trace"]


@dataclass(frozen=True)
class Path:
    """One weight's path in a few numbers.

    Attributes
    ----------
    name : such as `dense1.weight[3, 5]`.
    words : "from `age` to neuron 5 of dense1"; empty for a slot of the optimizer and for a weight that is frozen.
    start, end : its first and last value.
    lowest, highest : the extremes, and the states `lowest_at` and `highest_at` that first had them.
    largest_move : its largest single change, signed, made by step `largest_step` (0 when it never moved).
    """

    name: str
    words: str
    start: float
    end: float
    lowest: float
    lowest_at: int
    highest: float
    highest_at: int
    largest_move: float
    largest_step: int


@dataclass(frozen=True, eq=False)
class Trace:
    """Paths of weights from state 0 to the last.

    Attributes
    ----------
    names : of the k weights.
    values : (steps + 1, k) of the run's dtype: `values[t]` is state t.
    paths : each path's summary.
    """

    names: tuple[str, ...]
    values: NDArray[Any]
    paths: tuple[Path, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as plain lists and dicts for JSON; what is not finite stays so."""
        columns = self.values.T.tolist()
        paths = zip(self.names, self.paths, columns, strict=True)
        return {"weights": [{"weight": name, "path": asdict(path), "values": values} for name, path, values in paths]}

    def __str__(self) -> str:
        steps = len(self.values) - 1
        lines = []
        for path in self.paths:
            lines.append(f"{path.name} over {steps:,} {'step' if steps == 1 else 'steps'}")
            lines += wrapped(path.words)
            lines.append(f"  start    {short(path.start):>12}")
            lines.append(f"  end      {short(path.end):>12}")
            lines.append(f"  lowest   {short(path.lowest):>12}  in state {path.lowest_at:,}")
            lines.append(f"  highest  {short(path.highest):>12}  in state {path.highest_at:,}")
            if path.largest_step:
                lines.append(f"  largest move {path.largest_move:>+8.4g}  in step {path.largest_step:,}")
        return "\n".join(lines)


def trace(record: Record, weights: str | Iterable[str], progress: StepProgress | None = None) -> Trace:
    """Return the whole path of one weight or several, in one replay.

    Parameters
    ----------
    record : the run.
    weights : names such as "dense1.weight[3, 5]".
    progress : told how far the replay is.

    Raises
    ------
    OptionError : when a name is of no weight, bias or optimizer slot.
    UnknownNameError : when there is nothing of this name.

    Examples
    --------
    >>> import engineroom as er
    >>> run = er.train(er.Network(er.Dense(1, bias=False, init="zeros")), [1, 2, 3], [2, 4, 6], loss="mse",
    ...                optimizer=er.SGD(lr=0.01), batch_size=None, epochs=50, dtype="float64")
    >>> print(trace(run.record, "dense1.weight[0, 0]"))
    dense1.weight[0, 0] over 50 steps
      from `x` to the output for `y`
      start               0
      end             1.985
      lowest              0  in state 0
      highest         1.985  in state 50
      largest move  +0.1867  in step 1
    """
    given = [weights] if isinstance(weights, str) else weights
    elements = [resolve(record.plan, name, record.dataset.columns, record.dataset.no_inputs) for name in given]
    names = tuple(map(str, elements))
    values = record.trace(elements, progress)
    values.flags.writeable = False
    return Trace(names, values, tuple(_path(name, _words(record, name), values[:, k]) for k, name in enumerate(names)))


def _words(record: Record, name: str) -> str:
    try:
        return locate(record.plan, record.dataset, name).words
    except OptionError:  # what no step moves has a path too
        return ""


def _path(name: str, words: str, values: NDArray[Any]) -> Path:
    path = values.astype(np.float64)
    with np.errstate(all="ignore"):
        moves = np.diff(path)
    low, high = int(np.argmin(path)), int(np.argmax(path))
    largest = int(np.argmax(np.abs(moves))) if len(moves) and moves.any() else None
    return Path(
        name=name,
        words=words,
        start=float(path[0]),
        end=float(path[-1]),
        lowest=float(path[low]),
        lowest_at=low,
        highest=float(path[high]),
        highest_at=high,
        largest_move=0.0 if largest is None else float(moves[largest]),
        largest_step=0 if largest is None else largest + 1,
    )

"""What a question names becomes what reads it from a step."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engineroom.errors import OptionError, UnknownNameError
from engineroom.numerics import reduce
from engineroom.ops import activation
from engineroom.plan import BATCH, Plan, resolve, whole_buffer
from engineroom.run import Walked

__all__ = ["Reader", "norm", "reader_of"]

_NEAR_END = 0.99
"""Of the way from the middle of an activation's range to its ends: beyond it a unit hardly moves."""

_TURNED = re.compile(r"(?P<name>[^\[\]]+?)\s*\[(?P<index>[^\[\]]*)\]\.(?P<kind>[\w.]+)")
"""An element with what was meant of the whole array behind it, such as `dense1.weight[3, 5].grad`."""

_INDEX = re.compile(r"\s*(\[.*|(\.\d+)+)$")


@dataclass(frozen=True)
class Reader:
    """Reads one thing after a step.

    Attributes
    ----------
    name : what was asked for.
    read : gives the value; KeyError where a run of the family has no such thing.
    shape : of the value; BATCH stands for the rows of the batch.
    dtype : of the value.
    needs : the buffer that must be known from before the step, if any.
    recorded : whether it is the loss, which was recorded and may be known without the step.
    """

    name: str
    read: Callable[[Walked], Any]
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    needs: str | None = None
    recorded: bool = False

    def shape_for(self, rows: int) -> tuple[int, ...]:
        """Return the shape of the value for a batch of so many rows."""
        return tuple(rows if n == BATCH else n for n in self.shape)


def reader_of(plan: Plan, name: str, columns: Sequence[str] = (), others: Mapping[str, str] = {}) -> Reader:
    """Return what reads `name`, as `query` describes names; `columns` and `others` are as of `resolve`."""
    if not isinstance(name, str):
        raise OptionError(f"what is asked for is named by text such as 'dense1.weight.grad.norm', got {name!r:.80}")
    plain = name.strip()
    stem, _, kind = plain.rpartition(".")
    names = {buffer.name: buffer for buffer in plan.buffers}
    number = np.dtype(np.float64)
    if plain == "loss":
        return Reader(name, lambda walked: walked.loss, (), number, recorded=True)
    if kind == "norm" and stem in names:
        return Reader(name, lambda walked: norm(_read(walked, stem)), (), number)
    if kind == "update_ratio" and stem in names and names[stem].role == "parameter":
        return Reader(name, lambda walked: _update_ratio(walked, stem), (), number, needs=stem)
    if kind in ("dead", "saturated") and f"{stem}.z" in names:
        return Reader(name, _counter(plan, stem, kind), (), number)
    dtype = np.dtype(plan.dtype)
    whole = whole_buffer(plan, plain)
    if whole is not None and whole.role != "classes":
        return Reader(name, lambda walked: _read(walked, whole.name), whole.shape, dtype)
    _check_family(plan, plain)
    element = resolve(plan, plain, columns, others)

    def one(walked: Walked) -> Any:
        values = _read(walked, element.buffer)
        inside = all(i < n for i, n in zip(element.index, values.shape, strict=True))
        return values[element.index] if inside else np.nan

    return Reader(name, one, (), dtype)


def _check_family(plan: Plan, name: str) -> None:
    """Raise an UnknownNameError where a name is of nothing that a query knows, or has its parts in another order."""
    turned = _TURNED.fullmatch(name)
    names = {buffer.name for buffer in plan.buffers}
    meant = ""
    if turned is not None and f"{turned['name']}.{turned['kind']}" in names:
        meant = f"{turned['name']}.{turned['kind']}[{turned['index']}]"
    elif turned is not None and turned["name"] in names and turned["kind"] in ("norm", "update_ratio"):
        meant = f"{turned['name']}.{turned['kind']}"
    if meant:
        raise UnknownNameError(f"a query knows nothing called {name!r}; did you mean {meant!r}?")
    layer = re.split(r"[.\[]", name.strip("\"'`"), maxsplit=1)[0].strip()
    layers = list(dict.fromkeys(parameter.name.partition(".")[0] for parameter in plan.parameters))
    whole = _INDEX.sub("", name).strip("\"'`")
    if whole in names or get_close_matches(layer, layers, n=1, cutoff=0.8):
        return
    parameter = plan.parameters[0].name
    slots = "".join(
        f", .{b.name.removeprefix(f'{parameter}.')}"
        for b in plan.buffers
        if b.role == "slot" and b.name.startswith(f"{parameter}.")
    )
    raise UnknownNameError(
        f"a query knows nothing called {name!r}; it knows loss, loss.examples, parameters such as {parameter}, of each "
        f"its .grad{slots} and .update_ratio, of each layer, such as {layers[0]}, its .z, .a, .z.grad, .a.grad, .dead "
        "and .saturated, and of any of these arrays an element or its .norm"
    )


def norm(values: NDArray[Any]) -> float:
    """Return the square root of the sum of squares, summed in float64 as the contract says."""
    with np.errstate(all="ignore"):
        return float(np.sqrt(reduce(np.square(values.astype(np.float64)).reshape(-1))))


def _read(walked: Walked, buffer: str) -> NDArray[Any]:
    """Return a buffer after the step; KeyError where this run of the family has none."""
    walked.plan.buffer(buffer)
    return walked.read(buffer)


def _update_ratio(walked: Walked, parameter: str) -> float:
    old = walked.before[parameter]
    with np.errstate(all="ignore"):
        moved = np.float64(norm(_read(walked, parameter).astype(np.float64) - old))
        # Weights that have come to rest at 0 are sound: 0/0 would call them NaN.
        return float(moved / norm(old)) if moved else 0.0


def _counter(plan: Plan, layer: str, kind: str) -> Callable[[Walked], int]:
    """Return what counts the units of a layer that are dead, or saturated, for every row of the batch."""
    kernel = next((o.law for o in plan.operations if o.writes == (f"{layer}.a",)), "")
    law = activation.laws.get(kernel.removesuffix("_forward"))
    off, ends = (None, None) if law is None else (law.off, law.ends)
    if (off if kind == "dead" else ends) is None:
        units = [name for name, it in activation.laws.items() if (it.off if kind == "dead" else it.ends) is not None]
        raise OptionError(f"{layer}.{kind} counts {' and '.join(units)} units, and {layer} has none")

    def count(walked: Walked) -> int:
        a = _read(walked, f"{layer}.a").astype(np.float64)
        if kind == "dead" or ends is None:
            return int(np.count_nonzero((a == off).all(axis=0)))
        middle, reach = (ends[0] + ends[1]) / 2, (ends[1] - ends[0]) / 2
        return int(np.count_nonzero((np.abs(a - middle) > _NEAR_END * reach).all(axis=0)))

    return count

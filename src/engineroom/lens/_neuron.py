"""One neuron: what rows of the data make of it, and the curve on which they lie."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engineroom.errors import OptionError, UnknownNameError, nearest
from engineroom.lens._counts import check_counts
from engineroom.lens._place import neuron as neuron_name
from engineroom.lens._plane import raw_inputs, responses
from engineroom.run import Ground, Record

__all__ = ["Neuron", "neuron"]


@dataclass(frozen=True, eq=False)
class Neuron:
    """A neuron at a state.

    Attributes
    ----------
    step, layer, index : which one, after how many updates.
    name : what it is called.
    rows : (n,) rows of `dataset.x` that were passed through.
    z, a : (n,) its sum of weighted inputs, and what it gives.
    curve_z, curve_a : (k,) its activation over the range of z; empty where one neuron alone does not decide, as in
        softmax.
    points : (n, 1 or 2) the inputs of the rows in their own units, where there are no more than two; else (n, 0).
    axes : over the range of each of these inputs, a little past the data, its values.
    over : (axes...) what it gives there; empty where there are more inputs.
    weights : (I,) into it; `outgoing` (O,) from it, empty in the last layer; `bias` None without one.
    """

    step: int
    layer: str
    index: int
    name: str
    rows: NDArray[np.int64]
    z: NDArray[Any]
    a: NDArray[Any]
    curve_z: NDArray[Any]
    curve_a: NDArray[Any]
    points: NDArray[np.float64]
    axes: tuple[NDArray[np.float64], ...]
    over: NDArray[Any]
    weights: NDArray[Any]
    outgoing: NDArray[Any]
    bias: float | None


def neuron(record: Record, layer: str, index: int, step: int | None = None, *, rows: int = 256) -> Neuron:
    """Return what a neuron does with rows of the data at a state.

    Parameters
    ----------
    layer, index : such as "dense1" and 5.
    step : after so many updates; None is the last state.
    rows : how many of the training rows to pass through, spread evenly.

    Raises
    ------
    UnknownNameError, OptionError : when there is no such neuron or state.

    Examples
    --------
    >>> import engineroom as er
    >>> run = er.train(er.Network(er.Dense(1, bias=False, init="zeros")), [1, 2, 3], [2, 4, 6], loss="mse",
    ...                optimizer=er.SGD(lr=0.01), batch_size=None, epochs=50, dtype="float64")
    >>> neuron(run.record, "dense1", 0, step=50).z.round(3).tolist()
    [1.985, 3.97, 5.955]
    """
    check_counts(rows=rows)
    names = record.network.names
    if layer not in names:
        raise UnknownNameError(f"this network has no layer {layer!r}{nearest(layer, names)}")
    place = names.index(layer)
    spec = record.network.layers[place]
    if isinstance(index, bool) or not 0 <= index < spec.units:
        raise OptionError(f"{layer} has neurons 0 to {spec.units - 1}, got {index!r}")
    state = record.at(record.steps if step is None else step)
    maker = record.holder(state.step)
    training = record.dataset.training
    chosen = training[np.unique(np.linspace(0, len(training) - 1, min(rows, len(training))).astype(np.int64))]
    ground = Ground(maker, chosen)
    sums, activation = f"{layer}.z", ground.plan.activation_of(layer)
    read = ground.buffers(ground.values_of(state), {sums, activation})
    z, a = read[sums][:, index], read[activation][:, index]
    law = spec.activation
    curve = np.empty(0, z.dtype)
    if law.elementwise:
        widest = max(1.0, 1.15 * float(np.max(np.abs(z[np.isfinite(z)]), initial=0.0)))
        with np.errstate(over="ignore"):
            curve = np.linspace(-widest, widest, 241).astype(z.dtype)
    weight = state[f"{layer}.weight"]
    last = place + 1 == len(names)
    axes, given = responses(record, state)
    return Neuron(
        step=state.step,
        layer=layer,
        index=index,
        name=neuron_name(record.plan, record.dataset, layer, index),
        rows=chosen,
        z=z,
        a=a,
        curve_z=curve,
        curve_a=law.forward(curve) if len(curve) else curve,
        points=raw_inputs(record.dataset, chosen) if axes else np.empty((len(chosen), 0)),
        axes=axes,
        over=given[layer][index] if axes else np.empty(0, z.dtype),
        weights=weight[:, index],
        outgoing=np.empty(0, weight.dtype) if last else state[f"{names[place + 1]}.weight"][index],
        bias=float(state[f"{layer}.bias"][index]) if spec.bias else None,
    )

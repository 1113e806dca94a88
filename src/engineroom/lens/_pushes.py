"""Which examples push hardest at a state, on one weight or on all of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engineroom.errors import OptionError
from engineroom.lens._counts import check_counts
from engineroom.lens._place import writer
from engineroom.plan import resolve
from engineroom.run import Ground, Record

__all__ = ["Pushes", "pushes"]


@dataclass(frozen=True, eq=False)
class Pushes:
    """How each training row pushes at a state.

    Attributes
    ----------
    step, weight : after how many updates, on which weight; None is all of them.
    rows : (n,) rows of `dataset.x`, hardest first.
    push : (n,) against the slope of that row's own loss along the weight; for all weights the length of its gradient.
    losses : (n,) of each row.
    """

    step: int
    weight: str | None
    rows: NDArray[np.int64]
    push: NDArray[np.float64]
    losses: NDArray[Any]


def pushes(record: Record, step: int | None = None, weight: str | None = None, *, top: int = 16) -> Pushes:
    """Return the training rows that push hardest at a state.

    Row b's own loss L_b has the slope `x_b[i] * dL_b/dz[j]` along weight (i, j), and descent pushes the weight by minus
    that times the learning rate. Over all weights of dense layers the square of the length of its gradient is
    `sum of (|x_b|^2 + 1) * |dL_b/dz|^2` over the layers, the 1 for a bias.

    Parameters
    ----------
    step : after so many updates; None is the last state.
    weight : such as "dense1.weight[3, 5]"; None is all of them.
    top : how many rows.

    Examples
    --------
    >>> import engineroom as er
    >>> run = er.train(er.Network(er.Dense(1, bias=False, init="zeros")), [1, 2, 3], [2, 4, 6], loss="mse",
    ...                optimizer=er.SGD(lr=0.01), batch_size=None, epochs=50, dtype="float64")
    >>> found = pushes(run.record, 0, "dense1.weight[0, 0]")
    >>> found.rows.tolist(), found.push.tolist()  # 2 * x * y, with y = 2x
    ([2, 1, 0], [36.0, 16.0, 4.0])
    """
    check_counts(top=top)
    state = record.at(record.steps if step is None else step)
    maker = record.holder(state.step)
    plan, rows = maker.plan, maker.dataset.training
    element = None if weight is None else resolve(plan, weight, maker.dataset.columns)
    if element is not None and plan.buffer(element.buffer).role != "parameter":
        raise OptionError(f"examples push weights and biases, and {element} is neither")
    ground = Ground(maker, rows)
    layers = maker.network.names if element is None else [element.buffer.split(".")[0]]
    reads = {layer: writer(plan, f"{layer}.weight.grad", "backward").reads[0] for layer in layers}
    wanted = {f"{layer}.z.grad" for layer in layers} | {name for name in reads.values() if name != "x"}
    buffers = ground.buffers(ground.values_of(state), [*sorted(wanted), "loss.examples"])
    x = maker.dataset.x[rows]
    inputs = {layer: (x if name == "x" else buffers[name]).astype(np.float64) for layer, name in reads.items()}
    # The loss is the mean over the rows; each row's own slope is so many times larger.
    slopes = {layer: buffers[f"{layer}.z.grad"].astype(np.float64) * len(rows) for layer in layers}
    with np.errstate(all="ignore"):
        if element is None:
            square = np.zeros(len(rows))
            for layer, spec in zip(maker.network.names, maker.network.layers, strict=True):
                square += (np.square(inputs[layer]).sum(1) + spec.bias) * np.square(slopes[layer]).sum(1)
            push = np.sqrt(square)
        else:
            slope = slopes[layers[0]][:, element.index[-1]]
            push = -slope * (inputs[layers[0]][:, element.index[0]] if len(element.index) == 2 else 1.0)
    order = np.argsort(-np.abs(np.nan_to_num(push, nan=np.inf)), kind="stable")[:top]
    return Pushes(
        step=state.step,
        weight=None if element is None else str(element),
        rows=rows[order],
        push=push[order],
        losses=buffers["loss.examples"][order],
    )

"""The chain rule for one neuron's error signal: who passed it back, through which weights and which slope."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engineroom.data import amount_text
from engineroom.lens._exact import Amount, exact, floating, total
from engineroom.lens._place import Place, layer_of, neuron, writer
from engineroom.lens._rows import Rows, short
from engineroom.lens._why import Chain, ChainExample, Example, Gradient, Link, Rest
from engineroom.numerics import ordered_sum
from engineroom.ops import Activation, Loss, activation
from engineroom.plan import Operation

__all__ = ["explain_chain"]

_NOTHING = Rest(0, Fraction(0), Fraction(0))


def explain_chain(
    place: Place, rows: Rows, loss: Loss, gradient: Gradient, examples: Sequence[Example], top: int
) -> Chain:
    """Return where the error signal of the neuron behind `place` came from, for the batch and for `examples`."""
    dz_name = place.backward.reads[2]
    source = writer(rows.plan, dz_name, "backward")
    slope = _Slope(rows, source, place.output) if _is_activation(source) else None
    if slope is not None:
        source = writer(rows.plan, slope.arrived_name, "backward")
    if source.law == "affine_backward":
        return _from_layer(place, rows, source, slope, gradient, examples, top)
    return _from_loss(place, rows, loss, slope, examples)


class _Slope:
    """The activation between a neuron's sum and its output, over the batch.

    `dz = slope * arrived + coupling`; coupling is softmax's alone, which takes the row's mean away.
    """

    def __init__(self, rows: Rows, operation: Operation, output: int):
        kept_name, self.arrived_name = operation.reads
        law_name = operation.law.removesuffix("_backward")
        self.law: Activation = activation({"law": law_name, **dict(operation.attributes)})
        kept = rows.examination.read(kept_name)
        arrived = rows.examination.read(self.arrived_name)
        self.arrived: NDArray[Any] = arrived[:, output]
        column: NDArray[Any] = np.ascontiguousarray(kept[:, output])
        if self.law.elementwise:
            with np.errstate(all="ignore"):
                self.values = self.law.backward(column, np.ones_like(column))
            self.coupling = np.zeros(len(column))
        else:
            self.values = column
            with np.errstate(all="ignore"):
                self.coupling = -column.astype(np.float64) * ordered_sum(kept.astype(np.float64) * arrived, axis=1)


def _is_activation(operation: Operation) -> bool:
    return operation.law.removesuffix("_backward") in activation.laws


def _from_layer(
    place: Place,
    rows: Rows,
    source: Operation,
    slope: _Slope | None,
    gradient: Gradient,
    examples: Sequence[Example],
    top: int,
) -> Chain:
    _, weight_name, errors_name = source.reads
    layer = layer_of(weight_name)
    weights = rows.examination.before[weight_name][place.output]
    errors = rows.examination.read(errors_name)
    dz = rows.examination.read(place.backward.reads[2])[:, place.output]
    arrived = dz if slope is None else slope.arrived
    exactly = [exact(w) for w in weights.tolist()]

    def links(error: NDArray[Any] | None, amounts: Sequence[Amount]) -> tuple[tuple[Link, ...], Rest]:
        order = sorted(range(len(amounts)), key=lambda k: (-abs(floating(amounts[k])), k))
        shown = tuple(
            Link(
                neuron(rows.plan, rows.dataset, layer, k),
                k,
                float(weights[k]),
                None if error is None else float(error[k]),
                amounts[k],
            )
            for k in order[:top]
        )
        others = total(amounts[k] for k in order[top:])
        return shown, Rest(max(len(order) - top, 0), others, Fraction(0))

    def traced(example: Example) -> ChainExample:
        b = example.position
        products = [exact(e) * w for e, w in zip(errors[b].tolist(), exactly, strict=True)]
        shown, rest = links(errors[b], products)
        return ChainExample(
            row=example.row,
            position=b,
            links=shown,
            rest=rest,
            sum_rounding=total((exact(arrived[b]), -total(products))),
            words="",
            **_after(slope, arrived, dz, b),
        )

    through, coupling = _through(place, rows, weights, errors, slope)
    shown, rest = links(None, through)
    return Chain(
        neuron=place.output_name,
        activation="identity" if slope is None else slope.law.law,
        source=layer,
        from_loss=False,
        formula="error = slope of the activation * sum over the next layer of (its error * the weight to it)",
        batch=shown,
        rest=rest,
        coupling=coupling,
        rounding=total((exact(gradient.value), -total(through), -coupling)),
        examples=tuple(traced(e) for e in examples),
    )


def _through(
    place: Place, rows: Rows, weights: NDArray[Any], errors: NDArray[Any], slope: _Slope | None
) -> tuple[list[Amount], Amount]:
    """Return what came of this weight's gradient through each downstream neuron, in float64, and softmax's coupling."""
    reads = place.backward.reads
    with np.errstate(all="ignore"):
        x = np.ones(len(errors)) if place.input is None else rows.inputs(reads[0])[:, place.input]
        scaled = x.astype(np.float64) if slope is None else x.astype(np.float64) * slope.values
        # A sum in a fixed order; matrix products of NumPy differ from machine to machine.
        parts = np.add.reduce(scaled[:, None] * errors, axis=0) * weights.astype(np.float64)
        coupled = 0.0 if slope is None else float(np.add.reduce(x * slope.coupling))
    return [exact(p) for p in parts.tolist()], exact(coupled)


def _from_loss(place: Place, rows: Rows, loss: Loss, slope: _Slope | None, examples: Sequence[Example]) -> Chain:
    dz = rows.examination.read(place.backward.reads[2])[:, place.output]
    arrived = None if slope is None else slope.arrived
    predictions, targets = rows.predictions(place.output), rows.targets(place.output)

    def traced(example: Example) -> ChainExample:
        b = example.position
        p, y = float(predictions[b]), float(targets[b])
        return ChainExample(
            row=example.row,
            position=b,
            links=(),
            rest=_NOTHING,
            sum_rounding=Fraction(0),
            words=f"prediction {short(p)}, target {short(y)}: off by {p - y:+.4g}",
            **_after(slope, arrived, dz, b),
        )

    formula = "error = slope of the loss at the prediction" + ("" if slope is None else " * slope of the activation")
    target = rows.dataset.target
    if target.kind == "number" and (target.scale[place.output], target.mean[place.output]) != (1.0, 0.0):
        one = amount_text(target.scale[place.output], target.miss_unit)
        formula += f"; prediction and target are standardized here, as the loss compares them: 1 is {one}"
    return Chain(
        neuron=place.output_name,
        activation="identity" if slope is None else slope.law.law,
        source=f"{loss.law}: {loss.formula}",
        from_loss=True,
        formula=formula,
        batch=(),
        rest=_NOTHING,
        coupling=Fraction(0),
        rounding=Fraction(0),
        examples=tuple(traced(e) for e in examples),
    )


def _after(slope: _Slope | None, arrived: NDArray[Any] | None, dz: NDArray[Any], b: int) -> dict[str, Any]:
    """Return one example's way from the neuron's output to its sum."""
    error = float(dz[b])
    if slope is None:
        into = None if arrived is None else error
        return {"arrived": into, "slope": None, "coupling": Fraction(0), "error": error, "rounding": Fraction(0)}
    into, steep, coupling = float(slope.arrived[b]), float(slope.values[b]), exact(slope.coupling[b])
    rounding = total((exact(error), -exact(into) * exact(steep), -coupling))
    return {"arrived": into, "slope": steep, "coupling": coupling, "error": error, "rounding": rounding}

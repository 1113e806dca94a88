"""The gradient as the sum of what each example contributed, and what each contribution moved the weight by."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engineroom.lens._exact import Amount, chained, difference, dot, exact, floating, times, total
from engineroom.lens._place import Place
from engineroom.lens._rows import Rows
from engineroom.lens._why import Example, Gradient, Rest

__all__ = ["explain_gradient", "hardest"]


def explain_gradient(place: Place, rows: Rows, per_gradient: Amount, top: int) -> Gradient:
    """Return the batch's gradient of one weight, example by example.

    Parameters
    ----------
    place : where the weight sits.
    rows : the batch.
    per_gradient : what one unit of gradient moves the weight by.
    top : how many pushes to list in each direction.
    """
    examination = rows.examination
    parts = place.backward.reads
    d = examination.read(parts[2])[:, place.output]
    x = np.ones_like(d) if place.input is None else rows.inputs(parts[0])[:, place.input]
    value = float(examination.read(place.parameter + ".grad")[place.index])

    everything = dot(x, d)
    with np.errstate(all="ignore"):
        pushes = x.astype(np.float64) * d.astype(np.float64) * floating(per_gradient)
    up, down = _hardest_pushes(pushes, top) if np.isfinite(pushes).all() else _oddest(x, d, top)

    listed = [*up, *down]
    words = zip(rows.cells_told(place, listed), rows.targets_told(listed), rows.predictions_told(listed), strict=True)

    def example(position: int, raw: str | None, target: str, prediction: str) -> Example:
        contribution = exact(x[position]) * exact(d[position])
        return Example(
            row=rows.number(position),
            position=position,
            index=int(rows.indices[position]),
            input=float(x[position]),
            raw=raw,
            error=float(d[position]),
            contribution=contribution,
            push=times(contribution, per_gradient),
            target=target,
            prediction=prediction,
        )

    shown = tuple(example(p, *said) for p, said in zip(listed, words, strict=True))
    others = total((everything, *(-e.contribution for e in shown)))
    rounding = total((exact(value), -everything))
    recomputed = chained(x, d)
    return Gradient(
        value=value,
        batch=len(d),
        up=shown[: len(up)],
        down=shown[len(up) :],
        up_count=int(np.count_nonzero(pushes > 0)),
        down_count=int(np.count_nonzero(pushes < 0)),
        rest=Rest(len(d) - len(up) - len(down), others, times(others, per_gradient)),
        rounding=rounding,
        rounding_push=times(rounding, per_gradient),
        silence=_silence(place, x, d),
        input_name=place.input_name,
        error_name=f"error signal of {place.output_name}",
        recomputed=recomputed,
        residual=difference(value, recomputed),
    )


def hardest(gradient: Gradient) -> tuple[Example, ...]:
    """Return the listed examples, the hardest push first, whichever way it went."""
    listed = (*gradient.up, *gradient.down)
    return tuple(sorted(listed, key=lambda e: (-abs(floating(e.push)), e.position)))


def _hardest_pushes(pushes: NDArray[np.float64], top: int) -> tuple[list[int], list[int]]:
    """Return the positions of the `top` largest pushes up and down; examples that pushed nothing are never listed."""
    up = [p for p in np.argsort(-pushes, kind="stable")[:top].tolist() if pushes[p] > 0]
    down = [p for p in np.argsort(pushes, kind="stable")[:top].tolist() if pushes[p] < 0]
    return up, down


def _oddest(x: NDArray[Any], d: NDArray[Any], top: int) -> tuple[list[int], list[int]]:
    """Return the positions to list where pushes are no numbers: what is not finite first, then the largest."""
    with np.errstate(all="ignore"):
        size = np.abs(x.astype(np.float64) * d.astype(np.float64))
    return np.argsort(-np.where(np.isfinite(size), size, np.inf), kind="stable")[:top].tolist(), []


def _silence(place: Place, x: NDArray[Any], d: NDArray[Any]) -> str | None:
    if not x.any():
        return f"its input, {place.input_name}, is 0 in every row of the batch"
    if not d.any():
        return f"no error signal reached {place.output_name} from any row of the batch"
    return None

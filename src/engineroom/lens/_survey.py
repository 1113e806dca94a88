"""The question: which weights or directions, around which step, on which rows; and the loss measured there."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engineroom.errors import OptionError
from engineroom.lens._directions import Plane, path_plane, random_plane, states_plane
from engineroom.lens._landscape import Axis, Landscape, Mark, WhichRows
from engineroom.lens._largest import largest_move
from engineroom.lens._place import locate
from engineroom.lens._rows import short
from engineroom.lens._sentences import signed
from engineroom.lens._valley import bottom, window
from engineroom.run import Ground, Record, StepProgress

__all__ = ["landscape"]

_POINTS = {1: 101, 2: 25}
_MOST = 10**6
_FLAT = 0.001  # a loss that changes by a smaller part than this over all of a drawing looks like a valley, but is flat

Loss = Callable[[Sequence[float]], float]


def landscape(
    record: Record,
    *along: str,
    step: int | None = None,
    between: Sequence[int] | None = None,
    rows: WhichRows | None = None,
    points: int | None = None,
    span: float | None = None,
    seed: int = 0,
    progress: StepProgress | None = None,
) -> Landscape:
    """Return the loss as a function of one weight, of two weights, or along directions through all of them.

    With weights the rest of the network is held as the step found it, so the curve is what the gradient of the step is
    the slope of. An engine of its own measures it; the run is not touched.

    Parameters
    ----------
    along : one or two weights; or "random", for two random directions; or "path", for the plane of the run's own path;
        nothing is the weight that made the largest move.
    step : the update to draw on it; None is the weight's largest move. With "random" the state, None being the last.
    between : instead of weights two states, for the line through them, or three, for the plane.
    rows : None is the batch of the step, else the training rows.
    points : how many an axis; None is 101 for a curve and 25 for each axis of a surface.
    span : how far to look on either side; None shows the move and the valley.
    seed : of the random directions.
    progress : told how many points are measured.

    Examples
    --------
    >>> import engineroom as er
    >>> run = er.train(er.Network(er.Dense(1, bias=False, init="zeros")), [1, 2, 3], [2, 4, 6], loss="mse",
    ...                optimizer=er.SGD(lr=0.01), batch_size=None, epochs=50, dtype="float64")
    >>> answer = landscape(run.record, "dense1.weight[0, 0]", step=1)
    >>> [(mark.label, round(mark.at[0], 4), round(mark.loss, 4)) for mark in (*answer.marks, answer.lowest)]
    [('before', 0.0, 18.6667), ('after', 0.1867, 15.3448), ('lowest', 2.0, 0.0)]
    """
    if span is not None and not (isinstance(span, (int, float)) and math.isfinite(span) and span > 0):
        raise OptionError(f"span must be a number above 0, got {span!r}: it is how far to look on either side")
    if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)) or not 0 <= seed < 2**64:
        raise OptionError(f"seed must be a whole number from 0 to 2**64 - 1, got {seed!r:.80}")
    if between is not None and not isinstance(between, (Sequence, np.ndarray)):
        raise OptionError(f"between takes two or three different states, such as (0, 50), got {between!r:.80}")
    named = along in (("random",), ("path",))
    axes = 2 if len(along) == 2 or named or (between is not None and len(between) == 3) else 1
    most = round(_MOST ** (1 / axes))
    points = _POINTS[axes] if points is None else points
    if isinstance(points, bool) or not isinstance(points, int) or not 2 <= points <= most:
        raise OptionError(f"points must be between 2 and {most:,} an axis here, got {points!r}")
    if between is None and not named:
        if len(along) > 2:
            raise OptionError(f"a landscape has one or two axes, got {len(along)}: name one weight or two")
        return _of_weights(record, along, step, "batch" if rows is None else rows, points, span, progress)
    if between is not None and (along or step is not None):
        raise OptionError("between names the states itself: give neither weights nor a step with it")
    if rows == "batch":
        raise OptionError('only a step has a batch: take rows="training" or rows="validation" here')
    where: WhichRows = "training" if rows is None else rows
    return _of_directions(record, along, step, between, where, points, span, seed, progress)


def _of_weights(
    record: Record,
    names: Sequence[str],
    step: int | None,
    rows: WhichRows,
    points: int,
    span: float | None,
    progress: StepProgress | None,
) -> Landscape:
    if not names or step is None:
        move = largest_move(record, names[0] if names else None, progress)
        names, step = names or (move.name,), move.step
    step = record.checked_step(step, first=1)
    maker = record.maker(step)
    places = [locate(maker.plan, maker.dataset, name) for name in names]
    if len({place.name for place in places}) < len(places):
        raise OptionError(f"two axes need two weights, got {places[0].name} twice")
    before, after = maker.at(step - 1), maker.at(step)
    ground = Ground(maker, _rows_of(maker, rows, step))
    base = ground.values_of(before)
    offsets = [next(p.offset for p in ground.plan.layout if p.name == place.parameter) + place.flat for place in places]
    kind = base.dtype.type

    def loss(values: Sequence[float]) -> float:
        changed = base.copy()
        with np.errstate(over="ignore"):
            changed[offsets] = np.array(values).astype(kind)
        return ground.loss(changed)

    old, new = (tuple(float(s[p.parameter][p.index]) for p in places) for s in (before, after))
    if not all(map(math.isfinite, (*old, *new))):
        raise OptionError(
            f"step {step:,} reached NaN or infinity, so there is no landscape around it: ask about a step before"
        )
    gradient = ground.gradient(base)
    axes = []
    for i, place in enumerate(places):

        def single(value: float, i: int = i) -> float:
            return loss([*old[:i], value, *old[i + 1 :]])

        values = _looked_at(single, old[i], new[i], before[place.parameter], points, span)
        axes.append(Axis(place.name, place.words, values, float(gradient[offsets[i]])))
    marks = (Mark("before", old, loss(old)), Mark("after", new, loss(new)))
    losses = _measured(loss, axes, progress)
    lowest = _lowest(loss, axes, losses, marks[0])
    whole = ground.loss(ground.values_of(after))
    of = _rows_in_words(rows, f"step {step:,}'s batch", len(ground))
    return Landscape(
        title=f"The loss over {' and '.join(p.name for p in places)} in step {step:,}",
        step=step,
        rows=rows,
        count=len(ground),
        axes=tuple(axes),
        losses=losses,
        marks=marks,
        lowest=lowest,
        sentences=(
            f"The mean loss of {of}, all other weights as step {step:,} found them.",
            *_told(axes, marks, lowest, whole, step),
            *_of_the_drawing(axes, losses, lowest),
        ),
    )


def _looked_at(
    loss: Callable[[float], float], old: float, new: float, array: NDArray[Any], points: int, span: float | None
) -> NDArray[np.float64]:
    """Return the values to look at of a weight that is in `array`, and that a step moved from `old` to `new`.

    They are such as the array's type holds, so that each loss belongs to the value beside it.
    """
    with np.errstate(over="ignore"):
        size = float(np.sqrt(np.mean(np.square(array.astype(np.float64)))))
    low, high = (old - span, old + span) if span is not None else window(loss, old, new, size)
    with np.errstate(over="ignore", invalid="ignore"):
        values = np.linspace(low, high, points).astype(array.dtype).astype(np.float64)
    if span is not None and not (np.isfinite(values).all() and values[0] < values[-1]):
        raise OptionError(f"{array.dtype} has no numbers to draw that lie {span!r} from {old!r}: choose another span")
    return values


def _told(axes: Sequence[Axis], marks: Sequence[Mark], lowest: Mark, whole: float, step: int) -> list[str]:
    """Return what the step did on this landscape, in words."""
    before, after = marks
    foretold = sum(a.slope * (n - o) for a, o, n in zip(axes, before.at, after.at, strict=True))
    who = "the weight" if len(axes) == 1 else "the two weights"
    told = [
        f"By the slope alone the step should change the loss by {signed(foretold)}; moving {who} really changes it by "
        f"{signed(after.loss - before.loss)}, and with all weights moved it changes by {signed(whole - before.loss)}."
    ]
    if len(axes) > 1:
        return told
    at = lowest.at[0]
    reach, move = at - before.at[0], after.at[0] - before.at[0]
    if _edges(axes, lowest):
        return told
    if move == 0:
        told.append(f"Step {step:,} did not move it; the bottom of this curve is at {short(at)}.")
    elif reach * move < 0:
        told.append(f"The step went away from the bottom of this curve, which is at {short(at)}.")
    elif reach:
        told.append(f"The step went {100 * move / reach:.1f} % of the way to the bottom of this curve, at {short(at)}.")
    return told


def _of_the_drawing(axes: Sequence[Axis], losses: NDArray[np.float64], lowest: Mark) -> list[str]:
    """Return where the lowest point says less than it seems to, and how little the loss changes where it does."""
    finite = losses[np.isfinite(losses)]
    if not finite.size:
        return []
    low, high = float(finite.min()), float(finite.max())
    told = []
    edges = _edges(axes, lowest)
    if edges and low < high:
        on = "" if len(axes) == 1 else f" along {' and '.join(edges)}"
        told.append(
            f"The lowest point shown lies at the edge{on}: the loss still falls there, and its bottom is farther out."
        )
    if 0 <= high - low < _FLAT * abs(high):
        told.append(
            f"The loss hardly changes over all that is shown: from {_digits(low, high)} to {_digits(high, low)}."
            if low < high
            else f"The loss is {short(low)} at every point shown."
        )
    return told


def _edges(axes: Sequence[Axis], lowest: Mark) -> list[str]:
    """Return the axes at an end of which the lowest point lies."""
    return [axis.name for axis, at in zip(axes, lowest.at, strict=True) if not axis.values[0] < at < axis.values[-1]]


def _digits(value: float, other: float) -> str:
    """Return a number with one digit more than it takes to tell it from another, five at least."""
    return next((f"{value:.{n + 1}g}" for n in range(4, 17) if f"{value:.{n}g}" != f"{other:.{n}g}"), repr(value))


def _of_directions(
    record: Record,
    along: Sequence[str],
    step: int | None,
    between: Sequence[int] | None,
    rows: WhichRows,
    points: int,
    span: float | None,
    seed: int,
    progress: StepProgress | None,
) -> Landscape:
    ground = Ground(record, _rows_of(record, rows, None))
    if between is not None:
        if not 2 <= len(between) <= 3 or len(set(between)) < len(between):
            raise OptionError(f"between takes two or three different states, such as (0, 50), got {tuple(between)!r}")
        steps = [record.checked_step(t) for t in between]
        plane = states_plane(steps, [_finite(record, ground, t) for t in steps])
    elif along[0] == "random":
        at = record.steps if step is None else record.checked_step(step)
        plane = random_plane(ground.plan, _finite(record, ground, at), at, seed)
    elif step is not None:
        raise OptionError("the path is of all steps: leave the step out")
    else:
        if record.steps < 2:
            raise OptionError(
                f"a path needs two steps at least, and {record.name} made {record.steps}: train it further"
            )
        _finite(record, ground, record.steps)
        plane = path_plane(record, ground.plan)
    return _of_plane(ground, plane, rows, record, points, span, progress)


def _finite(record: Record, ground: Ground, t: int) -> NDArray[Any]:
    """Return the weights of a state; OptionError where there is nothing to draw around it."""
    values = ground.values_of(record.at(t))
    if not np.isfinite(values).all():
        raise OptionError(
            f"{record.name} had reached NaN or infinity in state {t:,}: look around or between earlier states"
        )
    return values


def _of_plane(
    ground: Ground,
    plane: Plane,
    rows: WhichRows,
    record: Record,
    points: int,
    span: float | None,
    progress: StepProgress | None,
) -> Landscape:
    def loss(values: Sequence[float]) -> float:
        return ground.loss(plane.at(values))

    gradient = ground.gradient(plane.at(plane.marks[0][1]))
    axes = []
    for name, direction, (low, high) in zip(plane.names, plane.directions, plane.windows, strict=True):
        if span is not None:
            low, high = (low + high) / 2 - span, (low + high) / 2 + span
        axes.append(Axis(name, "", np.linspace(low, high, points), float(gradient @ direction)))
    marks = tuple(Mark(label, at, loss(at)) for label, at in plane.marks)
    losses = _measured(loss, axes, progress)
    lowest = _lowest(loss, axes, losses, marks[0])
    return Landscape(
        title=f"The loss {plane.title}",
        step=None,
        rows=rows,
        count=len(ground),
        axes=tuple(axes),
        losses=losses,
        marks=marks,
        lowest=lowest,
        sentences=(
            f"The mean loss of {_rows_in_words(rows, '', len(ground))}.",
            *_of_the_drawing(axes, losses, lowest),
        ),
    )


def _measured(loss: Loss, axes: Sequence[Axis], progress: StepProgress | None) -> NDArray[np.float64]:
    """Return the losses at all points of the axes."""
    shape = tuple(len(axis.values) for axis in axes)
    losses = np.empty(math.prod(shape))
    for i, point in enumerate(product(*(axis.values.tolist() for axis in axes))):
        losses[i] = loss(point)
        if progress is not None:
            progress(i + 1, len(losses))
    return losses.reshape(shape)


def _lowest(loss: Loss, axes: Sequence[Axis], losses: NDArray[np.float64], start: Mark) -> Mark:
    """Return the lowest point seen, of a level floor the one next to `start`; a curve's is looked for closely."""
    ranked = np.where(np.isnan(losses), np.inf, losses)
    floor = np.argwhere(ranked == ranked.min())
    if len(floor) > 1 and start.loss <= ranked.min():
        return replace(start, label="lowest")
    far = [(axis.values[floor[:, i]] - start.at[i]) / np.ptp(axis.values) for i, axis in enumerate(axes)]
    place = tuple(floor[int(np.argmin(np.sum(np.square(far), axis=0)))])
    at = tuple(float(axis.values[i]) for axis, i in zip(axes, place, strict=True))
    lowest = Mark("lowest", at, float(losses[place]))
    inside = 0 < int(place[0]) < len(axes[0].values) - 1
    if len(axes) == 1 and inside:
        around = axes[0].values[[place[0] - 1, place[0] + 1]].tolist()
        where, low = bottom(lambda value: loss([value]), *around)
        if low < lowest.loss:
            lowest = Mark("lowest", (where,), low)
    return lowest


def _rows_of(record: Record, rows: WhichRows, step: int | None) -> NDArray[np.int64]:
    if rows == "batch" and step is not None:
        return record.rows(step)
    if rows not in ("training", "validation"):
        raise OptionError(f'rows must be "batch", "training" or "validation", got {rows!r}')
    found = record.dataset.training if rows == "training" else record.dataset.validation
    if not len(found):
        raise OptionError(f'{record.name} has no validation rows: take rows="training"')
    return found


def _rows_in_words(rows: WhichRows, batch: str, count: int) -> str:
    if rows == "batch":
        return f"{batch}, {count:,} row{'s' * (count != 1)}"
    return f"all {count:,} {rows} rows" if count != 1 else f"the one {rows} row"

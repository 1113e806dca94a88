"""Two runs side by side: where they part, how far apart they go, and which examples change side."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engineroom.lens._beside import SameRows, decides, moved_rows, no_same_rows, said, same_rows, sides_differ, spread
from engineroom.lens._compare_text import comparison_text
from engineroom.lens._comparison import Comparison, Gap
from engineroom.lens._counts import check_counts
from engineroom.lens._differences import differences_of
from engineroom.lens._parting import kept_losses, parting_of, shared_states
from engineroom.lens._progress import part_of
from engineroom.lens._reader import norm
from engineroom.plan import State
from engineroom.run import Record, StepProgress

__all__ = ["compare"]

_ALL = "all weights"


def compare(
    first: Record,
    second: Record,
    *,
    points: int = 100,
    rows: int = 1000,
    top: int = 10,
    progress: StepProgress | None = None,
) -> Comparison:
    """Return two runs side by side, over the steps that both have.

    At state t the weights are `distance(t) = ||w2(t) - w1(t)||` apart, `relative(t) = distance(t) / ||w1(t)||`, and the
    predictions `sqrt(mean((p2(t) - p1(t))^2))` over rows and outputs.

    Parameters
    ----------
    first, second : the runs, w1 and w2.
    points : at how many states, evenly spaced from the first that may differ to the last, distances are measured.
    rows : on at most how many rows, evenly spaced, predictions are compared at each of them.
    top : how many of the examples that differ most to list.
    progress : told how far both replays are: up to where the runs part, and past all points.

    Raises
    ------
    OptionError : when `points`, `rows` or `top` are no whole numbers of at least 1.

    Examples
    --------
    >>> import engineroom as er
    >>> run = er.train(er.Network(er.Dense(1, bias=False, init="zeros")), [1, 2, 3], [2, 4, 6], loss="mse",
    ...                optimizer=er.SGD(lr=0.01), batch_size=None, epochs=50, dtype="float64")
    >>> twin = run.fork(at=20, set={"dense1.weight[0, 0]": 2.0})
    >>> answer = compare(run.record, twin.record, points=4)
    >>> answer.parting.state, answer.parting.name, answer.points, answer.gaps[0].distance.round(4).tolist()
    (20, 'dense1.weight[0, 0]', (20, 30, 40, 50), [0.2818, 0.1058, 0.0397, 0.0149])
    """
    check_counts(points=points, rows=rows, top=top)
    a, b = first.apart(), second.apart()
    for run in (a, b):
        run.dataset.need_rows()
    common = min(a.steps, b.steps)
    shared = shared_states(a, b)
    unequal = _other_parameters(a, b)
    unknown = no_same_rows(a, b)
    unlike = _other_losses(a, b)
    known = None if unknown else same_rows(a.dataset, b.dataset)
    far = 0 if shared is None else common - shared
    # The states that may differ are replayed twice: to search, and to measure.
    searched = 0 if unequal else far
    parting = None
    if shared is not None and not unequal:
        parting = parting_of(a, b, shared, common, part_of(progress, 0, searched + far))
    asked = () if shared is None else _spaced(shared, common, points)
    measured = part_of(progress, searched, searched + far)
    course = _course(a, b, asked, not unequal, None if known is None else known.sample(rows), measured)
    beside = None
    if known is not None:
        beside = moved_rows(a, b, (a.at(a.chosen_step), b.at(b.chosen_step)), known, top)
    names = _names(first, second)
    answer = Comparison(
        first=names[0],
        second=names[1],
        steps=(a.steps, b.steps),
        common=common,
        shared=shared,
        differences=differences_of(a, b),
        parting=parting,
        points=asked,
        gaps=course.gaps,
        sampled=0 if known is None else min(rows, len(known)),
        predictions=course.predictions,
        sides=course.sides,
        loss_step=None if unlike else _loss_step(a, b, common),
        losses=(None, None) if unlike else (_loss(a, common), _loss(b, common)),
        metrics=(_metrics(a), _metrics(b)),
        unit=a.dataset.target.unit if a.dataset.target.unit == b.dataset.target.unit else "",
        beside=beside,
        cannot=tuple(sentence for sentence in (unequal, unknown, unlike) if sentence),
    )
    return replace(answer, text=comparison_text(answer))


def _spaced(first: int, last: int, points: int) -> tuple[int, ...]:
    """Return so many states from the first to the last, or all of them where there are fewer."""
    places = np.linspace(first, last, min(points, last - first + 1))
    return tuple(np.unique(places.round().astype(int)).tolist())


class _Course(NamedTuple):
    gaps: tuple[Gap, ...]
    predictions: NDArray[np.float64] | None
    sides: NDArray[np.float64] | None


def _course(
    a: Record, b: Record, points: tuple[int, ...], weights: bool, rows: SameRows | None, progress: StepProgress | None
) -> _Course:
    """Return how far apart two runs are at each point, in one replay of each."""
    names = [_ALL, *(p.name for p in a.plan.parameters)] if weights and points else []
    distance = {name: np.zeros(len(points)) for name in names}
    length = {name: np.zeros(len(points)) for name in names}
    predictions, sides = np.zeros(len(points)), np.zeros(len(points))
    for i, (x, y) in enumerate(zip(a.states(points), b.states(points), strict=True)):
        for name in names:
            ours, theirs = (_weights(state, name) for state in (x, y))
            with np.errstate(all="ignore"):
                distance[name][i], length[name][i] = norm(theirs - ours), norm(ours)
        if rows is not None:
            (side_a, p), (side_b, q) = said(a, x, rows.first), said(b, y, rows.second)
            predictions[i] = spread(p, q)
            if side_a is not None and side_b is not None:
                sides[i] = np.mean(sides_differ(side_a, side_b))
        if progress is not None:
            progress(x.step - points[0], points[-1] - points[0])
    with np.errstate(all="ignore"):
        gaps = tuple(Gap(n, distance[n], np.where(distance[n] == 0, 0.0, distance[n] / length[n])) for n in names)
    return _Course(gaps, None if rows is None else predictions, sides if rows is not None and decides(a) else None)


def _weights(state: State, name: str) -> NDArray[np.float64]:
    if name == _ALL:
        return np.concatenate([w.reshape(-1) for w in state.weights.values()]).astype(np.float64)
    return state[name].astype(np.float64)


def _other_parameters(a: Record, b: Record) -> str | None:
    """Return why weights cannot be compared; None where they can."""
    here, there = ([(p.name, p.shape) for p in run.plan.parameters] for run in (a, b))
    if here == there:
        return None
    other = next(
        (f"{n} is {_shape(s)} in the first and {_shape(dict(there)[n])} in the second" for n, s in here
         if n in dict(there) and dict(there)[n] != s),
        None,
    )  # fmt: skip
    if other is None:
        names = [
            sorted({n for n, _ in mine} - {n for n, _ in others}) for mine, others in ((here, there), (there, here))
        ]
        only = [f"{names[i][0]} is only in the {word}" for i, word in ((0, "first"), (1, "second")) if names[i]]
        other = " and ".join(only) or "their order differs"
    return f"weights are not compared, as the networks have other parameters: {other}"


def _metrics(run: Record) -> dict[str, float]:
    """Return what a run measured on its held-out rows at the state that it predicts with."""
    return next((dict(row.values) for row in run.validation if row.step == run.chosen_step), {})


def _loss_step(a: Record, b: Record, common: int) -> int | None:
    x, y = kept_losses(a)[:common], kept_losses(b)[:common]
    both = min(len(x), len(y))
    same = (x[:both] == y[:both]) | (np.isnan(x[:both]) & np.isnan(y[:both]))
    return None if same.all() else int(np.argmin(same)) + 1


def _loss(run: Record, step: int) -> float | None:
    """Return what a step measured before its update; None where there is none."""
    return float(run.losses(step - 1, step)[0]) if step else None


def _other_losses(a: Record, b: Record) -> str | None:
    """Return why losses cannot be compared; None where they can."""
    here, there = a.loss_law, b.loss_law
    if here == there:
        return None
    if here.law == there.law:
        return f"losses are not compared, as both are {here.law} with other numbers"
    kinds = f"{here.law} in the first and {there.law} in the second"
    return f"losses are not compared, as they are of different kinds: {kinds}"


def _names(first: Record, second: Record) -> tuple[str, str]:
    """Return what the runs are called, with their files where these differ."""
    here, there = first.logbook.path, second.logbook.path
    names = [
        run.name if path is None or here == there else f"{run.name} of {path.name}"
        for run, path in ((first, here), (second, there))
    ]
    if names[0] == names[1] and shared_states(first, second) is not None:
        names = [f"{name}, the {place}" for name, place in zip(names, ("first", "second"), strict=True)]
    return names[0], names[1]


def _shape(shape: tuple[int, ...]) -> str:
    return " x ".join(map(str, shape))

"""A run step by step: the weights, one step with its batch's numbers, and numbers over the steps."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engineroom.errors import OptionError, UnknownNameError, nearest
from engineroom.lens import check_counts, trace
from engineroom.plan import BATCH, State, resolve
from engineroom.run import Record, StepProgress
from engineroom.show.page._asks import CycleAsk, SeriesAsk, StateAsk, TraceAsk
from engineroom.show.page._replies import Cycle, Series, StateReply, TraceReply
from engineroom.show.page._told import operation_row

__all__ = ["cycle_of", "parameters_of", "series_of", "state_of", "trace_of"]

_MOST_ROWS = 1024
_MOST_POINTS = 100_000
_MOST_NAMES = 256
"""Weights or measures that one ask may follow; the page itself follows a few."""


def parameters_of(state: State) -> dict[str, NDArray[Any]]:
    """Return each parameter of a state under its name."""
    return dict(state.weights)


def state_of(record: Record, ask: StateAsk) -> StateReply:
    """Return the weights after so many updates."""
    columns = parameters_of(record.at(ask.step))
    return StateReply(ask.step, list(columns), columns)


def cycle_of(record: Record, ask: CycleAsk) -> Cycle:
    """Return one step, taken apart: its batch, every buffer of the plan, weights and slots before and after."""
    check_counts(rows=ask.rows)
    examination = record.examine(ask.step)
    plan = record.maker(ask.step).plan
    shown = min(ask.rows, _MOST_ROWS, len(examination.rows))
    rows = examination.rows[:shown]
    columns: dict[str, NDArray[Any]] = {"x": record.dataset.x[rows], "y": record.dataset.y[rows]}
    for buffer in plan.buffers:
        if buffer.role in ("activation", "gradient", "loss"):
            values = examination.read(buffer.name)
            columns[buffer.name] = values[:shown] if buffer.shape[:1] == (BATCH,) else values
        elif buffer.role == "parameter" or (buffer.role == "slot" and not ask.glance):
            columns[buffer.name] = examination.before[buffer.name]
            columns[f"{buffer.name}.after"] = examination.after[buffer.name]
    return Cycle(
        step=ask.step,
        epoch=record.epoch_of(ask.step),
        lr=examination.lr,
        loss=examination.loss,
        batch=len(examination.rows),
        rows=record.dataset.row_numbers[rows].tolist(),
        rows_shown=shown,
        operations=[operation_row(operation) for operation in plan.operations],
        columns=columns,
    )


def series_of(record: Record, ask: SeriesAsk, progress: StepProgress | None = None) -> Series:
    """Return numbers over the steps, in at most so many buckets: the least, the greatest and the last of each."""
    if not 1 <= ask.points <= _MOST_POINTS:
        raise OptionError(f"series.points must be between 1 and {_MOST_POINTS:,}, got {ask.points:,}")
    names = _different("series.names", ask.names)
    last = record.steps if ask.last is None else min(ask.last, record.steps)
    first = max(1, ask.first)
    columns: dict[str, NDArray[Any]] = {}
    weights = [name for name in names if name not in ("loss", "lr") and not name.startswith("validation.")]
    paths: dict[str, tuple[NDArray[Any], ...]] = {}
    if weights and last >= first:
        steps, values = _paths(record, weights, ask.glance, progress)
        here = (steps >= first) & (steps <= last)
        paths = {name: (steps[here], *(values[here, i],) * 3) for i, name in enumerate(weights)}
    for name in names:
        if name in paths:
            told = _buckets(ask.points, (first, last), *paths[name])
        elif name == "lr":
            steps = np.unique(np.linspace(first, last, min(ask.points, max(0, last - first + 1))).astype(np.int64))
            rates = np.array([record.rate(int(t)) for t in steps])
            told = steps.astype(np.float64), rates, rates, rates
        elif name == "loss":
            told = _losses(record, first, last, ask.points, progress)
        elif name in weights:
            told = (np.empty(0),) * 4
        else:
            told = _measured(record, name.removeprefix("validation."), first, last, ask.points)
        for end, column in zip(("x", "min", "max", "last"), told, strict=True):
            columns[f"{name}.{end}"] = column
    return Series(names, first, last, columns)


def trace_of(record: Record, ask: TraceAsk, progress: StepProgress | None = None) -> TraceReply:
    """Return the path of weights; of a long one only some states, evenly spaced, and the last."""
    if not 2 <= ask.points <= 10 * _MOST_POINTS:
        raise OptionError(f"trace.points must be between 2 and {10 * _MOST_POINTS:,}, got {ask.points:,}")
    found = trace(record, _different("trace.weights", ask.weights), progress)
    stride = max(1, -(-record.steps // (ask.points - 1)))
    steps = np.unique(np.append(np.arange(0, record.steps + 1, stride), record.steps))
    columns = {name: found.values[steps, i] for i, name in enumerate(found.names)}
    return TraceReply(list(found.names), {"step": steps.astype(np.float64), **columns})


def _different(place: str, names: list[str]) -> list[str]:
    """Return names, each once; OptionError where they are too many for one ask."""
    different = list(dict.fromkeys(names))
    if len(different) > _MOST_NAMES:
        raise OptionError(f"{place} may hold {_MOST_NAMES} names, got {len(different):,}: ask for some at a time")
    return different


def _paths(
    record: Record, weights: list[str], glance: bool, progress: StepProgress | None
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return steps, and what weights were after each of them."""
    if not glance:
        return np.arange(record.steps + 1.0), trace(record, weights, progress).values
    elements = [resolve(record.plan, name, record.dataset.columns, record.dataset.no_inputs) for name in weights]
    steps, values = record.glimpse(elements)
    return steps.astype(np.float64), values


def _losses(
    record: Record, first: int, last: int, points: int, progress: StepProgress | None
) -> tuple[NDArray[Any], ...]:
    """Return the losses as they were kept: of the first million steps each, then the summaries of many at a time.

    No more steps than points are wanted of are told each by its own loss, replayed where it is part of a summary.
    """
    pieces: list[tuple[NDArray[Any], ...]] = []
    for run, start, stop in record.stretches(first - 1, last):
        recorded = run.recorded
        kept = recorded.kept[start - run.start : stop - run.start]
        pieces.append(_each(points, (first, last), start + 1, kept))
        spans = [s for s in recorded.summaries if s.last_step > start and s.first_step <= stop]
        if spans and last - first < points:
            return _each(points, (first, last), first, record.losses(first - 1, last, progress))
        steps = np.array([min(s.last_step, stop) for s in spans], np.float64)
        told = (np.array([getattr(s, name) for s in spans], np.float64) for name in ("least", "greatest", "last"))
        pieces.append((steps, *told))
    if not pieces:
        return (np.empty(0),) * 4
    x, least, greatest, end = (np.concatenate(column) for column in zip(*pieces, strict=True))
    return _buckets(points, (first, last), x, least, greatest, end)


def _measured(record: Record, name: str, first: int, last: int, points: int) -> tuple[NDArray[Any], ...]:
    """Return a metric of the held-out rows; nothing where none are."""
    rows = [row for row in record.validation if first <= row.step <= last]
    known = list(record.validation[0].values) if record.validation else [name]
    if name not in known:
        raise UnknownNameError(f"no validation.{name} was measured{nearest(name, known)}")
    steps, values = np.array([r.step for r in rows], np.float64), np.array([r.values[name] for r in rows], np.float64)
    return _buckets(points, (first, last), steps, values, values, values)


def _each(points: int, span: tuple[int, int], first: int, values: NDArray[Any]) -> tuple[NDArray[Any], ...]:
    """Return the buckets of a value for each step from `first` on; of many the steps are never written down."""
    if len(values) <= points:
        return np.arange(first, first + len(values), dtype=np.float64), values, values, values
    ends, *told = _cut(np.clip(_edges(points, span) - first, 0, len(values)), values, values, values)
    return (first + ends).astype(np.float64), *told


def _buckets(
    points: int,
    span: tuple[int, int],
    steps: NDArray[Any],
    least: NDArray[Any],
    greatest: NDArray[Any],
    end: NDArray[Any],
) -> tuple[NDArray[Any], ...]:
    """Return the last step, the least, the greatest and the last value of each of so many equally long stretches."""
    if len(steps) <= points:
        return steps, least, greatest, end
    ends, *told = _cut(np.searchsorted(steps, _edges(points, span)), least, greatest, end)
    return steps[ends], *told


def _edges(points: int, span: tuple[int, int]) -> NDArray[np.int64]:
    """Return with which steps so many equally long stretches of those from the first to the last of a span begin."""
    first, last = span
    return first + (last - first + 1) * np.arange(points, dtype=np.int64) // points


def _cut(
    starts: NDArray[np.int64], least: NDArray[Any], greatest: NDArray[Any], end: NDArray[Any]
) -> tuple[NDArray[Any], ...]:
    """Return where stretches that begin at `starts` end, and the least, the greatest and the last value of each."""
    starts = np.unique(starts)
    starts = starts[starts < len(end)]
    ends = np.append(starts[1:], len(end)) - 1
    return ends, np.fmin.reduceat(least, starts), np.fmax.reduceat(greatest, starts), end[ends]

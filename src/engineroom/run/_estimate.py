"""What recording a run will cost on disk and what it will give, told before the first step is trained."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from time import perf_counter, thread_time

import numpy as np
from numpy.typing import NDArray

from engineroom.data import Dataset
from engineroom.engine import Engine
from engineroom.logbook import EMPTY, PAGE, Writer, bytes_of_keyframe
from engineroom.numerics import digest
from engineroom.plan import State
from engineroom.run import _summaries
from engineroom.run._amounts import seconds, size
from engineroom.run._going_on import check_warmup
from engineroom.run._keeping import fits_a_file
from engineroom.run._machine import machine_for
from engineroom.run._metrics import metric_names
from engineroom.run._record import EngineName
from engineroom.run._recorder import price_of_writing, share_for_recording
from engineroom.run._settings import Settings
from engineroom.run._train import plan_of
from engineroom.run._training import rounds_of

__all__ = ["Estimate", "estimate_run", "kept_in_time"]

_TRIAL, _SAMPLE = 0.03, 2**24
"""Seconds of steps that are tried, and bytes of a state that are kept on trial."""
_BYTES_A_METRIC, _BYTES_A_SUMMARY = 64, 220
"""What the row of a metric, and of a summary of losses, takes with its index."""


@dataclass(frozen=True)
class Estimate:
    """What a run will cost and give, from a short trial of its steps on this machine.

    Attributes
    ----------
    steps, seconds : how many steps it makes, and how long that takes, without what else the machine does.
    state : bytes of one state, all parameters and the optimizer's slots.
    keyframes : how many of them are kept.
    keyframes_bytes, losses_bytes, data_bytes, other_bytes : what each takes in the file.
    wait : seconds of replay within which any step is reached.
    limit : what keeps the wait from being shorter: "max_wait", "max_size", or "recording", which may slow training
        down by no more than its share.

    Examples
    --------
    >>> print(Estimate(10_000, 40.0, 12_000_000, 21, 252_000_000, 80_000, 180_000, 327_680, 2.5, "max_size"))
    about 252.6 MB on disk: 252.0 MB for 21 keyframes, 0.1 MB for losses, 0.2 MB for data, 0.3 MB for the rest of the \
file; any step within 2.5 s, as max_size allows
    """

    steps: int
    seconds: float
    state: int
    keyframes: int
    keyframes_bytes: int
    losses_bytes: int
    data_bytes: int
    other_bytes: int
    wait: float
    limit: str

    @property
    def bytes(self) -> int:
        """What all of it takes."""
        return self.keyframes_bytes + self.losses_bytes + self.data_bytes + self.other_bytes

    @property
    def every_step(self) -> int:
        """What it would take to store the state of every step instead of replaying it."""
        return self.state * self.steps

    @property
    def brief(self) -> str:
        """How much it takes on disk, without its parts, and within which time any step is reached."""
        # What the machine's speed decides is no news to who trains; a limit that was set is.
        why = ", as max_size allows" if self.limit == "max_size" else ""
        return f"{self.on_disk}; any step within {self.within}{why}"

    @property
    def on_disk(self) -> str:
        """How much it takes on disk, in words."""
        return f"about {_rough(self.bytes)} on disk"

    @property
    def within(self) -> str:
        """Within which time any step is reached, in words."""
        return _time(self.wait)

    def __str__(self) -> str:
        parts = {
            f"{self.keyframes:,} keyframes": self.keyframes_bytes,
            "losses": self.losses_bytes,
            "data": self.data_bytes,
            "the rest of the file": self.other_bytes,
        }
        whole, sizes = _sizes(self.bytes, list(parts.values()))
        told = ", ".join(f"{size} for {name}" for name, size in zip(parts, sizes, strict=True) if size)
        why = {"max_wait": "", "max_size": ", as max_size allows"}.get(self.limit, ", as cheap recording allows")
        return f"about {whole} on disk: {told}; any step within {self.within}{why}"


def estimate_run(
    dataset: Dataset,
    settings: Settings,
    *,
    seed: int = 0,
    engine: EngineName = "native",
    isa: str | None = None,
    threads: int | None = None,
    max_wait: str | float = "50ms",
    max_size: str | float = "256MB",
    include_rows: bool = True,
) -> Estimate:
    """Return what `train_run` with the same arguments will cost and give; some of its steps are tried, none is kept."""
    wait, room = seconds("max_wait", max_wait), size("max_size", max_size)
    plan = plan_of(dataset, settings)
    check_warmup(settings.optimizer.schedule, settings.steps)
    machine = machine_for(plan, settings.segment, dataset, seed, {"engine": engine, "isa": isa, "threads": threads})
    state = machine.initial()
    step = _seconds_a_step(machine, state)
    kept = bytes_of_keyframe(state.values.nbytes)
    last = _cost_of_keyframe(state)
    cost = price_of_writing(machine.threads) * last
    most = max(3, room // kept)
    count, gap, limit = kept_in_time(settings.steps, step, wait=wait, cost=cost, last=last, most=most)
    include_rows = include_rows and fits_a_file(dataset)
    description, blobs = dataset.to_payload(include_rows)
    alone = min(settings.steps, _summaries.KEPT)
    spans = sum(1 for _ in _spans(alone, settings.steps))
    measured = 0
    if len(dataset.validation):
        measured = settings.steps // rounds_of(settings, plan.batch_size, len(dataset.training))
    return Estimate(
        steps=settings.steps,
        seconds=settings.steps * step,
        state=state.values.nbytes,
        keyframes=count,
        keyframes_bytes=count * kept,
        # A commit comes about every second, and the losses that it brings end on a page of their own.
        losses_bytes=8 * alone + int(alone * step) * PAGE // 2 + spans * _BYTES_A_SUMMARY,
        data_bytes=len(json.dumps(description)) + sum(map(len, blobs.values())),
        other_bytes=EMPTY + measured * len(metric_names(plan, dataset.target)) * _BYTES_A_METRIC,
        wait=gap,
        limit=limit,
    )


def kept_in_time(
    steps: int, step: float, *, wait: float, cost: float, last: float = 0.0, most: int
) -> tuple[int, float, str]:
    """Return how many keyframes are kept, how many seconds of replay lie between two, and what decides that.

    Parameters
    ----------
    steps, step : how many steps are made, and seconds that one takes.
    wait : as asked for.
    cost, last : seconds that it takes training to keep a state, and the last one, which nothing trains beside.
    most : how many there is room for; then half of them are dropped.

    Examples
    --------
    >>> kept_in_time(100_000, 1e-4, wait=0.05, cost=1e-5, most=1000)
    (268, 0.0375, 'max_wait')
    >>> kept_in_time(100_000, 1e-4, wait=0.05, cost=1e-5, most=100)
    (68, 0.15, 'max_size')
    """
    whole = steps * step
    share = share_for_recording(step)
    spacing, limit = 0.75 * wait, "max_wait"
    if cost / share > spacing:
        spacing, limit = cost / share, "recording"
    spacing = ceil(spacing / step - 1e-9) * step
    while whole / spacing + 2 > most and spacing < whole:
        spacing, limit = 2 * spacing, "max_size"
    first = last / share
    if max(spacing, first) >= whole:
        return 2, whole, limit if spacing >= whole else "recording"
    return int((whole - max(0.0, first - spacing)) / spacing) + 2, max(spacing, first), limit


def _spans(alone: int, steps: int) -> Iterator[int]:
    """Yield the last step of each span of losses that is summed up."""
    step = alone
    while step < steps:
        step = min(steps, _summaries.span_end(step + 1))
        yield step


def _seconds_a_step(machine: Engine, state: State) -> float:
    """Return how long a step takes here, from a short trial: the best part of it, for other work only slows it down."""
    machine.load(state)
    machine.run(1)
    many, took, best = 1, 0.0, float("inf")
    while took < _TRIAL:
        began = perf_counter()
        done = machine.run(many)
        spent = perf_counter() - began
        took, best = took + spent, min(best, spent / max(1, done.done))
        many = 4 * done.done
        if done.reason != "completed":
            machine.load(state)
            many = max(1, done.done)
    return best


def _cost_of_keyframe(state: State) -> float:
    """Return how many seconds of a processor it takes to keep a state, tried with 16 MB of it at most."""
    content = np.ascontiguousarray(state.values).view(np.uint8)[:_SAMPLE]
    try:
        with tempfile.TemporaryDirectory() as folder, Writer.open(Path(folder) / "trial.logbook") as writer:
            cost = _try_keeping(content, writer)
    except OSError:
        # The folder for temporary files is full, or there is none: that is no reason not to train into another one.
        with Writer.open(None) as writer:
            cost = _try_keeping(content, writer)
    return cost * state.values.nbytes / max(1, len(content))


def _try_keeping(content: NDArray[np.uint8], writer: Writer) -> float:
    """Return how many seconds of a processor it takes to keep a state with this content, the best of three."""
    data = writer.add_data("", "{}", {}, rows=False)
    run = writer.begin_run(numerics=0, engineroom="", seed=0, spec={}, plan="", data=data)
    costs = []
    for step in range(3):
        began = thread_time()
        writer.add_keyframe(run, step, digest(content), content.data)
        # Its pages are written when it is committed; the disk is waited for at no cost.
        writer.commit(run, steps=step)
        costs.append(thread_time() - began)
    return min(costs)


def _sizes(whole: int, parts: Sequence[int]) -> tuple[str, list[str]]:
    """Return a whole and its parts in one unit, rounded so that what is printed adds up; "" where a part is 0."""
    unit, tenth = next(((u, t) for u, t in (("GB", 10**8), ("MB", 10**5), ("kB", 10**2)) if whole >= 10 * t), ("", 0))
    if not unit:
        return f"{whole} bytes", [f"{part} bytes" if part else "" for part in parts]
    tenths = [round(part / tenth) for part in parts]
    total = sum(tenths) if parts else round(whole / tenth)
    return f"{total / 10:,.1f} {unit}", [f"{t / 10:,.1f} {unit}" if t else "" for t in tenths]


def _rough(size: int) -> str:
    """Return a size in two digits, for it is known to a fifth or so."""
    step = 10 ** max(0, len(str(size)) - 2)
    return _sizes(round(size / step) * step, [])[0].replace(".0 ", " ")


def _time(taken: float) -> str:
    if taken < 1:
        amount, unit = taken * 1000, "ms"
    else:
        amount, unit = next(
            ((taken / one, unit) for unit, one in (("h", 3600), ("min", 60)) if taken >= 2 * one), (taken, "s")
        )
    # From 9.95 on two digits are a whole number, which `g` would write with an exponent.
    return f"{amount:.2g} {unit}" if amount < 9.95 else f"{amount:,.0f} {unit}"

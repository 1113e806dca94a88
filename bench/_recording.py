"""What recording costs: the whole public call, its logbook a file, beside the engine alone on the same plan.

Two runs of several seconds cannot be compared on a shared machine, whose pace changes by more than recording costs. So
the two take turns of a tenth of a second: `er.train` tells how far it is, and there its engine makes as many steps
that nothing records, and goes back to where it was. It is the same engine because another one, whose memory lies
elsewhere, differs by more, too. What recording still has to do in its own thread is first waited for, and counted as
recording. Both check the data, set an engine up, give it its initial weights and run it; the public call also opens
the file, keeps the data, losses and keyframes, and closes it.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path
from typing import Any
from unittest.mock import patch

from numpy.typing import NDArray

import engineroom as er
from bench._cases import BATCHES, CASES, Case
from bench._engineroom import options
from bench._race import Measured, summary
from bench._report import Report
from engineroom.data import from_arrays
from engineroom.engine import Engine, make_engine
from engineroom.ops import MSE, CrossEntropy
from engineroom.plan import build_plan
from engineroom.run import _machine

__all__ = ["measure"]

MILLION = 1_000_000

TURN = 0.1
"""Seconds of training between two turns of the engine alone."""


def measure(report: Report, threads: int, quick: bool) -> None:
    """Add the table of recording, and the lesson's million steps."""
    repeats, lasting = (3, 1.0) if quick else (15, 2.5)
    rows, data = [], {}
    for case in CASES.values():
        report.progress(f"recording: {case.name}")
        alone, recorded = _turns(case, threads, repeats, lasting)
        part = [(r / a - 1) * 100 for r, a in zip(recorded.values, alone.values, strict=True)]
        extra = [r - a for r, a in zip(recorded.values, alone.values, strict=True)]
        low, _, high = statistics.quantiles(part, n=4)
        rows.append(
            [
                case.name,
                summary(alone, 4),
                summary(recorded, 4),
                f"{statistics.median(part):+.2f} % ({low:+.2f} to {high:+.2f})",
                f"{statistics.median(extra):+.4f}",
            ]
        )
        data[case.name] = {"alone": alone.values, "recorded": recorded.values}
    report.table(
        "Cost of recording: microseconds a step of the engine alone and of er.train with a logbook file, "
        f"in turns of {TURN:g} s, {repeats} times {lasting:g} s of each",
        ["network", "engine alone", "recorded", "cost, median (half of the repeats)", "microseconds a step more"],
        rows,
    )
    report.facts["recording"] = data
    _lesson(report, 3 if quick else 9)


class _Alone:
    """The engine of a training, which makes as many steps alone as were made, each time that is told how far it is.

    Attributes
    ----------
    seconds : of the engine's steps, of setting one up, and of taking the last state out of it.
    aside : seconds that the training did not have: these steps, and waiting for quiet.
    """

    def __init__(self, case: Case, threads: int) -> None:
        began = time.perf_counter()
        x, y = case.data()
        kind: Any = "classes" if case.classes else "number"
        dataset = from_arrays(x, y, dtype=options(case)["dtype"], target_kind=kind, validation=None)
        engine = _engine(case, threads, dataset.training_x, dataset.training_y)
        engine.load(engine.initial())
        self.seconds, self.aside = time.perf_counter() - began, 0.0
        self._step, self._last = 0, time.perf_counter()

    def make(self, *given: Any, **named: Any) -> Engine:
        """Make the engine of the training."""
        self._engine = make_engine(*given, **named)
        return self._engine

    def begin(self) -> None:
        """Count the first turn of the training from now on."""
        self._last = time.perf_counter()

    def __call__(self, step: int, total: int, loss: float) -> None:
        if step == self._step or (time.perf_counter() - self._last < TURN and step < total):
            return
        done = _quiet()
        before = self._engine.snapshot()
        began = time.perf_counter()
        self._engine.run(step - self._step)
        if step == total:
            self._engine.snapshot()
        self.seconds += time.perf_counter() - began
        self._engine.load(before)
        self._step, self._last = step, time.perf_counter()
        self.aside += self._last - done


def _quiet() -> float:
    """Wait until no other thread of this process computes; return when that began."""
    while True:
        since = time.perf_counter()
        used = time.process_time() - time.thread_time()
        time.sleep(3e-4)
        if time.process_time() - time.thread_time() - used < 5e-5:
            return since


def _turns(case: Case, threads: int, repeats: int, lasting: float) -> tuple[Measured, Measured]:
    """Return microseconds a step of the engine alone and of the recorded run, turn by turn beside each other."""
    x, y = case.data()
    given = options(case)
    steps = _steps(case, threads, lasting)
    alone, recorded = [], []
    with tempfile.TemporaryDirectory() as folder:
        for repeat in range(repeats):
            beside = _Alone(case, threads)
            begin = time.perf_counter()
            beside.begin()
            with patch.object(_machine, "make_engine", beside.make):
                er.train(
                    x=x,
                    y=y,
                    steps=steps,
                    validation=None,
                    threads=threads,
                    logbook=Path(folder) / f"{repeat}.logbook",
                    progress=beside,
                    **given,
                )
            recorded.append((time.perf_counter() - begin - beside.aside) / steps * 1e6)
            alone.append(beside.seconds / steps * 1e6)
    return Measured(tuple(alone)), Measured(tuple(recorded))


def _steps(case: Case, threads: int, lasting: float) -> int:
    """Return how many steps take about so many seconds."""
    engine = _engine(case, threads, *case.data())
    engine.load(engine.initial())
    engine.run(64)
    steps, seconds = 16, 0.0
    while seconds < lasting / 4:
        steps *= 4
        began = time.perf_counter()
        engine.run(steps)
        seconds = time.perf_counter() - began
    return max(BATCHES, round(steps * lasting / seconds / BATCHES) * BATCHES)


def _engine(case: Case, threads: int, x: NDArray[Any], y: NDArray[Any]) -> Engine:
    given = options(case)
    plan = build_plan(
        given["network"],
        CrossEntropy() if case.classes else MSE(),
        given["optimizer"],
        inputs=case.sizes[0],
        target=("classes" if case.classes else "number", case.sizes[-1]),
        batch_size=case.batch,
        dtype=given["dtype"],
        steps=MILLION,
    )
    return make_engine(plan, x, y, 0, threads=threads)


def _lesson(report: Report, repeats: int) -> None:
    report.progress("a million steps of the lesson")
    case = CASES["one weight"]
    x, y = case.data()
    seconds = []
    for _ in range(repeats):
        begin = time.perf_counter()
        er.train(x=x, y=y, steps=MILLION, **options(case))
        seconds.append(time.perf_counter() - begin)
    measured = Measured(tuple(seconds))
    report.table(
        "A million recorded steps of the one-weight lesson", ["what", "seconds"], [["er.train", summary(measured)]]
    )
    report.facts["a million steps"] = seconds

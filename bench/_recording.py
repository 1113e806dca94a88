"""What recording costs: the whole public call, its logbook a file, beside the engine alone on the same plan.

Both check the data, set the engine up, give it its initial weights and run it; the public call also opens the file,
keeps the data, losses and keyframes, and closes it. Which of the two comes first changes from pair to pair.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

import engineroom as er
from bench._cases import BATCHES, CASES, Case
from bench._race import Measured, summary
from bench._report import Report
from engineroom.data import from_arrays
from engineroom.engine import Engine, make_engine
from engineroom.ops import MSE, CrossEntropy
from engineroom.plan import build_plan

__all__ = ["measure"]

MILLION = 1_000_000


def measure(report: Report, threads: int, quick: bool) -> None:
    """Add the table of recording, and the lesson's million steps."""
    pairs, lasting = (3, 1.0) if quick else (7, 5.0)
    rows, data = [], {}
    for case in CASES.values():
        report.progress(f"recording: {case.name}")
        bare, recorded = _pairs(case, threads, pairs, lasting)
        part = [(r / b - 1) * 100 for r, b in zip(recorded.values, bare.values, strict=False)]
        extra = [r - b for r, b in zip(recorded.values, bare.values, strict=False)]
        rows.append(
            [
                case.name,
                summary(bare, 4),
                summary(recorded, 4),
                f"{statistics.median(part):+.2f} % ({min(part):+.2f} to {max(part):+.2f})",
                f"{statistics.median(extra):+.4f}",
            ]
        )
        data[case.name] = {"bare": bare.values, "recorded": recorded.values}
    report.table(
        "Cost of recording: microseconds a step of the engine alone and of er.train with a logbook file, "
        f"{pairs} pairs of some {lasting:g} s in turn",
        ["network", "engine alone", "recorded", "cost, median of pairs", "microseconds a step more"],
        rows,
    )
    report.facts["recording"] = data
    _lesson(report, 3 if quick else 9)


def _pairs(case: Case, threads: int, pairs: int, lasting: float) -> tuple[Measured, Measured]:
    """Return microseconds a step of the engine alone and of the recorded run, each pair side by side."""
    x, y = case.data()
    chosen = _chosen(case)
    engine = _engine(case, threads, x, y)
    engine.load(engine.initial())
    engine.run(64)
    steps, seconds = 16, 0.0
    while seconds < lasting / 4:
        steps *= 4
        began = time.perf_counter()
        engine.run(steps)
        seconds = time.perf_counter() - began
    steps = max(BATCHES, round(steps * lasting / seconds / BATCHES) * BATCHES)
    bare, recorded = [], []
    with tempfile.TemporaryDirectory() as folder:
        for pair in range(pairs):
            first = [_bare(case, threads, steps)] if pair % 2 else []
            begin = time.perf_counter()
            er.train(
                x=x,
                y=y,
                steps=steps,
                validation=None,
                threads=threads,
                logbook=Path(folder) / f"{pair}.logbook",
                **chosen,
            )
            recorded.append((time.perf_counter() - begin) / steps * 1e6)
            bare.append((first or [_bare(case, threads, steps)])[0] / steps * 1e6)
    return Measured(tuple(bare)), Measured(tuple(recorded))


def _bare(case: Case, threads: int, steps: int) -> float:
    x, y = case.data()
    chosen = _chosen(case)
    begin = time.perf_counter()
    dataset = from_arrays(
        x, y, dtype=chosen["dtype"], target_kind="classes" if case.classes else "number", validation=None
    )
    engine = _engine(case, threads, dataset.training_x, dataset.training_y)
    engine.load(engine.initial())
    engine.run(steps)
    engine.snapshot()
    return time.perf_counter() - begin


def _chosen(case: Case) -> dict[str, Any]:
    if case.one_weight:
        return {
            "network": er.Network(er.Dense(1, bias=False, init="zeros")),
            "loss": "mse",
            "optimizer": er.SGD(lr=0.01),
            "batch_size": None,
            "dtype": "float64",
        }
    hidden = [er.Dense(width, "relu") for width in case.sizes[1:-1]]
    return {
        "network": er.Network(*hidden, er.Dense(case.sizes[-1])),
        "loss": "cross_entropy" if case.classes else "mse",
        "optimizer": er.Adam(lr=1e-3),
        "batch_size": case.batch,
        "dtype": "float32",
    }


def _engine(case: Case, threads: int, x: NDArray[Any], y: NDArray[Any]) -> Engine:
    chosen = _chosen(case)
    plan = build_plan(
        chosen["network"],
        CrossEntropy() if case.classes else MSE(),
        chosen["optimizer"],
        inputs=case.sizes[0],
        target=("classes" if case.classes else "number", case.sizes[-1]),
        batch_size=case.batch,
        dtype=chosen["dtype"],
        steps=MILLION,
    )
    return make_engine(plan, x, y, 0, threads=threads)


def _lesson(report: Report, repeats: int) -> None:
    report.progress("a million steps of the lesson")
    seconds = []
    for _ in range(repeats):
        begin = time.perf_counter()
        er.train(
            er.Network(er.Dense(1, bias=False, init="zeros")),
            [1, 2, 3],
            [2, 4, 6],
            loss="mse",
            optimizer=er.SGD(lr=0.01),
            batch_size=None,
            epochs=MILLION,
            dtype="float64",
        )
        seconds.append(time.perf_counter() - begin)
    measured = Measured(tuple(seconds))
    report.table(
        "A million recorded steps of the one-weight lesson", ["what", "seconds"], [["er.train", summary(measured)]]
    )
    report.facts["a million steps"] = seconds

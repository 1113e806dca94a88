"""How long an answer takes: any step's weights, any weight's path, any move explained."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import engineroom as er
from bench._race import Measured, percentile95, summary
from bench._report import Report
from engineroom.data import load_digits

__all__ = ["measure"]


LONG = 100_000


def measure(report: Report, threads: int, quick: bool) -> None:
    """Add the table of questions to runs on the digits that are opened from their files, as a user would."""
    x, y = load_digits()
    usual: dict[str, Any] = {"standardize": True, "seed": 0, "threads": threads}
    small = er.Network(er.Dense(64, "relu"), er.Dense(10))
    _ask(report, "64-64-10, Adam, 20 epochs", 9 if quick else 51, small, x, y, **usual, epochs=20, batch_size=32)
    _ask(report, "the usual network and optimizer", 9 if quick else 51, None, x, y, **usual, steps=LONG)


def _ask(report: Report, what: str, asked: int, *given: Any, **chosen: Any) -> None:
    report.progress(f"questions: {what}")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "digits.logbook"
        begin = time.perf_counter()
        er.train(*given, **chosen, logbook=file)
        trained = time.perf_counter() - begin
        size = file.stat().st_size
        run = er.open(file).runs[-1]
        rng = np.random.default_rng(4)
        steps = [int(t) for t in rng.integers(1, run.steps + 1, asked)]
        names = [f"dense1.weight[{i}, {o}]" for i, o in rng.integers(10, 54, (asked, 2))]
        questions: dict[str, tuple[int, Callable[[int], Any]]] = {
            "run.at(t): all weights after any step": (asked, lambda k: run.at(steps[k]).weights["dense1.weight"]),
            "run.why(w, step=t)": (asked, lambda k: str(run.why(names[k], step=steps[k]))),
            "run.trace(w): the whole path": (3, lambda k: run.trace(names[k])),
            "run.trace of ten weights": (3, lambda k: run.trace(names[k : k + 10] if asked > 12 else names)),
        }
        rows, data = [], {}
        for text, (times, question) in questions.items():
            question(0)
            values = []
            for k in range(times):
                begin = time.perf_counter()
                question(k)
                values.append((time.perf_counter() - begin) * 1e3)
            within = f"{percentile95(values):.3g}" if times > 3 else ""
            part = "" if times > 3 else f"{np.median(values) / trained / 1e3:.2f}"
            rows.append([text, summary(Measured(tuple(values))), within, part])
            data[text] = values
    report.table(
        f"Questions to a run on the digits, {what}: {run.steps:,} steps in {trained:.3g} s, "
        f"{size / run.steps:,.0f} bytes a step on disk; each at a random step and weight; milliseconds",
        ["question", "median (least-most)", "95 of 100 within", "as a part of the training time"],
        rows,
    )
    report.facts[f"questions, {what}"] = data | {"training seconds": trained, "bytes": size, "steps": run.steps}

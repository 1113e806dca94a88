"""How long an answer takes: any step's weights, any weight's path, any move explained."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import engineroom as er
from bench._race import Measured, summary
from bench._report import Report
from engineroom.data import load_digits

__all__ = ["measure"]


def measure(report: Report, threads: int, quick: bool) -> None:
    """Add the table of questions to a run on the digits that is opened from its file, as a user would."""
    report.progress("questions")
    asked = 9 if quick else 51
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "digits.logbook"
        begin = time.perf_counter()
        _train(file, threads)
        trained = time.perf_counter() - begin
        run = er.open(file).runs[-1]
        rng = np.random.default_rng(4)
        steps = [int(t) for t in rng.integers(1, run.steps + 1, asked)]
        names = [f"dense1.weight[{i}, {o}]" for i, o in rng.integers(10, 54, (asked, 2))]
        questions: dict[str, Callable[[int], Any]] = {
            "run.at(t): all weights after any step": lambda k: run.at(steps[k]).weights["dense1.weight"],
            "run.why(w, step=t)": lambda k: str(run.why(names[k], step=steps[k])),
            "run.trace(w): the whole path": lambda k: run.trace(names[k]),
        }
        rows, data = [], {}
        for text, question in questions.items():
            question(0)
            values = []
            for k in range(asked if "trace" not in text else asked // 3):
                begin = time.perf_counter()
                question(k)
                values.append((time.perf_counter() - begin) * 1e3)
            part = f"{values and np.median(values) / trained / 1e3:.2f}" if "trace" in text else ""
            rows.append([text, summary(Measured(tuple(values))), part])
            data[text] = values
    report.table(
        f"Questions to a run of {run.steps:,} steps on the digits, each at a random step and weight; milliseconds",
        ["question", "median (least-most)", "as a part of the training time"],
        rows,
    )
    report.facts["questions"] = data | {"training seconds": trained}


def _train(file: Path, threads: int) -> None:
    x, y = load_digits()
    network = er.Network(er.Dense(64, "relu"), er.Dense(10))
    er.train(network, x, y, epochs=20, batch_size=32, standardize=True, seed=0, threads=threads, logbook=file)

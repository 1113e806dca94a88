"""What it takes to share a weight's travel out among the examples, and how that compares with leaving one out."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

import engineroom as er
from bench._race import Measured, summary
from bench._report import Report
from engineroom.data import load_digits
from engineroom.run import Changes, try_fork

__all__ = ["measure"]

WEIGHT = "dense2.weight[3, 5]"
MANY = [f"dense1.weight[{i}, 3]" for i in range(20, 28)] + [WEIGHT, "dense2.bias[5]"]


def measure(report: Report, threads: int, quick: bool) -> None:
    """Add the tables of contributions and landscapes on the digits: 64-32-10 relu, adam, 10,000 steps of 32 rows."""
    report.progress("weights")
    x, y = load_digits()
    network = er.Network(er.Dense(32, "relu"), er.Dense(10))
    settings: dict[str, Any] = {"optimizer": er.Adam(lr=1e-3), "seed": 0, "threads": threads, "standardize": True}
    begin = time.perf_counter()
    run = er.train(network, x, y, steps=10_000, batch_size=32, **settings)
    trained = time.perf_counter() - begin
    full = er.train(network, x, y, steps=1_000, batch_size=None, **settings)
    rows: list[list[str]] = []
    questions: dict[str, Callable[[], Any]] = {
        "contributions of a weight, 10,000 steps of 32 rows": lambda: run.contributions(WEIGHT),
        "contributions of 10 weights, the same steps": lambda: run.contributions(MANY),
        "contributions of a weight, 1,000 steps of all 1,438 rows": lambda: full.contributions(WEIGHT),
        "landscape of a weight in a step, its batch, 101 points": lambda: run.landscape(WEIGHT, step=500),
        "landscape of the path, training rows, 25 x 25 points": lambda: run.landscape("path"),
    }
    data: dict[str, Any] = {"training seconds": trained}
    for text, question in questions.items():
        values = []
        for _ in range(3 if quick else 9):
            begin = time.perf_counter()
            question()
            values.append((time.perf_counter() - begin) * 1e3)
        rows.append([text, summary(Measured(tuple(values)))])
        data[text] = values
    report.table(
        f"What made a weight, and what lies around it; milliseconds (training took {trained * 1e3:,.0f})",
        ["question", "median (least-most)"],
        rows,
    )
    _beside_removal(report, run, data, 8 if quick else 40)
    report.facts["weights"] = data


def _beside_removal(report: Report, run: er.Run, data: dict[str, Any], asked: int) -> None:
    """Leave examples out one by one: half of them the hardest by the account, half of the 200 after these."""
    answer = run.contributions(WEIGHT)
    order = np.argsort(-np.abs(answer.amounts))
    chance = np.random.default_rng(0).permutation(order[asked // 2 : asked // 2 + 200])
    chosen = [*order[: asked // 2].tolist(), *chance[: asked - asked // 2].tolist()]
    start = run.at(0)

    def moved(changes: Changes) -> float:
        end = try_fork(run.record, 0, changes, steps=run.steps).state
        return float(end["dense2.weight"][3, 5]) - float(start["dense2.weight"][3, 5])

    travel = float(answer.travel)
    foretold = np.array([-answer.amounts[i] for i in chosen])
    really = np.array([moved(Changes(drop_examples=[int(answer.rows[i])])) - travel for i in chosen])
    dealt = np.array([moved(Changes(seed=seed)) - travel for seed in range(1, asked // 2 + 1)])
    half = asked // 2
    rows = []
    for name, part in (("the hardest", slice(0, half)), ("of the next 200", slice(half, asked))):
        signs = float(np.mean(np.sign(foretold[part]) == np.sign(really[part])))
        rows.append(
            [
                f"{len(foretold[part])} examples, {name}",
                f"{np.abs(foretold[part]).mean():.4f}",
                f"{np.abs(really[part]).mean():.4f}",
                f"{np.corrcoef(foretold[part], really[part])[0, 1]:.2f}",
                f"{signs:.0%}",
            ]
        )
    rows.append([f"{len(dealt)} other orders, none left out", "", f"{np.abs(dealt).mean():.4f}", "", ""])
    report.table(
        f"The account beside leaving an example out: {WEIGHT}, which travelled {travel:+.4f}; mean sizes of the change",
        ["left out", "by the account", "really", "correlation", "same sign"],
        rows,
    )
    data |= {"foretold": foretold.tolist(), "really": really.tolist(), "dealt": dealt.tolist(), "travel": travel}

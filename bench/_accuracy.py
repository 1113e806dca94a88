"""What the defaults reach on the bundled data, and how long training takes."""

from __future__ import annotations

import statistics
import time

import engineroom as er
from bench._race import Measured, summary
from bench._report import Report

__all__ = ["measure"]


def measure(report: Report, threads: int, quick: bool) -> None:
    """Add the table of accuracies on held-out rows, over seeds: each seed holds out other rows."""
    # The defaults were chosen by trying settings on the splits of seeds 0 to 19 and 100 to 111; these are other ones.
    seeds = range(1000, 1003 if quick else 1020)
    rows, data = [], {}
    for name, target in (("digits", "digit"), ("penguins", "species")):
        report.progress(f"accuracy: {name}")
        accuracies, seconds = [], []
        for seed in seeds:
            begin = time.perf_counter()
            run = er.train(None, name, target=target, seed=seed, threads=threads)
            seconds.append(time.perf_counter() - begin)
            accuracies.append(run.metrics["accuracy"] * 100)
        low, high = min(accuracies), max(accuracies)
        middle = f"{statistics.median(accuracies):.2f} ({low:.2f}-{high:.2f})"
        rows.append([name, middle, f"{statistics.mean(accuracies):.2f}", summary(Measured(tuple(seconds)))])
        data[name] = {"accuracy %": accuracies, "seconds": seconds}
    report.table(
        f"Accuracy on held-out rows with default settings, {len(seeds)} seeds that chose nothing; seconds of er.train",
        ["data", "%, median (least-most)", "mean", "seconds"],
        rows,
    )
    report.facts["accuracy"] = data

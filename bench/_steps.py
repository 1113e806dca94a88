"""Microseconds a training step, beside every peer."""

from __future__ import annotations

import statistics
from contextlib import ExitStack

from bench._cases import CASES
from bench._race import Lane, Measured, Worker, race, summary
from bench._report import Report

__all__ = ["measure"]

LANES = (
    Lane("engineroom", "recorded"),
    Lane("numpy", "by hand"),
    Lane("torch", "eager"),
    Lane("torch", "compiled"),
    Lane("jax", "scan"),
    Lane("jax", "step"),
    Lane("sklearn", "fit"),
)


def measure(report: Report, threads: int, quick: bool) -> None:
    """Add the table of steps: each case in each lane, the libraries in turn."""
    repeats, lasting = (3, 0.1) if quick else (9, 0.5)
    rows, data = [], {}
    with ExitStack() as stack:
        workers = {name: stack.enter_context(Worker(name, threads)) for name in {lane.library: None for lane in LANES}}
        for case in CASES:
            report.progress(f"steps: {case}")
            measured = race(workers, LANES, case, repeats, lasting)
            ours = measured[LANES[0].name]
            rows.append([case, *(summary(m) + _times(m, ours) for m in measured.values())])
            data[case] = {name: m.values or m.absent for name, m in measured.items()}
    report.table(
        f"Microseconds a step, {threads} thread{'s' * (threads > 1)}: median (least-most) of {repeats} repeats "
        "in turn; x = its time divided by engineroom's in the same repeat, median over the repeats",
        ["network", *(lane.name for lane in LANES)],
        rows,
    )
    report.facts[f"steps, {threads} threads"] = data


def _times(measured: Measured, ours: Measured) -> str:
    if not measured.values or not ours.values or measured is ours:
        return ""
    ratio = statistics.median(m / o for m, o in zip(measured.values, ours.values, strict=False))
    return f" {ratio:.3g}x"

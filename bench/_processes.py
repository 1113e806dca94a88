"""Whole processes: what an import costs, and training the digits from a cold start."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench._race import ROOT, Measured, environment, summary
from bench._report import Report

__all__ = ["measure"]

# The face is lazy: a bare import loads not even NumPy, and says little about what a user waits for. So the import is
# measured a second time, up to the point where `train` can be called.
IMPORTS = {
    "numpy": "import numpy",
    "engineroom, bare": "import engineroom",
    "engineroom, up to train": "import engineroom; engineroom.train; engineroom.Network; engineroom.Dense",
}
TRAIN = ["train", "digits", "--target", "digit", "--hidden", "64", "--epochs", "20", "--batch-size", "32"]
TRAIN += ["--optimizer", "adam", "--lr", "0.001", "--schedule", "constant"]


def measure(report: Report, threads: int, quick: bool) -> None:
    """Add the tables of imports and of whole processes."""
    repeats = 5 if quick else 31
    report.progress("imports")
    imports = _in_turn({name: ["-c", code] for name, code in IMPORTS.items()}, repeats, threads)
    base = imports["numpy"].values
    report.table(
        f"Whole process of one import, milliseconds, {repeats} fresh processes each in turn",
        ["import", "median (least-most)", "more than numpy"],
        [[name, summary(m), _more(m.values, base) if name != "numpy" else ""] for name, m in imports.items()],
    )
    report.facts["imports"] = {name: m.values or m.absent for name, m in imports.items()}

    report.progress("whole processes")
    repeats = 3 if quick else 9
    with tempfile.TemporaryDirectory() as folder:
        digits = str(Path(folder) / "digits.npz")
        _run([sys.executable, "-m", "bench._digits", "save", digits], environment(threads))
        book = str(Path(folder) / "digits.logbook")
        lanes = {
            "engineroom train digits": ["-m", "engineroom.cli", *TRAIN, "--logbook", book],
            "script with er.train": ["-m", "bench._digits", "engineroom", digits],
            "script with import torch": ["-m", "bench._digits", "torch", digits],
        }
        processes = _in_turn(lanes, repeats, threads)
    ours = processes["engineroom train digits"]
    rows = []
    for name, measured in processes.items():
        ratio = [m / o for m, o in zip(measured.values, ours.values, strict=False)]
        rows.append([name, summary(measured), f"{statistics.median(ratio):.3g}x" if ratio else ""])
    report.table(
        "Whole process: load the digits, train 64-64-10, 20 epochs at batch 32 with Adam; "
        f"milliseconds, {repeats} each in turn",
        ["process", "median (least-most)", "by the first"],
        rows,
    )
    report.facts["processes"] = {name: m.values or m.absent for name, m in processes.items()}


def _more(values: Sequence[float], base: Sequence[float]) -> str:
    """Return how much longer each took than its neighbour in the same turn, median."""
    return f"{statistics.median(v - b for v, b in zip(values, base, strict=True)):+.1f}" if values and base else ""


def _in_turn(lanes: Mapping[str, Sequence[str]], repeats: int, threads: int) -> dict[str, Measured]:
    """Return milliseconds of each Python process; one run of each first, so that files are read from memory."""
    around = environment(threads)
    absent: dict[str, str] = {}
    values: dict[str, list[float]] = {name: [] for name in lanes}
    for repeat in range(-1, repeats):
        for name, words in lanes.items():
            if name in absent:
                continue
            begin = time.perf_counter()
            fault = _run([sys.executable, *words], around)
            if fault:
                absent[name] = fault
            elif repeat >= 0:
                values[name].append((time.perf_counter() - begin) * 1e3)
    return {name: Measured(tuple(values[name]), absent.get(name, "")) for name in lanes}


def _run(words: Sequence[str], around: Mapping[str, str]) -> str:
    """Run a process to its end; return "" or the last line of what it complained of."""
    done = subprocess.run(words, cwd=ROOT, env=dict(around), capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return ""
    lines = done.stderr.strip().splitlines()
    if "ModuleNotFoundError" in done.stderr:
        return f"not installed ({lines[-1]})"
    return lines[-1] if lines else f"exit status {done.returncode}"

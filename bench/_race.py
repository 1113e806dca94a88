"""Libraries asked in turn, again and again, so that a slow moment of the machine falls on all of them alike."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from bench._cases import BATCHES

__all__ = ["ROOT", "Lane", "Measured", "Worker", "environment", "percentile95", "race", "summary"]

ROOT = Path(__file__).resolve().parents[1]


def environment(threads: int) -> dict[str, str]:
    """Return the environment in which every library runs: as many threads, and each at its best.

    OpenBLAS, which NumPy and scikit-learn use, picks slower kernels on some processors that have AVX-512;
    OPENBLAS_CORETYPE is its documented way to choose. XLA takes its threads from the processors it may use, see
    `bench/_worker.py`.
    """
    chosen = dict(os.environ)
    # In front of what is there already: the processes must measure the same copy as this one.
    chosen["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    # Without byte code on disk each process would compile this package again, while installed libraries have theirs.
    chosen.pop("PYTHONDONTWRITEBYTECODE", None)
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        chosen[name] = str(threads)
    flags = Path("/proc/cpuinfo")
    if flags.exists() and "avx512bw" in flags.read_text():
        chosen.setdefault("OPENBLAS_CORETYPE", "SkylakeX")
    return chosen


@dataclass(frozen=True)
class Lane:
    """One way of doing the work: a library and how it is used."""

    library: str
    variant: str

    @property
    def name(self) -> str:
        return f"{self.library} {self.variant}"


@dataclass(frozen=True)
class Measured:
    """What one lane took, or why it did not run.

    Attributes
    ----------
    values : one for each repeat, in the table's unit.
    absent : why there are none.
    """

    values: tuple[float, ...] = ()
    absent: str = ""

    @property
    def median(self) -> float:
        return statistics.median(self.values)


class Worker:
    """A library's process; see `bench/_worker.py`."""

    def __init__(self, library: str, threads: int) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench._worker", library],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd=ROOT,
            env=environment(threads),
        )
        self.absent = self._answer().get("absent", "")

    def ask(self, **question: Any) -> dict[str, Any]:
        """Return the worker's answer; once it has died, that it has."""
        if self.absent:
            return {"absent": self.absent}
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(question) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            self.absent = "its process ended"
            return {"absent": self.absent}
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        return json.loads(line) if line else {"absent": f"its process ended with {self._process.wait()}"}

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        with self._process:  # which closes the pipes and waits
            self._process.terminate()


def race(
    workers: dict[str, Worker], lanes: Sequence[Lane], case: str, repeats: int, lasting: float
) -> dict[str, Measured]:
    """Return microseconds a step of each lane; each repeat lasts about `lasting` seconds, lanes in turn."""
    steps: dict[Lane, int] = {}
    absent: dict[Lane, str] = {}
    for lane in lanes:
        found = _pace(workers[lane.library], lane, case, lasting)
        if isinstance(found, str):
            absent[lane] = found
        else:
            steps[lane] = found
    values: dict[Lane, list[float]] = {lane: [] for lane in lanes}
    for repeat in range(repeats):
        # Backwards every other time, so that nobody always follows the same neighbour.
        for lane in list(steps)[:: -1 if repeat % 2 else 1]:
            answer = workers[lane.library].ask(variant=lane.variant, case=case, steps=steps[lane])
            values[lane].append(answer["seconds"] / steps[lane] * 1e6)
    return {lane.name: Measured(tuple(values[lane]), absent.get(lane, "")) for lane in lanes}


def _pace(worker: Worker, lane: Lane, case: str, lasting: float) -> int | str:
    """Return how many steps last about `lasting` seconds, or why there are none."""
    steps = 2 * BATCHES
    while True:
        answer = worker.ask(variant=lane.variant, case=case, steps=steps)
        if "absent" in answer:
            return str(answer["absent"])
        if answer["seconds"] > lasting / 3 or steps > 4_000_000:
            rate = steps / answer["seconds"]
            return max(2 * BATCHES, round(rate * lasting / BATCHES) * BATCHES)
        steps = min(steps * 32, round(steps * lasting / answer["seconds"] / BATCHES + 1) * BATCHES)


def summary(measured: Measured, digits: int = 3) -> str:
    """Return median and spread, as `12.3 (11.9-14.0)`, or why there are none."""
    if not measured.values:
        return measured.absent or "-"
    low, high = min(measured.values), max(measured.values)
    return f"{_short(measured.median, digits)} ({_short(low, digits)}-{_short(high, digits)})"


def percentile95(values: Sequence[float]) -> float:
    """Return what 95 of 100 values do not exceed."""
    return float(np.quantile(values, 0.95))


def _short(value: float, digits: int) -> str:
    return f"{value:,.0f}" if value >= 10**digits else f"{value:.{digits}g}"

"""Train a long run, verify it and ask it, and print the memory that this took and the size of its file.

    python scripts/run_long.py lesson 100000000
    python scripts/run_long.py digits 1000000

`lesson` is the first lesson, one weight that learns y = 2x; `digits` is the bundled digits and the usual network.
The growth is that of the process from a tenth of the training on, when everything that it needs has been loaded.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from time import perf_counter

import engineroom as er

LIMIT = 48.0
"""Megabytes by which training may grow after its first tenth: losses on their way to the file, and caches."""


def resident() -> float:
    """Return the megabytes of memory that this process holds."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) / 1024


def train(kind: str, steps: int, path: Path, seen: list[tuple[int, float]]) -> er.Run:
    """Train, and see on the way how much memory is held."""

    def look(done: int, planned: int, loss: float) -> None:
        seen.append((done, resident()))

    if kind == "lesson":
        net = er.Network(er.Dense(1, bias=False, init="zeros"))
        law = er.SGD(lr=0.01)
        return er.train(
            net, [1, 2, 3], [2, 4, 6], optimizer=law, batch_size=None, steps=steps, dtype="float64", logbook=path,
            progress=look,
        )  # fmt: skip
    return er.train(None, "digits", steps=steps, batch_size=32, logbook=path, progress=look)


def main() -> int:
    """Train, look and print; 1 when memory was not flat or the run is not what was recorded."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=["lesson", "digits"])
    parser.add_argument("steps", type=int)
    asked = parser.parse_args()
    seen: list[tuple[int, float]] = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "long.logbook"
        began = perf_counter()
        run = train(asked.kind, asked.steps, path, seen)
        took = perf_counter() - began
        early = max(held for done, held in seen if done <= max(asked.steps / 10, seen[0][0]))
        growth = max(held for _, held in seen) - early
        print(f"{run.steps:,} steps of {asked.kind} in {took:.1f} s: {path.stat().st_size / 1e6:.1f} MB in the file")
        print(f"{len(run.record.keyframes):,} keyframes, {len(run.record.validation):,} measurements")
        print(f"memory while training: {early:.0f} MB after a tenth, {growth:+.0f} MB at most from there on")
        before = resident()
        began = perf_counter()
        found = run.verify()
        print(f"{found} ({perf_counter() - began:.1f} s, {resident() - before:+.0f} MB)")
        began = perf_counter()
        run.losses(run.steps - 1000, run.steps)
        print(f"the last 1,000 losses took {1000 * (perf_counter() - began):.0f} ms")
    return 0 if found.ok and growth < LIMIT else 1


if __name__ == "__main__":
    raise SystemExit(main())

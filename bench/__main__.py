"""`python -m bench`, or `make bench`: every figure of the README, beside its peers, in one run."""

from __future__ import annotations

import argparse
import sys

from bench import _accuracy, _page, _processes, _questions, _recording, _stability, _steps, _weights
from bench._report import Report

PARTS = {
    "steps": _steps.measure,
    "recording": _recording.measure,
    "processes": _processes.measure,
    "accuracy": _accuracy.measure,
    "questions": _questions.measure,
    "stability": _stability.measure,
    "weights": _weights.measure,
    "page": _page.measure,
}


def main(words: list[str]) -> int:
    """Measure the parts asked for; without any, all of them."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; all when left out")
    parser.add_argument("--quick", action="store_true", help="fewer and shorter repeats: a first look, noisier")
    parser.add_argument("--threads", type=int, default=1, help="threads of every library (1)")
    parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
    asked = parser.parse_args(words)
    if unknown := [part for part in asked.parts if part not in PARTS]:
        parser.error(f"there is no part {unknown[0]!r}; parts are {', '.join(PARTS)}")
    report = Report(asked.json)
    report.begin()
    for name in asked.parts or PARTS:
        PARTS[name](report, asked.threads, asked.quick)
    report.end()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""One library in a process of its own, answering over a pipe, so that its threads and settings are its own.

    python -m bench._worker LIBRARY

Each line in is JSON: {"variant": ..., "case": ..., "steps": n}; each line out {"seconds": s} or {"absent": why}.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

from bench._cases import CASES

MODULES = {"engineroom": "_engineroom", "numpy": "_numpy", "torch": "_pytorch", "jax": "_jax", "sklearn": "_scikit"}


def main(library: str) -> None:
    _stay_on(int(os.environ["OMP_NUM_THREADS"]))
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # what a library prints must not be taken for an answer
    try:
        build: Callable[..., Any] = importlib.import_module(f"bench.{MODULES[library]}").build
    except ImportError as missing:
        print(json.dumps({"absent": f"not installed ({missing.name})"}), file=answers)
        return
    print(json.dumps({"ready": True}), file=answers)
    built: dict[tuple[str, str], Callable[[int], Any]] = {}
    warm: set[tuple[str, str, int]] = set()
    for line in sys.stdin:
        ask = json.loads(line)
        key = (ask["variant"], ask["case"])
        try:
            if key not in built:
                built[key] = build(CASES[ask["case"]], ask["variant"])
            if (*key, ask["steps"]) not in warm:
                # Compiling is not training: whatever compiles for this number of steps does it here.
                built[key](ask["steps"])
                warm.add((*key, ask["steps"]))
            begin = time.perf_counter()
            built[key](ask["steps"])
            answer: dict[str, Any] = {"seconds": time.perf_counter() - begin}
        except Exception as fault:
            reason = (str(fault).strip().splitlines() or [""])[0][:160]
            # What a lane cannot do, it says in words for the table; anything else is a fault, with its kind.
            lacking = isinstance(fault, NotImplementedError) and reason
            answer = {"absent": reason if lacking else f"{type(fault).__name__}: {reason}"}
        print(json.dumps(answer), file=answers)


def _stay_on(threads: int) -> None:
    """Use as many processors as there are threads, where the system can say so: before a library counts them."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])


if __name__ == "__main__":
    main(sys.argv[1])

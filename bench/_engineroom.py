"""engineroom through its public door, recording on: the whole call of `er.train` is timed."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import engineroom as er
from bench._cases import Case

__all__ = ["build", "options"]


def options(case: Case) -> dict[str, Any]:
    """Return the arguments of `er.train` that say what a case trains."""
    if case.one_weight:
        return {
            "network": er.Network(er.Dense(1, bias=False, init="zeros")),
            "loss": "mse",
            "optimizer": er.SGD(lr=0.01),
            "batch_size": None,
            "dtype": "float64",
        }
    hidden = [er.Dense(width, "relu") for width in case.sizes[1:-1]]
    return {
        "network": er.Network(*hidden, er.Dense(case.sizes[-1])),
        "loss": "cross_entropy" if case.classes else "mse",
        "optimizer": er.Adam(lr=1e-3),
        "batch_size": case.batch,
        "dtype": "float32",
    }


def build(case: Case, variant: str) -> Callable[[int], Any]:
    x, y = case.data()
    given = options(case)
    threads = int(os.environ["OMP_NUM_THREADS"])

    def run(steps: int) -> Any:
        return er.train(x=x, y=y, steps=steps, seed=0, validation=None, threads=threads, **given).loss

    return run

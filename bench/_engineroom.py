"""engineroom through its public door, recording on: the whole call of `er.train` is timed."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import engineroom as er
from bench._cases import Case

__all__ = ["VARIANTS", "build"]

VARIANTS = ("recorded",)


def build(case: Case, variant: str) -> Callable[[int], Any]:
    x, y = case.data()
    if case.one_weight:
        network = er.Network(er.Dense(1, bias=False, init="zeros"))
        chosen: dict[str, Any] = {"optimizer": er.SGD(lr=0.01), "dtype": "float64", "batch_size": None}
    else:
        hidden = [er.Dense(width, "relu") for width in case.sizes[1:-1]]
        network = er.Network(*hidden, er.Dense(case.sizes[-1]))
        chosen = {"optimizer": er.Adam(lr=1e-3), "dtype": "float32", "batch_size": case.batch}
    chosen["loss"] = "cross_entropy" if case.classes else "mse"

    def run(steps: int) -> Any:
        return er.train(
            network,
            x,
            y,
            steps=steps,
            seed=0,
            validation=None,
            threads=int(os.environ["OMP_NUM_THREADS"]),
            **chosen,
        ).loss

    return run

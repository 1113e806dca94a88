"""How long it takes to measure the sharpness over all training rows, and how many products that needs."""

from __future__ import annotations

import time
from typing import Any

import engineroom as er
from bench._race import Measured, summary
from bench._report import Report
from engineroom.data import load_digits

__all__ = ["measure"]


def measure(report: Report, threads: int, quick: bool) -> None:
    """Add the table of `run.stability` on a 64-256-10 network on the digits, a full-batch look at every row."""
    report.progress("stability")
    x, y = load_digits()
    rows: list[list[str]] = []
    data: dict[str, Any] = {}
    for activation in ("relu", "tanh", "gelu"):
        for optimizer in (er.SGD(lr=0.1, momentum=0.9), er.Adam(lr=1e-3)):
            network = er.Network(er.Dense(256, activation), er.Dense(10))
            run = er.train(network, x / 16, y, optimizer=optimizer, epochs=5, batch_size=32, seed=0, threads=threads)
            values = []
            for _ in range(3 if quick else 9):
                begin = time.perf_counter()
                answer = run.stability()
                values.append((time.perf_counter() - begin) * 1e3)
            scaled = answer.felt if answer.preconditioned else None
            products = f"{answer.sharpness.products}" + (f" + {scaled.products}" if scaled else "")
            name = f"{activation}, {optimizer.law}"
            rows.append([name, f"{answer.rows:,}", summary(Measured(tuple(values))), products, f"{answer.limit:.4g}"])
            data[name] = {"milliseconds": values, "answer": answer.to_dict()["limit"], "products": products}
    report.table(
        "run.stability() of 64-256-10 on the digits, after 5 epochs; milliseconds",
        ["network", "rows", "median (least-most)", "products with the Hessian", "largest stable lr"],
        rows,
    )
    report.facts["stability"] = data

"""What the list of runs says of a run."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

import engineroom as er
from engineroom.data import amount_text
from engineroom.show.page._told import run_row


def test_an_interrupted_run_is_told_by_its_last_measurement() -> None:
    x = np.arange(60.0)
    run = er.train(er.Network(er.Dense(1)), x, 2 * x, validation=20, batch_size=20, steps=4, seed=1)
    row = run_row(run.record)
    assert row.metric_name == "rmse"
    assert row.metric_text == f"off by {amount_text(run.metrics['rmse'])}"
    # Two steps an epoch: in state 3 it was not measured.
    run.record.row = replace(run.record.row, steps=3, status="interrupted")
    for name in ("validation", "best"):
        run.record.__dict__.pop(name, None)
    row = run_row(run.record)
    assert row.metric_text == f"off by {amount_text(run.validation['rmse'][0])} in state 2"


def test_nothing_held_out_or_nothing_finite_has_no_measure() -> None:
    x = np.arange(60.0)
    assert run_row(er.train(er.Network(er.Dense(1)), x, 2 * x, validation=None, steps=4).record).metric_text is None
    away = er.train(er.Network(er.Dense(1)), x, 2 * x, validation=20, batch_size=20, steps=500, lr=1e6, optimizer="sgd")
    assert away.record.status == "nonfinite" and run_row(away.record).metric_text is None

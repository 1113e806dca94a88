"""Amounts: the page writes them by the same rule, which `web/tests/amount.test.ts` holds to the same cases."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from engineroom.data import Target, is_currency

CASES = json.loads((Path(__file__).resolve().parents[3] / "web" / "tests" / "amounts.json").read_text("utf-8"))


def test_the_cases_that_the_page_is_held_to_are_what_python_writes() -> None:
    assert len(CASES) > 300
    for case in CASES:
        measure = case["measure"]
        scale = (measure["deviation"] if measure["deviation"] is not None else 1.0,)
        target = Target("number", ("y",), mean=(0.0,), scale=scale, unit=measure["unit"])
        texts = [cells[0] for cells in target.texts(np.array([[float(value)] for value in case["values"]]))]
        assert (texts, measure["currency"], measure["dates"]) == (
            case["texts"],
            is_currency(measure["unit"]),
            target.dates,
        ), case

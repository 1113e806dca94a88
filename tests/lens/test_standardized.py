"""What the loss compares is told as standardized where it is, and steps have their thousands apart."""

from __future__ import annotations

import re

import numpy as np

import engineroom as er

BUILT = np.random.default_rng(0).integers(1900, 2024, 60)
TABLE = {"built": BUILT.tolist(), "price": [f"€{200_000 + 1000 * (year - 1900):,}" for year in BUILT]}


def test_a_standardized_prediction_is_told_as_one() -> None:
    run = er.train(er.Network(er.Dense(1)), TABLE, target="price", steps=1200, validation=0)
    said = " ".join(str(run.why("dense1.weight[0, 0]", 1200)).split())
    (one,) = re.findall(r"standardized here, as the loss compares them: 1 is €([\d,]+) ", said)
    assert abs(float(one.replace(",", "")) - 1000 * BUILT.std()) < 50
    assert "Step 1,200 " in said
    # The prediction and target in the row's line are those that the amounts in the table above become.
    row, out, y = re.findall(r"row (\d+): prediction (\S+), target (\S+): off by", said)[0]
    price = 200_000 + 1000 * (BUILT[int(row)] - 1900)
    mean = 200_000 + 1000 * (BUILT.mean() - 1900)
    assert abs(float(y) - (price - mean) / (1000 * BUILT.std())) < 1e-3 and float(out)


def test_a_prediction_as_it_came_is_not() -> None:
    run = er.train(er.Network(er.Dense(1)), [1, 2, 3], [2, 4, 6], loss="mse", steps=3)
    assert "standardized" not in str(run.why("dense1.weight[0, 0]", 3))

"""Small networks for tests of derivatives: any activation between the layers, any loss at the end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from engineroom.network import Network
from engineroom.ops import MAE, MSE, SGD, BinaryCrossEntropy, CrossEntropy, Dense, Huber, Loss, initializer
from engineroom.plan import Plan, build_plan

INPUTS, OUTPUTS = 3, 3

LOSSES: dict[str, tuple[Loss, str]] = {
    "mse": (MSE(), "identity"),
    "mae": (MAE(), "identity"),
    "huber": (Huber(delta=0.7), "identity"),
    "cross_entropy": (CrossEntropy(), "identity"),
    "cross_entropy_probabilities": (CrossEntropy(), "softmax"),
    "binary_cross_entropy": (BinaryCrossEntropy(), "identity"),
    "binary_cross_entropy_probabilities": (BinaryCrossEntropy(), "sigmoid"),
}
"""Each form of each loss, with the last activation before it."""


def small_network(hidden: str, form: str, widths: Sequence[int], rows: int) -> tuple[Plan, Any, Any]:
    """Return the plan of a network with hidden layers of these widths, biases included, and x and y in one batch."""
    loss, last = LOSSES[form]
    random = np.random.default_rng(11)
    x = random.normal(size=(rows, INPUTS))
    y: Any = random.normal(size=(rows, OUTPUTS))
    if loss.target == "classes":
        y = random.integers(0, OUTPUTS, rows).astype(np.int32)
    elif loss.yes_or_no:
        y = random.random((rows, OUTPUTS))
    start = initializer("normal")
    layers = [Dense(width, hidden, bias_init=start) for width in widths]
    plan = build_plan(
        Network(*layers, Dense(OUTPUTS, last, bias_init=start)),
        loss,
        SGD(),
        inputs=INPUTS,
        target=("classes" if loss.target == "classes" else "number", OUTPUTS),
        batch_size=rows,
        dtype="float64",
        steps=1,
    )
    return plan, x, y

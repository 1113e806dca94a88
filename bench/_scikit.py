"""scikit-learn's multi-layer perceptron: Adam, no shuffling, no early stop."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier, MLPRegressor

from bench._cases import BATCHES, Case

__all__ = ["build"]


def build(case: Case, variant: str) -> Callable[[int], Any]:
    if case.one_weight:
        raise NotImplementedError("no network without a hidden layer")
    x, y = case.data()
    law = MLPClassifier if case.classes else MLPRegressor

    def run(steps: int) -> Any:
        # Its batches come in epochs; a whole number of them is asked for.
        model = law(
            hidden_layer_sizes=case.sizes[1:-1],
            batch_size=case.batch,
            max_iter=steps // BATCHES,
            shuffle=False,
            tol=0,
            n_iter_no_change=10**9,
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            return model.fit(x, y if case.classes else y[:, 0]).loss_curve_

    return run

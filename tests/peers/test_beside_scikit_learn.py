"""Trained with the defaults, the network is no worse than scikit-learn's on the same rows."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from sklearn.datasets import load_digits
from sklearn.linear_model import Ridge
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier

import engineroom as er
from engineroom.errors import DataError


@pytest.mark.filterwarnings("ignore:Stochastic Optimizer")  # twenty epochs are few, for both alike
def test_digits_beside_mlp_classifier() -> None:
    x, y = load_digits(return_X_y=True)
    x_train, x_test, y_train, y_test = train_test_split(x / 16, y, test_size=0.25, random_state=0, stratify=y)
    theirs = MLPClassifier(hidden_layer_sizes=(64,), batch_size=32, max_iter=20, random_state=0, n_iter_no_change=1000)
    theirs.fit(x_train, y_train)
    run = er.train(
        er.Network(er.Dense(64, "relu"), er.Dense(10)),
        x_train,
        y_train,
        epochs=20,
        batch_size=32,
        seed=0,
        validation=None,
    )
    ours = float(np.mean(np.asarray(run.predict(x_test)) == y_test))
    assert ours >= theirs.score(x_test, y_test) - 0.015


def test_a_linear_network_finds_the_least_squares_line() -> None:
    rng = np.random.default_rng(2)
    x = rng.normal(size=(200, 4))
    y = x @ np.array([1.0, -2.0, 0.5, 3.0]) + 1.5 + 0.1 * rng.normal(size=200)
    exact = Ridge(alpha=0.0).fit(x, y)
    run = er.train(
        er.Network(er.Dense(1)),
        x,
        y,
        loss="mse",
        optimizer=er.SGD(lr=0.1),
        epochs=400,
        batch_size=None,
        validation=None,
        dtype="float64",
    )
    weights = run.at(run.steps).weights
    assert np.allclose(weights["dense1.weight"][:, 0], exact.coef_, atol=1e-10)
    assert np.allclose(weights["dense1.bias"], exact.intercept_, atol=1e-10)


def test_a_sparse_matrix_is_one_sentence() -> None:
    with pytest.raises(DataError, match=r"X is a sparse matrix; give it as X.toarray\(\)"):
        er.train(er.Network(er.Dense(1)), csr_matrix(np.eye(4)), [1.0, 2.0, 3.0, 4.0])

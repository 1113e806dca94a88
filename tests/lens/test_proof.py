"""The step made again without its hardest row, against the account's forecast."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from engineroom.lens import why
from engineroom.network import Network
from engineroom.ops import MSE, SGD, Adam, Dense
from engineroom.run import Record


def test_lesson_without_row_2_by_hand(lesson: Record) -> None:
    proof = why(lesson, step=1, prove=True).proof
    assert proof is not None and proof.row == 2
    # Rows 0 and 1 alone: gradient -(2/2)*(2 + 8) = -10, so the weight would move by 0.1.
    assert float(proof.really) == pytest.approx(0.1, abs=1e-16)
    assert float(proof.predicted) == pytest.approx(0.1, abs=1e-15)
    assert float(proof.predicted_same_count) == pytest.approx(0.2 / 3, abs=1e-15)
    assert float(proof.change) == pytest.approx(0.56 / 3, abs=1e-15)


@pytest.mark.parametrize("optimizer", [SGD(lr=0.1), SGD(lr=0.1, momentum=0.9, nesterov=True, weight_decay=0.01)])
def test_a_sum_is_foretold_to_rounding(classes: Callable[..., Record], optimizer: SGD) -> None:
    proof = why(classes(optimizer, dtype="float64"), "dense1.weight", step=11, prove=True).proof
    assert proof is not None
    assert float(proof.predicted) == pytest.approx(float(proof.really), rel=1e-9)
    assert proof.predicted != proof.predicted_same_count


def test_what_adam_holds_is_said(classes: Callable[..., Record]) -> None:
    proof = why(classes(Adam(lr=0.01), dtype="float64"), "dense1.weight", step=11, prove=True).proof
    assert proof is not None and "holds the denominator" in proof.words
    assert float(proof.predicted) == pytest.approx(float(proof.really), rel=0.5)


def test_the_only_row_cannot_be_left_out(train: Callable[..., Record]) -> None:
    x = np.array([1.0, 2.0, 3.0])
    record = train(Network(Dense(1)), x, 2 * x, MSE(), SGD(), 3, 1, target_kind="number")
    proof = why(record, prove=True).proof
    assert proof is not None and proof.really is None and "only row" in proof.words
    assert proof.predicted_same_count != proof.change


def test_nothing_is_forked_unasked(lesson: Record) -> None:
    assert why(lesson).proof is None

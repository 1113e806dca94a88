"""What is said of a network beside two simple answers to the same rows."""

from __future__ import annotations

import math

import numpy as np
import pytest

import engineroom as er
from engineroom.run import Baseline, Verdict, misses, scores, verdict


def classes(ours: int, theirs: int, both: int = 20, neither: int = 2, on: str = "validation") -> Verdict:
    """Return the verdict where so many rows are right with only the network, only its rival, both and neither."""
    mine = np.repeat([0.0, 1.0, 0.0, 1.0], [ours, theirs, both, neither])
    its = np.repeat([1.0, 0.0, 0.0, 1.0], [ours, theirs, both, neither])
    others = [
        Baseline("commonest class", {"accuracy": 0.0}, on, np.ones(len(mine))),  # type: ignore[arg-type]
        Baseline("logistic regression", {"accuracy": 1 - its.mean()}, on, its),  # type: ignore[arg-type]
    ]
    found = verdict({"accuracy": 1 - mine.mean()}, mine, others)
    assert (found.rows, found.better, found.worse) == (len(mine), ours, theirs)
    assert found.rival == "logistic regression"
    return found


def numbers(mine: list[float], its: list[float]) -> Verdict:
    ours, theirs = np.square(np.array(mine)), np.square(np.array(its))
    others = [
        Baseline("mean", {"rmse": 1e6}, "validation", np.full(len(ours), 1e12)),
        Baseline("ridge regression", {"rmse": math.sqrt(theirs.mean())}, "validation", theirs),
    ]
    return verdict({"rmse": math.sqrt(ours.mean())}, ours, others)


def test_rows_that_only_one_gets_right_decide() -> None:
    found = classes(9, 1)
    assert (found.stance, found.test, found.p_value) == ("ahead", "exact McNemar", 2 * (1 + 10) / 2**10)
    assert found.text == (
        "On these 32 held-out rows the network is better than logistic regression: of the 10 rows that only one of "
        "them gets right, the network gets 9."
    )
    found = classes(1, 9)
    assert (found.stance, found.p_value) == ("behind", 2 * (1 + 10) / 2**10)
    assert found.text == (
        "On these 32 held-out rows logistic regression is better than the network: of the 10 rows that only one of "
        "them gets right, the network gets 1. The table may need no network, or one trained otherwise."
    )
    found = classes(8, 2)
    assert (found.stance, found.p_value) == ("open", 2 * (1 + 10 + 45) / 2**10)
    assert found.text == (
        "On these 32 held-out rows the network and logistic regression cannot be told apart: of the 10 rows that only "
        "one of them gets right, the network gets 8, which may be chance. The table may need no network."
    )


def test_rows_that_both_get_right_decide_nothing() -> None:
    for both, neither in ((3, 0), (3000, 400)):
        assert classes(9, 1, both, neither).p_value == classes(9, 1).p_value
        assert classes(7, 3, both, neither).stance == "open"


def test_fewer_than_six_rows_cannot_tell() -> None:
    assert classes(6, 0).stance == "ahead" and classes(0, 6).stance == "behind"
    found = classes(5, 0)
    assert found.stance == "open"
    assert "only 5 rows are right with just one of them, and fewer than 6 cannot tell. The table" in found.text
    assert ": only 1 row is right with just one of them, and fewer" in classes(0, 1).text
    found = classes(0, 0)
    assert (found.stance, found.p_value) == ("open", 1)
    assert "cannot be told apart: both get the same rows right. The table may" in found.text
    assert classes(0, 1, 0, 0).text.startswith("On the one held-out row the network and")
    assert "told apart: both are right, or both wrong. The" in classes(0, 0, 1, 0).text


def test_the_constant_is_no_reason_against_the_table() -> None:
    rival = Baseline("commonest class", {"accuracy": 0.5}, "validation", np.repeat([0.0, 1.0], 6))
    found = verdict({"accuracy": 0.5}, np.repeat([1.0, 0.0], 6), [rival])
    assert found.stance == "open"
    assert found.text == (
        "On these 12 held-out rows the network and the commonest class cannot be told apart: of the 12 rows that only "
        "one of them gets right, the network gets 6, which may be chance."
    )


def test_rows_that_were_trained_on_say_nothing_of_new_ones() -> None:
    found = classes(10, 8, 20, 2, "training")
    assert (found.stance, found.test, found.p_value) == ("learned", None, None)
    assert found.text == (
        "No row was held out: on the 40 rows it learned from the network is right in 30 and logistic regression in 28, "
        "which does not say how either does on new rows; hold some out to see (--validation 0.2; in Python "
        "validation=0.2)."
    )


def test_numbers_are_compared_by_their_squared_misses() -> None:
    found = numbers([1, 1, 1, 1, 1, 1, 3], [2, 2, 2, 2, 2, 2, 3])
    assert (found.stance, found.test, found.p_value) == ("ahead", "sign-flip", 2 / 2**6)
    assert (found.rows, found.better, found.worse) == (7, 6, 0)
    assert found.text == (
        "On these 7 held-out rows the network is better than ridge regression: the network's usual miss (RMSE) is "
        "0.674 times that of ridge regression, and the network is closer in 6 of the 7 rows."
    )
    found = numbers([2, -2, 2, 2, -2, 2], [1, 1, -1, 1, 1, 1])
    assert (found.stance, found.p_value) == ("behind", 2 / 2**6)
    assert (
        "ridge regression is better than the network: the network's usual miss (RMSE) is 2 times that of" in found.text
    )
    assert found.text.endswith("closer in 0 of the 6 rows. The table may need no network, or one trained otherwise.")
    # The differences are -3 five times and 8: of 64 patterns 1 + 5 + 10 + 1, and as many mirrored, reach 7.
    found = numbers([1, 1, 1, 1, 1, 3], [2, 2, 2, 2, 2, 1])
    assert (found.stance, found.p_value) == ("open", 34 / 64)
    assert found.text.endswith(
        "the network is closer in 5 of the 6 rows, which may be chance. The table may need no network."
    )


def test_one_large_row_decides_nothing() -> None:
    # Closer in all rows but one, and yet its usual miss is the greater.
    found = numbers([1.0] * 30 + [40.0], [2.0] * 30 + [1.0])
    assert found.stance == "open" and found.better == 30 and found.worse == 1


def test_few_numbers_and_no_difference() -> None:
    found = numbers([1] * 5, [2] * 5)
    assert found.stance == "open"
    assert "0.5 times that of ridge regression, but fewer than 6 rows cannot tell. The table" in found.text
    assert "cannot be told apart: both miss all rows alike." in numbers([1, 2], [-1, 2]).text
    alike = "both have the same usual miss (RMSE) to three digits, and the network is closer in 4 of the 8 rows"
    assert alike in numbers([1, 2] * 4, [2, 1] * 4).text


def test_nothing_missed_is_no_division() -> None:
    assert numbers([0] * 10, [0] * 10).stance == "open"
    behind = numbers([1] * 10, [0] * 10)
    # Differences of 1 are counted as any others, for numbers are not right or wrong.
    assert (behind.stance, behind.test) == ("behind", "sign-flip")
    assert "ridge regression misses by 0 and the network by 1, and the network is closer in 0" in behind.text
    rival = Baseline("mean", {"rmse": 2.0}, "validation", np.full(10, 4.0))
    beyond = verdict({"rmse": math.inf}, np.full(10, np.finfo(np.float64).max), [rival])
    assert beyond.stance == "behind" and "the mean misses by 2 and the network by inf" in beyond.text


def test_several_yes_or_no_are_shares_of_a_row() -> None:
    mine, its = np.array([0.0] * 8 + [0.5]), np.array([0.5] * 4 + [1.0] * 4 + [0.0])
    rival = Baseline("logistic regression", {"accuracy": 1 - its.mean()}, "validation", its)
    found = verdict({"accuracy": 1 - mine.mean()}, mine, [rival])
    assert (found.stance, found.test, found.better, found.worse) == ("ahead", "sign-flip", 8, 1)
    assert found.text.endswith("of the 9 rows in which one of them gets more right, that is the network in 8.")


@pytest.mark.parametrize("kind", ["numbers", "two numbers", "classes", "yes or no", "several yes or no"])
def test_misses_are_the_rows_own_parts_of_the_metrics(kind: str) -> None:
    generator = np.random.default_rng(3)
    x = generator.normal(size=(80, 3))
    truth = x @ generator.normal(size=(3, 2)) + generator.normal(size=(80, 2))
    y, outputs, how = {
        "numbers": (5 * truth[:, 0] + 9, 1, {}),
        "two numbers": (truth * [3, 70], 2, {"standardize": True}),
        "classes": (np.digitize(truth[:, 0], [-1, 1]), 3, {}),
        "yes or no": ((truth[:, 0] > 0).astype(int), 1, {"loss": "binary_cross_entropy"}),
        "several yes or no": ((truth > 0).astype(float), 2, {"loss": "binary_cross_entropy"}),
    }[kind]
    run = er.train(er.Network(er.Dense(outputs)), x, y, steps=60, **how)
    mine = misses(run.record)
    for metrics, each in [(run.metrics, mine), *((b.metrics, b.misses) for b in run.baselines)]:
        assert each.shape == (16,)
        if "accuracy" in metrics:
            assert 1 - each.mean() == pytest.approx(metrics["accuracy"])
        else:
            assert math.sqrt(each.mean()) == pytest.approx(metrics["rmse"])
    rows = run.dataset.validation
    said = run.predict(x[rows])
    wanted = said != y[rows] if "accuracy" in run.metrics else np.square(said - y[rows])
    wanted = wanted.mean(axis=1) if wanted.ndim == 2 else wanted
    np.testing.assert_allclose(mine, wanted, rtol=1e-4, atol=1e-4)
    assert "misses" not in repr(run.baselines)
    found = verdict(run.metrics, mine, run.baselines)
    assert found.test == ("exact McNemar" if kind in ("classes", "yes or no") else "sign-flip")


def test_scores_are_the_metrics_of_the_rows_held_out_or_else_of_all() -> None:
    x, y = np.arange(60.0) / 60, np.arange(60.0) / 30 + 1
    held = er.train(er.Network(er.Dense(1)), x, y, steps=20)
    assert scores(held.record) == held.metrics
    alone = er.train(er.Network(er.Dense(1)), x[:9], y[:9], steps=20)
    assert alone.metrics == {} and alone.baselines[0].on == "training"
    miss = alone.predict(x[:9]) - y[:9]
    assert math.isclose(scores(alone.record)["rmse"], float(np.sqrt(np.mean(miss**2))), rel_tol=1e-6)

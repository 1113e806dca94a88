"""What is said of a network beside two simple answers, and what chance may do on few rows."""

from __future__ import annotations

import math

import numpy as np
import pytest

import engineroom as er
from engineroom.run import Baseline, scores, verdict


def sentence(right: int, other: int, rows: int, on: str = "validation") -> tuple[str, str]:
    others = [
        Baseline("logistic regression", {"accuracy": other / rows}, on),  # type: ignore[arg-type]
        Baseline("commonest class", {"accuracy": 0.0}, on),  # type: ignore[arg-type]
    ]
    found = verdict({"accuracy": right / rows}, others, rows)
    assert found.rival == "logistic regression"
    return found.stance, found.text


def test_a_difference_that_chance_may_make_is_open() -> None:
    # p = (9 + 8 + 2) / 24, and 2 * sqrt(2 * 10 * p * (1 - p)) = 3.63.
    assert sentence(9, 8, 10) == (
        "open",
        "On 10 held-out rows the network is right in 9 and logistic regression in 8: with so few, up to 3 rows of "
        "difference may be chance, so which is better stays open.",
    )
    assert sentence(8, 8, 10)[0] == "open"
    assert sentence(1, 0, 1)[0] == "open"


def test_a_difference_beyond_it_is_said() -> None:
    # p = (14 + 2) / 44 in all of them, and 2 * sqrt(2 * 20 * p * (1 - p)) = 6.08.
    assert sentence(14, 0, 20)[0] == "ahead"
    assert sentence(10, 4, 20)[0] == "open" and sentence(11, 3, 20)[0] == "ahead"
    assert sentence(11, 3, 20)[1].endswith("may be chance, and this is more: the network is ahead.")
    stance, text = sentence(3, 11, 20)
    assert stance == "behind" and text.endswith("logistic regression does better and the table may need no network.")


@pytest.mark.parametrize(
    ("right", "stance", "text"),
    [
        (46, "behind", "On these rows logistic regression does better: the table may need no network."),
        (47, "level", "On these rows logistic regression does as well: the table may need no network."),
        (48, "ahead", ""),
    ],
)
def test_rows_enough_speak_for_themselves(right: int, stance: str, text: str) -> None:
    assert sentence(right, 47, 50) == (stance, text)


def test_rows_that_were_trained_on_say_nothing_of_new_ones() -> None:
    assert sentence(40, 38, 40, "training") == (
        "learned",
        "No row was held out: on the 40 rows it learned from the network is right in 40 and logistic regression in 38, "
        "which does not say how either does on new rows; hold some out to see (validation 0.2).",
    )


@pytest.mark.parametrize(
    ("ratio", "stance"), [(0.5, "ahead"), (0.54, "open"), (1.0, "open"), (1.85, "open"), (1.95, "behind")]
)
def test_usual_misses_are_compared_by_their_ratio(ratio: float, stance: str) -> None:
    misses = {"mean": 30.0, "ridge regression": 20.0}
    others = [Baseline(name, {"rmse": miss}, "validation") for name, miss in misses.items()]
    found = verdict({"rmse": 20 * ratio}, others, 10)  # exp(2 / sqrt(10)) = 1.88
    assert (found.rival, found.stance) == ("ridge regression", stance)
    assert f"is {ratio:.2g} times that of ridge regression: with so few, 0.53 to 1.9 times may be chance" in found.text


def test_chance_is_what_it_is_said_to_be() -> None:
    """Two that are equally good: chance makes more than is granted in 1 of 20 cases, or fewer."""
    rng = np.random.default_rng(5)
    for rows, share in ((10, 0.7), (30, 0.9), (45, 0.5)):
        pairs = rng.binomial(rows, share, (2000, 2))
        beyond = sum(sentence(int(a), int(b), rows)[0] != "open" for a, b in pairs)
        assert beyond < 0.07 * 2000, (rows, share, beyond)
    for rows in (10, 40):
        misses = np.sqrt(np.mean(np.square(rng.standard_normal((2000, 2, rows))), axis=2))
        beyond = sum(
            verdict({"rmse": a}, [Baseline("ridge regression", {"rmse": b}, "validation")], rows).stance != "open"
            for a, b in misses.tolist()
        )
        assert 0.03 * 2000 < beyond < 0.07 * 2000, (rows, beyond)


def test_nothing_missed_is_no_division() -> None:
    none = [Baseline("ridge regression", {"rmse": 0.0}, "validation")]
    assert verdict({"rmse": 0.0}, none, 10).stance == "open"
    behind = verdict({"rmse": 1.0}, none, 10)
    assert behind.stance == "behind"
    assert behind.text.startswith("On 10 held-out rows ridge regression misses by nothing and the network by 1: with")
    beyond = verdict({"rmse": math.inf}, [Baseline("mean", {"rmse": 2.0}, "validation")], 10)
    assert beyond.stance == "behind"
    assert beyond.text.startswith("On 10 held-out rows the network's usual miss is inf times that of the mean")


def test_scores_are_the_metrics_of_the_rows_held_out_or_else_of_all() -> None:
    x, y = np.arange(60.0) / 60, np.arange(60.0) / 30 + 1
    held = er.train(er.Network(er.Dense(1)), x, y, steps=20)
    assert scores(held.record) == held.metrics
    alone = er.train(er.Network(er.Dense(1)), x[:9], y[:9], steps=20)
    assert alone.metrics == {} and alone.baselines[0].on == "training"
    miss = alone.predict(x[:9]) - y[:9]
    assert math.isclose(scores(alone.record)["rmse"], float(np.sqrt(np.mean(miss**2))), rel_tol=1e-6)

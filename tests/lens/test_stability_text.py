"""What `stability` says of the largest stable learning rate, sentence by sentence."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from engineroom.lens import stability
from engineroom.network import Network
from engineroom.ops import MSE, SGD, Adam, AdamW, Cosine, Dense
from engineroom.run import Changes, fork_run


def test_a_schedule_that_brought_the_rate_down_is_told_with_its_peak(one_weight: Any) -> None:
    record = one_weight(SGD(lr=Cosine(0.1, warmup=10)))
    answer = stability(record, 50)
    said = " ".join(str(answer).split())
    assert (
        answer.stance == "creeps"
        and answer.reason == ""
        and (answer.schedule, answer.peak_lr, answer.peak_step) == ("cosine", 0.1, 10)
    )
    assert "its highest rate was 0.1 in step 10, 46.7 % of this limit" in said  # 0.1 * (28 / 3) / 2
    early = " ".join(str(stability(record, 2)).split())
    assert "still warming up: the cosine schedule takes it up to 0.1 in step 10, 46.7 % of this limit" in early
    assert "schedule" not in str(stability(record, 10)) and "schedule" not in str(stability(one_weight(SGD(lr=0.1))))
    # A fork that goes on with it has its peak; another schedule has one of its own.
    same = fork_run(record, 40, Changes(values={"dense1.weight[0, 0]": 1.0}), steps=10)
    assert stability(same).peak_step == 10
    fork = fork_run(record, 20, Changes(lr=Cosine(0.2)), steps=30)
    assert fork.rate(21) == 0.2 and "highest rate was 0.2 in step 21" in " ".join(str(stability(fork)).split())
    other = fork_run(record, 20, Changes(optimizer="adam", lr=Cosine(0.2, warmup=3)), steps=30)
    assert other.rate(23) == 0.2 and stability(other).peak_step == 23


def test_past_the_limit_is_said_of_the_parabola_and_trials_say_what_they_are(one_weight: Any) -> None:
    record = one_weight(SGD(lr=0.22), steps=5)
    said = " ".join(str(stability(record, 0)).split())
    assert (
        "103 % of the largest stable one, 0.2143: it is past the limit. On the parabola that fits the loss here" in said
    )
    assert "the run itself may go on learning, or reach NaN or infinity: trying it shows which (prove)." in said
    tried = " ".join(str(stability(record, 0, prove=True, steps=3)).split())
    assert "or reach NaN or infinity: what was tried below shows it." in tried and "flies off" not in tried
    assert (
        "lr of limit before after highest of a step" in tried
        and "Before and after: the loss of all 3 training rows" in tried
    )
    # Three rows in one batch have one order only.
    assert "may be chance" not in tried
    assert "is 1,400 % of the largest stable one" in str(stability(one_weight(SGD(lr=3.0), steps=1), 0))


def test_the_bounds_are_told_as_parts_of_the_limit(one_weight: Any) -> None:
    said = " ".join(str(stability(one_weight(SGD(lr=0.01)), 0)).split())
    assert f"creeps up to {2 / (28 / 3) / 50:.7g}" in said and f"good pace up to {1 / (28 / 3):.7g}" in said
    assert "The bounds are 0.02, 0.5 and 1 times the limit, told of the sharpest direction: along it" in said
    # One step of descent from 0, of the whole way 2, at each of the three bounds.
    for part, goes in ((0.02, 0.04), (0.5, 1.0), (1.0, 2.0)):
        path = one_weight(SGD(lr=part * 2 / (28 / 3))).trace("dense1.weight[0, 0]")[:2, 0]
        assert (path[1] - path[0]) / 2 == pytest.approx(goes, rel=1e-9)
    carried = " ".join(str(stability(one_weight(SGD(lr=0.01, momentum=0.9)), 0)).split())
    assert "of the way to the bottom" not in carried and "beyond 1 they land farther from it each time" in carried


def test_momentum_that_swings_across_the_bottom_is_told_so(one_weight: Any) -> None:
    record = one_weight(SGD(lr=0.01, momentum=0.9))
    answer = stability(record, 0)
    said = " ".join(str(answer).split())
    assert answer.stance == "good pace" and "do not pass the bottom" not in said
    # z^2 - (1.9 - 0.28/3) z + 0.9 has a complex pair of size sqrt(0.9), whose angle is acos(1.80667 / (2 sqrt(0.9))).
    angle = math.acos((1.9 - 0.28 / 3) / (2 * math.sqrt(0.9)))
    assert answer.approach.crossing == pytest.approx(math.pi / angle)
    assert f"swing across the bottom, once in {math.pi / angle:.0f} steps; each step leaves 94.9 % of the swing" in said
    path = record.trace("dense1.weight[0, 0]")[:, 0] - 2
    crossings = np.flatnonzero(np.diff(np.sign(path)))
    assert np.diff(crossings).mean() == pytest.approx(math.pi / angle, rel=0.05)
    # Where it creeps, no step comes more than a 25th nearer once the velocity is there, and none passes the bottom.
    slow = one_weight(SGD(lr=answer.creeping * 0.999, momentum=0.9), steps=400)
    assert stability(slow, 0).stance == "creeps" and stability(slow, 0).creeping < 0.02 * answer.limit
    left = slow.trace("dense1.weight[0, 0]")[:, 0] - 2
    assert (left < 0).all() and (left[1:] / left[:-1])[100:].min() >= 0.96 - 1e-3
    assert stability(one_weight(SGD(lr=answer.creeping * 1.001, momentum=0.9)), 0).stance == "good pace"


def test_decoupled_decay_is_told_by_its_name_and_what_it_counts(one_weight: Any) -> None:
    answer = stability(one_weight(AdamW(lr=0.01, weight_decay=2.0)), 10)
    assert answer.decay == pytest.approx(2 * 1.9 / 0.1, rel=1e-9)
    said = " ".join(str(answer).split())
    assert "the weight_decay of 2 acts at once" in said and "weight_decay*(1 + beta1)/(1 - beta1) = 38 more" in said
    assert stability(one_weight(Adam(lr=0.01, weight_decay=2.0)), 10).decay == 0


def test_the_first_steps_of_adam_are_told_to_be_larger_than_the_limit_has_them(one_weight: Any) -> None:
    record = one_weight(Adam(lr=30.0))
    said = " ".join(str(stability(record, 0)).split())
    # From 0 towards 2 it goes to 30: 15 times the way.
    assert record.trace("dense1.weight[0, 0]")[1, 0] == pytest.approx(30, rel=1e-6)
    assert "Step 1 is 10 times as large as the limit has it" in said and "goes 15 times the way to the bottom" in said
    assert "do not pass the bottom" not in said and "swing across the bottom" in said
    later = " ".join(str(stability(record, 5)).split())
    assert "Step 6 is 2.134 times as large" in later and "times the way" not in later
    assert "as large as the limit has it" not in " ".join(str(stability(record, 49)).split())
    assert "as large as the limit has it" not in str(stability(one_weight(SGD(lr=0.01, momentum=0.9)), 0))


def test_trials_that_differ_from_the_bands_are_reconciled_with_them(train: Any, one_weight: Any) -> None:
    assert "Although the bands" not in str(stability(one_weight(SGD(lr=0.15)), 0, prove=True, steps=20))
    x = np.arange(60.0)[:, None] / 10
    y = np.arange(60) % 7 / 3.0
    record = train(
        Network(Dense(8, "tanh"), Dense(1)), x, y, MSE(), SGD(lr=0.2, momentum=0.9), 180, 8, target_kind="number"
    )
    answer = stability(record, 180, prove=True, steps=100)
    rose = [f"x {t.factor:g}" for t in answer.trials if t.share <= 1 and t.outcome in ("rose", "diverged")]
    fell = [f"x {t.factor:g}" for t in answer.trials if t.share > 1 and t.outcome == "fell"]
    assert rose or fell
    said = " ".join(str(answer).split())
    told = [f"{' and '.join(rose)} rose below the limit"] * bool(rose) + [f"{' and '.join(fell)} fell past it"] * bool(
        fell
    )
    assert f"Although the bands say otherwise, {' and '.join(told)}: the limit holds for the parabola" in said
    assert "The noise of such batches is not in it: it may ask for a smaller rate" in said
    assert "a good pace for the parabola" in " ".join(str(stability(one_weight(SGD(lr=0.05)), 0)).split())
    assert "the noise of batches, what averages over earlier steps carry on" in said

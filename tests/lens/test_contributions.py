"""The travel of a weight is shared out among what moved it, and the shares are those that a plain recurrence gives."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from engineroom.errors import OptionError, UnknownNameError
from engineroom.lens import Contributions, _carried, contributions
from engineroom.network import Network
from engineroom.ops import MSE, SGD, Adam, AdamW, Cosine, CrossEntropy, Dense, Optimizer, RMSProp
from engineroom.run import Changes, Record, fork_run

LAWS = [
    SGD(lr=0.1),
    SGD(lr=0.1, momentum=0.9, weight_decay=0.02),
    SGD(lr=0.1, momentum=0.7, nesterov=True, weight_decay=0.03),
    RMSProp(lr=0.01, weight_decay=0.1),
    RMSProp(lr=0.01, momentum=0.8, centered=True),
    Adam(lr=0.01),
    Adam(lr=0.01, beta1=0.8, weight_decay=0.2),
    AdamW(lr=0.01, weight_decay=0.3),
    SGD(lr=Cosine(0.1, warmup=3), momentum=0.9),
    Adam(lr=Cosine(0.01)),
]
WEIGHTS = ["dense1.weight[2, 3]", "dense2.weight[3, 1]", "dense1.bias[0]"]


def closes(answer: Contributions, part: float) -> None:
    """Check that the account adds up exactly, and that little of it is rounding."""
    parts = [*answer.amounts.tolist(), answer.weight_decay, answer.older, answer.by_hand]
    assert sum(map(Fraction, parts)) + answer.rounding == Fraction(answer.end) - Fraction(answer.start)
    assert abs(answer.rounding) <= part * sum(map(abs, parts))


def plain_shares(record: Record, first: int, last: int) -> dict[int, float]:
    """Follow each example's part of dense2.weight[3, 1] and of its memory, one step and one example at a time."""
    law, where = record.optimizer, (3, 1)
    amounts: dict[int, float] = defaultdict(float)
    memory: dict[int, float] = defaultdict(float)
    for t in range(first, last + 1):
        step = record.examine(t)
        slots = {slot: float(step.before[f"dense2.weight.{slot}"][where]) for slot in law.slots if slot is not None}
        w, g = float(step.before["dense2.weight"][where]), float(step.read("dense2.weight.grad")[where])
        account = law.terms(w, g, slots, lr=step.lr, t=step.count, dtype=record.plan.dtype)
        denominator = next((f.value for f in account.facts if f.name == "denominator"), 1.0)
        left = {"sgd": 1.0, "rmsprop": 1 / denominator}.get(law.law, 1 - getattr(law, "beta1", 0.0))
        term = account.term("gradient")
        assert term is not None
        pushes: dict[int, float] = defaultdict(float)
        x, d = step.read("dense1.a")[:, where[0]], step.read("dense2.z.grad")[:, where[1]]
        for row, a, b in zip(step.rows.tolist(), x.tolist(), d.tolist(), strict=True):
            pushes[row] += a * b
        for row in {*amounts, *pushes}:
            kept = 0.0 if account.memory is None else float(account.memory.weight(1)) * memory[row]
            amounts[row] += float(term.factor) * pushes[row] + kept
            decay = 0.0 if account.memory is None else float(account.memory.decay)
            memory[row] = decay * memory[row] + left * pushes[row]
    return amounts


def test_the_lesson_by_hand(lesson: Record) -> None:
    """Row x pushes by lr * 2/3 * x^2 * (2 - w), so the three share the travel as 1 : 4 : 9."""
    (answer,) = contributions(lesson, ["dense1.weight[0, 0]"])
    travel = 1.985092237632895
    assert (answer.start, answer.end, answer.rows.tolist()) == (0.0, travel, [0, 1, 2])
    np.testing.assert_allclose(answer.amounts, np.array([1, 4, 9]) / 14 * travel, rtol=1e-13)
    assert [c.row for c in answer.up] == [2, 1, 0] and answer.down == () and answer.steps.tolist() == [50] * 3
    assert (answer.weight_decay, answer.older, answer.by_hand) == (0, 0, 0)
    closes(answer, 1e-14)


def test_momentum_by_hand(train: Callable[..., Record]) -> None:
    """Two steps from 0 towards y = x on 1 and 2, lr 1/8, momentum 1/2, by SGD's own lines.

    Gradients: step 1: -1 of row 0 and -4 of row 1, so w = 5/8; step 2: -3/8 and -3/2.
    Row 0 has velocity -1, then -1/2 - 3/8 = -7/8; it moved the weight by (1 + 7/8) / 8, row 1 by four times that.
    In step 2 alone it moved it by 3/64; what step 1 left, (1/2) * 5 / 8 = 5/16, is older.
    """
    network = Network(Dense(1, bias=False, init="zeros"))
    law = SGD(lr=0.125, momentum=0.5)
    record = train(network, np.array([1.0, 2.0]), np.array([1.0, 2.0]), MSE(), law, 2, 2, target_kind="number")
    (both,) = contributions(record, ["dense1.weight[0, 0]"])
    assert both.amounts.tolist() == [15 / 64, 60 / 64] and both.rounding == 0 and both.older == 0
    (second,) = contributions(record, ["dense1.weight[0, 0]"], 2)
    assert second.amounts.tolist() == [3 / 64, 12 / 64] and second.rounding == 0 and second.older == 5 / 16
    assert "older       +0.3125  from before step 2" in str(second)


@pytest.mark.parametrize("law", LAWS, ids=str)
@pytest.mark.parametrize("first", [1, 5])
def test_every_optimizer_as_the_plain_recurrence(classes: Any, law: Optimizer, first: int) -> None:
    record = classes(law, dtype="float64", steps=11)
    (answer,) = contributions(record, ["dense2.weight[3, 1]"], range(first, 12))
    wanted = plain_shares(record, first, 11)
    rows = [record.dataset.row_numbers.tolist().index(row) for row in answer.rows.tolist()]
    assert sorted(rows) == sorted(wanted)
    np.testing.assert_allclose(answer.amounts, [wanted[row] for row in rows], rtol=1e-11, atol=1e-15)
    assert bool(answer.weight_decay) == bool(law.weight_decay)
    remembers = any(slot.moves for slot in law.remembers)
    assert bool(answer.older) == (remembers and first > 1)
    closes(answer, 1e-12)


@pytest.mark.parametrize("law", LAWS, ids=str)
@pytest.mark.parametrize("seed", [1, 2])
def test_the_account_closes_on_random_networks(train: Any, law: Optimizer, seed: int) -> None:
    """The last batch of each epoch is smaller, and float32 rounds; what is not accounted for stays small."""
    random = np.random.default_rng(seed)
    widths = random.integers(4, 9, 2).tolist()
    network = Network(Dense(widths[0], "relu"), Dense(widths[1], "gelu"), Dense(3))
    x, y = random.normal(size=(37, 5)), random.integers(0, 3, 37)
    record = train(network, x, y, CrossEntropy(), law, 60, 8, "float32", seed, target_kind="classes")
    names = ["dense1.weight[4, 1]", "dense2.weight[2, 2]", "dense3.weight[1, 2]", "dense3.bias[1]"]
    for steps in (range(1, 61), range(23, 48)):
        for answer in contributions(record, names, steps):
            closes(answer, 2e-5)
            assert answer.end == float(record.trace(answer.name)[steps[-1], 0])
            assert answer.steps.sum() == sum(len(record.rows(t)) for t in steps)


def test_parts_of_a_range_add_up(classes: Any) -> None:
    record = classes(Adam(lr=0.01, weight_decay=0.1), dtype="float64", steps=20)
    whole, early, late = (contributions(record, WEIGHTS, s) for s in (range(1, 21), range(1, 9), range(9, 21)))
    for all_, a, b in zip(whole, early, late, strict=True):
        carried = float(all_.pushed) + all_.weight_decay
        parts = float(a.pushed) + a.weight_decay + float(b.pushed) + b.weight_decay + b.older
        assert carried == pytest.approx(parts, rel=1e-10)


def test_several_weights_and_small_pieces_change_nothing(classes: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    record = classes(SGD(lr=0.1, momentum=0.9, weight_decay=0.02), dtype="float64", steps=20)
    together = contributions(record, WEIGHTS)
    monkeypatch.setattr(_carried, "_AT_ONCE", 100)
    for name, answer in zip(WEIGHTS, together, strict=True):
        (alone,) = contributions(record, [name])
        np.testing.assert_allclose(alone.amounts, answer.amounts, rtol=1e-11, atol=1e-16)
        assert alone.weight_decay == pytest.approx(answer.weight_decay, rel=1e-11)


@pytest.mark.parametrize(
    "changes",
    [
        Changes(lr=0.02),
        Changes(lr=Cosine(0.05)),
        Changes(batch_size=5, seed=4),
        Changes(optimizer=Adam(lr=Cosine(0.01))),
        Changes(optimizer=SGD(lr=0.1, momentum=0.5)),
        Changes(values={"dense1.weight[2, 3]": 0.5, "dense2.weight.velocity[3, 1]": -2.0}),
        Changes(freeze=["dense2"]),
        Changes(drop_examples=[3, 4]),
    ],
    ids=["lr", "schedule", "batches", "optimizer", "momentum", "set", "freeze", "drop"],
)
def test_over_a_fork(classes: Any, changes: Changes) -> None:
    record = classes(SGD(lr=0.1, momentum=0.9), dtype="float64", steps=10)
    fork = fork_run(record, 6, changes, steps=7)
    by_hand = [a.by_hand for a in contributions(fork, WEIGHTS)]
    for answer in contributions(fork, WEIGHTS):
        closes(answer, 1e-12)
    jump = 0.5 - record.at(6)["dense1.weight"][2, 3]
    velocity = -2.0 - record.at(6)["dense2.weight.velocity"][3, 1]
    carried = -0.1 * velocity * sum(0.9**i for i in range(1, 8))
    wanted = [jump, carried, 0] if changes.values else [0, 0, 0]
    assert by_hand == pytest.approx(wanted, rel=1e-12, abs=1e-16)
    for answer in contributions(fork, WEIGHTS[:1], range(8, 14)):
        closes(answer, 1e-12)


def test_frozen_all_along(classes: Any) -> None:
    record = classes(SGD(lr=0.1), dtype="float64")
    fork = fork_run(record, 6, Changes(freeze=["dense2"]), steps=7)
    with pytest.raises(OptionError, match="frozen"):
        contributions(fork, ["dense2.weight[3, 1]"], range(7, 10))


@pytest.mark.parametrize("batch", [8, 24])
def test_the_removal_is_the_fork_without_the_example(classes: Any, train: Any, batch: int) -> None:
    record = classes(Adam(lr=0.02), dtype="float64", steps=15)
    if batch == 24:
        record = fork_run(record, 2, Changes(batch_size="all"), steps=13)
    first = 4
    (answer,) = contributions(record, [WEIGHTS[1]], range(first, 16), prove=True)
    removal = answer.removal
    assert removal is not None
    hardest = int(np.argmax(np.abs(answer.amounts)))
    assert removal.row == answer.rows[hardest]
    assert removal.account == pytest.approx(removal.travel - answer.amounts[hardest], rel=1e-14)
    assert len(record.logbook.runs()) == (2 if batch == 24 else 1), "nothing is recorded"
    forks = [Changes(drop_examples=[removal.row]), Changes(seed=1)]
    ends = [fork_run(record, first - 1, c, steps=16 - first).at(15)["dense2.weight"][3, 1] for c in forks]
    assert removal.really == ends[0] - answer.start
    assert removal.other_order == (None if batch == 24 else ends[1] - answer.start)
    assert f"Trained again without row {removal.row}" in str(answer)
    (chosen,) = contributions(record, [WEIGHTS[1]], range(first, 16), prove=5)
    assert chosen.removal is not None and chosen.removal.row == 5


def test_the_lessons_removal(lesson: Record) -> None:
    """Without x = 3 the curvature is 5, so the weight still goes 2 * (1 - 0.95^50) of the way."""
    (answer,) = contributions(lesson, ["dense1.weight[0, 0]"], prove=True)
    assert answer.removal is not None and answer.removal.row == 2
    assert answer.removal.really == pytest.approx(2 * (1 - 0.95**50), rel=1e-12)
    assert answer.removal.account == pytest.approx(5 / 14 * 1.985092237632895, rel=1e-12)


def test_a_removal_that_leaves_the_numbers(train: Any) -> None:
    """The two rows hold the weight at 0 between them; without row 1, row 0 drives it to infinity."""
    network = Network(Dense(1, bias=False, init="zeros"))
    x, y = np.array([1.0, 1.0]), np.array([1.0, -1.0])
    record = train(network, x, y, MSE(), SGD(lr=1e160), 3, 2, target_kind="number")
    (answer,) = contributions(record, ["dense1.weight[0, 0]"], prove=1)
    assert answer.removal is not None and np.isnan(answer.removal.really)
    assert "left the finite numbers" in str(answer)


def test_facts_and_text(classes: Any) -> None:
    record = classes(AdamW(lr=0.01, weight_decay=0.3), steps=10)
    (answer,) = contributions(record, ["dense1.weight.2.3"], range(3, 11), top=2, prove=7)
    facts = json.loads(json.dumps(answer.to_dict()))
    assert facts["name"] == "dense1.weight[2, 3]" and facts["removal"]["row"] == 7
    parts = [*facts["amounts"], *(facts[name]["value"] for name in ("weight_decay", "older", "by_hand"))]
    travel = Fraction(facts["end"]["value"]) - Fraction(facts["start"]["value"])
    assert sum(map(Fraction, parts)) + Fraction(facts["rounding"]["exact"]) == travel
    assert answer.of(int(answer.rows[3])) == answer.amounts[3]
    assert len(answer.up) == 2 and answer.up[0].amount == answer.amounts.max()
    assert answer.down[0].amount == answer.amounts.min() and answer.down[0].target in ("ash", "birch", "cedar")
    assert max(map(len, str(answer).splitlines())) <= 100


def test_what_cannot_be_asked(classes: Any, train: Any) -> None:
    record = classes(SGD(lr=0.1))
    with pytest.raises(OptionError, match="without gaps"):
        contributions(record, WEIGHTS, range(1, 9, 2))
    with pytest.raises(OptionError, match="no step 13"):
        contributions(record, WEIGHTS, range(1, 14))
    with pytest.raises(UnknownNameError):
        contributions(record, ["dense9.weight[0, 0]"])
    with pytest.raises(OptionError, match="row 99"):
        contributions(record, WEIGHTS, prove=99)
    with pytest.raises(OptionError, match="forked at state 6"):
        contributions(fork_run(record, 6, Changes(lr=0.2), steps=3), WEIGHTS, prove=True)
    network = Network(Dense(1, bias=False, init="zeros"))
    x, y = np.array([1.0, 2.0, 3.0]), np.array([2.0, 4.0, 6.0])
    wild = train(network, x, y, MSE(), SGD(lr=1e160), steps=50, batch_size=3, target_kind="number")
    with pytest.raises(OptionError, match="before step"):
        contributions(wild, ["dense1.weight[0, 0]"])

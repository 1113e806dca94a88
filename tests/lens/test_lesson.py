"""Why the one weight of the first lesson moved in step 1, worked by hand.

w = 0, so every prediction is 0, and the mean of (w*x - y)^2 has the slope
mean of 2*(w*x - y)*x = -(2/3)*(2 + 8 + 18) = -56/3.
"""

from __future__ import annotations

import json
from fractions import Fraction

import pytest

from engineroom.lens import why
from engineroom.run import Record


def test_step_1_by_hand(lesson: Record) -> None:
    answer = why(lesson, "dense1.weight[0, 0]", step=1)
    assert (answer.old, answer.step, answer.epoch, answer.residual) == (0.0, 1, 0, 0.0)
    assert answer.new == pytest.approx(0.56 / 3, abs=1e-15)
    assert answer.gradient.value == pytest.approx(-56 / 3, abs=1e-13)
    by_row = {e.row: e for e in (*answer.gradient.up, *answer.gradient.down)}
    for row, x in enumerate((1, 2, 3)):
        example = by_row[row]
        assert example.input == x
        assert float(example.error) == pytest.approx(-2 / 3 * 2 * x, abs=1e-14)
        assert float(example.contribution) == pytest.approx(-4 / 3 * x * x, abs=1e-13)
        assert float(example.push) == pytest.approx(0.01 * 4 / 3 * x * x, abs=1e-15)
        assert (example.target, example.prediction) == (str(2 * x), "0")
    assert [e.row for e in answer.gradient.up] == [2, 1, 0]
    assert answer.gradient.down == ()
    assert (answer.gradient.up_count, answer.gradient.down_count, answer.gradient.rest.count) == (3, 0, 0)


def test_every_digit_adds_up(lesson: Record) -> None:
    answer = why(lesson, step=7)
    assert sum(t.amount for t in answer.account.terms) + answer.account.rounding == answer.change
    assert answer.change == Fraction(answer.new) - Fraction(answer.old)


def test_the_largest_move_is_explained_when_nothing_is_said(lesson: Record) -> None:
    answer = why(lesson)
    assert (answer.name, answer.step, answer.epoch) == ("dense1.weight[0, 0]", 1, 0)
    assert answer.new == 0.18666666666666665


def test_the_error_comes_from_the_loss(lesson: Record) -> None:
    chain = why(lesson, step=1).chain
    assert chain.from_loss and chain.source == "mse: mean of (out - y)^2" and chain.activation == "identity"
    assert chain.examples[0].words == "prediction 0, target 6: off by -6"


def test_json_holds_every_bit(lesson: Record) -> None:
    answer = why(lesson, step=1)
    facts = json.loads(json.dumps(answer.to_dict(), allow_nan=False))
    assert float.fromhex(facts["new"]["hex"]) == answer.new
    assert Fraction(facts["change"]["exact"]) == answer.change
    terms = [Fraction(t["amount"]["exact"]) for t in facts["account"]["terms"]]
    assert sum(terms) + Fraction(facts["account"]["rounding"]["exact"]) == answer.change
    assert facts["residual"]["value"] == 0

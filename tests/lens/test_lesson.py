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


def test_the_last_step_is_explained_when_nothing_is_said(lesson: Record) -> None:
    answer = why(lesson)
    assert (answer.name, answer.step, answer.epoch) == ("dense1.weight[0, 0]", 50, 49)
    assert answer.new == 1.985092237632895


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


LESSON_TEXT = """\
dense1.weight[0, 0], from `x` to the output for `y`, in step 1 (epoch 0)
  0 -> 0.18666666666666665   float64, loss before the update 18.6667

  Step 1 raised the weight from `x` to the output for `y` from 0 to 0.1867: its
  gradient over 3 rows is -18.67, so a larger weight makes the loss on them
  smaller.
  Row 2, target 6, predicted 0, pushed hardest, by +0.12 of the batch's
  +0.1867, and all 3 rows pushed the same way.

The update, by sgd
  w = w - lr*g
  w = 0.0 - 0.01 * -18.666666666666664 = 0.18666666666666665

  0.01  learning rate

  this batch  +0.1866666667  = -0.01 * -18.67
  rounding       +5.551e-19
  change      +0.1866666667  = new - old, to the last bit
  residual 0: the new value, computed again by the contract, has the same bits

The gradient -18.67, as the sum over the 3 rows of input times error signal
       row  input   error    gradient        push  target  predicted
         2      3      -4         -12       +0.12  6       0
         1      2  -2.667      -5.333    +0.05333  4       0
         0      1  -1.333      -1.333    +0.01333  2       0
  rounding                 +1.998e-15  -1.998e-17
       sum                     -18.67     +0.1867
  Input: `x`. Rule: the update is a sum, so each term is its own share; all
  that the velocity holds counts as earlier steps.

The error signal of the output for `y` comes from the loss
  mse: mean of (out - y)^2
  error = slope of the loss at the prediction
  row 2:  prediction 0, target 6: off by -6  error -4
  row 1:  prediction 0, target 4: off by -4  error -2.667
  row 0:  prediction 0, target 2: off by -2  error -1.333

The step made again without row 2
  with it, the weight moved by                             +0.1867
  account: without its share, still a mean over all rows  +0.06667
  account: without its share, a mean over the rows left       +0.1
  really: trained without it                                  +0.1
  With one of 3 rows gone, the others weigh 3/2 as much in the mean; their
  error signals do not change otherwise. So the account differs from the truth
  by rounding only."""


def test_the_lesson_reads_so(lesson: Record) -> None:
    assert str(why(lesson, step=1, prove=True)) == LESSON_TEXT

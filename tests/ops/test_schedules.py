"""Schedules against their formulas and at their ends."""

from __future__ import annotations

import math

import pytest

from engineroom.errors import OptionError
from engineroom.ops import Constant, Cosine, schedule


def test_constant_warms_up_in_a_line() -> None:
    law = Constant(0.3, warmup=3)
    assert [law.rate(t) for t in range(1, 6)] == [0.3 * (1 / 3), 0.3 * (2 / 3), 0.3, 0.3, 0.3]


def test_cosine_is_its_formula() -> None:
    law = Cosine(0.2, steps=50, warmup=5, final=0.01)
    for t in range(6, 51):
        plain = 0.01 + 0.19 / 2 * (1 + math.cos(math.pi * (t - 6) / 45))
        assert law.rate(t) == pytest.approx(plain, rel=1e-14)
    assert law.rate(6) == pytest.approx(0.2, rel=1e-15)
    assert [law.rate(t) for t in (1, 5, 51, 1000)] == [0.2 * (1 / 5), 0.2, 0.01, 0.01]


def test_cosine_takes_the_runs_steps_where_it_has_none() -> None:
    assert Cosine(0.1).over(70).steps == 70
    assert Cosine(0.1, steps=30).over(70).steps == 30
    with pytest.raises(OptionError, match="cosine needs its number of steps"):
        Cosine(0.1).rate(1)


def test_warm_up_longer_than_the_run_never_divides_by_zero() -> None:
    law = Cosine(0.1, steps=3, warmup=3, final=0.01)
    assert [law.rate(t) for t in (3, 4)] == [0.1, 0.01]


def test_a_number_is_constant() -> None:
    assert schedule(0.5) == Constant(0.5)
    assert schedule(Cosine(0.1)) == Cosine(0.1)
    assert schedule({"law": "constant", "lr": 0.5, "warmup": 2}) == Constant(0.5, warmup=2)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: Constant(0.0), "lr must be above 0"),
        (lambda: Constant(0.1, warmup=-1), "warmup must be at least 0, got -1"),
        (lambda: Constant(0.1, warmup=1.5), "warmup must be a whole number, got 1.5"),
        (lambda: Cosine(0.1, steps=0), "steps of cosine must be at least 1, got 0"),
        (lambda: Cosine(0.1, final=-1), "final must be at least 0, got -1.0"),
        (lambda: schedule({"law": "cosin"}), "did you mean 'cosine'"),
    ],
)
def test_arguments_are_checked(make, sentence: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(OptionError, match=sentence):
        make()

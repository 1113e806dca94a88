"""Facts for programs hold every bit and are JSON that a strict reader takes."""

import json
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
import pytest

from engineroom.show._facts import facts, facts_text


@dataclass(frozen=True)
class Answer:
    value: float
    weights: np.ndarray
    hidden: str = field(default="", repr=False)


def refuse(constant: str) -> None:
    raise AssertionError(f"{constant} is not JSON")


def test_a_dataclass_becomes_an_object_without_its_hidden_fields():
    assert facts(Answer(0.5, np.array([[1, 2]], np.int32), "x")) == {"value": 0.5, "weights": [[1, 2]]}


@pytest.mark.parametrize(("value", "word"), [(np.nan, "NaN"), (np.inf, "Infinity"), (-np.inf, "-Infinity")])
def test_no_literal_that_is_not_json(value, word):
    text = facts_text({"a": value, "b": np.float32(value), "c": np.array([value])})
    assert json.loads(text, parse_constant=refuse) == {"a": word, "b": word, "c": [word]}


def test_floats_come_back_to_the_bit():
    values = np.random.default_rng(0).normal(size=1000).astype(np.float32)
    back = np.array(json.loads(facts_text(values)), dtype=np.float64)
    assert np.array_equal(back.astype(np.float32), values) and np.array_equal(back, values.astype(np.float64))


def test_other_things():
    assert facts({1: Fraction(-1, 3), "t": (1, np.True_, None)}) == {"1": "-1/3", "t": [1, True, None]}

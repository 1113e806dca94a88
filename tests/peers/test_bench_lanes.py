"""The lanes of the bench do the same work: from the same weights, on the same rows, they measure the same losses."""

from __future__ import annotations

import importlib
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]
LANES = [("_pytorch", "eager"), ("_jax", "scan"), ("_jax", "step")]


@pytest.fixture(autouse=True)
def _bench_on_the_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")


@pytest.mark.parametrize("case", ["one weight", "2-8-8-1 b16", "64-64-10 b32", "784-128-10 b64"])
@pytest.mark.parametrize(("module", "variant"), LANES, ids=lambda v: v.strip("_"))
def test_losses_are_those_of_numpy(module: str, variant: str, case: str) -> None:
    cases = importlib.import_module("bench._cases").CASES
    theirs = importlib.import_module(f"bench.{module}").build(cases[case], variant)(40)
    by_hand = importlib.import_module("bench._numpy").build(cases[case], "by hand")(40)
    # Float32 and another order of every sum: the paths drift apart slowly.
    assert np.allclose(np.asarray(theirs), by_hand, rtol=2e-3, atol=1e-5)
    assert by_hand[-1] < by_hand[0]


def test_numpy_lane_is_the_lesson() -> None:
    cases = importlib.import_module("bench._cases").CASES
    losses = importlib.import_module("bench._numpy").build(cases["one weight"], "by hand")(50)
    assert [f"{loss:.4f}" for loss in losses[::10]] == ["18.6667", "2.6304", "0.3707", "0.0522", "0.0074"]


def test_what_a_lane_cannot_do_stands_in_the_table_in_words() -> None:
    race = importlib.import_module("bench._race")
    with race.Worker("sklearn", 1) as worker:
        answers = [worker.ask(variant="fit", case=case, steps=16) for case in ("one weight", "unheard of")]
    assert answers == [{"absent": "no network without a hidden layer"}, {"absent": "KeyError: 'unheard of'"}]

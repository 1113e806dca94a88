"""A run that diverged: what is NaN or infinite is shown as neither colour nor length, and another try is offered."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import engineroom as er

Open = Callable[..., Any]


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A logbook with one run, whose learning rate is far too large."""
    path = tmp_path_factory.mktemp("diverged") / "diverged.logbook"
    rng = np.random.default_rng(5)
    run = er.train(
        er.Network(er.Dense(6, "relu"), er.Dense(1)), rng.normal(size=(60, 3)), 50 * rng.normal(size=60), loss="mse",
        optimizer=er.SGD(lr=3.0), epochs=30, batch_size=20, seed=1, validation=None, logbook=path,
    )  # fmt: skip
    assert run.status == "nonfinite"
    return path


def test_its_weights_are_told_of_as_what_they_are(view: Open) -> None:
    on = view("/run/1/cycle?phase=update&step=999").rest()
    assert "dashed or hatched: NaN or infinity" in on.text
    label = on.page.get_by_role("application").get_attribute("aria-label")
    assert re.search(r"\d+ weights are NaN or infinite", label), label
    on.go("/run/1/cycle?phase=update&step=1")
    assert "hatched" not in on.text
    on.go("/run/1/data?rows=training")
    assert "of 60 rows it trains on is NaN or infinite" in on.text
    assert "there is no dot to draw" in on.text
    on.go("/run/1/neuron")
    assert "The bias is NaN or infinite" in on.text
    on.go("/run/1/weight?step=999")
    assert on.text.lower().count("training stopped at step") == 1


def test_a_fork_with_a_smaller_rate_is_offered_in_place_of_going_on(view: Open) -> None:
    on = view("/runs").rest()
    assert on.page.get_by_test_id("resume-1").count() == 0
    on.page.get_by_test_id("anew-1").click()
    on.says("With learning rate 3 its weights became NaN or infinite, and stay so: going on cannot help.")
    rate = on.page.get_by_test_id("anew-lr")
    assert rate.input_value() == "0.3"
    rate.fill("0.003")
    on.page.get_by_test_id("anew-fork").click()
    on.page.get_by_role("link", name="Run 2").wait_for()
    on.until(lambda: on.run(2).status == "completed")
    fork = on.run(2)
    assert np.isfinite(fork.loss).all()

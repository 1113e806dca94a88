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
    """A logbook with two runs, whose learning rates are far too large."""
    path = tmp_path_factory.mktemp("diverged") / "diverged.logbook"
    rng = np.random.default_rng(5)
    run = er.train(
        er.Network(er.Dense(6, "relu"), er.Dense(1)), rng.normal(size=(60, 3)), 50 * rng.normal(size=60), loss="mse",
        optimizer=er.SGD(lr=3.0), epochs=30, batch_size=20, seed=1, validation=None, logbook=path,
    )  # fmt: skip
    assert run.status == "nonfinite"
    er.train(
        er.Network(er.Dense(1, bias=False, init="zeros")), [[1.0], [2.0], [3.0]], [2.0, 4.0, 6.0], loss="mse",
        optimizer=er.SGD(lr=0.3), epochs=100, batch_size=None, seed=0, validation=None, logbook=path,
    )  # fmt: skip
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


def test_a_number_has_the_same_digits_wherever_it_stands(view: Open) -> None:
    on = view("/run/2/cycle?step=50&phase=forward").rest()
    run = on.run(2)
    weight = run.at(49).weights["dense1.weight"].item()
    mantissa = f"{abs(weight):.2e}".split("e")[0]
    equations = on.panel("Forward: predict").inner_text()
    found = re.findall(r"(\d\.\d+)\s*\u00d7\s*10", equations)
    assert found and set(found) == {mantissa}, equations
    predicts = on.page.get_by_role("group", name="The four phases of a step").get_by_role("button").first.inner_text()
    assert mantissa in predicts


def test_large_numbers_have_room_on_a_phone(view: Open) -> None:
    on = view("/run/2/cycle?step=50", viewport={"width": 360, "height": 740}).rest()
    for step in (49, 50, 70):
        on.go(f"/run/2/cycle?step={step}")
        wide, room = on.page.get_by_role("table").locator("xpath=..").evaluate("e => [e.scrollWidth, e.clientWidth]")
        assert wide <= room, step
        for phase in on.page.get_by_role("group", name="The four phases of a step").locator(".result").all():
            assert phase.bounding_box()["height"] < 20, phase.inner_text()


def test_a_fork_with_a_smaller_rate_is_offered_in_place_of_going_on(view: Open) -> None:
    on = view("/runs").rest()
    assert on.page.get_by_test_id("resume-1").count() == 0
    on.page.get_by_test_id("anew-1").click()
    on.says("With learning rate 3 its weights became NaN or infinite, and stay so: going on cannot help.")
    rate = on.page.get_by_test_id("anew-lr")
    assert rate.input_value() == "0.3"
    rate.fill("0.003")
    on.page.get_by_test_id("anew-fork").click()
    on.page.get_by_role("link", name="Run 3").wait_for()
    on.until(lambda: on.run(3).status == "completed")
    fork = on.run(3)
    assert np.isfinite(fork.loss).all()

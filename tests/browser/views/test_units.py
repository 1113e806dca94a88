"""A number that is predicted stands in its own unit, with what the network sees of it in brackets, as `why` has it."""

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
    """A logbook in which prices are predicted from sizes."""
    path = tmp_path_factory.mktemp("units") / "houses.logbook"
    rng = np.random.default_rng(3)
    size = rng.uniform(50, 200, 40)
    table = {"size": size.tolist(), "price": [f"{p:.0f} €" for p in 3000 * size + rng.normal(0, 2e4, 40)]}
    er.train(er.Network(er.Dense(3, "tanh"), er.Dense(1)), table, target="price", steps=30, logbook=path)
    return path


def test_the_cycle_speaks_the_unit_of_the_target(view: Open) -> None:
    on = view("/run/1/cycle?step=20&phase=loss").rest()
    run = on.run(1)
    target = run.dataset.target
    assert target.scale[0] > 1000, "the prices were not standardized"
    told = on.panel("Loss: how wrong?").inner_text().replace("\u2212", "-")
    row = int(re.search(r"Example in row (\d+)", told)[1])  # type: ignore[index]
    found = re.search(r"predicts €([\d,]+) \((-?[\d.]+)\), target €([\d,]+) \((-?[\d.]+)\), off by €([\d,.]+)", told)
    assert found, told
    said, says, wanted, wants, off = (float(number.replace(",", "")) for number in found.groups())
    at = int(np.flatnonzero(run.dataset.row_numbers == row)[0])
    truth = float(run.dataset.y[at].item())
    guess = float(
        run.record.evaluate(run.record.at(19), run.dataset.x[at : at + 1], run.dataset.y[at : at + 1]).outputs.item()
    )
    for shown, seen, value in ((said, says, guess), (wanted, wants, truth)):
        assert shown == pytest.approx(value * target.scale[0] + target.mean[0], abs=1)
        assert seen == pytest.approx(value, abs=6e-3)
    assert off == pytest.approx(abs(guess - truth) * target.scale[0], rel=1e-3)
    buttons = on.page.get_by_role("group", name="The four phases of a step").inner_text()
    assert re.search(r"predicts\s*€\d+,\d{3}", buttons) and re.search(r"off by\s*€\d+", buttons)
    drawn = on.page.get_by_role("application").get_attribute("aria-label")
    assert f"off by €{found[5].rstrip('.')}" in drawn

"""A weight: the page shows what `why` says, to the last digit and bit."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

Open = Callable[..., Any]
CASES = [(1, "dense1.weight[0, 0]", 10), (2, "dense2.weight[3, 5]", 100), (3, "dense1.weight[1, 4]", 33)]


def plain(text: str) -> str:
    return re.sub(r"(?<=\d),(?=\d{3})", "", text.replace("\u2212", "-"))


def shortest(value: float, dtype: str) -> str:
    """Return the shortest decimals that are this number and no other."""
    return str(np.float32(value)) if dtype == "float32" else repr(float(value))


@pytest.mark.parametrize(("run", "weight", "step"), CASES)
def test_it_says_what_why_says_to_the_digit(run: int, weight: str, step: int, view: Open) -> None:
    on = view(f"/run/{run}/weight?step={step}&weight={weight}&exact=").rest()
    why = on.run().why(weight, step=step, top=6)
    values = plain(on.page.locator(".values").inner_text())
    assert shortest(why.old, why.dtype) in values and shortest(why.new, why.dtype) in values
    told = on.page.locator("pre").text_content()
    assert told == str(why)
    rows = on.page.locator("table.digits tbody tr")
    shown = {}
    for row in rows.all():
        exact, bits = row.locator(".mono").all_inner_texts()
        shown[row.locator("th").inner_text()] = (plain(exact).replace("\u2009", ""), bits)
    facts = why.to_dict()
    for label, figure in (("old value", facts["old"]), ("new value", facts["new"]), ("change", facts["change"])):
        assert shown[label][1] == figure["hex"], label
        assert float.fromhex(shown[label][1]) == figure["value"]
        assert Fraction(re.sub(r"\s", "", shown[label][0])) == Fraction(float.fromhex(figure["hex"])), label
    assert shown["gradient"][1] == facts["gradient"]["value"]["hex"]
    assert "Recomputed by the contract" in on.panel("The update").inner_text()
    on.button("hide every digit").click()
    rows.first.wait_for(state="detached")
    assert on.panel("The update").locator("math").count() >= 2, "the update is not typeset"


def test_an_example_that_pushed_and_the_proof(view: Open) -> None:
    on = view("/run/2/weight?step=100&weight=dense2.weight[3,5]").rest()
    why = on.run().why("dense2.weight[3, 5]", step=100, prove=True, top=6)
    hardest = max((*why.gradient.up, *why.gradient.down), key=lambda one: abs(one.push))
    pushes = on.panel("Who pushed")
    pushes.get_by_role("list", name="What each example").get_by_role(
        "button", name=re.compile(f"row {hardest.row}\\b")
    ).click()
    on.until(lambda: on.param("example") == str(hardest.row))
    pushes.get_by_text(re.compile("It pushed the weight by")).wait_for()
    assert f"{abs(float(hardest.push)):.4g}"[:6] in plain(pushes.inner_text())
    pushes.locator(".proof button").click()
    pushes.get_by_text("really without it").wait_for()
    assert why.proof is not None and why.proof.really is not None
    assert f"{abs(float(why.proof.really)):.4g}"[:6] in plain(pushes.inner_text())


def test_its_largest_move_the_runs_and_a_close_look(view: Open) -> None:
    on = view("/run/2/weight?step=50&weight=dense2.weight[3,5]").rest()
    on.button("its largest move", exact=True).click()
    step = str(on.run().why("dense2.weight[3, 5]").step)
    on.until(lambda: on.param("step") == step)
    on.rest()
    on.button("the run's largest move").click()
    most = on.run().why()
    on.page.get_by_role("heading", name=most.name).wait_for()
    on.until(lambda: on.param("step") == str(most.step))
    throw = on.panel("The throw")
    throw.get_by_role("img", name=re.compile("The loss along")).wait_for()
    assert "bullseye" in throw.inner_text() or "lowest" in throw.inner_text()


def test_any_weight_can_be_picked(view: Open) -> None:
    on = view("/run/3/weight?step=20&weight=dense1.weight[0,0]").rest()
    on.page.get_by_role("combobox", name=re.compile("^weights")).select_option("dense2.weight")
    on.until(lambda: (on.param("weight") or "").startswith("dense2.weight"))
    grid = on.page.get_by_role("application", name=re.compile("All weights of dense2.weight"))
    grid.wait_for()
    before = on.param("weight")
    for key in ("ArrowDown", "ArrowRight", "Enter"):
        grid.press(key)
    on.until(lambda: on.param("weight") not in (None, before))
    on.page.get_by_role("spinbutton").first.fill("4")
    on.page.get_by_role("spinbutton").first.press("Enter")
    on.until(lambda: (on.param("weight") or "").startswith("dense2.weight[4"))
    on.page.get_by_role("heading", name=re.compile(r"dense2\.weight\[4, \d\]")).wait_for()


def test_a_weight_that_is_not_there_is_told_of(view: Open) -> None:
    on = view("/run/3/weight?step=20&weight=dense9.weight[0,0]")
    on.says("This run has no dense9.weight[0,0]")


def test_it_opens_where_the_weight_moved_most_or_where_the_view_before_was(view: Open) -> None:
    weight = "dense1.weight[1, 4]"
    on = view(f"/run/3/weight?weight={weight}").rest()
    largest = on.run().why(weight).step
    assert largest != on.run().steps and on.until(lambda: on.param("step")) == str(largest)
    assert on.page.locator("pre").text_content() == str(on.run().why(weight, step=largest, top=6))
    on.go("/run/3/cycle")
    on.page.get_by_role("link", name="Weight", exact=True).click()
    on.rest()
    assert on.param("step") is None
    on.page.get_by_role("slider", name="Step").and_(on.page.locator("[aria-valuenow='1']")).wait_for()
    on.go("/run/3/cycle?step=11")
    on.page.get_by_role("link", name="Weight", exact=True).click()
    on.rest()
    assert on.param("step") == "11"

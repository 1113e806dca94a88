"""A neuron and its bias; the learning rate as a dial that forks, and a race."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import engineroom as er
from engineroom.lens import neuron

Open = Callable[..., Any]


def plain(text: str) -> str:
    return re.sub(r"(?<=\d),(?=\d{3})", "", text.replace("\u2212", "-"))


def test_a_neuron_is_chosen_and_told(view: Open) -> None:
    on = view("/run/3/neuron?step=60").rest()
    on.page.get_by_role("heading", name="Neuron 0 of dense1").wait_for()
    on.button("The next neuron").click()
    on.page.get_by_role("heading", name="Neuron 1 of dense1").wait_for()
    on.button("The neuron before").click()
    on.page.get_by_label("neuron", exact=True).fill("4")
    on.page.get_by_label("neuron", exact=True).press("Enter")
    on.page.get_by_role("heading", name="Neuron 4 of dense1").wait_for()
    on.rest()
    run = on.run()
    bias = float(run.at(60).weights["dense1.bias"][4])
    assert f"{bias:.4g}" in plain(on.panel("Its bias").inner_text())
    weights = run.at(60).weights["dense1.weight"][:, 4]
    told = plain(on.panel("What it responds to").inner_text())
    for weight in weights:
        assert f"{abs(float(weight)):.3g}" in told
    on.panel("Examples it answers most and least").get_by_role("button").first.click()
    on.until(lambda: on.param("example"))
    on.page.get_by_role("combobox", name=re.compile("^layer")).select_option("dense2")
    on.page.get_by_role("heading", name=re.compile("The output for")).wait_for()


def test_a_neuron_of_two_inputs_is_told_at_every_place(view: Open) -> None:
    on = view("/run/3/neuron?step=60&layer=dense1&index=3").rest()
    panel = on.panel("What it gives at every place")
    found = neuron(on.run().record, "dense1", 3, 60)
    label = plain(panel.get_by_role("img").get_attribute("aria-label"))
    told = re.fullmatch(r"What it gives over x0 and x1; over the examples, the dots, it gives (\S+) to (\S+)\.", label)
    assert told and [float(end) for end in told.groups()] == pytest.approx([found.a.min(), found.a.max()], rel=5e-3)
    for name, axis in zip(("x0", "x1"), found.axes, strict=True):
        ends = re.search(rf"{name} from (\S+) to ([^\s,]+),", plain(panel.inner_text()))
        assert ends and [float(end) for end in ends.groups()] == pytest.approx([axis[0], axis[-1]], rel=5e-3)
    picture = "canvas => canvas.toDataURL()"
    before = panel.locator("canvas").evaluate(picture)
    on.panel("Examples it answers most and least").get_by_role("button").first.click()
    on.until(lambda: panel.locator("canvas").evaluate(picture) != before)
    on.go("/run/2/neuron")
    assert panel.count() == 0


def test_a_shifted_bias_is_a_fork(view: Open) -> None:
    on = view("/run/3/neuron?step=60&layer=dense1&index=2").rest()
    make = on.button("make it a fork")
    assert make.is_disabled()
    on.page.get_by_role("slider", name="bias").press("PageUp")
    on.until(lambda: on.param("bias"))
    on.button("put it back").click()
    on.until(lambda: on.param("bias") is None)
    curve = on.panel("Its curve").locator("svg").first
    grip = curve.locator(".handle circle").bounding_box()
    at = (grip["x"] + grip["width"] / 2, grip["y"] + grip["height"] / 2)
    on.drag(at, (at[0] + 40, at[1]))
    wanted = float(on.kept("bias") or "nan")
    make.click()
    on.until(lambda: on.number > 3)
    on.rest()
    fork = on.run()
    assert fork.at(60).weights["dense1.bias"][2] == np.float32(wanted)
    assert on.param("index") == "2" and fork.steps == on.run(3).steps


def test_the_dial_says_the_limit_and_forks(view: Open) -> None:
    on = view("/run/1/rate").rest()
    limit = on.run().stability(0).limit
    assert limit == pytest.approx(3 / 14)
    on.until(lambda: f"{limit:.4g}" in plain(on.panel("Learning rate").inner_text()))
    dial = on.page.get_by_role("slider", name=re.compile("Learning rate"))
    dial.press("PageUp")
    dial.press("ArrowUp")
    rate = float(dial.get_attribute("aria-valuenow"))
    assert rate > 0.01
    # A hand that turns it selects none of its words, and leaves it the focus.
    on.page.get_by_label("fork as soon as I let go").uncheck()
    box = dial.bounding_box()
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    on.page.mouse.move(middle[0] - box["width"] / 4, middle[1])
    on.page.mouse.down()
    on.page.mouse.move(middle[0] + 10, middle[1] - box["height"] / 4, steps=5)
    on.page.mouse.move(middle[0] + box["width"] / 2, middle[1] + box["height"], steps=5)
    assert on.page.evaluate("getSelection().toString()") == ""
    on.page.mouse.up()
    assert dial.evaluate("e => e === document.activeElement")
    on.page.get_by_label("fork as soon as I let go").check()
    dial.focus()
    rate = float(dial.get_attribute("aria-valuenow"))
    dial.press("Enter")
    forks = on.panel("The run and its forks").get_by_role("listitem")
    forks.nth(1).wait_for()
    on.until(lambda: on.run(on.page.get_by_label("Run that is shown").locator("option").count()).status == "completed")

    box = dial.bounding_box()
    centre = (box["x"] + box["width"] / 2, box["y"] + box["height"] * 152 / 278)
    on.drag((centre[0], centre[1] - 80), (centre[0] + 80, centre[1] - 10))
    forks.nth(2).wait_for()
    on.page.get_by_label("learning rate", exact=True).fill("0.25")
    on.page.get_by_label("steps", exact=True).first.fill("40")
    on.page.get_by_label("steps", exact=True).first.press("Tab")
    on.button("fork", exact=True).click()
    forks.nth(3).wait_for()
    forks.nth(3).filter(has_text="it flew off").wait_for()
    on.until(lambda: "flies off" in dial.get_attribute("aria-valuetext"))
    on.until(lambda: "shows what happens: the loss flew off" in on.panel("Learning rate").inner_text())
    on.page.get_by_role("combobox", name=re.compile("^from")).select_option("here")
    on.until(lambda: on.param("from") == "here")


def test_the_rate_is_looked_at_after_the_step_of_the_address(view: Open) -> None:
    on = view("/run/3/rate?step=60").rest()
    place = on.page.get_by_role("combobox", name=re.compile("^from"))
    assert place.input_value() == "here"
    limit = on.run().stability(60).limit
    assert f"{limit:.4g}" in plain(on.panel("Learning rate").inner_text())
    on.says("By the curvature after step 60")
    place.select_option("start")
    on.says("By the curvature at the start")
    assert on.param("from") == "start" and on.param("step") == "60"
    on.go("/run/3/rate")
    assert place.input_value() == "start"


def test_a_run_that_learns_past_the_limit_is_not_said_to_fly_off(view: Open) -> None:
    on = view("/run/2/rate").rest()
    stability = on.run().stability(0, sample=200)
    assert stability.preconditioned
    dial = on.page.get_by_role("slider", name=re.compile("Learning rate"))
    on.page.get_by_label("steps", exact=True).first.fill("60")
    on.page.get_by_label("steps", exact=True).first.press("Tab")
    on.page.get_by_label("learning rate", exact=True).fill(f"{1.5 * stability.limit:.3g}")
    on.page.get_by_label("learning rate", exact=True).press("Tab")
    on.until(lambda: "past the limit" in dial.get_attribute("aria-valuetext"))
    told = on.panel("Learning rate").inner_text()
    assert "that of its first step alone" in told and "Fork there to see what it really does" in told

    number = on.page.get_by_label("Run that is shown").locator("option").count() + 1
    on.button("fork", exact=True).click()
    on.until(lambda: "yet it learns" in dial.get_attribute("aria-valuetext"))
    on.until(lambda: on.run(number).status == "completed")
    fork = on.run(number)
    assert fork.steps == 60 and fork.loss[-1] < fork.loss[0] / 2
    record = f"the loss fell from {fork.loss[0]:.2g} to {fork.loss[-1]:.2g} in 60 steps"
    on.until(lambda: record in plain(on.panel("Learning rate").inner_text()))
    assert "flies off" not in on.page.get_by_role("main").inner_text()


def test_other_rates_are_tried_and_nothing_is_kept(view: Open) -> None:
    on = view("/run/3/rate").rest()
    before = on.page.get_by_label("Run that is shown").locator("option").count()
    on.button(re.compile("^try ½")).click()
    rows = on.page.get_by_role("table", name=re.compile("at other learning rates")).locator("tbody tr")
    on.until(lambda: rows.count() == 4)
    assert on.page.get_by_label("Run that is shown").locator("option").count() == before


def test_optimizers_race_on_the_losses_and_the_map(view: Open) -> None:
    on = view("/run/3/rate").rest()
    on.page.get_by_role("checkbox", name=re.compile("^RMSProp", re.I)).uncheck()
    on.panel("A race").get_by_label("steps").fill("30")
    on.button("race", exact=True).click()
    results = on.panel("The race by its losses").get_by_role("listitem")
    on.until(lambda: results.count() == 3)
    numbers = [int(n) for n in (on.until(lambda: on.param("race"))).split(",")]
    results.filter(has_text="lowest").wait_for()
    losses = [float(on.run(n).loss[-1]) for n in numbers]
    assert "lowest" in results.nth(int(np.argmin(losses))).inner_text()
    for result, loss in zip(results.all(), losses, strict=True):
        assert f"{loss:.3g}" in plain(result.inner_text())
    on.panel("The race by its ways").get_by_role("img", name=re.compile("The loss over .* and ")).wait_for()
    a = on.page.get_by_label("to the right")
    a.fill("dense2.weight[1, 1]")
    a.press("Enter")
    on.until(lambda: on.param("a") == "dense2.weight[1, 1]")
    on.page.get_by_role("img", name=re.compile(r"The loss over dense2\.weight\[1, 1\] and ")).wait_for()
    a.fill("nothing")
    a.press("Enter")
    on.page.get_by_text("This run has no weight called nothing").wait_for()


def test_the_rate_of_a_schedule_is_the_one_where_a_fork_begins(view: Open) -> None:
    book = view("/run/1/rate").book
    run = er.open(book).run(3).fork(at=0, lr=er.Cosine(0.2), steps=40)
    run.fork(at=10, lr=0.05, steps=10)
    on = view(f"/run/{run.number}/rate?step=10").rest()
    rate = f"{run.stability(10).lr:.4g}"
    assert rate != "0.2"
    items = on.panel("The run and its forks").get_by_role("listitem")
    items.nth(1).wait_for()
    on.until(lambda: f"rate {rate}, then by its schedule" in items.first.inner_text())
    assert "rate 0.05" in items.nth(1).inner_text() and "schedule" not in items.nth(1).inner_text()
    dial = on.panel("Learning rate")
    assert f"{rate}\n" in dial.inner_text() and "keeps that rate, without the run's schedule" in dial.inner_text()
    on.go("/run/1/rate")
    assert "schedule" not in dial.inner_text()

"""The cycle: four phases, the way through a run, weights edited by hand, and the edge that leads to a weight."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from engineroom.lens import beliefs

Open = Callable[..., Any]
TITLES = {
    "forward": "Forward: predict",
    "loss": "Loss: how wrong?",
    "backward": "Backward: who is to blame?",
    "update": "Update: move a little",
}


CORNERS = """canvas => {
    const { width, height } = canvas;
    const at = (x, y) => {
        const [red, , blue] = canvas.getContext("2d").getImageData(x * width, y * height, 1, 1).data;
        return red - blue;
    };
    return [at(0.1, 0.9), at(0.1, 0.1), at(0.9, 0.9), at(0.9, 0.1)];
}"""
"""How orange, and not blue, a picture is in its four corners."""


def plain(text: str) -> str:
    return re.sub(r"(?<=\d),(?=\d{3})", "", text.replace("\u2212", "-"))


def test_the_four_phases_show_this_steps_numbers(view: Open) -> None:
    on = view("/run/1/cycle?step=10").rest()
    why = on.run().why("dense1.weight[0, 0]", step=10)
    row = re.search(r"example in row (\d)", on.panel(TITLES["forward"]).inner_text())
    assert row
    example = [1, 2, 3][int(row[1])]
    group = on.page.get_by_role("group", name="The four phases of a step")
    results = {
        "forward": f"predicts {why.old * example:.3g}",
        "loss": f"off by {abs(why.old * example - 2 * example):.4g}",
        "backward": f"gradient {float(why.gradient.value):.3g}",
        "update": f"moves +{why.new - why.old:.3g}",
    }
    for key, (phase, title) in enumerate(TITLES.items(), start=1):
        button = group.get_by_role("button", name=re.compile(phase, re.I))
        button.click()
        assert button.get_attribute("aria-pressed") == "true"
        on.page.get_by_role("heading", name=title).wait_for()
        on.until(lambda phase=phase: on.param("phase") == phase)
        told = plain(button.inner_text()).replace("\n", " ")
        assert results[phase].split(" ")[-1] in told, told
        on.page.keyboard.press(str(key % 4 + 1))
        on.until(lambda after=list(TITLES)[key % 4]: on.param("phase") == after)
    on.button(re.compile("^Update|Update ")).first.click()
    equations = plain(on.panel(TITLES["update"]).inner_text())
    assert "0.01" in equations and f"{why.new:.4g}" in equations
    on.page.get_by_text("What the engine runs in this phase").click()
    assert "dense1.weight" in on.panel(TITLES["update"]).inner_text()


def test_play_pause_and_both_ways(view: Open) -> None:
    on = view("/run/1/cycle?step=10&phase=update").rest()
    on.button(re.compile("One phase on")).click()
    on.until(lambda: (on.param("step"), on.param("phase")) == ("11", "forward"))
    on.button(re.compile("One phase back")).click()
    on.until(lambda: (on.param("step"), on.param("phase")) == ("10", "update"))
    on.page.keyboard.press("Shift+ArrowRight")
    on.until(lambda: on.param("step") == "11")
    on.page.keyboard.press("ArrowLeft")
    on.until(lambda: on.param("phase") == "backward")

    on.page.get_by_label("Speed").select_option("25 steps/s")
    on.button(re.compile("^Play")).click()
    on.until(lambda: int(on.param("step") or 0) > 14)
    on.button(re.compile("^Pause")).click()
    at = on.kept("step")
    assert on.kept("step") == at, "it goes on after a pause"
    on.page.get_by_role("main").click(position={"x": 2, "y": 2})
    on.page.keyboard.press(" ")
    on.until(lambda: on.param("step") == "50")
    on.button(re.compile("^Play")).wait_for()

    on.page.get_by_label("Speed").select_option("every phase")
    on.button(re.compile("^Play")).click()
    on.until(lambda: (on.param("step"), on.param("phase")) == ("1", "loss"))
    on.page.keyboard.press(" ")


def test_scrubbing_goes_to_any_step(view: Open) -> None:
    on = view("/run/2/cycle").rest()
    steps = on.run().steps
    track = on.page.get_by_role("slider", name="Step")
    box = track.bounding_box()
    left, middle = box["x"], box["y"] + box["height"] / 2
    on.page.mouse.click(left + box["width"] * 0.5, middle)
    on.until(lambda: abs(int(track.get_attribute("aria-valuenow")) - steps / 2) <= 2)
    on.drag((left + box["width"] * 0.5, middle), (left + box["width"] * 0.25, middle))
    on.until(lambda: abs(int(track.get_attribute("aria-valuenow")) - steps / 4) <= 2)
    for key, want in (("Home", 1), ("ArrowRight", 2), ("PageUp", 2 + -(-steps // 20)), ("End", steps)):
        track.press(key)
        on.until(lambda want=want: int(track.get_attribute("aria-valuenow")) == want)
    track.press("Home")
    on.rest()
    first = float(on.run().loss[0])
    assert f"{first:.4g}" in track.get_attribute("aria-valuetext")
    on.page.get_by_role("application", name=re.compile("Step 1, ")).wait_for()


def test_a_weight_changed_by_hand_is_a_fork(view: Open) -> None:
    on = view("/run/1/cycle?step=10").rest()
    field = on.page.get_by_role("spinbutton", name="dense1.weight[0, 0]")
    field.fill("3")
    field.press("Enter")
    place = field.bounding_box()
    on.button("Undo").click()
    assert on.button(re.compile("Fork here")).count() == 0
    assert field.bounding_box() == place
    field.fill("3")
    field.press("Enter")
    on.button("Fork here with 1 change").click()
    on.page.get_by_text(re.compile(r"goes on from state 9 of run 1 with 1 weight set by hand")).wait_for()
    on.until(lambda: on.number > 3)
    # It opens where it was made, with the weight as it was set.
    on.until(lambda: on.param("step") == "10")
    on.until(lambda: on.page.get_by_role("spinbutton", name="dense1.weight[0, 0]").input_value() == "3")
    fork = on.run()
    assert fork.at(9).weights["dense1.weight"].item() == 3.0 and fork.steps == 50
    assert fork.at(10).weights["dense1.weight"].item() == pytest.approx(3 - 0.01 * (28 / 3) * (3 - 2))


@pytest.mark.parametrize("size", [(1440, 900), (360, 740)])
def test_the_fork_is_in_sight_of_the_weight_that_was_changed(size: tuple[int, int], view: Open) -> None:
    on = view("/run/2/cycle?step=60&unit=dense2.3", viewport={"width": size[0], "height": size[1]}).rest()
    fields = on.panel(re.compile("^Weights into")).get_by_role("spinbutton")
    for nth in (0, -1):
        field = fields.nth(nth)
        field.evaluate("e => e.scrollIntoView({ block: 'center' })")
        place = field.bounding_box()
        field.fill("3")
        field.press("Enter")
        fork = on.button(re.compile("^Fork here with"))
        fork.wait_for()
        assert field.bounding_box() == place
        at = fork.evaluate(
            "e => { const b = e.getBoundingClientRect(); "
            "return e.contains(document.elementFromPoint(b.left + b.width / 2, b.top + b.height / 2)); }"
        )
        assert at, f"field {nth}: the button is out of sight"


def test_the_weights_stay_where_they_are_from_phase_to_phase(view: Open) -> None:
    on = view("/run/2/cycle?step=60&unit=dense2.3&phase=forward", viewport={"width": 1440, "height": 900}).rest()
    field = on.panel(re.compile("^Weights into")).get_by_role("spinbutton").first
    seen = []
    for key in "12341234":
        on.page.keyboard.press(key)
        on.page.get_by_role("heading", name=list(TITLES.values())[int(key) - 1]).wait_for()
        seen.append(field.bounding_box()["y"])
    assert len(set(seen[4:])) == 1, seen


def test_the_weights_into_a_neuron_stay_in_place_while_one_is_typed_over(view: Open) -> None:
    on = view("/run/2/cycle?step=1&unit=dense1[3]").rest()
    fields = on.page.get_by_role("spinbutton", name=re.compile(r"^dense1\.weight"))

    def names_at(step: int) -> list[str]:
        on.page.evaluate(f"location.hash = location.hash.replace(/step=\\d+/, 'step={step}')")
        on.page.get_by_role("application", name=re.compile(f"Step {step}, ")).wait_for()
        on.rest()
        return [field.get_attribute("aria-label") for field in fields.all()]

    last = on.run(2).steps
    weights = {step: on.run(2).at(step - 1).weights["dense1.weight"][:, 3] for step in (1, last)}
    largest = {
        step: [f"dense1.weight[{i}, 3]" for i in np.argsort(-np.abs(w), kind="stable")[:12]]
        for step, w in weights.items()
    }
    assert largest[1] != largest[last]
    assert names_at(1) == largest[1]
    fields.first.focus()
    assert names_at(last) == largest[1]
    assert fields.first.evaluate("field => field === document.activeElement")
    on.page.get_by_role("slider", name="Step").focus()
    on.until(lambda: names_at(last) == largest[last])
    assert fields.first.input_value() == f"{weights[last][int(np.argmax(np.abs(weights[last])))]:.4g}"


def test_an_edge_leads_to_its_weight(view: Open) -> None:
    on = view("/run/3/cycle?step=20").rest()
    picture = on.page.get_by_role("application", name=re.compile("^The network"))
    box = picture.bounding_box()
    hint = picture.locator("xpath=..").get_by_text(re.compile(r"^dense\d\.weight\[\d+, \d+\]$"))
    seen = set()
    name = ""
    for y in range(int(box["height"] * 0.2), int(box["height"] * 0.8), 6):
        on.page.mouse.move(box["x"] + box["width"] * 0.36, box["y"] + y)
        if hint.count():
            name = hint.first.inner_text()
            seen.add(name)
            if len(seen) == 2:
                break
    assert len(seen) == 2, "pointing at edges does not name them"
    on.page.mouse.down()
    on.page.mouse.up()
    on.until(lambda: "/weight" in on.address)
    assert on.param("weight") == name and on.param("step") == "20"
    on.page.get_by_role("heading", name=name).wait_for()


def test_units_and_examples_by_keyboard(view: Open) -> None:
    on = view("/run/3/cycle?step=20").rest()
    picture = on.page.get_by_role("application", name=re.compile("^The network"))
    picture.press("ArrowLeft")
    on.until(lambda: (on.param("unit") or "").startswith("dense1."))
    picture.press("ArrowDown")
    unit = on.kept("unit")
    assert unit and unit in ("dense1.0", "dense1.1", "dense1.2", "dense1.3", "dense1.4")
    rows = on.page.get_by_role("toolbar", name="Examples of this batch").get_by_role("button")
    rows.nth(1).click()
    row = on.kept("row")
    rows.nth(1).press("ArrowRight")
    on.until(lambda: on.param("row") not in (None, row))
    on.page.get_by_role("link", name=re.compile("^Why dense1.weight")).first.click()
    on.until(lambda: "/weight" in on.address)
    on.page.go_back()
    on.until(lambda: "/cycle" in on.address and on.param("unit") == unit)
    picture.press("Enter")
    on.until(lambda: "/neuron" in on.address)
    assert (on.param("layer"), on.param("index")) == ("dense1", unit.split(".")[1])


def test_each_neuron_shows_what_it_gives_at_every_place(view: Open) -> None:
    on = view("/run/3/cycle?step=20").rest()
    picture = on.page.get_by_role("application", name=re.compile("Each neuron's square shows what it gives"))
    picture.wait_for()
    box = picture.bounding_box()
    large = picture.locator("xpath=..").locator(".tooltip canvas")
    seen = {}
    for x in range(int(box["width"] * 0.2), int(box["width"] * 0.6), 8):
        for y in range(4, int(box["height"]), 12):
            on.page.mouse.move(box["x"] + x, box["y"] + y)
            if large.count():
                neuron = picture.locator("xpath=..").locator(".tooltip strong").inner_text()
                if neuron not in seen:
                    seen[neuron] = large.evaluate(CORNERS)
                    tip = picture.locator("xpath=..").locator(".tooltip").bounding_box()
                    ends = (box["y"], tip["y"], tip["y"] + tip["height"], box["y"] + box["height"])
                    assert list(ends) == sorted(ends), "it is cut off"
        if len(seen) >= 5:
            break
    run = on.run()
    found = beliefs(run.record, 19)
    assert set(seen) >= {f"neuron {i} of dense1" for i in range(5)}
    for i in range(5):
        told = found.responses["dense1"][i]
        # Left and below, left and above, right and below, right and above: orange above 0, blue below.
        wanted = [told[2, 2], told[2, -3], told[-3, 2], told[-3, -3]]
        for value, shade in zip(wanted, seen[f"neuron {i} of dense1"], strict=True):
            assert abs(value) < 0.1 or (shade > 0) == (value > 0), f"neuron {i}: {wanted}"
    # Backward shows gradients there; and the second run has too many inputs.
    on.go("/run/3/cycle?step=20&unit=dense1.3")
    panel = on.panel("What neuron 3 of dense1 gives at every place")
    assert "x0 grows to the right, x1 upwards" in panel.inner_text()
    panel.get_by_role("link").click()
    on.until(lambda: "/neuron" in on.address)
    assert (on.param("layer"), on.param("index"), on.param("step")) == ("dense1", "3", "20")
    for address in ("/run/3/cycle?step=20&phase=backward", "/run/2/cycle?step=10"):
        on.go(address)
        on.rest()
        assert on.page.get_by_role("application", name=re.compile("Each neuron's square")).count() == 0


def test_what_it_decides_is_drawn_beside_the_network(view: Open) -> None:
    on = view("/run/3/cycle?step=20").rest()
    run = on.run()
    rows = run.dataset.training

    def right(step: int) -> str:
        """Return what the page says of the rows trained on after so many updates."""
        w = run.at(step).weights
        hidden = np.tanh(run.dataset.x[rows] @ w["dense1.weight"] + w["dense1.bias"])
        said = (hidden @ w["dense2.weight"] + w["dense2.bias"]).argmax(1)
        share = 100 * float(np.mean(said == run.dataset.y[rows]))
        return f"{share:.3g} % of {len(rows)} rows it trains on are right"

    panel = on.panel("Where it decides what")
    picture = panel.get_by_role("img")
    label = picture.get_attribute("aria-label")
    regions = "The regions in which the network says each class over x0 and x1"
    assert label == f"{regions}, with {len(rows)} examples as dots."
    pixels = "e => e.querySelector('canvas').toDataURL()"
    drawn = {}
    for step, phase, state in ((1, "forward", 0), (20, "loss", 19), (20, "update", 20), (120, "update", 120)):
        on.go(f"/run/3/cycle?step={step}&phase={phase}")
        told = "Before the first step" if state == 0 else f"After step {state}"
        assert f"{told}: {right(state)}" in plain(panel.inner_text())
        drawn[state] = picture.evaluate(pixels)
    assert len(set(drawn.values())) == len(drawn)

    panel.get_by_role("link", name="More in Data").press("Enter")
    on.until(lambda: "/run/3/data" in on.address)
    on.rest()
    assert (on.param("step"), on.param("rows")) == ("120", "training")
    assert right(120) in plain(on.text) and panel.count() == 1

    on.go("/run/1/cycle?step=10")
    assert "After step 9: off by" in on.panel("What it says between the examples").inner_text()
    on.go("/run/2/cycle?step=10")
    assert on.panel(re.compile("Where it decides|What it says between")).count() == 0

"""The runs: their tree, the form for a new one, a table of one's own, and a run that trains before one's eyes."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import engineroom as er
from engineroom.show.page import unpack

Open = Callable[..., Any]


def test_the_tree_and_two_runs_beside_each_other(view: Open) -> None:
    er.open(view("/runs").book).run(3).fork(100, lr=0.02)
    on = view("/runs").rest()
    leaves = on.page.get_by_role("list", name=re.compile("^Runs, forks below")).get_by_role("listitem")
    on.until(lambda: leaves.count() == 4)
    leaf = leaves.filter(has_text="from run 3 at step 100")
    assert leaf.count() == 1 and "lr" in leaf.inner_text() and "0.02" in leaf.inner_text()
    for run in (3, 4):
        box = on.page.get_by_role("checkbox", name=f"Run {run} on the chart")
        box.check()
    on.until(lambda: set((on.param("runs") or "3,4").split(",")) == {"3", "4"})
    told = on.panel("Run 3 and run 4")
    told.get_by_text("Up to step 100 they are one run.").wait_for()
    assert "0.02" in told.get_by_role("table").inner_text()
    on.page.get_by_label("What is drawn").select_option("held-out accuracy")
    on.until(lambda: on.param("metric") == "validation.accuracy")
    on.button("log", exact=True).click()
    on.until(lambda: on.param("scale") == "linear")
    on.page.get_by_role("link", name="Run 2 · digits").click()
    on.until(lambda: on.address.startswith("#/run/2/cycle"))


def begun(on: Any) -> int:
    """Return the number of the run that the form began: the page goes along with it."""
    found = on.until(lambda: re.match(r"#/run/(\d+)/cycle", on.address))
    return int(found[1])


def ended(on: Any, number: int) -> er.Run:
    """Return a run once it has ended."""
    on.until(lambda: on.run(number).status == "completed")
    return on.run(number)


def test_a_run_from_the_form(view: Open) -> None:
    on = view("/runs").rest()
    on.page.get_by_test_id("new-run").click()
    on.button(re.compile("^penguins")).click()
    on.page.get_by_test_id("add-layer").click()
    on.page.get_by_label("neurons").last.fill("5")
    on.page.get_by_label("activation").nth(0).select_option("tanh")
    on.page.get_by_label("initial weights").nth(0).select_option(index=2)
    on.page.get_by_label("bias").nth(0).uncheck()
    on.page.get_by_role("combobox", name=re.compile("^optimizer")).select_option("sgd")
    on.page.get_by_label("learning rate").fill("0.05")
    on.page.get_by_role("combobox", name=re.compile("^batch")).select_option("some")
    on.page.get_by_label("rows of a batch").fill("16")
    on.page.get_by_label("Length", exact=True).fill("4")
    on.page.get_by_label("Rows held out").select_option("part")
    on.page.get_by_label("Per cent held out").fill("30")
    on.page.get_by_label("seed").fill("11")
    on.page.get_by_label("name", exact=True).fill("birds")
    cost = on.page.get_by_test_id("cost")
    told = on.until(lambda: re.match(r"Training (6\d) steps takes .*; recording it takes about .*", cost.inner_text()))
    on.page.get_by_test_id("begin").click()
    number = begun(on)
    on.until(lambda: on.run(number).status == "completed")
    run = on.run(number)
    assert run.name == "birds" and run.epochs == 4 and run.steps == int(told[1])
    first, last = run.network.layers[0], run.network.layers[-2]
    assert "tanh" in str(first).lower() and "bias=False" in str(first) and "5" in str(last)
    assert run.plan.batch_size == 16
    leaf = view("/runs").page.get_by_role("listitem").filter(has_text=f"Run {number} · birds")
    assert "sgd 0.05" in leaf.inner_text()
    assert abs(len(run.dataset.validation_y) - 0.3 * 344) <= 1


def test_a_run_that_is_over_in_a_moment_is_seen_all_the_same(view: Open) -> None:
    on = view("/runs", reduced_motion="no-preference").rest()
    on.page.get_by_test_id("new-run").click()
    on.button(re.compile("two moons", re.IGNORECASE)).click()
    on.page.get_by_label("Length", exact=True).fill("4")
    on.page.get_by_test_id("begin").click()
    number = begun(on)
    on.page.get_by_text(re.compile(rf"Run {number} made its \d+ steps in a moment; here they are again")).wait_for()
    step = int(on.until(lambda: on.param("step")))
    last = on.until(lambda: on.run(number).steps)
    assert step < last
    on.until(lambda: int(on.param("step")) == last)


def test_noise_and_a_mistake_in_the_form(view: Open) -> None:
    on = view("/runs?new=").rest()
    on.button(re.compile("two moons", re.I)).click()
    before = on.page.get_by_role("img", name=re.compile("points")).inner_html()
    on.page.get_by_label("noise").fill("0.4")
    on.until(lambda: on.page.get_by_role("img", name=re.compile("points")).inner_html() != before)
    cost, alert = on.page.get_by_test_id("cost"), on.page.get_by_role("alert")
    # What is wrong is told where the estimate was, without an alarm, and what is out of date is marked.
    on.until(lambda: cost.get_attribute("aria-busy") == "false" and "Training" in cost.inner_text())
    on.page.get_by_label("Length", exact=True).fill("-3")
    assert cost.get_attribute("aria-busy") == "true"
    on.until(lambda: "Epochs must be" in cost.inner_text() and cost.get_attribute("aria-busy") == "false")
    on.page.get_by_label("Length", exact=True).fill("3")
    on.page.get_by_role("spinbutton", name="points").fill("1000000")
    on.until(lambda: "from 2 to 20,000, got 1,000,000." in cost.inner_text())
    on.page.get_by_test_id("begin").click()
    assert "Points must be" in alert.inner_text()
    on.page.get_by_role("spinbutton", name="points").fill("100")
    on.page.get_by_label("learning rate").fill("-1")
    on.until(lambda: "Learning rate must be" in cost.inner_text())
    on.page.get_by_test_id("begin").click()
    on.until(lambda: "Learning rate must be" in alert.inner_text())
    rate, below = on.page.get_by_label("learning rate").bounding_box(), alert.bounding_box()
    assert 0 <= below["y"] - rate["y"] - rate["height"] < 40
    on.page.get_by_label("learning rate").fill("0.01")
    on.page.get_by_label("neurons").first.fill("0")
    on.until(lambda: "Units" in cost.inner_text())
    on.page.get_by_test_id("begin").click()
    on.until(lambda: "Units" in alert.inner_text())
    assert on.address.startswith("#/runs?new")
    reset = on.button("reset the form")
    reset.click()
    points = on.page.get_by_role("spinbutton", name="points")
    usual = points.input_value()
    points.fill("37")
    reset.press("Enter")
    on.until(lambda: points.input_value() == usual)
    assert reset.evaluate("button => button === document.activeElement")
    on.page.get_by_test_id("begin").click()
    begun(on)


@pytest.mark.parametrize(
    ("toy", "least"),
    [("two moons", 0.95), ("circles", 0.95), ("xor", 0.95), ("spirals", 0.9), ("digits", 0.95), ("penguins", 0.95)],
)
def test_what_the_form_begins_with_learns(view: Open, toy: str, least: float) -> None:
    for seed in (0, 3):
        on = view("/runs?new=").rest()
        on.button(re.compile(f"^{toy}")).click()
        on.page.get_by_label("seed").fill(str(seed))
        on.page.get_by_test_id("begin").click()
        found = ended(on, begun(on))
        assert found.validation["accuracy"][-1] >= least, f"{toy} with seed {seed}"
        assert max(layer.units for layer in found.network.layers) <= 32


def test_a_wave_and_the_first_lesson_are_learnt_from_the_form(view: Open) -> None:
    for toy, least in (("a wave", 0.95), ("y = 2x", 0.999)):
        on = view("/runs?new=").rest()
        on.button(re.compile(f"^{re.escape(toy)}")).click()
        on.page.get_by_test_id("begin").click()
        found = ended(on, begun(on))
        if toy == "a wave":
            assert found.validation["r2"][-1] >= least
        else:
            assert abs(found.at(50).weights["dense1.weight"].item() - 2) < 0.02


def table(rows: int = 90) -> bytes:
    rng = np.random.default_rng(3)
    size, rooms = rng.uniform(20, 200, rows), rng.integers(1, 7, rows)
    price = 3 * size + 20 * rooms + rng.normal(0, 5, rows)
    lines = [f"{i:04d},{s:.1f},{r},{p:.1f}" for i, (s, r, p) in enumerate(zip(size, rooms, price, strict=True))]
    return "\n".join(["code,size,rooms,price", *lines]).encode()


def test_a_table_of_ones_own(view: Open) -> None:
    on = view("/runs?new=").rest()
    on.button(re.compile("^your own table")).click()
    on.page.get_by_test_id("upload").set_input_files({"name": "houses.csv", "mimeType": "text/csv", "buffer": table()})
    on.says(re.compile("90 rows"))
    fields = on.page.get_by_role("table").locator("tbody tr:not(.notes)")
    assert fields.count() == 4
    on.page.get_by_label("Predict price").check()
    rooms = on.page.get_by_label("rooms is read as")
    assert {"dmy", "mdy", "ymd"} <= set(rooms.locator("option").evaluate_all("all => all.map(one => one.value)"))
    rooms.select_option("drop")
    on.says(re.compile("1 column to learn from"))
    on.page.get_by_label("Length", exact=True).fill("3")
    on.page.get_by_test_id("begin").click()
    number = begun(on)
    on.until(lambda: on.run(number).status == "completed")
    assert on.run(number).at(0).weights["dense1.weight"].shape[0] == 1, "the column that was left out is an input"

    # The same by dropping it, as a hand does.
    on = view("/runs").rest()
    on.page.evaluate(
        """text => {
            const data = new DataTransfer();
            data.items.add(new File([text], "dropped.csv", { type: "text/csv" }));
            window.dispatchEvent(new DragEvent("dragover", { dataTransfer: data, bubbles: true, cancelable: true }));
            window.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
        }""",
        table(40).decode(),
    )
    on.says(re.compile("dropped.csv"))


def count_pictures(on: Any) -> tuple[list[int], list[dict[str, Any]]]:
    """Load the page again and count the frames with weights that it is sent; and take down what it asks."""
    sizes: list[int] = []
    asked: list[dict[str, Any]] = []

    def hear(frame: Any) -> None:
        if b'"push":"state"' in frame[:80].replace(b" ", b""):
            sizes.append(len(frame))

    def listen(socket: Any) -> None:
        socket.on("framereceived", hear)
        socket.on("framesent", lambda frame: asked.append(unpack(frame)[0]))

    on.page.on("websocket", listen)
    on.page.reload()
    return sizes, asked


def show_tab(on: Any, state: str) -> None:
    """Have the page believe that its tab was put behind another, or brought back."""
    on.page.evaluate(
        """state => {
            Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
            document.dispatchEvent(new Event("visibilitychange"));
        }""",
        state,
    )


def test_a_run_trains_before_ones_eyes_is_stopped_and_goes_on(view: Open) -> None:
    on = view("/runs?new=").rest()
    on.button(re.compile("^digits")).click()
    on.page.get_by_label("Length is counted in").select_option("steps")
    on.page.get_by_label("Length", exact=True).fill("3000000")
    on.page.get_by_test_id("begin").click()
    number = begun(on)
    on.page.goto(on.page.url.partition("#")[0] + "#/runs")
    bar = on.page.get_by_role("progressbar", name=re.compile(f"Run {number}:"))
    first = float(on.until(lambda: bar.get_attribute("value") not in (None, "0") and bar.get_attribute("value")))
    on.until(lambda: float(bar.get_attribute("value")) > first)

    other = view(f"/run/{number}/cycle")
    pictures, asked = count_pictures(other)
    other.page.get_by_role("heading", name="Training").wait_for()
    step = other.page.get_by_role("slider", name="Step")
    at = int(step.get_attribute("aria-valuenow"))
    other.until(lambda: int(step.get_attribute("aria-valuenow")) > at)
    other.until(lambda: len(pictures) > 3)
    # What changes with every step is pushed; what takes a replay is asked at a glance, and not for every step.
    steps = {ask["ask"]: ask["step"] for ask in asked if not ask.get("glance") and "step" in ask}
    series = [ask["first"] for ask in asked if ask["ask"] == "series"]
    assert steps == {} and set(series) <= {1}

    # Whoever stops to look sees the step at which he stopped, though it is not in the logbook yet.
    other.button(re.compile("Backward")).first.click()
    at = int(other.until(lambda: other.param("step")))
    other.until(lambda: f"Step {at}, backward" in other.page.get_by_role("application").get_attribute("aria-label"))
    assert other.page.get_by_role("alert").count() == 0
    other.button("live").click()
    other.page.get_by_role("heading", name="Training").wait_for()

    show_tab(other, "hidden")
    other.page.wait_for_timeout(500)
    seen = len(pictures)
    other.page.wait_for_timeout(1000)
    assert len(pictures) == seen, "weights are sent to a page that nobody sees"
    show_tab(other, "visible")
    other.until(lambda: len(pictures) > seen)

    other.page.get_by_role("slider", name="Step").press("Home")
    other.page.get_by_role("heading", name="Backward: who is to blame?").wait_for()
    other.button("live").click()
    other.page.get_by_role("heading", name="Training").wait_for()
    other.button("stop", exact=True).click()
    other.page.get_by_role("heading", name="Training").wait_for(state="detached")

    on.page.get_by_test_id(f"stop-{number}").wait_for(state="detached")
    stopped = on.run(number).steps
    assert 0 < stopped < 3_000_000
    on.page.get_by_title(re.compile(f"Go on with run {number} to step")).click()
    on.page.get_by_test_id(f"stop-{number}").click()
    on.page.get_by_test_id(f"stop-{number}").wait_for(state="detached")
    assert on.run(number).steps > stopped

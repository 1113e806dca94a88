"""What the network believes of the data, and how its layers fare."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np

Open = Callable[..., Any]


def plain(text: str) -> str:
    return re.sub(r"(?<=\d),(?=\d{3})", "", text.replace("\u2212", "-"))


def test_held_out_rows_and_the_confusion_table(view: Open) -> None:
    on = view("/run/2/data").rest()
    run = on.run()
    table = on.panel("Confusion matrix").get_by_role("table")
    cells = table.get_by_role("button")
    assert cells.count() == 100
    counts = np.array([int(re.match(r"\d+", cell.get_attribute("aria-label") or "0")[0]) for cell in cells.all()])
    w = run.at(run.steps).weights
    hidden = np.maximum(run.dataset.validation_x @ w["dense1.weight"] + w["dense1.bias"], 0)
    said = (hidden @ w["dense2.weight"] + w["dense2.bias"]).argmax(1)
    truth = np.zeros((10, 10), int)
    np.add.at(truth, (np.asarray(run.dataset.validation_y, int), said), 1)
    assert np.array_equal(counts.reshape(10, 10), truth)
    head = plain(on.page.get_by_role("main").locator("header").first.inner_text())
    assert f"{100 * np.trace(truth) / truth.sum():.3g} %" in head and "held-out" in head

    wrong = int((truth - np.diag(np.diag(truth))).argmax())
    cells.nth(wrong).click()
    on.until(lambda: on.param("cell") == f"{wrong // 10},{wrong % 10}")
    examples = on.page.get_by_role("list", name="Examples of the chosen cell").get_by_role("button")
    assert examples.count() == truth.ravel()[wrong]
    examples.first.click()
    row = on.until(lambda: on.param("example"))
    chosen = on.panel("The chosen example")
    chosen.get_by_text(f"row {row}, held out").wait_for()
    assert chosen.locator("canvas").count() == 1, "an image is not shown as one"
    on.button("back to the hardest").click()
    on.page.get_by_role("list", name="Examples of greatest loss").wait_for()
    on.button("Choose none").click()
    on.button("trained on").click()
    on.until(lambda: on.param("rows") == "training")
    on.rest()
    assert "it trains on" in on.page.get_by_role("main").locator("header").first.inner_text()


def test_who_pushes_hardest(view: Open) -> None:
    on = view("/run/2/data?step=30&weight=dense2.weight[3,5]").rest()
    pushing = on.panel("Who pushes hardest now")
    entries = pushing.get_by_role("list").get_by_role("button")
    on.until(lambda: entries.count() >= 12)
    entries.first.click()
    on.until(lambda: on.param("example"))
    pushing.get_by_role("button", name=re.compile(r"^dense2\.weight")).click()
    on.until(lambda: on.param("on") == "weight")
    pushing.get_by_text(re.compile(r"would move dense2\.weight\[3, ?5\]")).wait_for()


def test_regions_form_while_scrubbing(view: Open) -> None:
    on = view("/run/3/data").rest()
    picture = on.page.get_by_role("main").locator("[aria-label^='The regions in which']").first
    picture.wait_for()
    shots = []
    for key in ("End", "Home"):
        on.page.get_by_role("slider", name="Step").press(key)
        on.rest()
        shots.append(on.page.get_by_role("main").locator("canvas").first.screenshot())
    assert shots[0] != shots[1], "the regions stay as they are"
    on.panel("Confusion matrix").wait_for()
    one = view("/run/1/data").rest()
    one.page.get_by_role("main").locator("[aria-label^='What the network says of']").first.wait_for()


def test_health_measures_every_layer(view: Open) -> None:
    on = view("/run/2/health").rest()
    on.panel("Update beside weight").wait_for()
    for title in ("Gradient", "Activations", "Dead neurons"):
        charts = on.panel(title).get_by_role("img", name=re.compile("dense1"))
        assert charts.count() >= 1, title
    histograms = on.panel(re.compile("^Histograms at step"))
    assert histograms.get_by_role("img").count() == 6
    strip = on.page.get_by_role("application", name=re.compile("^Update beside weight"))
    for key in ("ArrowRight", "ArrowRight", "Enter"):
        strip.press(key)
    step = on.until(lambda: on.param("step"))
    on.panel(f"Histograms at step {step}").wait_for()


def test_what_lies_below_a_histogram_stays_while_its_numbers_change(view: Open) -> None:
    for width in (360, 1440):
        on = view("/run/2/health", viewport={"width": width, "height": 800}).rest()
        captions = on.panel("Histograms").locator("figcaption")
        captions.nth(5).wait_for()
        heights = {round(caption.bounding_box()["height"], 2) for caption in captions.all()}
        lowest = captions.evaluate_all(
            "all => all.map(c => Math.max(...[...c.children].map(s => s.offsetTop + s.offsetHeight)) - c.offsetHeight)"
        )
        # All have the same room, also where one line is enough, and none runs out of it.
        assert len(heights) == 1 and max(lowest) <= 1


def test_sharpness_is_what_stability_says(view: Open) -> None:
    on = view("/run/3/health?step=100").rest()
    found = on.run().stability(100)
    panel = on.panel("Sharpness against the limit")
    panel.get_by_role("button", name="measure at step 100").click()
    panel.get_by_text("sharpness after step 100").wait_for()
    told = plain(panel.inner_text())
    assert found.limit is not None and f"{found.limit:.4g}" in told
    assert f"{found.sharpness.largest:.4g}" in told
    assert panel.locator("pre").text_content() == str(found)
    panel.get_by_role("button", name="and try it").click()
    rows = panel.get_by_role("table").locator("tbody tr")
    on.until(lambda: rows.count() == 4)

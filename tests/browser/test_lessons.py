"""Every lesson, operated in a browser: each point of the design has a control, and it shows what the engine says."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import engineroom as er

from ._hand import Hand, number

POINTS = Path(__file__).parents[2] / "web" / "src" / "lessons" / "points.ts"
LESSON = ([1, 2, 3], [2, 4, 6])
X, Y = np.array([1.0, 2.0, 3.0]), np.array([2.0, 4.0, 6.0])


def points() -> list[dict[str, str]]:
    """Return the table of points as the page's sources hold it."""
    text = POINTS.read_text(encoding="utf-8")
    rows = re.findall(r"\{ (point: .*?) \},", text)
    return [dict(re.findall(r'(\w+): "((?:[^"\\]|\\.)*)"', row)) for row in rows]


def descended(lr: float = 0.01, epochs: int = 50, init: Any = "zeros", seed: int = 0) -> er.Run:
    """Return the lesson's run, trained here."""
    net = er.Network(er.Dense(1, bias=False, init=init))
    return er.train(
        net, *LESSON, loss="mse", optimizer=er.SGD(lr=lr), batch_size=None, epochs=epochs, seed=seed, dtype="float64"
    )


def path(run: er.Run) -> Any:
    return run.trace("dense1.weight[0, 0]")


def program_of(hand: Hand) -> str:
    """Return the Python of the page, its numbers as they stand in their fields."""
    return str(
        hand.at("code").evaluate(
            """root => [...root.querySelectorAll('li > code')].map(line => [...line.childNodes]
                .map(n => n.tagName === 'INPUT' ? n.value : n.textContent).join('')
                .replace(/\\u00a0/g, '')).join('\\n')"""
        )
    )


def one_weight(hand: Hand) -> None:
    hand.keys("roll", "Enter")
    hand.until("taste", r"\d for 1, 2, 3")
    assert hand.at("roll").evaluate("one => one === document.activeElement"), "the keyboard lost its place"
    assert "Chance put the weight at" in hand.at("lesson-1").inner_text()
    rolled = path(descended(init=er.Uniform(-4, 4), seed=19))
    assert hand.turned("weight") == pytest.approx(rolled[0], abs=0.005)
    assert number(hand.text("loss")) > 50, "the first predictions are not terrible"
    for _ in range(3):
        hand.keys("weight", "PageUp")
        w = hand.turned("weight")
        assert number(hand.text("loss")) == pytest.approx(float(np.mean((w * X - Y) ** 2)), rel=1e-3)
    hand.press("guess-descent-hair")
    assert hand.text("end") == repr(float(rolled[-1]))
    assert "You saw it coming" in hand.text("answer-descent")

    hand.press("from-zero")
    hand.wait("document.querySelector('[data-testid=code-start]').value === '0'")
    hand.page.get_by_text("The weight was set to 0").wait_for()
    hand.keys("weight", "PageUp", "PageUp", "PageUp")
    hand.press("guess-descent-hair")
    hand.until("printed", "1.985092237632895")
    assert hand.text("printed").splitlines() == [
        "Epoch 0: Loss=18.6667, Weight=0.1867",
        "Epoch 10: Loss=2.6304, Weight=1.3193",
        "Epoch 20: Loss=0.3707, Weight=1.7445",
        "Epoch 30: Loss=0.0522, Weight=1.9041",
        "Epoch 40: Loss=0.0074, Weight=1.9640",
        "",
        "After 50 epochs the weight is",
        "1.985092237632895",
    ]
    assert hand.text("end") == repr(float(path(descended())[-1]))
    space: dict[str, Any] = {}
    exec(program_of(hand), space)  # what stands on the page is a program, and does what the engine does
    assert space["w"] == pytest.approx(1.985092237632895, abs=1e-12)

    hand.fill("code-lr", "-1")
    hand.page.get_by_text("lr must be a number above 0, got -1.").wait_for()
    assert hand.at("code-lr").input_value() == "0.01"
    hand.at("code-start").fill("")
    hand.at("code-start").press("Tab")
    hand.page.get_by_text("start must be a number, got none that can be used.").wait_for()
    hand.fill("code-lr", "0.05")
    assert hand.page.get_by_text("must be a number").count() == 0, "what was put right is still told of"
    hand.fill("code-epochs", "20")
    wanted = repr(float(path(descended(0.05, 20))[-1]))
    hand.until("end", re.escape(wanted))


def four_steps(hand: Hand) -> None:
    run = descended()
    hand.press("phase-forward")
    hand.until("batch", "wanted")
    hand.press("phase-loss")
    assert number(hand.until("step-loss", r"\d")) == pytest.approx(run.loss[0], abs=1e-4)
    hand.press("phase-backward")
    slope = number(hand.until("slope", r"\d"))
    assert slope == pytest.approx(-56 / 3, abs=1e-4)
    assert hand.at("phase-update").is_disabled(), "the update is told before the guess"
    hand.press("guess-update-up")
    assert number(hand.text("after")) == pytest.approx(path(run)[1], abs=1e-6)
    assert "0.186667" in hand.until("update-equation", "0.18")
    hand.press("on")
    hand.press("phase-update")
    assert number(hand.until("update-equation", "0.355").split("=")[-1]) == pytest.approx(path(run)[2], abs=1e-6)
    hand.press("back")
    hand.wait("location.hash.includes('phase=backward') && location.hash.includes('step=2')")


def learning_rate(hand: Hand) -> None:
    assert hand.at("lr-jump").is_disabled(), "the dial is open before the guess"
    said = hand.at("lesson-3").inner_text()
    assert not re.search("arrive|land|flies|Fly", said), "the dial tells the answer before the guess"
    hand.press("guess-overshoot-back")
    assert "0, 2.8, 1.68, 2.128" in hand.text("throws")
    fates = {
        "creep": (0.01, "falls short"),
        "land": (0.1071429, "lands"),
        "fly": (0.22, "flies off"),
        "jump": (0.15, "jumps"),
    }
    for name, (lr, says) in fates.items():
        hand.press(f"lr-{name}")
        hand.until("fate", says)
        weights = path(descended(lr, 30))
        assert number(hand.text("end")) == pytest.approx(weights[-1], rel=1e-4, abs=1e-4)
        told = [float(part.replace("\u2212", "-")) for part in hand.text("throws").split(", ")]
        assert told == pytest.approx(list(weights[:5]), rel=1e-3, abs=1e-3)
    assert "0.1071429" in hand.text("takeaway") and "0.2142857" in hand.text("takeaway")
    hand.keys("lr-dial", "PageUp")
    hand.until("fate", f"From 0, {path(descended(0.18, 1))[1]:.3f}".rstrip("0"))


def bias_and_activation(hand: Hand) -> None:
    x = np.arange(7.0)
    y = np.array([0.01, 0.05, 0.18, 0.5, 0.82, 0.95, 0.99])

    def trained(**layer: Any) -> er.Run:
        net = er.Network(er.Dense(1, "sigmoid", init=er.ConstantStart(0.5), **layer))
        return er.train(
            net, x, y, loss="mse", optimizer=er.Adam(lr=0.1), batch_size=None, epochs=300, dtype="float64"
        )  # fmt: skip

    hand.until("loss", r"\d")
    hand.keys("bias", "PageDown")
    w, b = hand.turned("weight"), hand.turned("bias")
    assert b < 0
    assert number(hand.text("loss")) == pytest.approx(float(np.mean((1 / (1 + np.exp(-w * x - b)) - y) ** 2)), rel=1e-3)
    hand.press("law-relu")
    assert number(hand.text("loss")) == pytest.approx(float(np.mean((np.maximum(w * x + b, 0) - y) ** 2)), rel=1e-3)
    hand.press("law-sigmoid")
    hand.press("guess-bias-stuck")
    having, without = trained(), trained(bias=False)
    for name, run in (("loss-with", having), ("loss-without", without)):
        said = 1 / (
            1 + np.exp(-run.weights["dense1.weight"][0, 0] * x - run.weights.get("dense1.bias", np.zeros(1))[0])
        )
        assert number(hand.text(name)) == pytest.approx(float(np.mean((said - y) ** 2)), rel=1e-2)
    hand.press("train")
    found = hand.until("trained", "After 300 epochs").replace("\u2212", "-")
    told = [float(value) for value in re.findall(r"= (-?[\d.]+\d)", found)]
    assert told == pytest.approx([having.weights["dense1.weight"][0, 0], having.weights["dense1.bias"][0]], rel=1e-3)


def backpropagation(hand: Hand) -> None:
    net = er.Network(er.Dense(2, "tanh"), er.Dense(1))
    run = er.train(
        net, [-1, 0.5, 2], [1, 0, 3], loss="mse", optimizer=er.SGD(lr=0.1), batch_size=None, epochs=20, seed=3,
        dtype="float64",
    )  # fmt: skip
    assert number(hand.until("loss", r"\d")) == pytest.approx(run.loss[0], rel=1e-4)
    name = "dense1.weight[0, 1]"
    hand.press(f"guess-blame-{name}")
    hand.until("answer-blame", "Nudged")
    hand.press("nudge-all")
    hand.wait("!document.querySelector('[data-testid=nudges]').innerText.includes('nudge it')")
    hand.until("nudges", "bias of the output")
    weight = float(run.at(0).weights["dense1.weight"][0, 1])
    nudged = run.fork(at=0, set={name: weight + 0.01}, steps=1)
    change = float(nudged.loss[-1] - run.loss[0])
    assert number(hand.text(f"change-{name}")) == pytest.approx(change, rel=1e-3)
    hand.press("backward")
    gradient = run.why(name, step=1).gradient.value
    assert number(hand.text(f"slope-{name}")) == pytest.approx(gradient * 0.01, rel=1e-3)
    assert change == pytest.approx(gradient * 0.01, rel=0.05)
    for _ in range(4):
        hand.press("way-on")
    assert len(hand.text("way").splitlines()) >= 4
    assert number(hand.text("gradient")) == pytest.approx(gradient, rel=1e-4)


def optimizers(hand: Hand) -> None:
    hand.wait("!document.querySelector('[data-testid=guess-race-adam]').disabled")
    hand.press("guess-race-adam")
    hand.until("answer-race", "loss")
    net = er.Network(er.Dense(1, bias=False, init="zeros"))
    base = er.train(
        net, [[2.6, 1.5], [-0.2, 0.35]], [1.9, 1.25], loss="mse", optimizer=er.SGD(lr=0.2), batch_size=None, steps=1,
        dtype="float64",
    )  # fmt: skip
    racers = {
        "sgd": er.SGD(lr=0.2),
        "momentum": er.SGD(lr=0.05, momentum=0.9),
        "rmsprop": er.RMSProp(lr=0.05),
        "adam": er.Adam(lr=0.2),
    }

    runs = {name: base.fork(at=0, optimizer=law, steps=80) for name, law in racers.items()}

    def at(name: str, step: int) -> Any:
        return runs[name].at(step).weights["dense1.weight"][:, 0]

    def led_to(name: str) -> float:
        """Return the loss where the last of 80 updates led, which no step has measured."""
        return float(np.mean((np.array([[2.6, 1.5], [-0.2, 0.35]]) @ at(name, 80) - [1.9, 1.25]) ** 2))

    def across(name: str, step: int) -> float:
        """Return how far from the floor of the ravine it is, against the start."""
        x = np.array([[2.6, 1.5], [-0.2, 0.35]])
        steep = np.linalg.eigh(x.T @ x)[1][:, -1]
        return float((at(name, step) - [-1, 3]) @ steep / ((np.zeros(2) - [-1, 3]) @ steep))

    ends = {name: led_to(name) for name in racers}
    told = hand.text("answer-race")
    assert "Momentum and Adam swing across the ravine at first" in told
    assert min(across("momentum", s) for s in range(11)) < -0.4 and min(across("adam", s) for s in range(11)) < -0.4
    assert "RMSProp is on the floor of the ravine after one step" in told and "ends last" in told
    assert abs(across("rmsprop", 1)) < 0.1
    assert max(ends, key=lambda name: ends[name]) == "rmsprop"
    for name, loss in ends.items():
        assert number(hand.until(f"race-{name}", r"\d")) == pytest.approx(loss, rel=1e-2)
    best = min(ends, key=lambda name: ends[name])
    hand.at(f"guess-race-{best}").filter(has_text="right").wait_for()
    hand.press("race-digits")
    assert "Adam" in hand.text("digits-result")


def digits(hand: Hand) -> None:
    images = hand.at("samples").get_by_role("img")
    images.nth(19).wait_for()
    assert images.nth(7).get_attribute("aria-label") == f"A handwritten {er.load_digits()[1][7]}"
    hand.press("train")
    hand.at("guess-image").wait_for()
    net = er.Network(er.Dense(32, "relu"), er.Dense(10))
    run = er.train(net, "digits", target="digit", optimizer=er.SGD(lr=0.1), batch_size=32, epochs=5)
    assert f"{100 * run.metrics['accuracy']:.1f} %" in hand.text("metric")
    shown = hand.page.locator("[data-testid=engine-code]").inner_text()
    name = re.search(r'run\.why\("([^"]+)"', shown)
    assert name
    why = run.why(name[1], step=10, prove=True)
    assert number(hand.text("old")) == pytest.approx(why.old, rel=1e-4)
    assert number(hand.text("new")) == pytest.approx(why.new, rel=1e-4)
    pushes = sorted((*why.gradient.up, *why.gradient.down), key=lambda row: -abs(row.push))
    hand.press(f"guess-image-{pushes[0].row}")
    assert number(hand.text("hardest")) == pytest.approx(float(pushes[0].push), rel=1e-3)
    assert f"row {pushes[1].row}" in hand.text("pushes")
    hand.press("prove")
    assert why.proof is not None and why.proof.really is not None
    assert number(hand.text("really")) == pytest.approx(float(why.proof.really), rel=1e-3)
    assert str(why.proof.row) in hand.text("proof")


def your_data(hand: Hand) -> None:
    rng = np.random.default_rng(4)
    rooms, age = rng.integers(1, 8, 120), rng.integers(0, 60, 120)
    price = 40 * rooms - 2 * age + rng.normal(0, 5, 120)
    lines = [f"{r},{a},note {i},{p:.1f}" for i, (r, a, p) in enumerate(zip(rooms, age, price, strict=True))]
    hand.press("paste")
    hand.at("pasted").fill("\n".join(["rooms,age,remark,price", *lines]))
    hand.press("paste-take")
    assert "120 rows" in hand.page.get_by_role("main").inner_text() or hand.at("columns").wait_for() is None
    assert "remark" in hand.text("columns")
    hand.at("target").select_option("price")
    hand.at("kind-remark").select_option("drop")
    hand.wait("document.querySelector('[data-testid=engine-code]').innerText.includes('remark')")
    hand.press("guess-worth-much")
    error, plain = number(hand.text("error")), number(hand.text("plain"))
    assert error < plain / 2
    assert hand.at("further").get_by_role("link").count() == 6


LESSONS: dict[str, Callable[[Hand], None]] = {
    "1": one_weight,
    "2": four_steps,
    "3": learning_rate,
    "4": bias_and_activation,
    "5": backpropagation,
    "6": optimizers,
    "7": digits,
    "8": your_data,
}


@pytest.mark.parametrize(("lesson", "scheme"), [(lesson, ("light", "dark")[i % 2]) for i, lesson in enumerate(LESSONS)])
def test_a_lesson_is_operated_and_shows_what_the_engine_says(
    lesson: str, scheme: str, open_page: Callable[..., Any], violations: Callable[[Any], list[str]]
) -> None:
    hand = Hand(open_page(f"/lesson/{lesson}", color_scheme=scheme))
    hand.at(f"lesson-{lesson}").wait_for()
    LESSONS[lesson](hand)
    mine = [point for point in points() if point["lesson"] == lesson]
    assert mine, f"no point of the design is mapped to lesson {lesson}"
    for point in mine:
        assert point["control"] in hand.operated, f"nothing operates {point['control']} for: {point['point']}"
        assert point["result"] in hand.read, f"nothing reads {point['result']} for: {point['point']}"
    assert violations(hand.page) == []


def test_all_points_of_the_design_are_mapped() -> None:
    table = points()
    assert len(table) >= 20
    assert {point["lesson"] for point in table} == set(LESSONS)
    said = " ".join(point["point"] for point in table)
    for word in ("random", "knob", "taste", "slope", "lr", "dart", "bias", "activation", "momentum", "RMSProp", "Adam"):
        assert word in said, f"no point speaks of {word}"
    for value in ("0.1071429", "0.2142857"):
        assert value in said


@pytest.mark.parametrize(
    ("rows", "asked", "code", "answered"),
    [
        (49, "the rows it learned from", "run.evaluate(", "On its own 49 rows, as there are too few"),
        (50, "are held back", "run.metrics", "On 10 rows held back"),
    ],
)
def test_a_table_is_asked_about_by_whether_rows_are_held_back(
    open_page: Callable[..., Any], rows: int, asked: str, code: str, answered: str
) -> None:
    hand = Hand(open_page("/lesson/8"))
    hand.at("lesson-8").wait_for()
    hand.press("paste")
    hand.at("pasted").fill("\n".join(["a,y", *(f"{i},{2 * i}" for i in range(rows))]))
    hand.press("paste-take")
    hand.page.get_by_text(f"{rows} rows").first.wait_for()
    for told in (asked, answered):
        assert told in hand.page.get_by_role("main").inner_text()
        assert f"print({code}" in hand.at("engine-code").inner_text()
        if told == asked:
            hand.press("guess-worth-much")
            assert hand.text("error")


def test_a_run_of_digits_that_flew_off_is_not_asked_about(open_page: Callable[..., Any]) -> None:
    hand = Hand(open_page("/lesson/7?lr=50&step=13"))
    hand.press("train")
    assert "left every number behind" in hand.until("metric", "Make the learning rate smaller")
    hand.page.wait_for_timeout(500)
    assert hand.at("guess-image").count() == 0
    assert hand.at("move").count() == 0
    hand.fill("engine-code-lr", "0.1")
    hand.at("guess-image").wait_for()


def test_a_run_of_penguins_that_flew_off_has_no_verdict(open_page: Callable[..., Any]) -> None:
    hand = Hand(open_page("/lesson/8?lr=1e30", viewport={"width": 1440, "height": 900}))
    hand.press("penguins")
    tasks = hand.at("tasks").get_by_role("listitem")
    assert tasks.count() == 2, "columns are to be checked that nobody sees"
    hand.press("guess-worth-no")
    hand.until("answer-worth", "left every number behind.*Make the learning rate smaller")
    assert hand.at("error").count() == 0
    assert not {"✓", "\u00d7"} & set(hand.text("guess-worth"))
    tops = "all => all.map(one => one.lastElementChild.getBoundingClientRect().top - one.getBoundingClientRect().top)"
    found = hand.at("further").get_by_role("link").evaluate_all(tops)
    assert max(found) - min(found) < 1, "the words hang lower in some cards"
    hand.press("once-more")
    hand.fill("engine-code-lr", "0.01")
    hand.press("guess-worth-much")
    assert number(hand.text("error")) < number(hand.text("plain"))

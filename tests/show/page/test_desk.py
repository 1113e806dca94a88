"""What the desk answers, held against the run itself; and what it says when something is wrong."""

from __future__ import annotations

import shutil
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import engineroom as er
from engineroom.show.page import Desk, pack

from .conftest import LESSON, Talk

Hold = Callable[[str], threading.Event]


def test_hello_runs_and_describe(talk: Talk) -> None:
    hello, _ = talk.ask("hello")
    assert hello["logbook"] == "book.logbook" and hello["newest"] == 2 and hello["bundled"] == ["digits", "penguins"]
    runs = talk.ask("runs")[0]["runs"]
    assert [r["number"] for r in runs] == [1, 2] and runs[0]["network"] == "1-1" and not runs[0]["training"]
    assert runs[1]["name"] == "birds" and runs[1]["metric_name"] == "accuracy" and "% right" in runs[1]["metric_text"]
    birds, _ = talk.ask("describe", run=2)
    assert [(x["name"], x["inputs"], x["outputs"], x["activation"]) for x in birds["layers"]] == [
        ("dense1", 11, 8, "relu"), ("dense2", 8, 3, "identity"),
    ]  # fmt: skip
    assert birds["outputs"] == ["Adelie", "Chinstrap", "Gentoo"] and birds["rows"] == {
        "training": 275,
        "validation": 69,
    }
    assert birds["input_image"] is None and birds["optimizer"]["law"] == "adam" and "plan" in birds["plan_text"]


def test_digits_are_shown_before_anything_is_trained(talk: Talk) -> None:
    x, y = er.load_digits()
    for book in ({}, {"book": "practice"}):
        told, columns = talk.ask("digits", count=12, **book)
        assert told["labels"] == y[:12].tolist() and told["of"] == 1797
        assert columns["images"].dtype == np.uint8 and columns["images"].shape == (12, 8, 8)
        # 16 is all the ink there is: 255.
        assert np.abs(columns["images"].reshape(12, 64) / 255 * 16 - x[:12]).max() <= 8 / 255
        assert columns["images"].max() == 255
    assert len(talk.ask("digits", count=10**6)[0]["labels"]) == 200


def test_a_date_is_read_in_the_order_that_is_asked_for(talk: Talk) -> None:
    places = [(1 + i % 9, 1 + i % 7) for i in range(12)]
    rows = [f"{first:02}/{second:02}/2024,{i}.5" for i, (first, second) in enumerate(places)]
    key = talk.desk.uploads.add("born.csv", "\n".join(["born,price", *rows]).encode()).upload
    for kind in ("dmy", "mdy"):
        field = talk.ask("upload", upload=key, kinds={"born": kind})[0]["fields"][0]
        assert (field["name"], field["kind"]) == ("born", "date")
        given = {"data": {"upload": key, "columns": {"born": kind}}, "target": "price", "steps": 1, "validation": None}
        run = talk.ask("train", **given, network=[{"units": 1}])[0]["run"]
        months = [(b, a) if kind == "dmy" else (a, b) for a, b in places]
        days = [(date(2024, month, day) - date(1970, 1, 1)).days for month, day in months]
        assert talk.ask("describe", run=run)[0]["input_mean"] == [pytest.approx(sum(days) / 12, rel=1e-12)]
    assert "upload.kinds.born must be 'number' or" in talk.error("upload", upload=key, kinds={"born": "dym"})


def test_state_and_cycle_are_the_runs_own_bits(talk: Talk, place: Path) -> None:
    run = er.open(place).run(2)
    for t in (0, 17, 40):
        state, columns = talk.ask("state", run=2, step=t)
        assert state["step"] == t and set(columns) == set(run.at(t).weights)
        for name, values in run.at(t).weights.items():
            assert columns[name].tobytes() == values.tobytes()
    cycle, columns = talk.ask("cycle", run=2, step=17, rows=5)
    examination = run.record.examine(17)
    assert cycle["rows_shown"] == 5 and cycle["batch"] == 32 and cycle["loss"] == run.loss[16]
    assert columns["dense1.a"].tobytes() == examination.read("dense1.a")[:5].tobytes()
    assert columns["dense1.weight.grad"].tobytes() == examination.read("dense1.weight.grad").tobytes()
    assert columns["dense1.weight.after"].tobytes() == run.at(17).weights["dense1.weight"].tobytes()
    assert columns["x"].shape == (5, 11) and columns["y"].tolist() == run.dataset.y[examination.rows[:5]].tolist()
    assert cycle["rows"] == run.dataset.row_numbers[examination.rows[:5]].tolist()
    assert {o["phase"] for o in cycle["operations"]} == {"forward", "loss", "backward", "update"}


def test_a_glance_is_the_step_after_a_keyframe(talk: Talk, place: Path) -> None:
    talk.ended(talk.ask("fork", run=2, at=25, lr=0.02, steps=10)[0]["run"])
    for run, asked, step in ((2, 40, 1), (2, 1, 1), (3, 20, 1), (3, 30, 26), (3, 99, 26)):
        record = er.open(place).run(run).record
        assert record.maker(step).keyframes[0] == step - 1
        told, columns = talk.ask("cycle", run=run, step=asked, glance=True)
        whole = talk.ask("cycle", run=run, step=step)[1]
        assert told["step"] == step and told["rows"] == record.dataset.row_numbers[record.rows(step)].tolist()
        slots = {name for name in whole if name.split(".")[2:3] in (["m"], ["v"])}
        assert slots and set(columns) == set(whole) - slots
        assert all(columns[name].tobytes() == whole[name].tobytes() for name in columns)


def test_the_lesson_to_the_digit(talk: Talk) -> None:
    cycle, columns = talk.ask("cycle", run=1, step=1)
    assert columns["dense1.weight.after"].item() == pytest.approx(0.18666666666666668, abs=1e-15)
    assert cycle["loss"] == pytest.approx(56 / 3) and columns["dense1.weight.grad"].item() == pytest.approx(-56 / 3)
    _, columns = talk.ask("state", run=1, step=50)
    assert columns["dense1.weight"].item() == 1.985092237632895


def test_series_and_trace(talk: Talk, place: Path) -> None:
    run = er.open(place).run(2)
    told, columns = talk.ask("series", run=2, names=["loss", "lr", "validation.loss", "dense1.weight[0, 0]"])
    assert told["last"] == 40 and columns["loss.x"].tolist() == list(range(1, 41))
    assert columns["loss.last"].tolist() == run.loss.tolist()
    assert columns["validation.loss.last"].tolist() == run.validation["loss"].tolist()
    assert columns["dense1.weight[0, 0].last"].tolist() == run.trace("dense1.weight[0, 0]")[1:].tolist()
    told, columns = talk.ask("series", run=2, names=["loss"], first=11, last=30, points=4)
    part = run.loss[10:30].reshape(4, 5)
    assert columns["loss.min"].tolist() == part.min(1).tolist() and columns["loss.max"].tolist() == part.max(1).tolist()
    assert columns["loss.x"].tolist() == [15, 20, 25, 30] and columns["loss.last"].tolist() == part[:, -1].tolist()
    told, columns = talk.ask("trace", run=2, weights=["dense1.weight.1.2"], points=11)
    assert told["weights"] == ["dense1.weight[1, 2]"] and columns["step"].tolist() == list(range(0, 41, 4))
    assert columns["dense1.weight[1, 2]"].tolist() == run.trace("dense1.weight[1, 2]")[::4].tolist()


def test_what_a_lens_answers_is_handed_on_whole(talk: Talk, place: Path) -> None:
    run = er.open(place).run(2)
    told, _ = talk.ask("why", run=2, weight="dense1.weight[0, 3]", step=20, prove=True)
    why = run.why("dense1.weight[0, 3]", step=20, prove=True)
    assert told["text"] == str(why) and told["new"] == why.to_dict()["new"]
    told, _ = talk.ask("landscape", run=2, step=20, weights=["dense1.weight[0, 3]"], points=9)
    assert len(told["losses"]) == len(told["axes"][0]["values"])
    told, _ = talk.ask("stability", run=1, step=10)
    assert told["limit"] == pytest.approx(2 / (28 / 3), rel=1e-4)
    told, _ = talk.ask("contributions", run=1, weight="dense1.weight[0, 0]")
    assert told["name"] == "dense1.weight[0, 0]"
    assert "steps" in talk.ask("compare", run=2, other=2, points=3)[0]


def test_pictures_of_the_data(talk: Talk, place: Path) -> None:
    run = er.open(place).run(2)
    neuron, columns = talk.ask("neuron", run=2, step=40, layer="dense1", index=2, rows=10)
    assert columns["a"].tolist() == np.maximum(columns["z"], 0).tolist() and len(neuron["rows"]) == 10
    assert columns["weight"].tolist() == run.at(40).weights["dense1.weight"][:, 2].tolist()
    assert columns["outgoing"].tolist() == run.at(40).weights["dense2.weight"][2].tolist()
    beliefs, columns = talk.ask("beliefs", run=2, step=40)
    assert beliefs["right"] == pytest.approx(run.metrics["accuracy"]) and beliefs["part"] == "validation"
    assert columns["confusion"].sum() == 69 and np.trace(columns["confusion"]) == round(69 * beliefs["right"])
    assert columns["loss"][columns["hardest"][0]] == columns["loss"].max()
    example, columns = talk.ask("example", run=2, row=beliefs["rows"][0])
    assert example["part"] == "validation" and example["cells"] == run.dataset.raw(int(run.dataset.validation[0]))
    assert columns["probabilities"].sum() == pytest.approx(1, abs=1e-5)
    _, columns = talk.ask("beliefs", run=1, step=50)
    assert columns["x"].ravel().tolist() == [1, 2, 3]
    assert np.allclose(columns["grid"][:, 0], columns["grid_x"] * 1.985092237632895)
    pushes, columns = talk.ask("pushes", run=1, step=0, weight="dense1.weight[0, 0]")
    assert pushes["rows"] == [2, 1, 0] and columns["push"].tolist() == [36.0, 16.0, 4.0] and pushes["targets"][0] == "6"
    _, columns = talk.ask("health", run=2, points=5, step=7)
    assert len(columns["step"]) == 5 and columns["dense1.weight.counts"].sum() == 88
    assert columns["dense1.gradient_norm"][-1] == pytest.approx(
        run.query("dense1.weight.grad.norm", 40)["dense1.weight.grad.norm"][0]
    )


@pytest.mark.parametrize(
    ("ask", "args", "said"),
    [
        ("state", {"run": 7, "step": 1}, "has no run 7"),
        ("state", {"run": 1, "step": 51}, "has no step 51"),
        ("cycle", {"run": 1, "step": 0}, "step 0 is no update"),
        ("why", {"run": 1, "weight": "dense9.weight[0, 0]"}, "nothing called"),
        ("series", {"run": 1, "names": ["loss"], "points": 0}, "series.points"),
        ("digits", {"count": 0}, "count must be a whole number of at least 1, got 0"),
        ("cycle", {"run": 1, "step": 1, "rows": -3}, "rows must be a whole number of at least 1, got -3"),
        ("neuron", {"run": 2, "step": 1, "layer": "dense1", "index": 0, "rows": 0}, "rows must be"),
        ("beliefs", {"run": 2, "step": 1, "limit": 0}, "limit must be"),
        ("health", {"run": 2, "points": 0}, "points must be"),
        ("series", {"run": 2, "names": ["validation.losss"]}, "did you mean"),
        ("neuron", {"run": 2, "step": 1, "layer": "dense1", "index": 8}, "neurons 0 to 7"),
        ("example", {"run": 2, "row": 9999}, "no row 9,999"),
        ("stop", {"run": 1}, "not training here"),
        ("upload", {"upload": "nothing"}, "not here any more"),
        ("train", {"data": {}}, "one of bundled, upload, or x and y"),
        ("train", {"data": {"x": [[1], [2, 3]], "y": [1, 2]}}, "equal length"),
        ("train", {"data": {"x": [1, [2, 3]], "y": [1, 2]}}, "equal length"),
        ("train", {"data": {"x": [None, 1], "y": [1, 2]}}, "train.data.x[0] must be a number or a label, got null"),
        (
            "train",
            {"data": {"x": [[1, 2], [3, 2**70]], "y": [1, 2]}},
            f"x[1][1] must be a number or a label, got {2**70}, which has",
        ),
        (
            "train",
            {"data": {"x": [1, 2], "y": ["a", {"b": 1}]}},
            "train.data.y[1] must be a number or a label, got {'b'",
        ),
        ("train", {"data": {"x": ["a", 2], "y": [1, 2]}}, "X has 'a' in row 0, column 0, where a number is expected"),
        ("train", {"data": {"bundled": "/etc/passwd"}}, "must be one of digits, penguins"),
        ("train", {"data": {"bundled": "digits"}, "network": [{"units": 3, "activation": "rellu"}]}, "did you mean"),
        ("fork", {"run": 1, "at": 99}, "has no step 99"),
        ("resume", {"run": 1}, "made all the steps"),
        ("race", {"run": 1, "at": 0, "optimizers": [], "steps": 1}, "1 to 12 optimizers"),
        ("race", {"run": 1, "at": 51, "optimizers": ["sgd", "adam"], "steps": 1}, "has no step 51"),
    ],
)
def test_an_ask_that_cannot_be_answered_is_told_in_one_sentence(
    talk: Talk, ask: str, args: dict[str, Any], said: str
) -> None:
    sentence = talk.error(ask, **args)
    assert said in sentence and "\n" not in sentence and "fault to report" not in sentence
    assert talk.ask("hello")[0]["newest"] == 2


@pytest.mark.parametrize(
    "frame",
    [
        b"",
        b"junk",
        b"\xff" * 9,
        pack({"ask": "hello"}),
        pack({"id": -1, "ask": "hello"}),
        pack({"id": "1", "ask": "hello"}),
    ],
)
def test_a_bad_message_harms_nobody(talk: Talk, frame: bytes) -> None:
    talk.desk.receive(talk.client, frame)
    talk.until(lambda: None in talk.answers)
    header, _ = talk.answers.pop(None)  # type: ignore[call-overload]
    assert header["error"] and talk.ask("hello")[0]["newest"] == 2


def test_too_many_asks_at_once_are_refused(talk: Talk, hold: Hold) -> None:
    gate = hold("trace")
    given = [talk.send("trace", run=2, weights=["dense1.weight[0, 0]"]) for _ in range(400)]
    gate.set()
    answers = [talk.wait(g)[0] for g in given]
    assert all("answer" in a for a in answers[:256])
    assert all("not answered yet" in a["error"] for a in answers[256:])


def test_a_newer_scrub_replaces_those_that_wait(talk: Talk, hold: Hold) -> None:
    gate = hold("cycle")
    given = [talk.send("cycle", run=2, step=1 + i % 40) for i in range(60)]
    gate.set()
    answers = [talk.wait(g)[0] for g in given]
    # One of them may have been taken in hand before the next came.
    assert sum(bool(a.get("dropped")) for a in answers[:-1]) >= 58 and answers[-1]["answer"]["step"] == 1 + 59 % 40
    given = [talk.send("cycle", run=2, step=1 + i, keep=True) for i in range(20)]
    assert [talk.wait(g)[0]["answer"]["step"] for g in given] == list(range(1, 21))


def test_what_was_asked_can_be_taken_back(talk: Talk, hold: Hold) -> None:
    gate = hold("why")
    blocked = [talk.send("why", run=2) for _ in range(6)]
    talk.ask("cancel", target=blocked[-1])
    assert talk.wait(blocked[-1])[0].get("dropped")
    gate.set()
    assert "answer" in talk.wait(blocked[0])[0]
    talk.ask("cancel", target=12345)


def test_a_logbook_deleted_underneath(talk: Talk, place: Path) -> None:
    kept = place.with_suffix(".kept")
    shutil.copy(place, kept)
    talk.ask("state", run=1, step=5)
    place.unlink()
    assert "there is no file" in talk.error("state", run=1, step=6)
    talk.until(lambda: [h for h, _ in talk.pushes if h["push"] == "notice" and "there is no file" in h["text"]])
    shutil.copy(kept, place)
    assert talk.ask("state", run=1, step=6)[0]["step"] == 6


def test_a_logbook_that_another_process_writes(talk: Talk, place: Path) -> None:
    talk.ask("runs")
    er.train(er.Network(er.Dense(1)), [1, 2, 3], [2, 4, 6], steps=5, logbook=place)
    talk.until(lambda: [h for h, _ in talk.pushes if h["push"] == "runs" and len(h["runs"]) == 3])
    assert talk.ask("describe", run=3)[0]["steps"] == 5


def test_a_logbook_of_something_else(tmp_path: Path) -> None:
    path = tmp_path / "x.logbook"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE letters (text)")
    desk = Desk(path)
    try:
        assert "another program" in Talk(desk).error("runs")
    finally:
        desk.close()


def test_an_engine_error_is_told(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError("by chance")

    monkeypatch.setattr("engineroom.run.Record.at", broken)
    assert "ZeroDivisionError: by chance" in talk.error("state", run=1, step=1)
    monkeypatch.undo()
    assert talk.ask("state", run=1, step=1)[0]["step"] == 1


def test_two_talk_at_once_and_hear_their_own(desk: Desk, place: Path) -> None:
    run = er.open(place).run(2)
    wanted = {t: run.at(t).weights["dense1.weight"].tobytes() for t in range(41)}
    wrong: list[int] = []

    def scrub(seed: int) -> None:
        talk = Talk(desk)
        for t in np.random.default_rng(seed).integers(0, 41, 25).tolist():
            if talk.ask("state", run=2, step=t)[1]["dense1.weight"].tobytes() != wanted[t]:
                wrong.append(t)
            talk.ask("why", run=2, step=max(1, t))

    threads = [threading.Thread(target=scrub, args=(seed,)) for seed in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_whoever_left_is_forgotten(desk: Desk, hold: Hold) -> None:
    gate = hold("why")
    talk = Talk(desk)
    talk.send("why", run=2)
    desk.leave(talk.client)
    gate.set()
    while not desk._lanes["long"].idle(0):
        time.sleep(0.01)
    assert talk.client.mailbox.take() is None
    assert Talk(desk).ask("hello")[0]["newest"] == 2


def test_lesson_by_name(talk: Talk) -> None:
    run = talk.ask("train", **LESSON, name="mine")[0]["run"]
    assert run == 3 and talk.ended(3)["status"] == "completed"
    assert talk.ask("state", run=3, step=50)[1]["dense1.weight"].item() == 1.985092237632895


def test_what_is_asked_at_a_glance_is_of_the_step_after_a_kept_state(talk: Talk, place: Path) -> None:
    run = er.open(place).run(2)
    kept = run.record.at_hand(33)
    assert kept < 33
    neuron = {"layer": "dense1", "index": 0}
    for ask, args in (("neuron", neuron), ("beliefs", {}), ("state", {})):
        glance, columns = talk.ask(ask, run=2, step=33, glance=True, **args)
        exact, expected = talk.ask(ask, run=2, step=kept, **args)
        assert {name: values.tobytes() for name, values in columns.items()} == {
            name: values.tobytes() for name, values in expected.items()
        }
        assert {k: v for k, v in glance.items() if k != "id"} == {k: v for k, v in exact.items() if k != "id"}
        assert talk.ask(ask, run=2, step=33, **args)[0] != exact
    assert talk.ask("beliefs", run=2, step=0, glance=True)[0]["step"] == 0

"""Training on the page: live pushes, stopping, forks, races, and who hears what."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import engineroom as er
from engineroom.run import cores
from engineroom.show.page import Desk, _jobs
from engineroom.show.page._jobs import Job, between_pictures
from engineroom.show.page._shades import shades
from engineroom.show.page._uploads import Uploads

from .conftest import LESSON, Talk

LONG: dict[str, Any] = {"data": {"bundled": "digits"}, "network": [{"units": 16, "activation": "relu"}, {"units": 10}]}


def pushes(talk: Talk, kind: str) -> list[dict[str, Any]]:
    talk.hear()
    return [h for h, _ in talk.pushes if h["push"] == kind]


def test_a_run_is_watched_while_it_trains(talk: Talk, place: Path) -> None:
    run = talk.ask("train", **LONG, steps=100_000_000)[0]["run"]
    talk.ask("watch", run=run, visible=True)
    talk.until(lambda: len(pushes(talk, "state")) >= 5 and len(pushes(talk, "progress")) >= 2)
    assert next(r for r in talk.ask("runs")[0]["runs"] if r["number"] == run)["training"]
    talk.ask("stop", run=run)
    end = talk.ended(run)
    assert end["status"] == "interrupted" and end["step"] == talk.ask("describe", run=run)[0]["steps"]
    states = [(h, c) for h, c in talk.pushes if h["push"] == "state"]
    steps = [h["step"] for h, _ in states]
    assert steps == sorted(set(steps))
    # What was pushed is what replay gives, to the bit.
    kept = er.open(place).run(run)
    header, columns = states[-1]
    for name, values in kept.at(header["step"]).weights.items():
        assert columns[name].tobytes() == values.tobytes()


def test_pictures_are_told_less_often_where_one_core_is_left_to_them() -> None:
    assert [round(1 / between_pictures(cores)) for cores in (1, 2, 3, 64)] == [12, 12, 60, 60]
    job = Job(lambda job: None, lambda run: None, lambda error: None, lambda job: None)  # type: ignore[arg-type, return-value]
    job.run, job.watched = 1, lambda run: True
    frame = between_pictures(cores())
    told = [at for at in range(1000) if job.wants(100.0 + at * frame / 10)]
    # A little early rather than a whole piece of training late.
    assert {b - a for a, b in pairwise(told)} == {8}


def test_how_far_it_is_is_told_with_a_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    """Told right after a picture and not between two, so that a page draws both in one frame."""
    clock = [100.0]
    monkeypatch.setattr(_jobs, "perf_counter", lambda: clock[0])
    told: list[str] = []
    job = Job(lambda job: None, lambda run: None, lambda error: None, lambda job: told.append("far"))  # type: ignore[arg-type, return-value]
    job.saw = lambda job, state: told.append("picture")
    state: Any = SimpleNamespace(step=7)
    job.progress(7, 9, 0.5)
    assert told == ["far"], "the first word did not come at once"
    clock[0] += 0.26
    job.progress(8, 9, 0.5)
    job.see(state, 0.5)
    job.see(state, 0.5)
    assert told[1:] == ["picture", "far", "picture"]
    clock[0] += 0.26 + 2 * job.every
    job.progress(9, 9, 0.5)
    assert told[4:] == ["far"], "where no picture is taken, no word comes"


def test_a_page_that_draws_slowly_is_sent_the_newest_state_and_never_a_queue(talk: Talk, place: Path) -> None:
    wide = {**LONG, "network": [{"units": 80, "activation": "relu"}, {"units": 10}]}
    run = talk.ask("train", **wide, steps=100_000_000)[0]["run"]
    talk.ask("watch", run=run, visible=True, pictures="shades", ahead=2)
    talk.until(lambda: len(pushes(talk, "state")) == 2)
    # Much is trained, and nothing more is sent, until the page says that it has drawn.
    begun = pushes(talk, "progress")[-1]["step"]
    talk.until(lambda: pushes(talk, "progress")[-1]["step"] > begun + 500)
    assert len(pushes(talk, "state")) == 2
    reached = pushes(talk, "progress")[-1]["step"]
    drawn = talk.send("drawn", states=2)
    talk.until(lambda: len(pushes(talk, "state")) == 4)
    assert all(push["step"] >= reached for push in pushes(talk, "state")[2:])
    talk.ask("hello")
    assert drawn not in talk.answers, "what is only said was answered"
    talk.ask("watch", run=run, visible=True, pictures="none")
    talk.pushes.clear()
    talk.until(lambda: len(pushes(talk, "progress")) == 3)
    assert not pushes(talk, "state")
    talk.ask("watch", run=run, visible=True, pictures="shades")
    talk.until(lambda: len(pushes(talk, "state")) > 2)
    talk.ask("stop", run=run)
    talk.ended(run)
    header, columns = [(h, c) for h, c in talk.pushes if h["push"] == "state"][-1]
    for name, values in er.open(place).run(run).at(header["step"]).weights.items():
        told = shades(values) if values.size > 4096 else values
        assert columns[name].dtype == told.dtype and columns[name].tobytes() == told.tobytes()
    assert columns["dense1.weight"].dtype == np.uint8 and columns["dense2.weight"].dtype == np.float32


def test_any_step_can_be_asked_while_it_trains(talk: Talk) -> None:
    run = talk.ask("train", **LONG, steps=100_000_000)[0]["run"]
    talk.until(lambda: talk.ask("describe", run=run)[0]["steps"] > 100)
    assert talk.ask("state", run=run, step=50)[0]["step"] == 50
    assert talk.ask("cycle", run=run, step=100)[0]["loss"] > 0
    # The newest step that anybody has heard of is seldom in the logbook yet.
    for _ in range(3):
        talk.hear()
        newest = pushes(talk, "progress")[-1]["step"]
        assert talk.ask("cycle", run=run, step=newest)[0]["step"] == newest
    assert "has no step" in talk.error("cycle", run=run, step=50_000_000)
    # At a glance the answer needs no replay, and not even to be asked of a step that is there.
    glance = talk.ask("cycle", run=run, step=50_000_000, glance=True)[0]["step"]
    assert glance - 1 in talk.desk.library.record(run).keyframes
    talk.ask("stop", run=run)
    talk.ended(run)


def test_the_same_bits_whether_watched_or_not(talk: Talk) -> None:
    talk.ask("watch", run=3, visible=True)
    watched = talk.ask("train", **LONG, steps=3000)[0]["run"]
    talk.ended(watched)
    alone = er.train(
        er.Network(er.Dense(16, "relu"), er.Dense(10)), "digits", target="digit", steps=3000
    )  # fmt: skip
    _, columns = talk.ask("state", run=watched, step=3000)
    assert columns["dense1.weight"].tobytes() == alone.at(3000).weights["dense1.weight"].tobytes()


def test_hidden_clients_are_sent_nothing_and_lose_nothing(desk: Desk) -> None:
    visible, hidden = Talk(desk), [Talk(desk) for _ in range(9)]
    run = visible.ask("train", **LONG, steps=100_000_000)[0]["run"]
    for talk in (visible, *hidden):
        talk.ask("watch", run=run, visible=talk is visible)
    for talk in hidden:
        talk.pushes.clear()
    visible.until(lambda: len(pushes(visible, "state")) > 3)
    visible.ask("stop", run=run)
    last = visible.ended(run)
    for talk in hidden:
        assert talk.client.mailbox.take() is None, "a hidden client was sent something"
        talk.ask("watch", run=run, visible=True)
        end = talk.ended(run)
        assert end["status"] == "interrupted" and end["step"] == last["step"]
        assert not pushes(talk, "state") and pushes(talk, "runs")[-1]["runs"][-1]["status"] == "interrupted"


def test_a_fork_a_resume_and_a_race(talk: Talk) -> None:
    fork = talk.ask("fork", run=1, at=20, lr=0.1, steps=5)[0]["run"]
    talk.ended(fork)
    _, columns = talk.ask("state", run=fork, step=25)
    assert columns["dense1.weight"].item() == pytest.approx(2, abs=1e-4)
    row = talk.ask("describe", run=fork)[0]
    assert row["parent"] == 1 and row["start"] == 20 and row["changes"] == ["lr 0.1 instead of 0.01"]
    by_hand = talk.ask("fork", run=1, at=0, set={"dense1.weight[0, 0]": 3}, steps=1)[0]["run"]
    talk.ended(by_hand)
    assert talk.ask("describe", run=by_hand)[0]["changes"] == ["dense1.weight[0, 0] set to 3"]
    _, columns = talk.ask("cycle", run=by_hand, step=1)
    assert columns["dense1.weight"].item() == 3.0
    talk.ask("resume", run=1, steps=10)
    talk.ended(1)
    assert talk.ask("describe", run=1)[0]["steps"] == 60
    runs = talk.ask("race", run=2, at=5, optimizers=["sgd", "rmsprop", {"law": "adam", "lr": 0.1}], steps=20)[0]["runs"]
    talk.ended(runs[-1])
    rows = {r["number"]: r for r in talk.ask("runs")[0]["runs"]}
    assert [rows[r]["optimizer"].split()[0] for r in runs] == ["sgd", "rmsprop", "adam"]
    assert all(rows[r]["parent"] == 2 and rows[r]["steps"] == 25 for r in runs)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"optimizers": ["sgd", "nope"], "steps": 1}, "nope"),
        ({"optimizers": ["sgd"] * 12, "steps": 0}, "steps must be"),
        ({"optimizers": ["sgd", {"law": "adam", "lr": -1}], "steps": 1}, "lr must be"),
    ],
)
def test_a_race_begins_with_all_of_its_runs_or_none(talk: Talk, given: dict[str, Any], said: str) -> None:
    assert said in talk.error("race", run=1, at=5, **given)
    other = talk.ask("train", **LESSON)[0]["run"]  # it comes after all that the race had begun
    talk.ended(other)
    assert other == 3 and not pushes(talk, "notice")


def test_a_race_may_begin_at_a_step_that_is_not_written_yet(talk: Talk) -> None:
    run = talk.ask("train", **LONG, steps=100_000_000)[0]["run"]
    talk.until(lambda: any(n["step"] > 0 for n in pushes(talk, "progress")))
    given = talk.send("race", run=run, at=90_000_000, optimizers=["sgd"], steps=1)
    talk.until(lambda: [n for n in pushes(talk, "notice") if "before it has ended" in n["text"]])
    assert given not in talk.answers  # by then it may be
    talk.ask("stop", run=run)
    assert "has no step 90,000,000" in talk.wait(given)[0]["error"]


def test_one_trains_after_the_other(talk: Talk) -> None:
    first = talk.ask("train", **LONG, steps=100_000_000)[0]["run"]
    second = talk.send("train", **LESSON)
    talk.until(lambda: [n for n in pushes(talk, "notice") if "before it has ended" in n["text"]])
    assert second not in talk.answers
    talk.ask("stop", run=first)
    assert talk.wait(second)[0]["answer"]["run"] == first + 1


def test_an_upload_is_trained_on(talk: Talk) -> None:
    rng = np.random.default_rng(0)
    rows = "".join(f"{a:.3f},{b:.3f},{'yes' if a + b > 1 else 'no'}\n" for a, b in rng.random((60, 2)))
    told = talk.desk.uploads.add("points.csv", b"a,b,answer\n" + rows.encode())
    assert talk.ask("upload", upload=told.upload, kinds={"a": "drop"})[0]["fields"][0]["kind"] == "drop"
    run = talk.ask(
        "train", data={"upload": told.upload}, target="answer",
        network=[{"units": 4, "activation": "tanh"}, {"units": 2}],
        steps=300, optimizer={"law": "adam", "lr": 0.05},
    )[0]["run"]  # fmt: skip
    talk.ended(run)
    beliefs, columns = talk.ask("beliefs", run=run, step=300)
    assert beliefs["right"] > 0.6 and columns["grid"].shape == (96, 96, 2) and columns["x"].shape[1] == 2


def test_noise_and_start_weights(talk: Talk) -> None:
    run = talk.ask("train", **{**LESSON, "network": [{"units": 1, "init": {"law": "constant", "value": 3}}]}, noise=0.5)
    talk.ended(run[0]["run"])
    _, columns = talk.ask("cycle", run=run[0]["run"], step=1)
    assert columns["dense1.weight"].item() == 3.0 and not np.array_equal(columns["y"].ravel(), [2, 4, 6])
    assert "train.noise" in talk.error("train", data={"bundled": "digits"}, noise=0.5)


def test_a_run_that_leaves_the_numbers(talk: Talk) -> None:
    run = talk.ask("train", **{**LESSON, "optimizer": {"law": "sgd", "lr": 1e200}})[0]["run"]
    assert talk.ended(run)["status"] == "nonfinite"
    assert talk.ask("describe", run=run)[0]["finding"]
    assert talk.ask("cycle", run=run, step=1)[0]["loss"] > 0


def test_closing_keeps_what_was_trained(place: Path) -> None:
    desk = Desk(place)
    talk = Talk(desk)
    run = talk.ask("train", **LONG, steps=100_000_000)[0]["run"]
    talk.until(lambda: talk.ask("describe", run=run)[0]["steps"] > 10)
    desk.close()
    kept = er.open(place).run(run)
    assert kept.status == "interrupted" and kept.steps > 10 and kept.verify().ok


def test_what_is_open_or_left_out_is_said_at_its_column() -> None:
    rows = "".join(f"{i},{1000 + i},1.{200 + i}\n" for i in range(1, 9))
    told = Uploads().add("a.csv", f"a,id,size\n{rows}".encode())
    notes = {field.name: field.notes for field in told.fields}
    assert notes["id"] == ["An identifier, another value in each row: it is proposed to leave it out."]
    assert notes["size"][0].startswith("'1.201' is read as 1") and notes["size"][0].endswith(".")

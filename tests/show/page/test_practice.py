"""The book of the lessons' runs: it stands behind the same desk, and the logbook never hears of it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from threading import Event

from engineroom.show.page import Desk

from .conftest import LESSON, Talk


def test_a_lesson_leaves_the_logbook_as_it_is(talk: Talk, place: Path) -> None:
    before = place.read_bytes()
    run = talk.ask("train", **LESSON, book="practice")[0]["run"]
    assert run == 1, "the lessons' runs are counted by themselves"
    assert talk.ended(1)["status"] == "completed"
    assert talk.ask("state", run=1, step=50, book="practice")[1]["dense1.weight"].item() == 1.985092237632895
    assert [r["number"] for r in talk.ask("runs", book="practice")[0]["runs"]] == [1]
    assert place.read_bytes() == before
    assert [r["name"] for r in talk.ask("runs")[0]["runs"]] == [None, "birds"] and talk.ask("hello")[0]["newest"] == 2
    assert {h.get("book") for h, _ in talk.pushes if h["push"] in ("progress", "runs")} == {"practice"}


def test_pushes_of_two_books_do_not_take_each_others_place(talk: Talk) -> None:
    first = talk.ask("train", **LESSON, book="practice")[0]["run"]
    talk.ask("watch", run=first, visible=False, book="practice")
    talk.ask("fork", run=first, at=10, lr=0.02, book="practice")
    talk.ask("fork", run=2, at=10, lr=0.02)
    talk.ask("watch", run=1)
    both = lambda: {h.get("book") for h, _ in talk.pushes if h["push"] == "runs"}  # noqa: E731
    talk.until(lambda: both() == {"practice", None})
    assert talk.ask("describe", run=2, book="practice")[0]["parent"] == 1
    assert talk.ask("describe", run=2)[0]["name"] == "birds"


def test_an_unknown_book_is_answered_in_a_sentence(talk: Talk) -> None:
    assert "book must be 'practice'" in talk.error("runs", book="/etc/passwd")
    assert talk.ask("runs")[0]["runs"]


def test_an_ask_of_the_lessons_can_be_taken_back(talk: Talk, hold: Callable[[str], Event]) -> None:
    gate = hold("why")
    talk.ended(talk.ask("train", **LESSON, book="practice")[0]["run"])
    asked = [talk.send("why", run=1, book="practice") for _ in range(6)]
    talk.ask("cancel", target=asked[-1], book="practice")
    assert talk.wait(asked[-1])[0].get("dropped")
    gate.set()
    assert "answer" in talk.wait(asked[0])[0]


def test_lessons_go_on_when_their_file_is_swept_away(talk: Talk) -> None:
    first = talk.ask("train", **LESSON, book="practice")[0]["run"]
    talk.ended(first)
    practice = talk.desk._practice
    assert practice is not None
    shutil.rmtree(practice.library.path.parent)
    assert talk.ask("runs", book="practice")[0]["runs"] == []
    assert "has no run 1" in talk.error("describe", run=1, book="practice")
    shutil.rmtree(practice.library.path.parent)
    talk.pushes.clear()
    again = talk.ask("train", **LESSON, book="practice")[0]["run"]
    talk.ended(again)
    assert talk.ask("state", run=again, step=50, book="practice")[1]["dense1.weight"].item() == 1.985092237632895
    assert practice.library.path.parent.stat().st_mode & 0o077 == 0, "others could read it"


def test_a_training_whose_file_is_swept_away_ends_and_the_next_one_begins(talk: Talk) -> None:
    run = talk.ask("train", **{**LESSON, "epochs": 10_000_000}, book="practice")[0]["run"]
    practice = talk.desk._practice
    assert practice is not None
    shutil.rmtree(practice.library.path.parent)
    talk.send("stop", run=run, book="practice")
    again = talk.ask("train", **LESSON, book="practice")[0]["run"]
    talk.until(lambda: [h for h, _ in talk.pushes if h["push"] == "progress" and h["status"] == "completed"])
    assert talk.ask("state", run=again, step=50, book="practice")[1]["dense1.weight"].item() == 1.985092237632895


def test_an_upload_can_be_practiced_on_and_nothing_is_left_when_the_desk_closes(place: Path) -> None:
    desk = Desk(place)
    talk = Talk(desk)
    table = desk.uploads.add("houses.csv", b"size,price\n" + b"".join(b"%d,%d\n" % (i, 3 * i) for i in range(40)))
    talk.ask("train", data={"upload": table.upload}, target="price", steps=5, book="practice")
    practice = desk._practice
    assert practice is not None
    file = practice.library.path
    assert file.exists() and file != place
    desk.leave(talk.client)
    desk.close()
    assert not file.parent.exists()

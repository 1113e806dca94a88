"""What lessons train is kept apart from the logbook that was opened."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import engineroom as er
from engineroom.show.page import Served, start


@pytest.fixture(scope="module")
def mine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A logbook with one run of somebody's own."""
    path = tmp_path_factory.mktemp("mine") / "mine.logbook"
    er.train(er.Network(er.Dense(1)), [1.0, 2.0, 4.0], [1.0, 0.0, 2.0], steps=9, logbook=path, name="my own")
    return path


@pytest.fixture(scope="module")
def served(mine: Path) -> Iterator[Served]:
    page = start(mine, port=0, opens=False)
    yield page
    page.stop()


def test_a_lesson_leaves_the_logbook_as_it_is(mine: Path, open_page: Callable[..., Any]) -> None:
    before = mine.read_bytes()
    page = open_page("/lesson/1")
    page.get_by_test_id("roll").click()
    page.get_by_test_id("taste").filter(has_text=re.compile(r"\d for 1, 2, 3")).wait_for()
    for _ in range(3):
        page.get_by_test_id("weight").press("PageUp")
    page.get_by_test_id("guess-descent-hair").click()
    page.get_by_test_id("end").wait_for()
    assert mine.read_bytes() == before
    page.get_by_role("link", name="Open this run, step by step").click()
    page.get_by_role("application", name="Step 1,").wait_for()
    assert page.evaluate("location.hash").startswith("#/practice/")
    assert "my own" not in page.get_by_label("Run that is shown").inner_text()
    page.get_by_role("link", name="Weight", exact=True).click()
    page.get_by_role("heading", name="dense1.weight[0, 0]").wait_for()
    assert page.evaluate("location.hash").endswith("/weight")
    page.get_by_role("link", name="Practice", exact=True).click()
    page.get_by_text("kept until the engine ends").wait_for()
    page.get_by_role("link", name="Runs", exact=True).click()
    page.get_by_text("1 run in mine.logbook").wait_for()
    page.evaluate("location.hash = '#/run/newest/cycle'")
    page.get_by_role("application", name="Step 1,").wait_for()
    assert mine.read_bytes() == before


def test_a_finished_lesson_is_ticked_in_the_list(open_page: Callable[..., Any]) -> None:
    page = open_page("/lessons")
    page.get_by_role("link", name="One weight learns y = 2x").wait_for()
    assert page.get_by_role("link", name=re.compile("done$")).count() == 0
    page.evaluate("""localStorage.setItem("engineroom.lessons", '["1", "3"]')""")
    page.reload()
    page.get_by_role("link", name=re.compile("One weight learns y = 2x .*done$")).wait_for()
    assert page.get_by_role("link", name=re.compile("done$")).count() == 2
    page.evaluate("""localStorage.setItem("engineroom.lessons", "no list")""")
    page.reload()
    page.get_by_role("link", name="One weight learns y = 2x").wait_for()
    assert page.get_by_role("link", name=re.compile("done$")).count() == 0

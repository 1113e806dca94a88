"""`engineroom export`: the ending of the file says what is written."""

from __future__ import annotations

from pathlib import Path

import pytest

import engineroom as er

pytest.importorskip("matplotlib")


@pytest.fixture
def short(tmp_path: Path) -> Path:
    book = tmp_path / "short.logbook"
    er.train(er.Network(er.Dense(1)), [1, 2, 3], [2, 4, 6], steps=6, logbook=book)
    return book


def test_a_gif(ask, short: Path, tmp_path: Path) -> None:
    facts = ask("export", short, "run.gif", "--json").facts
    assert facts["frames"] == 7 and facts["size"] == (tmp_path / "run.gif").stat().st_size
    answer = ask("export", short, "--gif")
    assert answer.code == 0 and "7 frames of 800 x 450 pixels." in answer.out.replace("\n", " ")
    assert (tmp_path / "short.gif").read_bytes() == (tmp_path / "run.gif").read_bytes()


def test_a_page_is_what_is_written_unless_told_otherwise(ask, short: Path, tmp_path: Path) -> None:
    assert ask("export", short, "--max-size", "1MB").code == 0
    assert (tmp_path / "short.html").read_bytes()[:15].lower() == b"<!doctype html>"


def test_two_kinds_at_once(ask, short: Path, tmp_path: Path) -> None:
    answer = ask("export", short, "lesson.html", "--gif")
    assert answer.code == 2 and "with --gif the file to write ends in .gif, got 'lesson.html'" in answer.err
    assert not (tmp_path / "lesson.html").exists()

"""A run asked for what its logbook keeps, when the file under that name holds another run by now."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import engineroom as er
from engineroom.errors import LogbookError
from engineroom.logbook import Logbook


def lesson(path: Path, seed: int) -> er.Run:
    x = np.random.default_rng(5).normal(size=(20, 2))
    return er.train(er.Network(er.Dense(1)), x, x[:, 0], optimizer=er.SGD(lr=0.01), steps=30, seed=seed, logbook=path)


@pytest.mark.parametrize(
    "ask",
    [
        pytest.param(lambda run: run.loss, id="loss"),
        pytest.param(lambda run: run.metrics, id="metrics"),
        pytest.param(lambda run: run.at(7), id="at"),
        pytest.param(lambda run: run.record.events, id="events"),
        pytest.param(lambda run: run.verify(), id="verify"),
    ],
)
def test_the_numbers_of_another_run_are_never_given_as_those_of_this_one(
    tmp_path: Path, ask: Callable[[er.Run], object]
) -> None:
    path, other = tmp_path / "a.logbook", tmp_path / "b.logbook"
    run = lesson(path, 0)
    lesson(other, 1)
    other.replace(path)
    with pytest.raises(LogbookError, match="was exchanged since it was opened, and its run 1 is another one: open"):
        ask(run)


def test_a_keyframe_is_not_taken_from_another_run(tmp_path: Path) -> None:
    path, other = tmp_path / "a.logbook", tmp_path / "b.logbook"
    run = lesson(path, 0)
    *_, kept = run.record.keyframes  # known, so that only its bytes are still to be read
    lesson(other, 1)
    other.replace(path)
    with pytest.raises(LogbookError, match="its run 1 is another one"):
        run.record.keyframe(kept)


@pytest.mark.parametrize(
    ("method", "ask"),
    [
        ("scalars", lambda run: run.loss),
        ("metrics", lambda run: run.metrics),
        ("events", lambda run: run.record.events),
        ("keyframe_steps", lambda run: run.record.keyframes),
        ("keyframe", lambda run: run.at(30).values),
    ],
)
def test_a_logbook_that_is_exchanged_while_it_is_asked_gives_no_numbers_of_another_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, method: str, ask: Callable[[er.Run], object]
) -> None:
    path, other = tmp_path / "a.logbook", tmp_path / "b.logbook"
    lesson(path, 0)
    expected = ask(er.open(path).run(1))
    run = er.open(path).run(1)
    lesson(other, 1)
    plain = getattr(Logbook, method)

    def exchanged(book: Logbook, *of: object) -> object:
        if other.exists():
            other.replace(path)
        return plain(book, *of)

    monkeypatch.setattr(Logbook, method, exchanged)
    # What is read is of one moment, and in that one it was this run.
    told = ask(run)
    assert not other.exists() and pickle.dumps(told) == pickle.dumps(expected)


def test_a_run_that_grew_since_is_the_same_one(tmp_path: Path) -> None:
    run = lesson(tmp_path / "a.logbook", 0)
    run.resume(steps=5)
    run.fork(at=3, steps=2)
    assert len(run.loss) == 30 and run.verify().ok

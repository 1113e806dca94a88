"""Runs copied and pickled, as whoever spreads questions over processes does."""

from __future__ import annotations

import copy
import pickle
from pathlib import Path

import pytest

import engineroom as er

WEIGHT = "dense1.weight[0, 0]"


def lesson(path: Path | None) -> er.Run:
    return er.train(er.Network(er.Dense(1)), [1, 2, 3], [2, 4, 6], optimizer=er.SGD(lr=0.01), steps=30, logbook=path)


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda run: pickle.loads(pickle.dumps(run))])
def test_a_copy_answers_as_the_run_does(tmp_path: Path, copied) -> None:  # type: ignore[no-untyped-def]
    run = lesson(tmp_path / "a.logbook").fork(at=7, lr=0.02, steps=5)
    run.at(9)  # its engine is there, and cannot be copied
    twin = copied(run)
    assert (twin.number, twin.steps, twin.logbook) == (run.number, run.steps, run.logbook)
    assert twin.trace(WEIGHT).tobytes() == run.trace(WEIGHT).tobytes()
    assert str(twin.why(WEIGHT, step=3)) == str(run.why(WEIGHT, step=3))
    assert twin.fork(at=9, steps=2).number == 3


def test_a_logbook_with_its_runs_is_pickled_whole(tmp_path: Path) -> None:
    lesson(tmp_path / "a.logbook")
    view = pickle.loads(pickle.dumps(er.open(tmp_path / "a.logbook")))
    assert view.run(1).verify().ok and view.contains_rows


def test_a_run_in_memory_is_copied_but_not_pickled() -> None:
    run = lesson(None)
    run.at(9)
    twin = copy.deepcopy(run)
    assert twin.trace(WEIGHT).tobytes() == run.trace(WEIGHT).tobytes()
    with pytest.raises(TypeError, match=r"lies in memory cannot be pickled; train it with logbook='runs\.logbook'"):
        pickle.dumps(run)

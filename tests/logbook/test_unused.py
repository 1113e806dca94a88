"""What an error leaves of a logbook that was made for a run."""

from __future__ import annotations

from pathlib import Path

import pytest

from engineroom.logbook import Logbook, Writer, leaving_none_unused


def enter_run(path: Path) -> None:
    with Writer.open(path) as writer:
        data = writer.add_data("d", "{}", {}, rows=False)
        run = writer.begin_run(numerics=1, engineroom="0", seed=0, spec={}, plan="", data=data)
        writer.commit(run, steps=0, status="completed")


@pytest.mark.parametrize("error", [OSError, KeyboardInterrupt])
def test_a_new_logbook_without_a_run_goes(tmp_path: Path, error: type[BaseException]) -> None:
    path = tmp_path / "new.logbook"
    with pytest.raises(error), leaving_none_unused(path):
        Writer.open(path).close()
        raise error
    assert list(tmp_path.iterdir()) == []


def test_one_with_a_run_stays(tmp_path: Path) -> None:
    path = tmp_path / "new.logbook"
    with pytest.raises(OSError), leaving_none_unused(path):
        enter_run(path)
        raise OSError
    assert Logbook.open(path).newest().status == "completed"


def test_one_that_was_there_stays_though_it_is_empty(tmp_path: Path) -> None:
    path = tmp_path / "old.logbook"
    Writer.open(path).close()
    with pytest.raises(OSError), leaving_none_unused(path):
        raise OSError
    assert Logbook.open(path).runs() == []


def test_one_that_another_writes_stays(tmp_path: Path) -> None:
    path = tmp_path / "new.logbook"
    with pytest.raises(OSError), leaving_none_unused(path):
        Writer.open(path).close()
        other = Writer.open(path)
        raise OSError
    other.close()
    assert path.exists()


def test_without_an_error_all_stays(tmp_path: Path) -> None:
    path = tmp_path / "new.logbook"
    with leaving_none_unused(path):
        Writer.open(path).close()
    assert path.exists()

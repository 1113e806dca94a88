"""Whether a logbook can be written is known before anything is made there."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from engineroom.errors import LogbookError
from engineroom.logbook import Writer, check_writable


def test_one_that_can_be_made_or_written_leaves_no_trace(tmp_path: Path) -> None:
    check_writable(tmp_path / "new.logbook")
    assert list(tmp_path.iterdir()) == []
    Writer.open(tmp_path / "old.logbook").close()
    check_writable(tmp_path / "old.logbook")
    assert [path.name for path in tmp_path.iterdir()] == ["old.logbook"]


def test_one_that_is_being_written_is_refused(tmp_path: Path) -> None:
    with Writer.open(tmp_path / "a.logbook"), pytest.raises(LogbookError, match="another process is writing"):
        check_writable(tmp_path / "a.logbook")
    check_writable(tmp_path / "a.logbook")


@pytest.mark.parametrize(
    ("number", "said"),
    [(errno.EROFS, "cannot be written .*check the permissions of its folder"), (errno.ENOSPC, "the disk is full")],
)
def test_a_folder_that_takes_nothing_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, said: str
) -> None:
    def refused(*_: object) -> int:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "open", refused)
    with pytest.raises(LogbookError, match=said):
        check_writable(tmp_path / "a.logbook")


def test_a_file_that_is_read_only_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Writer.open(tmp_path / "a.logbook").close()
    # The permissions themselves do not hold for the superuser.
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(LogbookError, match="cannot be written: check the permissions of the file"):
        check_writable(tmp_path / "a.logbook")

"""A file is written as a whole or not at all."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from engineroom.errors import FileError
from engineroom.run import write_whole


def test_a_full_disk_leaves_the_old_file_and_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place, write = tmp_path / "x.html", Path.write_bytes
    place.write_bytes(b"old")

    def full(self: Path, content: bytes) -> int:
        write(self, content[:3])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(FileError, match=r"x\.html' cannot be written: No space left on device; name another file"):
        write_whole(place, b"new and long")
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("x.html", b"old")]


def test_a_link_goes_on_leading_to_what_is_written(tmp_path: Path) -> None:
    real, link = tmp_path / "real.html", tmp_path / "link.html"
    real.write_bytes(b"old")
    link.symlink_to(real)
    write_whole(link, b"new")
    assert link.is_symlink()
    assert real.read_bytes() == b"new"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["link.html", "real.html"]


@pytest.mark.parametrize("name", ["a\0b.html", "no/x.html", "x" * 300 + ".html"])
def test_a_place_where_nothing_can_be_written_is_a_sentence(tmp_path: Path, name: str) -> None:
    with pytest.raises(FileError, match=r"cannot be written: .*; name another file"):
        write_whole(tmp_path / name, b"new")
    assert list(tmp_path.iterdir()) == []

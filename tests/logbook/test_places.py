"""Crashes, full disks, folders that cannot be written, file systems of other machines: what was committed is there."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from engineroom.errors import LogbookError
from engineroom.logbook import Logbook, Writer, damage_of, repair
from engineroom.logbook._place import lies_on_network

WRITES = """
import os, signal, sys
import numpy as np
from engineroom.errors import LogbookError
from engineroom.logbook import Writer

path, end = sys.argv[1:]
if end.isdigit():
    import resource
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(end), int(end)))
steps = 0
try:
    with Writer.open(path) as writer:
        run = writer.begin_run(
            numerics=1, engineroom="0", seed=0, spec={}, plan="", data=writer.add_data("d", "{}", {}, rows=False)
        )
        for _ in range(10 if end == "killed" else 10**6):
            writer.add_scalars(run, "loss", steps + 1, np.arange(2000.0))
            writer.commit(run, steps=steps + 2000)
            steps += 2000
        writer.add_scalars(run, "loss", steps + 1, np.ones(2000))
        os.kill(os.getpid(), signal.SIGKILL)
except LogbookError as error:
    print(steps, error)
"""


def write(path: Path, end: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", WRITES, str(path), end], capture_output=True, text=True, timeout=60, check=False
    )


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the logbook of a process that was killed, and what it left beside it."""
    if sys.platform == "win32":
        pytest.skip("there is no SIGKILL")
    folder = tmp_path_factory.mktemp("killed")
    assert write(folder / "r.logbook", "killed").returncode == -signal.SIGKILL
    assert sorted(p.name for p in folder.iterdir()) == [
        "r.logbook", "r.logbook-lock", "r.logbook-shm", "r.logbook-wal",
    ]  # fmt: skip
    return folder


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk of its own, where one can be had."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    if (
        mount is None
        or subprocess.run([mount, "-t", "tmpfs", "-o", "size=4m", "tmpfs", folder], check=False).returncode
    ):
        pytest.skip("a disk in memory cannot be mounted here")
    yield folder
    subprocess.run(["umount", folder], check=True)


def check(logbook: Logbook, steps: int) -> None:
    row = logbook.run(1)
    assert (row.status, row.steps) == ("interrupted", steps)
    np.testing.assert_array_equal(logbook.scalars(1, "loss", 1, steps), np.tile(np.arange(2000.0), steps // 2000))
    assert damage_of(logbook, 1) == ()


def test_a_killed_run_is_interrupted_and_all_it_committed_is_there(killed: Path, tmp_path: Path) -> None:
    path = shutil.copytree(killed, tmp_path / "copy") / "r.logbook"
    check(Logbook.open(path), 20_000)
    with Writer.open(path) as writer:
        run = writer.begin_run(
            numerics=1, engineroom="0", seed=0, spec={}, plan="", data=Logbook.open(path).run(1).data
        )
        writer.commit(run, steps=0)
        # Now somebody writes, and still the first run is not the one that is running.
        assert [r.status for r in Logbook.open(path).runs()] == ["interrupted", "running"]
    assert [r.status for r in Logbook.open(path).runs()] == ["interrupted", "interrupted"]
    check(Logbook.open(path), 20_000)
    assert [p.name for p in path.parent.iterdir()] == ["r.logbook"]


@pytest.mark.parametrize("held", [(True, False), (False, True)])
def test_a_writer_that_ends_or_begins_while_one_looks_interrupts_nothing(
    killed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, held: tuple[bool, bool]
) -> None:
    logbook = Logbook.open(shutil.copytree(killed, tmp_path / "copy") / "r.logbook")
    answers = iter(held)
    monkeypatch.setattr("engineroom.logbook._logbook.is_being_written", lambda path: next(answers))
    assert logbook.run(1).status == "running"


def test_what_a_crash_left_is_not_passed_over(killed: Path, disk: Path, tmp_path: Path) -> None:
    shutil.copy(killed / "r.logbook", disk)
    shutil.copy(killed / "r.logbook-wal", disk)
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    with pytest.raises(LogbookError, match=r"was left by a crash and cannot be put in order here.*copy it"):
        Logbook.open(disk / "r.logbook")
    check(Logbook.open(shutil.copytree(disk, tmp_path / "copy") / "r.logbook"), 20_000)


def test_a_closed_logbook_is_read_from_where_nothing_can_be_written(disk: Path) -> None:
    with Writer.open(disk / "r.logbook") as writer:
        data = writer.add_data("d", "{}", {}, rows=False)
        run = writer.begin_run(numerics=1, engineroom="0", seed=0, spec={}, plan="", data=data)
        writer.commit(run, steps=0, status="completed")
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    assert Logbook.open(disk / "r.logbook").run(1).status == "completed"
    with pytest.raises(LogbookError, match=r"cannot be written .*check the permissions of its folder"):
        Writer.open(disk / "r.logbook")


@pytest.mark.parametrize("room", [0, 4, 200, 300, 330, 350, 400])
def test_a_disk_that_is_full_before_a_run_stands_in_the_file_leaves_none(disk: Path, room: int) -> None:
    (disk / "other").write_bytes(b"x" * (4096 - room) * 1024)
    answer = write(disk / "r.logbook", "full")
    assert "the disk is full: make room, then resume or train again" in answer.stdout, answer.stderr
    assert answer.stdout.split()[0] != "0" or [p.name for p in disk.iterdir()] == ["other"]
    (disk / "other").unlink()
    assert write(disk / "r.logbook", "killed").returncode == -signal.SIGKILL
    run = Logbook.open(disk / "r.logbook").newest()
    assert (run.status, run.steps) == ("interrupted", 20_000)


def test_a_full_disk_is_a_sentence_and_what_was_committed_stays(disk: Path) -> None:
    answer = write(disk / "r.logbook", "full")
    assert "the disk is full: make room, then resume or train again" in answer.stdout, answer.stderr
    steps = int(answer.stdout.split()[0])
    assert steps >= 10_000
    check(Logbook.open(disk / "r.logbook"), steps)


def test_a_disk_without_room_for_a_name_is_full(tmp_path: Path, disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,nr_inodes=1", disk], check=True)
    with pytest.raises(LogbookError, match="could not be written, the disk is full: make room, then train again"):
        Writer.open(disk / "r.logbook")
    assert list(disk.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such limits")
@pytest.mark.parametrize("end", [0, 1000, 200_000])
def test_a_file_that_was_there_is_never_removed(tmp_path: Path, end: int) -> None:
    (tmp_path / "empty.logbook").touch()
    with Writer.open(tmp_path / "runs.logbook") as writer:
        data = writer.add_data("d", "{}", {}, rows=False)
        writer.commit(writer.begin_run(numerics=1, engineroom="0", seed=0, spec={}, plan="", data=data), steps=0)
    Writer.open(tmp_path / "no runs.logbook").close()
    for name in ("empty", "runs", "no runs"):
        answer = write(tmp_path / f"{name}.logbook", str(end))
        assert "room that is left" in answer.stdout, answer.stderr
    assert (tmp_path / "empty.logbook").exists()
    assert len(Logbook.open(tmp_path / "runs.logbook").runs()) == 1
    assert Logbook.open(tmp_path / "no runs.logbook").runs() == []


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such limits")
@pytest.mark.parametrize("end", [0, 1000, 200_000])
def test_a_new_file_in_which_no_run_stands_is_removed(tmp_path: Path, end: int) -> None:
    answer = write(tmp_path / "r.logbook", str(end))
    assert "room that is left" in answer.stdout, answer.stderr
    assert list(tmp_path.iterdir()) == []
    # Under another name, too, and whatever goes wrong.
    (tmp_path / "name.logbook").symlink_to(tmp_path / "r.logbook")
    with pytest.raises(ZeroDivisionError), Writer.open(tmp_path / "name.logbook") as writer:
        writer.add_data("d", "{}", {}, rows=False)
        1 / 0  # noqa: B018
    assert [path.name for path in tmp_path.iterdir()] == ["name.logbook"] and not (tmp_path / "r.logbook").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such limits")
def test_a_file_that_may_not_grow_is_a_sentence_and_what_was_committed_stays(tmp_path: Path) -> None:
    answer = write(tmp_path / "r.logbook", "300000")
    assert "room" in answer.stdout, answer.stderr
    check(Logbook.open(tmp_path / "r.logbook"), int(answer.stdout.split()[0]))


def test_where_wal_cannot_be_used_readers_look_on_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engineroom.logbook._writer.lies_on_network", lambda path: True)
    path = tmp_path / "r.logbook"
    with Writer.open(path) as writer:
        data = writer.add_data("d", "{}", {}, rows=False)
        run = writer.begin_run(numerics=1, engineroom="0", seed=0, spec={}, plan="", data=data)
        for step in range(1, 5):
            writer.add_scalars(run, "loss", step, np.ones(1))
            writer.commit(run, steps=step)
            writer.add_event(run, step, "note", {})
            assert (Logbook.open(path).run(1).steps, Logbook.open(path).run(1).status) == (step, "running")
            assert not (tmp_path / "r.logbook-wal").exists()
        writer.commit(run, steps=4, status="completed")
    assert damage_of(Logbook.open(path), 1) == ()
    assert [p.name for p in tmp_path.iterdir()] == ["r.logbook"]


def test_the_file_system_is_that_of_the_nearest_mount(tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    home = tmp_path.resolve() / "my home"
    home.mkdir()
    listed = str(home).replace(" ", "\\040")
    mounts.write_text(f"/dev/a / ext4 rw 0 0\nserver:/x {listed} nfs4 rw 0 0\n")
    assert lies_on_network(home / "r.logbook", mounts)
    assert not lies_on_network(tmp_path / "r.logbook", mounts)
    mounts.write_text(f"server:/ / nfs rw 0 0\n/dev/b {listed} ext4 rw 0 0\n")
    assert not lies_on_network(home / "r.logbook", mounts)
    assert lies_on_network(tmp_path / "r.logbook", mounts)
    assert not lies_on_network(tmp_path, tmp_path / "none")
    # Of two mounts at one place the later one covers the other.
    mounts.write_text(f"/dev/a / ext4 rw 0 0\nserver:/ {listed} nfs rw 0 0\n/dev/b {listed} ext4 rw 0 0\n")
    assert not lies_on_network(home / "r.logbook", mounts)


def test_repair_into_a_folder_that_cannot_be_written(killed: Path, disk: Path) -> None:
    shutil.copytree(killed, disk, dirs_exist_ok=True)
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    with pytest.raises(LogbookError, match="cannot be written or opened: check the permissions of the file and its"):
        repair(disk / "r.logbook")

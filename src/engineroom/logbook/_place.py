"""Where a logbook lies: what is kept beside it, and on what kind of file system."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

__all__ = ["beside", "discard", "is_new", "lies_on_network"]

_NETWORK = {
    "9p", "afs", "beegfs", "ceph", "cifs", "fuse.ceph", "fuse.glusterfs", "fuse.sshfs", "gpfs", "lustre", "ncpfs",
    "nfs", "nfs4", "smb3", "smbfs",
}  # fmt: skip


def beside(logbook: Path, end: str) -> Path:
    """Return the file that is kept beside a logbook, called as it is with `end` after it.

    Where the path is a symbolic link it lies beside the file that is meant, as SQLite has it, so that all who reach
    that file by one name or another share it.
    """
    return Path(os.path.realpath(logbook) + end)


def is_new(logbook: Path) -> bool:
    """Make an empty file if there is none, and return whether there was none.

    No other process can make it between the look and the making, so what is new to this one is its own.
    """
    try:
        os.close(os.open(beside(logbook, ""), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644))
    except FileExistsError:
        return False
    return True


def discard(logbook: Path) -> None:
    """Remove a logbook with all that lies beside it but its lock, as far as the folder lets them go."""
    for end in ("-wal", "-shm", "-journal", ""):
        with suppress(OSError):
            beside(logbook, end).unlink()


def lies_on_network(path: Path, mounts: Path = Path("/proc/self/mounts")) -> bool:
    """Whether other machines may open the file too, so that memory shared between processes would mislead.

    Only Linux tells; elsewhere the answer is no.
    """
    try:
        lines = mounts.read_text(errors="replace").splitlines()
    except OSError:
        return False
    place, kind = path.absolute().resolve(), ""
    longest = -1
    for line in lines:
        _, folder, found, *_ = line.split(" ")
        folder = folder.replace("\\040", " ")
        if place.is_relative_to(folder) and len(folder) >= longest:
            longest, kind = len(folder), found
    return kind in _NETWORK

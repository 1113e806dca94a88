"""A file that is written as a whole or not at all: what stood there stays until all of the new one is on the disk."""

from __future__ import annotations

import os
from pathlib import Path

from engineroom.errors import FileError

__all__ = ["write_whole"]


def write_whole(place: Path, content: bytes) -> None:
    """Write a file, or leave everything as it was; FileError when it cannot be written."""
    try:
        real = Path(os.path.realpath(place))  # a link goes on leading there
        part = real.with_name(f"{real.name}.part")
        try:
            part.write_bytes(content)
            part.replace(real)
        except OSError:
            part.unlink(missing_ok=True)
            raise
    except (OSError, ValueError) as error:  # the latter for a name that no file can have
        reason = error.strerror if isinstance(error, OSError) else error
        raise FileError(f"{str(place)!r} cannot be written: {reason}; name another file") from None

"""Bytes packed with gzip as they come, as many as have room."""

from __future__ import annotations

import zlib

__all__ = ["Parcel"]

_GZIP = 31
_END = 32
"""Bytes that the end of the last block and of the gzip file may take."""


class Parcel:
    """A gzip file that grows frame by frame and never beyond its room: what each frame takes is told as it is packed.

    Parameters
    ----------
    room : bytes that it may have in the end.

    Examples
    --------
    >>> import gzip
    >>> parcel = Parcel(100)
    >>> parcel.add(bytes(1000)), parcel.add(bytes(range(256)))
    (True, False)
    >>> gzip.decompress(parcel.packed()) == bytes(1000)
    True
    """

    def __init__(self, room: int) -> None:
        self._room = room
        self._packer = zlib.compressobj(6, zlib.DEFLATED, _GZIP)
        self._parts: list[bytes] = []
        self.size = 0

    def add(self, frame: bytes) -> bool:
        """Take a frame in; return False, and stay as it was, where it has no room."""
        packer = self._packer.copy()
        part = packer.compress(frame) + packer.flush(zlib.Z_SYNC_FLUSH)
        if self.size + len(part) + _END > self._room:
            return False
        self._packer = packer
        self._parts.append(part)
        self.size += len(part)
        return True

    def packed(self) -> bytes:
        """Return the whole file."""
        return b"".join([*self._parts, self._packer.copy().flush()])

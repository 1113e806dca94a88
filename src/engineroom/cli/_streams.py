"""Where nobody reads, or nothing can be written, a command still ends as it should."""

from __future__ import annotations

import io
import os
import sys
from typing import Any

from engineroom.errors import OutputError

__all__ = ["steady_streams"]


_NOTES = 2
"""The number of standard error."""


class _Output(io.FileIO):
    """A stream that forgets what is written once its reader, such as `head`, has seen enough.

    What was asked for is done all the same: a run is trained to its end and kept. Standard output that cannot be
    written for another reason is an error; without the notes on standard error an answer is still one.
    """

    def write(self, data: Any, /) -> int:
        try:
            return super().write(data) or 0
        except OSError as error:
            # What is left in the buffers has to go somewhere, or the end of the process fails on it once more.
            os.dup2(os.open(os.devnull, os.O_WRONLY), self.fileno())
            if isinstance(error, BrokenPipeError) or self.fileno() == _NOTES:
                return len(memoryview(data).cast("B"))
            reason = error.strerror or str(error)
            raise OutputError(f"what is printed cannot be written ({reason}): print to another place") from None


def steady_streams() -> None:
    """Open what was closed at the start, before a file gets its number; and let the others end before we do."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.dup2(os.open(os.devnull, os.O_RDWR), number)
    for name, number, mode in (("stdin", 0, "r"), ("stdout", 1, "w"), ("stderr", 2, "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(number, mode, encoding="utf-8", closefd=False))  # noqa: SIM115  # stays open
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is getattr(sys, f"__{name}__") and isinstance(stream, io.TextIOWrapper):
            setattr(sys, name, _steady(stream))


def _steady(out: io.TextIOWrapper) -> io.TextIOWrapper:
    """Return a stream on the same file that outlives its reader."""
    out.flush()
    raw = _Output(out.fileno(), "w", closefd=False)
    return io.TextIOWrapper(
        # With PYTHONUNBUFFERED there is no buffer, and a wrapper takes a raw file as well.
        io.BufferedWriter(raw) if isinstance(out.buffer, io.BufferedWriter) else raw,
        encoding=out.encoding,
        # A stream in Latin-1 or ASCII has no sign for a rule or for a name in another script.
        errors="replace" if out.errors == "strict" else out.errors,
        line_buffering=out.line_buffering,
        write_through=out.write_through,
    )

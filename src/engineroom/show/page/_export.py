"""One HTML file that shows a run without a server and without an engine."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from dataclasses import dataclass
from pathlib import Path

from engineroom.errors import NotFoundError, OptionError
from engineroom.run import Record, StepProgress, size, write_whole
from engineroom.show.page._bake import bake
from engineroom.show.page._baker import Held
from engineroom.show.page._server import STATIC

__all__ = ["Exported", "export"]

_PLACE = "<!--engineroom-export-->"
_SCRIPT = re.compile(r"<script type=\"module\">(.*?)</script>", re.DOTALL)
_LEAST = 256 * 1024
"""Bytes of the answers without which no view would open."""


@dataclass(frozen=True)
class Exported:
    """A file that was written.

    Attributes
    ----------
    path, size : where, and how many bytes it has.
    held : how much of the run it answers.
    """

    path: Path
    size: int
    held: Held

    def __str__(self) -> str:
        first = f"{self.path}: {self.size / 1e6:.1f} MB, works offline and without engineroom"
        rest = "" if self.held.whole else "; what it does not hold needs the logbook: open that with engineroom show"
        return f"{first}. {self.held}{rest}"


def export(
    record: Record, path: str | Path, *, max_size: str | float = "10MB", progress: StepProgress | None = None
) -> Exported:
    """Write a run as one HTML file: what each view opens with, then as much of the rest as has room.

    Parameters
    ----------
    record : the run.
    path : the file, whose name ends in .html.
    max_size : how large it may become.
    progress : told how much of that is filled.

    Raises
    ------
    OptionError : when the name does not end in .html, or nothing would have room.
    FileError : when the file cannot be written. NotFoundError : when the front end is not built.
    """
    place, most = Path(path), size("max_size", max_size)
    if place.suffix.lower() not in (".html", ".htm"):
        raise OptionError(f"a run is exported to a file such as lesson.html or run.gif, got {str(path)!r}")
    try:
        page = (STATIC / "standalone.html").read_text("utf-8")
    except OSError:
        raise NotFoundError("the front end is not built: run `make web`, or install engineroom from a wheel") from None
    empty = len(_with(page, b"", record))
    if most - empty < _LEAST:
        raise OptionError(
            f"max_size must leave room beside the page itself, which has {empty / 1e6:.1f} MB, got {max_size!r}: "
            "give 1MB or more"
        )
    # Base64 makes four bytes of three.
    packed, held = bake(record, (most - empty) // 4 * 3, progress)
    written = _with(page, packed, record)
    write_whole(place, written)
    return Exported(place, len(written), held)


def _with(page: str, packed: bytes, record: Record) -> bytes:
    """Return the bytes of the page with its data in it, and a policy that lets nothing else run."""
    scripts = [base64.b64encode(hashlib.sha256(code.encode()).digest()).decode() for code in _SCRIPT.findall(page)]
    policy = "; ".join(
        [
            "default-src 'none'",
            "script-src " + " ".join(f"'sha256-{code}'" for code in scripts),
            "style-src 'unsafe-inline'",
            "img-src data: blob:",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )
    title = html.escape(f"{record.name}: engineroom")
    head = f'<meta http-equiv="Content-Security-Policy" content="{policy}" />'
    data = f'<script type="text/plain" id="engineroom-export">{base64.b64encode(packed).decode()}</script>'
    page = page.replace("<title>engineroom</title>", f"{head}\n    <title>{title}</title>", 1)
    return page.replace(_PLACE, data, 1).encode()

"""`engineroom show`: the page of a logbook, in the browser."""

from __future__ import annotations

import os
import sys
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from rich.console import Console

from engineroom.cli._options import AsJson, LogbookFile, RunNumber, flag, option, whole_number
from engineroom.logbook import Logbook, chosen_row
from engineroom.show import facts_text, make_console, page, say

if TYPE_CHECKING:
    from engineroom.show.page import Served

__all__ = ["SHOW_EXAMPLES", "has_browser", "serve_page", "show", "tell_page"]

SHOW_EXAMPLES = """\
Examples:
  engineroom show demo.logbook
  engineroom show demo.logbook --run 1 --port 9000
  engineroom show demo.logbook --no-open"""

Port = Annotated[
    int | None,
    option("--port", metavar="N", help="Where to listen; if in use, the next free one.", parser=whole_number),
]
Host = Annotated[
    str | None, option("--host", metavar="ADDRESS", help="Listen at another address than 127.0.0.1; needs --expose.")
]
Expose = Annotated[bool, flag("--expose", help="Let others reach it: whoever has the link can read, train and upload.")]
NoOpen = Annotated[bool, flag("--no-open", help="Print the link and open no browser.")]


def show(
    file: LogbookFile,
    run: RunNumber = None,
    port: Port = None,
    no_open: NoOpen = False,
    host: Host = None,
    expose: Expose = False,
    as_json: AsJson = False,
) -> None:
    """Watch runs on a page: step by step, each weight, each neuron, live while they train.

    It is served to this machine alone, until Ctrl-C.
    """
    logbook = Logbook.open(file)
    number = None if run is None else chosen_row(logbook, run).number
    serve_page(file, number, port=port, host=host, expose=expose, opens=not no_open, as_json=as_json)


def serve_page(
    file: Path,
    run: int | None = None,
    *,
    at: str | None = None,
    port: int | None = None,
    host: str | None = None,
    expose: bool = False,
    opens: bool = True,
    as_json: bool = False,
) -> None:
    """Serve the page of a logbook until Ctrl-C.

    Parameters
    ----------
    at : what to open, such as "/lesson/1"; None is the run, or the list of runs.
    """
    place = at if at is not None else "" if run is None else f"/run/{run}/cycle"
    served = page.serve(file, at=place, host=host or "127.0.0.1", port=port, expose=expose, opens=opens)
    if as_json:
        print(facts_text({"page": served.url, "notes": served.notes}), flush=True)
    else:
        tell_page(served, make_console(), expose=expose)
    served.run()


def tell_page(served: Served, console: Console, *, expose: bool = False) -> None:
    """Print the link."""
    for note in served.notes:
        say(console, note, "er.warn")
    if expose:
        say(
            console,
            "Whoever can reach this machine and has the link can read the runs and their data, train and upload; "
            "the connection is not encrypted.",
            "er.warn",
        )
    console.print(served.url, style="er.command", soft_wrap=True)
    say(console, "That link is the page, for this machine alone. Ctrl-C ends it." if not expose else "Ctrl-C ends it.")


def has_browser() -> bool:
    """Whether somebody sits before this terminal and a browser can be opened there."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return False
    if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return False
    try:
        webbrowser.get()
    except webbrowser.Error:
        return False
    return True

"""A run on the page: in the browser, or in the notebook that asks."""

from __future__ import annotations

import atexit
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from engineroom.errors import OptionError
from engineroom.run import Record, copy_runs
from engineroom.show.page._desk import Client, Desk
from engineroom.show.page._serve import Served, start
from engineroom.show.page._server import STATIC

__all__ = ["in_notebook", "show_record", "widget"]


def show_record(record: Record, *, at: str | None = None, opens: bool = True) -> Any:
    """Show a run: as a widget inside a notebook, else in the browser.

    A run kept in memory is shown from a copy; what is trained on the page is kept in that copy until the program ends.

    Parameters
    ----------
    record : the run.
    at : what to open, such as "/run/1/cycle?step=120"; None is the cycle of the run.
    opens : whether to open a browser.
    """
    place = at if at is not None else f"/run/{record.number}/cycle"
    path = record.logbook.path
    named = path is not None
    if path is None:
        folder = tempfile.mkdtemp(prefix="engineroom-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        path = Path(folder) / "run.logbook"
        copy_runs(record, path)
    if in_notebook():
        return widget(path, place, named=named)
    page: Served = start(path, at=place, opens=opens)
    print(page.url)  # noqa: T201  # the link is what was asked for
    return page


def in_notebook() -> bool:
    """Whether a notebook would show what is returned: Jupyter, VS Code, Colab or marimo."""
    shell = sys.modules.get("IPython")
    if shell is not None:
        running = shell.get_ipython()
        if running is not None and "IPKernelApp" in getattr(running, "config", {}):
            return True
    marimo = sys.modules.get("marimo")
    return marimo is not None and bool(marimo.running_in_notebook())


def widget(path: Path, at: str, *, named: bool = True) -> Any:
    """Return the page of a logbook as a notebook's widget."""
    try:
        import anywidget
        import traitlets
    except ImportError as error:
        raise OptionError(
            f'the widget needs {error.name}; install it with pip install "engineroom[notebook]"'
        ) from None

    class Page(anywidget.AnyWidget):
        """The page in a cell; the notebook carries its frames."""

        _esm = STATIC / "widget.js"
        _css = STATIC / "widget.css"
        address = traitlets.Unicode("").tag(sync=True)

        def __init__(self, **given: Any) -> None:
            super().__init__(**given)
            self._desk = Desk(path, named=named)
            self._client: Client = self._desk.join(self._deliver)
            self.on_msg(self._hear)

        def _hear(self, _: Any, content: Any, buffers: Any) -> None:
            for part in buffers or []:
                self._desk.receive(self._client, bytes(part))

        def _deliver(self) -> None:
            while (frame := self._client.mailbox.take()) is not None:
                self.send({"frame": True}, buffers=[frame])

        def close(self) -> None:
            """End it: what it trains stops between two steps."""
            self._desk.leave(self._client)
            self._desk.close()
            super().close()

    return Page(address=f"#{at}")

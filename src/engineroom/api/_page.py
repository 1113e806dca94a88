"""A run on a page: in the browser, in a notebook, or as one file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engineroom.api._facts import Facts
from engineroom.api._plots import Plots
from engineroom.errors import OptionError
from engineroom.run import StepProgress
from engineroom.show import page
from engineroom.show.plot import Movie, export_movie

if TYPE_CHECKING:
    from engineroom.show.page import Exported

__all__ = ["Shown"]


class Shown(Facts):
    """What draws one run."""

    @property
    def plot(self) -> Plots:
        """Pictures of it for papers and slides: `plot.loss()`, `plot.weight(name)`, `plot.race([twin])`, ..."""
        return Plots(self.record)

    def show(self, *, open: bool = True) -> Any:
        """Show the run on a page that can go to any of its steps: in the browser, or inside a notebook as a widget.

        The page is served to this machine alone, from a thread that ends with the program. A run kept in memory is
        shown from a copy of it.

        Parameters
        ----------
        open : whether to open a browser; the link is printed anyway.

        Returns
        -------
        Served or a widget
            `page.url` is the link, `page.stop()` ends it; a widget is shown by the notebook.

        Raises
        ------
        OptionError : when a package is missing; it names the extra.
        """
        return page.show_record(self.record, opens=open)

    def export(
        self, path: str | os.PathLike[str], *, max_size: str | float = "10MB", progress: StepProgress | None = None
    ) -> Exported | Movie:
        """Write the run as one HTML file that works offline and without engineroom, or as an animated GIF.

        The page holds what each of its views opens with, and as much of the rest as has room: steps, explanations of
        weights, neurons and rows; `held` of the answer counts them. All else needs the logbook and `show`.
        The GIF has 800 x 450 pixels and at most 72 frames: the loss draws itself while the weights change, and for one
        or two inputs what the network says takes shape. It needs `engineroom[plot]`.

        Parameters
        ----------
        path : the file, such as "lesson.html" or "run.gif".
        max_size : how large it may become.
        progress : told how much of the page is filled, or how many frames are drawn.

        Examples
        --------
        >>> import tempfile, engineroom as er
        >>> run = er.train(er.Network(er.Dense(1)), [1, 2, 3], [2, 4, 6], steps=10)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     run.export(f"{folder}/lesson.html", max_size="1MB").size < 1_000_000
        True
        """
        if not isinstance(path, (str, os.PathLike)):
            raise OptionError(f"export takes the path of a file, such as 'lesson.html' or 'run.gif', got {path!r:.80}")
        write = export_movie if Path(path).suffix.lower() == ".gif" else page.export
        return write(self.record, Path(path), max_size=max_size, progress=progress)

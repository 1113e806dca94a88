"""A run on a page: in the browser, in a notebook, or as one file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from engineroom.api._facts import Facts
from engineroom.api._plots import Plots
from engineroom.run import StepProgress
from engineroom.show.page import Exported, export, show_record

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
        return show_record(self.record, opens=open)

    def export(
        self, path: str | os.PathLike[str], *, max_size: str | float = "10MB", progress: StepProgress | None = None
    ) -> Exported:
        """Write the run as one HTML file that works without a network and without engineroom.

        It holds the curves, as many steps as have room, from coarse to fine, and explanations of chosen steps.

        Parameters
        ----------
        path : the file, such as "lesson.html".
        max_size : how large it may become.
        progress : told how much of that is filled.

        Examples
        --------
        >>> import tempfile, engineroom as er
        >>> run = er.train(er.Network(er.Dense(1)), [1, 2, 3], [2, 4, 6], steps=10)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     run.export(f"{folder}/lesson.html", max_size="1MB").size < 1_000_000
        True
        """
        return export(self.record, Path(path), max_size=max_size, progress=progress)

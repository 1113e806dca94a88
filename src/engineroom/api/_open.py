"""`open`: a logbook file and the runs in it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from engineroom.api._run import Run
from engineroom.errors import OptionError, names_options
from engineroom.logbook import Logbook, chosen_row
from engineroom.run import EngineName, records_of

__all__ = ["LogbookView", "open"]


class LogbookView:
    """A logbook opened to read.

    Attributes
    ----------
    path : the file.
    runs : its runs, oldest first; `runs[-1]` is the newest.

    Examples
    --------
    >>> import tempfile, engineroom as er
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = f"{folder}/runs.logbook"
    ...     for seed in (0, 1):
    ...         run = er.train(er.Network(er.Dense(1)), [1, 2, 3], [2, 4, 6], steps=10, seed=seed, logbook=path)
    ...     view = er.open(path)
    ...     print(view.runs[-1].number, view.run(1).steps, view.contains_rows)
    2 10 True
    """

    def __init__(self, logbook: Logbook, path: Path, runs: list[Run]) -> None:
        self._logbook = logbook
        self.path = path
        self.runs = runs

    @property
    def contains_rows(self) -> bool:
        """Whether rows of training data are kept in the file."""
        return self._logbook.contains_rows

    def run(self, number: int | str | None = None) -> Run:
        """Return the run with this number, counted from 1, or with this name; None is the newest.

        Raises
        ------
        LogbookError : when there is no such run, or several are called so.
        """
        found = chosen_row(self._logbook, number)
        return next(run for run in self.runs if run.number == found.number)

    def __repr__(self) -> str:
        return f"<Logbook {str(self.path)!r}: {len(self.runs)} run{'s' * (len(self.runs) != 1)}>"

    def __str__(self) -> str:
        rows = "contains rows of training data" if self.contains_rows else "contains no rows of training data"
        return "\n\n".join([f"{self.path} {rows}", *map(str, self.runs)])


@names_options
def open(
    path: str | os.PathLike[str],
    data: Any = None,
    *,
    engine: EngineName = "native",
    isa: str | None = None,
    threads: int | None = None,
) -> LogbookView:
    """Open a logbook to read; the file is never changed.

    Parameters
    ----------
    path : a file that `train(..., logbook=)` or `engineroom train` wrote.
    data : what its runs were trained on, a pair (x, y), a file or a frame, where the file keeps only the hash of it.
    engine, isa, threads : with what to replay; the bits do not depend on them.

    Raises
    ------
    LogbookError : when there is no such file, or it is not a logbook, or it is damaged.
    DataError : when `data` is not what a run was trained on.

    Examples
    --------
    >>> import tempfile, engineroom as er
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = f"{folder}/runs.logbook"
    ...     run = er.train(er.Network(er.Dense(1)), [1, 2, 3], [2, 4, 6], steps=10, logbook=path)
    ...     er.open(path).runs[0].verify().ok
    True
    """
    if not isinstance(path, (str, os.PathLike)):
        raise OptionError(f"open takes the path of a logbook file, such as 'digits.logbook', got {path!r:.80}")
    place = Path(path)
    logbook = Logbook.open(place)
    runs = [Run(record) for record in records_of(logbook, data, engine=engine, isa=isa, threads=threads)]
    return LogbookView(logbook, place, runs)

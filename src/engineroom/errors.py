"""All errors of engineroom, in one tree.

Each derives from the built-in error a caller would expect, so `except ValueError` keeps working,
and each message is one sentence: what was expected, what came, where, and what to do.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

__all__ = [
    "CancelledError",
    "DataError",
    "EndedError",
    "EngineError",
    "EngineroomError",
    "FileError",
    "LogbookError",
    "NotFoundError",
    "NumericsError",
    "OptionError",
    "OutputError",
    "ShapeError",
    "UnknownNameError",
    "names_options",
    "nearest",
    "nearest_file",
]

_Given = ParamSpec("_Given")
_Returned = TypeVar("_Returned")


class EngineroomError(Exception):
    """The root of all errors that engineroom raises on purpose."""


class OptionError(EngineroomError, ValueError):
    """An option has a value that cannot be used, such as a learning rate of zero."""


class UnknownNameError(OptionError, LookupError):
    """A name is not known; the message holds the nearest known one."""


class EndedError(OptionError):
    """A run, or the schedule of its learning rate, has come to its end, and how to go on is not said.

    It is made of what is so and of what to do; the message is both.
    """

    def __str__(self) -> str:
        return ": ".join(map(str, self.args))


class ShapeError(EngineroomError, ValueError):
    """Shapes do not fit; the message names the layer."""


class DataError(EngineroomError, ValueError):
    """A table or array cannot be trained on or predicted from as it is."""


class FileError(EngineroomError, OSError):
    """A file that is no logbook cannot be read or written."""


class NotFoundError(FileError):
    """A file is missing."""


class OutputError(FileError):
    """What a command prints cannot be written."""


class LogbookError(EngineroomError, OSError):
    """A logbook is damaged, from another version, or lacks what was asked."""


class NumericsError(EngineroomError, ValueError):
    """A replay cannot be exact, because the run was recorded under other numerics."""


class EngineError(EngineroomError, RuntimeError):
    """The engine was used out of order or failed; a fault to report."""


class CancelledError(EngineroomError, RuntimeError):
    """A question was taken back before it was answered."""


def nearest(name: str, known: Iterable[str]) -> str:
    """Return `; did you mean 'x'?` for the known name nearest to `name`, or a list of the known names."""
    names = list(known)
    close = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    if close:
        return f"; did you mean {close[0]!r}?"
    shown = ", ".join(repr(n) for n in names[:12]) + (", ..." if len(names) > 12 else "")
    return f"; known are {shown}" if shown else ""


def nearest_file(path: Path, otherwise: str, ending: str = "") -> str:
    """Return `; did you mean 'x'?` for the file beside a missing `path` that is called most like it, or `otherwise`.

    Only files with this ending are looked at.
    """
    try:
        names = [entry.name for entry in path.parent.iterdir() if entry.name.endswith(ending)]
    except (OSError, ValueError):
        names = []
    # An ending that both have makes no two names alike.
    alike = [name for name in names if difflib.get_close_matches(path.stem, [Path(name).stem], cutoff=0.6)]
    close = difflib.get_close_matches(path.name, alike, n=1, cutoff=0.6)
    return f"; did you mean {str(path.with_name(close[0]))!r}?" if close else otherwise


def names_options(function: Callable[_Given, _Returned]) -> Callable[_Given, _Returned]:
    """Have a public function answer an option that it does not have with the nearest one that it has.

    It is a TypeError still, as Python raises it; Python itself names the nearest one from 3.13 on.
    """
    code = function.__code__
    known = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]

    @wraps(function)
    def answering(*args: _Given.args, **options: _Given.kwargs) -> _Returned:
        for name in options:
            if name not in known:
                raise TypeError(f"{function.__name__} has no option {name!r}{nearest(name, known)}")
        return function(*args, **options)

    return answering

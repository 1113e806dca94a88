"""What went wrong, in one sentence on standard error, or as JSON on standard output when JSON was asked."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import typer

from engineroom.errors import OutputError
from engineroom.show import facts_text, make_console

__all__ = ["USAGE_ERROR", "as_options", "report"]

# The error of a command line that cannot be read. Typer brings its own copy of it or Click's, by version.
USAGE_ERROR: type[Exception] = typer.BadParameter.__mro__[1]


# Where the library's argument is called otherwise than the option.
_CALLED = {"drop_examples": "--drop"}

_OR_NONE = re.compile(r",? or None(?: (?:for|to) [^,;]+)?(?=[,;])")


def report(error: Exception, words: Sequence[str], command: Any) -> int:
    """Say what went wrong as the words after `command` ask for it; return the exit code, 2."""
    message, kind = " ".join(str(error).split()), type(error).__name__
    message = as_options(message, _options_of(command, words))
    if isinstance(error, USAGE_ERROR):
        message, kind = _usage_message(error, words, command), "UsageError"
    elif type(error).__module__ == "builtins" and isinstance(error, OSError) and error.strerror:
        message = f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    if "--json" in words and not isinstance(error, OutputError):
        print(facts_text({"error": {"kind": kind, "message": message}}))
    else:
        console = make_console(stderr=True)
        console.print(f"engineroom: {message}", style="er.bad" if sys.stderr.isatty() else None, soft_wrap=True)
    return 2


def as_options(message: str, options: Mapping[str, str]) -> str:
    """Return a message of the library with the command's options in place of Python's arguments.

    Parameters
    ----------
    options : by the name of the argument.

    Examples
    --------
    >>> options = {"sample": "--sample", "batch_size": "--batch-size"}
    >>> as_options("sample must be between 1 and 400, or None for all, got 0", options)
    '--sample must be between 1 and 400, got 0'
    >>> as_options("batch_size must be at most 40; batch_size=None takes all rows", options)
    '--batch-size must be at most 40; --batch-size all takes all rows'
    """
    names = "|".join(options)
    if re.match(rf"({names}) (must|needs|takes|names|leaves|goes?)\b", message):
        name, _, rest = message.partition(" ")
        message = f"{options[name]} {_OR_NONE.sub('', rest)}"

    def written(found: re.Match[str]) -> str:
        name, value = found[1], found[2].strip("'\"")
        if value == "None":
            value = {"batch_size": "all", "validation": "none"}.get(name, "")
        return f"{options[name]} {value}" if value else found[0]

    return re.sub(rf"(?<![\w.'\"`])({names})=([\w.'\"]+)", written, message)


def _command_of(command: Any, words: Sequence[str]) -> Any:
    """Return the command that the words name, or the program itself."""
    return next((command.commands[word] for word in words if word in command.commands), command)


def _options_of(command: Any, words: Sequence[str]) -> dict[str, str]:
    """Return the options of the command that the words name, by what Python calls them."""
    asked = _command_of(command, words)
    names = [max(param.opts, key=len) for param in asked.params if param.opts[0].startswith("-")]
    options = {name.strip("-").replace("-", "_"): name for name in names}
    return options | {name: option for name, option in _CALLED.items() if option in names}


def _usage_message(error: Exception, words: Sequence[str], command: Any) -> str:
    """Typer's sentence with its full stop replaced by where to read on."""
    text = str(getattr(error, "format_message", error.__str__)()).rstrip(".")
    text = f"{text[:1].lower()}{text[1:]}"
    asked = _command_of(command, words)
    path = "engineroom" if asked is command else f"engineroom {asked.name}"
    # Click's sentence is the only place where it names them.
    extra = re.search(r"unexpected extra argument\S* \((.+)\)", text)
    if extra is not None:
        first = extra[1].split()[0]
        flags = [name for param in asked.params if getattr(param, "is_flag", False) for name in param.opts]
        before = words[words.index(first) - 1] if first in words else ""
        if before in flags:
            text = f"{before} takes no value, got {first!r}"
        if before == "--early-stopping":
            return f"{text}; did you mean --patience {shlex.quote(first)}?"
        if asked.name == "train":
            return f"{text}; did you mean --target {shlex.quote(extra[1])}?"
        if re.search(r"\.\d+$|\]$", extra[1]):
            return f"{text}; a name that holds spaces or brackets needs quotes around it"
    if getattr(error, "option_name", None) == "--early-stopping":
        return f"{text}; --patience says after how many epochs"
    return text if text.endswith("?") else f"{text}; see {path} --help"

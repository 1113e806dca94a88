"""What went wrong, in one sentence on standard error, or as JSON on standard output when JSON was asked."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Sequence

import typer

from engineroom.errors import OutputError
from engineroom.show import facts_text, make_console

__all__ = ["USAGE_ERROR", "report"]

# The error of a command line that cannot be read. Typer brings its own copy of it or Click's, by version.
USAGE_ERROR: type[Exception] = typer.BadParameter.__mro__[1]


def report(error: Exception, words: Sequence[str]) -> int:
    """Say what went wrong as the command's words ask for it; return the exit code, 2."""
    message, kind = " ".join(str(error).split()), type(error).__name__
    if isinstance(error, USAGE_ERROR):
        message, kind = _usage_message(error), "UsageError"
    elif type(error).__module__ == "builtins" and isinstance(error, OSError) and error.strerror:
        message = f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    if "--json" in words and not isinstance(error, OutputError):
        print(facts_text({"error": {"kind": kind, "message": message}}))
    else:
        console = make_console(stderr=True)
        console.print(f"engineroom: {message}", style="er.bad" if sys.stderr.isatty() else None, soft_wrap=True)
    return 2


def _usage_message(error: Exception) -> str:
    """Typer's sentence with its full stop replaced by where to read on."""
    text = str(getattr(error, "format_message", error.__str__)()).rstrip(".")
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "engineroom"
    # Click's sentence is the only place where it names them.
    extra = re.search(r"unexpected extra argument\S* \((.+)\)", text)
    if extra is not None and path.endswith(" train"):
        return f"{text[:1].lower()}{text[1:]}; did you mean --target {shlex.quote(extra[1])}?"
    if extra is not None and re.search(r"\.\d+$|\]$", extra[1]):
        return f"{text[:1].lower()}{text[1:]}; a name that holds spaces or brackets needs quotes around it"
    end = "" if text.endswith("?") else f"; see {path} --help"
    return f"{text[:1].lower()}{text[1:]}{end}"

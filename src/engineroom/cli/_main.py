"""The door: without Typer and Rich one sentence says what to install, with them the command runs."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.util import find_spec

__all__ = ["main"]

_STANDARD = all(find_spec(name) is not None for name in ("rich", "typer"))

if _STANDARD:
    try:
        from engineroom.cli._app import run_command
    except KeyboardInterrupt:  # all rooms are loaded here, which takes a moment
        raise SystemExit(130) from None


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code.

    0: done. 1: done, and the answer is bad news (a run that left the finite numbers, a replay that differs).
    2: the command or its input cannot be used, and one sentence said why. 130: interrupted.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    if not _STANDARD:
        print('engineroom: the command needs Typer and Rich; run pip install "engineroom[standard]"', file=sys.stderr)
        return 2
    return run_command(words)

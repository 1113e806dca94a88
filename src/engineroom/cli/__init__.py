"""The command `engineroom`: it parses, asks `api`, hands the answer to `show` and sets the exit code."""

from engineroom.cli._main import main

__all__ = ["main"]

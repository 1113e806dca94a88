"""Commands whose help names no type beside an option that takes no value."""

from __future__ import annotations

from typing import Any

from typer.core import TyperCommand, TyperGroup

__all__ = ["PlainCommand", "PlainGroup"]


class PlainCommand(TyperCommand):
    """One command."""

    def get_params(self, ctx: Any) -> list[Any]:
        """Return its parameters and `--help`, which Typer adds with the type <bool>."""
        return _without_type(super().get_params(ctx))


class PlainGroup(TyperGroup):
    """All commands."""

    def get_params(self, ctx: Any) -> list[Any]:
        """Return its parameters and those that Typer adds."""
        return _without_type(super().get_params(ctx))


def _without_type(parameters: list[Any]) -> list[Any]:
    for parameter in parameters:
        if getattr(parameter, "is_flag", False):
            parameter.metavar = ""
    return parameters

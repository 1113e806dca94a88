"""What training gave: how good the network is, beside two simple answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isnan
from typing import TYPE_CHECKING

from engineroom.data import Target
from engineroom.run import Baseline, verdict
from engineroom.show._console import say
from engineroom.show._metrics import amount_text
from engineroom.show._numbers import count, number
from engineroom.show._table import make_table

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["show_commands", "show_result"]

_HEADS = {"accuracy": "right", "rmse": "usual miss", "mae": "mean miss", "r2": "explained", "loss": "loss"}


def show_result(
    console: Console, target: Target, rows: int, metrics: Mapping[str, float], others: Sequence[Baseline]
) -> None:
    """Print the network's metrics above those of the baselines, in the target's own unit.

    Parameters
    ----------
    rows : how many rows were measured on.
    metrics : the network's, on the same rows as the baselines'.
    """
    held_out = not others or others[0].on == "validation"
    # Where the rows do not differ, as one row does not, there is nothing to explain.
    alike = all(isnan(each["r2"]) for each in (metrics, *(it.metrics for it in others)) if "r2" in each)
    names = [name for name in _HEADS if name in metrics and not (name == "r2" and alike)]
    table = make_table()
    table.add_column(f"on {count(rows, 'held-out row' if held_out else 'training row')}", no_wrap=True)
    for name in names:
        table.add_column(_HEADS[name], justify="right", no_wrap=True)
    table.add_row("this network", *(_cell(n, metrics[n], target) for n in names), style="er.title")
    for other in sorted(others, key=lambda b: b.metrics["loss"]):
        table.add_row(other.name, *(_cell(n, other.metrics[n], target) for n in names))
    console.print()
    console.print(table)
    if others and (said := verdict(metrics, others, rows)).text:
        console.print()
        say(console, said.text, "er.warn")
    console.print()


def show_commands(console: Console, commands: Sequence[tuple[str, str]]) -> None:
    """Print commands to paste, each with what it does beside it, or above it where that is too long.

    Commands are never wrapped, so that pasting them works.
    """
    width = max(len(command) for command, _ in commands)
    beside = all(width + len(meaning) + 6 <= console.width for _, meaning in commands)
    for command, meaning in commands:
        if not beside:
            console.print(f"  # {meaning}", style="er.quiet", soft_wrap=True)
        console.print(f"  {command}", style="er.command", end="" if beside else "\n", soft_wrap=True)
        if beside:
            console.print(f"{'':{width - len(command)}}  # {meaning}", style="er.quiet", soft_wrap=True)


def _cell(name: str, value: float, target: Target) -> str:
    if name in ("accuracy", "r2"):
        return f"{100 * value:.1f} %"
    if name in ("rmse", "mae"):
        return amount_text(value, target.unit)
    return number(value)

"""What training gave: how good the network is, beside two simple answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isnan
from typing import TYPE_CHECKING

from engineroom.data import Target
from engineroom.run import Baseline, Verdict
from engineroom.show._console import say
from engineroom.show._metrics import METRICS, metric_column
from engineroom.show._numbers import count
from engineroom.show._table import make_table

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["show_commands", "show_evaluation", "show_result", "show_scores"]

_HEADS = {name: "\n".join(words).rstrip() for name, words in METRICS.items()}
"""What a column says, and below what the field calls it."""


def show_result(
    console: Console,
    target: Target,
    rows: int,
    metrics: Mapping[str, float],
    others: Sequence[Baseline] = (),
    found: Verdict | None = None,
    held_out: bool = True,
) -> None:
    """Print the network's metrics above those of the baselines, in the target's own unit.

    Parameters
    ----------
    rows : how many rows were measured on.
    metrics : the network's, on the same rows as the baselines'.
    found : what is said of both.
    held_out : whether none of the rows is trained on.
    """
    names = _told([metrics, *(it.metrics for it in others)])
    table = make_table()
    table.add_column(_measured_on(rows, held_out), no_wrap=True)
    for name in names:
        table.add_column(_HEADS[name], justify="right", no_wrap=True)
    others = sorted(others, key=lambda b: b.metrics["loss"])
    cells = _cells(names, [metrics, *(other.metrics for other in others)], target)
    table.add_row("this network", *cells[0], style="er.title")
    for other, line in zip(others, cells[1:], strict=True):
        table.add_row(other.name, *line)
    console.print()
    console.print(table)
    if found is not None:
        console.print()
        say(console, found.text, "er.good" if found.stance == "ahead" else "er.warn")
    console.print()


def show_scores(
    console: Console, target: Target, rows: int, held_out: bool, lines: Sequence[tuple[str, int, Mapping[str, float]]]
) -> None:
    """Print the metrics of some states of runs below each other, in the target's own unit; the first is the answer.

    Parameters
    ----------
    rows, held_out : how many rows were measured on, and whether none of them is trained on.
    lines : what a run is called, after how many updates, and its metrics.
    """
    names = _told([metrics for _, _, metrics in lines])
    table = make_table()
    table.add_column(_measured_on(rows, held_out), no_wrap=True)
    table.add_column("after step", justify="right", no_wrap=True)
    for name in names:
        table.add_column(_HEADS[name], justify="right", no_wrap=True)
    cells = _cells(names, [metrics for _, _, metrics in lines], target)
    for place, (run, step, _) in enumerate(lines):
        table.add_row(run, f"{step:,}", *cells[place], style="" if place else "er.title")
    console.print()
    console.print(table)


def show_evaluation(console: Console, target: Target, rows: int, metrics: Mapping[str, float]) -> None:
    """Print the network's metrics on `rows` rows that it was given afterwards, in the target's own unit."""
    names = _told([metrics])
    table = make_table()
    table.add_column(f"on {count(rows, 'row')}", no_wrap=True)
    for name in names:
        table.add_column(_HEADS[name], justify="right", no_wrap=True)
    table.add_row("this network", *_cells(names, [metrics], target)[0], style="er.title")
    console.print()
    console.print(table)


def _measured_on(rows: int, held_out: bool) -> str:
    return f"on {count(rows, 'held-out row' if held_out else 'training row')}"


def _told(all_metrics: Sequence[Mapping[str, float]]) -> list[str]:
    """Return the metrics that all of them have, less what says nothing."""
    # Where the rows do not differ, as one row does not, there is nothing to explain.
    alike = all(isnan(each["r2"]) for each in all_metrics if "r2" in each)
    return [n for n in _HEADS if all(n in each for each in all_metrics) and not (n == "r2" and alike)]


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


def _cells(names: Sequence[str], lines: Sequence[Mapping[str, float]], target: Target) -> list[list[str]]:
    """Return the cells of each line; the points of a column are in line."""
    values = {name: [metrics[name] for metrics in lines] for name in names}
    columns = (metric_column(name, values[name], target, values) for name in names)
    return [list(line) for line in zip(*columns, strict=True)]

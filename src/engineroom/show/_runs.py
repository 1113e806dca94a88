"""The runs of a logbook, one a line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from engineroom.network import Network
from engineroom.run import Record
from engineroom.show._metrics import held_out_metric
from engineroom.show._numbers import number
from engineroom.show._table import make_table

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["network_text", "optimizer_text", "run_text", "show_runs"]

_DAY, _WIDEST = len("2026-11-23"), 20

_STYLES = {"completed": "er.good", "stopped early": "er.good", "nonfinite": "er.bad"}


def show_runs(console: Console, records: Sequence[Record]) -> None:
    """Print one line for each run: when, what was trained how, how far, how it ended and how good it became.

    A fork stands below the run that it goes on from.
    """
    from rich.text import Text

    table = make_table()
    table.add_column("run", style="er.name", no_wrap=True)
    table.add_column("when", min_width=_DAY)
    head = "name, network" if any(record.row.name for record in records) else "network"
    # Where there is little room, lines are broken between words and not within.
    widest = max((len(network_text(r.network, r.dataset.x.shape[1]).split()[0]) for r in records), default=0)
    table.add_column(head, overflow="fold", min_width=max(len(head), min(widest, _WIDEST)))
    table.add_column("optimizer", no_wrap=True)
    table.add_column("steps", justify="right", no_wrap=True)
    table.add_column("ended", no_wrap=True)
    table.add_column("result", overflow="fold")
    for record, branch in _family(records, None, ""):
        network = Text(network_text(record.network, record.dataset.x.shape[1]))
        if record.row.name:
            network = Text.assemble((record.row.name, "er.name"), ", ", network)
        ended = Text(record.status, style=_STYLES.get(record.status, "er.warn"))
        table.add_row(
            branch,
            _when(record.row.created),
            network,
            optimizer_text(record),
            f"{record.steps:,}",
            ended,
            _result(record),
        )
    console.print()
    console.print(table)


def _family(records: Sequence[Record], parent: int | None, stem: str) -> Iterator[tuple[Record, str]]:
    """Yield each run before its forks, and how its branch of the tree is drawn, such as `├ 3 @ 120`."""
    present = {record.number for record in records}
    children = [r for r in records if (r.row.parent if r.row.parent in present else None) == parent]
    for record in children:
        last = record is children[-1]
        if parent is None:
            yield record, str(record.number)
        else:
            yield record, f"{stem}{'└' if last else '├'} {record.number} @ {record.start:,}"
        below = "" if parent is None else stem + ("  " if last else "│ ")
        yield from _family(records, record.number, below)


def network_text(network: Network, inputs: int) -> str:
    """Return the widths of a network and what bends it, such as `64-64-10 relu`."""
    widths = "-".join(map(str, (inputs, *(layer.units for layer in network.layers))))
    laws = dict.fromkeys(layer.activation.law for layer in network.layers if layer.activation.law != "identity")
    return " ".join([widths, *laws])


def optimizer_text(record: Record) -> str:
    """Return the optimizer and its learning rate, such as `adam 0.001`."""
    return f"{record.optimizer.law} {number(record.optimizer.schedule.lr)}"


def run_text(record: Record) -> str:
    """Return what tells a run from its neighbours: its name, or its network and optimizer, and what it is a fork of."""
    text = record.row.name
    if not text:
        text = f"{network_text(record.network, record.dataset.x.shape[1])}, {optimizer_text(record)}"
    if record.row.parent is None:
        return text
    return f"{text}, a fork of run {record.row.parent} at state {record.start:,}"


def _when(created: str) -> str:
    """Return the moment in the reader's own time zone, to the minute."""
    return datetime.fromisoformat(created.replace("Z", "+00:00")).astimezone().strftime("%Y-%m-%d %H:%M")


def _result(record: Record) -> str:
    """Return how good a run is on held-out rows, or the loss that its last step began with where it has none."""
    measured = held_out_metric(record)
    if measured is not None:
        return measured[1]
    return "" if record.last_loss is None else f"last loss {number(record.last_loss)}"

"""What `engineroom train` prints: what it would train, or how it went, how good the network is, and what to ask."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from math import prod
from pathlib import Path
from typing import Any

from rich.console import Console

from engineroom import api
from engineroom.cli._outcome import say_best, say_finding, steps_told, stopped_text
from engineroom.cli._program import program
from engineroom.data import Dataset
from engineroom.network import Network
from engineroom.run import Estimate, Settings, asked_for, misses, plan_of, scores, shortfall, verdict
from engineroom.show import at_least, count, duration, make_console, network_text, say, show_commands, show_result

__all__ = ["planned", "tell_plan", "tell_training"]

_HOW = ("engine", "max_size", "max_wait", "threads")
"""Options that change no result."""


def planned(network: Network | None, dataset: Dataset, seed: int, choices: Mapping[str, Any]) -> tuple[Settings, int]:
    """Return what training with these options of `train` would train, and of how many parameters."""
    what = {name: value for name, value in choices.items() if name not in _HOW}
    settings = asked_for(network, dataset, seed=seed, **what)[1]
    return settings, sum(prod(each.shape) for each in plan_of(dataset, settings).parameters)


def tell_plan(
    console: Console, dataset: Dataset, settings: Settings, weights: int, cost: Estimate, place: Path
) -> None:
    """Say what would be trained and into which file, how long that would take, and that nothing was."""
    network = network_text(settings.network, dataset.x.shape[1])
    size, rows = settings.batch_size, len(dataset.training)
    batch = f"all {count(rows, 'row')}" if size == rows else f"{size:,} of {count(rows, 'row')}"
    made = f"{count(settings.steps, 'step')} with {batch} each, which takes {at_least(cost.seconds)}"
    say(
        console,
        f"Without --dry-run this trains {network}, {count(weights, 'parameter')}, with {settings.optimizer.law} on "
        f"{settings.loss.law}: {made}. "
        f"Recording it in {place} takes {cost.brief}.",
    )


def tell_training(run: api.Run, place: Path, took: float, left_out: str | None) -> None:
    """Say how it went and what to ask.

    Parameters
    ----------
    left_out : the table, where the logbook keeps only a hash of its rows; questions have to name it again.
    """
    console = make_console()
    made = f"{steps_told(run)} in {duration(took)}"
    network = network_text(run.network, run.dataset.x.shape[1])
    name = f"{run.record.name} of {place}"
    book, rows = shlex.quote(str(place)), "" if left_out is None else f" --data {shlex.quote(left_out)}"
    console.print()
    if run.finding is not None:
        say_finding(console, run)
        console.print()
        say(console, f"It is kept as {name}; ask it what happened:")
        show_commands(
            console,
            [
                (f"{program()} why {book} --step {step}{rows}", f"the weight that moved most in {words}")
                for step, words in ((run.steps, "the last step"), (run.steps - 1, "the step before"))
                if step
            ],
        )
        return
    if run.status == "interrupted":
        say(console, f"Stopped after {stopped_text(run, made)}", "er.warn")
    else:
        early = ", stopped early" if run.status == "stopped early" else ""
        say(console, f"Trained {network} with {run.record.optimizer.law}: {made}{early}.", "er.title")
    say_best(console, run)
    # The baselines have to be trained, and whoever pressed Ctrl-C does not want to wait for that.
    mine, others = scores(run.record), () if run.status == "interrupted" else run.baselines
    found = verdict(mine, misses(run.record), others) if others else None
    measured, held_out = len(run.dataset.measured), run.dataset.measured_on == "validation"
    show_result(console, run.dataset.target, measured, mine, others, found, held_out)
    if (short := shortfall(run.record)) is not None:
        say(console, short.text, "er.bad")
        console.print()
    kept = "also holds the table's rows" if left_out is None else "keeps only a hash of the table's rows"
    say(console, f"Kept as {name}, which {kept}. Ask it:")
    weight = f"{run.plan.parameters[0].name}.0.0"
    show_commands(
        console,
        [
            (f"{program()} why {book}{rows}", "why its largest move"),
            (f"{program()} trace {book} {weight}{rows}", "a weight's whole path"),
            (f"{program()} predict {book} TABLE", "new rows"),
        ],
    )

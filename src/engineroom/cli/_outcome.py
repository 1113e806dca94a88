"""How training that a command began has ended: in a line, and as the code that the command exits with."""

from __future__ import annotations

from rich.console import Console

from engineroom import api
from engineroom.show import count, number, say

__all__ = ["epochs_told", "exit_code", "say_best", "say_finding", "steps_told", "stopped_text"]


def exit_code(run: api.Run) -> int:
    """Return 1 where the run reached NaN or infinity, 130 where Ctrl-C ended it, else 0."""
    return {"nonfinite": 1, "interrupted": 130}.get(run.status, 0)


def say_finding(console: Console, run: api.Run) -> None:
    """Print where the run first reached NaN or infinity, if it did."""
    if run.finding is not None:
        text, begun = str(run.finding), run.record.row.parent_step
        if begun is not None and run.finding.step == begun + 1 and run.finding.phase != "update":
            # No setting of the fork has had any effect yet.
            text = (
                f"{run.finding.happened}. That was before the fork's first update: the weights of state {begun:,} are "
                "this large already, so fork from an earlier state"
            )
        say(console, f"{text[:1].upper()}{text[1:]}.", "er.bad")


def epochs_told(run: api.Run, step: int) -> str:
    """Return after how many epochs a state is, such as `32 epochs`, or `119.4 epochs` within one."""
    if not step:
        return "0 epochs"
    maker = run.record.maker(step)
    epoch, place = maker.segment.place(step, maker.steps_per_epoch)
    if place + 1 == maker.steps_per_epoch:
        return count(epoch + 1, "epoch")
    # Rounded down, so that no epoch is called whole before its end.
    return f"{epoch:,}.{10 * (place + 1) // maker.steps_per_epoch} epochs"


def steps_told(run: api.Run) -> str:
    """Return how far a run is, such as `31 steps (2.4 epochs)`."""
    return f"{count(run.steps, 'step')} ({epochs_told(run, run.steps)})"


def stopped_text(run: api.Run, made: str) -> str:
    """Return what follows on "stopped after": what was `made`, at which loss, and that it is kept."""
    last = "" if run.record.last_loss is None else f" at a batch's loss of {number(run.record.last_loss)}"
    return f"{made}{last}; what was trained is kept."


def say_best(console: Console, run: api.Run) -> None:
    """Print of which state the weights are that predict, where that is not the last one."""
    best = run.best
    if best is None or run.best_state_step == run.steps:
        return
    say(
        console,
        f"The {best.metric} on the held-out rows was {best.extreme} in state {best.step:,}, after "
        f"{epochs_told(run, best.step)}; these weights are the ones kept to predict, and measured here.",
    )

"""In what two runs were asked to be different."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from engineroom.ops import Constant, Loss, Optimizer
from engineroom.run import Record

__all__ = ["Difference", "differences_of"]


@dataclass(frozen=True)
class Difference:
    """One thing in which two runs differ.

    Attributes
    ----------
    what : such as "lr" or "batch size".
    first, second : what it is in each.
    """

    what: str
    first: str
    second: str


def differences_of(a: Record, b: Record) -> tuple[Difference, ...]:
    """Return in what two runs differ: laws and their numbers, order, data, what a fork changed."""
    found = [Difference("network", str(a.network), str(b.network))]
    found += _laws("loss", a.loss_law, b.loss_law)
    found.append(Difference("lr", _rate(a), _rate(b)))
    found += _laws("optimizer", a.optimizer, b.optimizer)
    for what, say in _FACTS.items():
        found.append(Difference(what, say(a), say(b)))
    return tuple(difference for difference in found if difference.first != difference.second)


_FACTS: dict[str, Callable[[Record], str]] = {
    "batch size": lambda run: f"{run.plan.batch_size:,}",
    "seed": lambda run: str(run.seed),
    "dtype": lambda run: run.plan.dtype,
    "training data": lambda run: f"{len(run.dataset.training):,} rows ({run.dataset.digest[:8]})",
    "set": lambda run: ", ".join(f"{name} = {value:g}" for name, value in run.segment.values) or "nothing",
    "frozen": lambda run: ", ".join(run.segment.frozen) or "nothing",
}


def _laws(what: str, a: Loss | Optimizer, b: Loss | Optimizer) -> list[Difference]:
    """Return two laws whole where they are of different kinds, else number by number."""
    if a.law != b.law:
        return [Difference(what, a.law, b.law)]
    ours, theirs = a.to_dict(), b.to_dict()
    return [Difference(f"{what}'s {name}", str(ours[name]), str(theirs[name])) for name in ours if name != "lr"]


def _rate(run: Record) -> str:
    # A fork says outright over how many steps a schedule goes that its parent left to the run.
    schedule = run.optimizer.schedule.over(run.settings.steps)
    if schedule == Constant(schedule.lr):
        return str(schedule.lr)
    numbers = [f"{name} {value}" for name, value in schedule.to_dict().items() if name not in ("law", "lr") and value]
    return ", ".join([f"{schedule.law} from {schedule.lr}", *numbers])

"""What a logbook says of a run, before any of it is computed again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from engineroom.data import Dataset
from engineroom.errors import OptionError
from engineroom.logbook import Event, Logbook, MetricRow, RunRow, Summary
from engineroom.network import Network
from engineroom.ops import Loss, Optimizer
from engineroom.plan import Plan
from engineroom.run._finding import NonFinite
from engineroom.run._order import steps_per_epoch
from engineroom.run._recorded import Recorded
from engineroom.run._same import check_same
from engineroom.run._segment import Segment
from engineroom.run._settings import Settings
from engineroom.run._stopping import Best, Monitor
from engineroom.run._summaries import summaries_of

__all__ = ["RecordFacts"]

Self = TypeVar("Self", bound="RecordFacts")
T = TypeVar("T")


class RecordFacts:
    """A run as its entry in a logbook tells it, and those of the runs that it was forked from.

    Parameters
    ----------
    logbook : where it is kept.
    row : its entry there.
    plan, settings : what one step does, and what was asked for.
    dataset : what it was trained on; its rows may be missing.
    parent : the run it goes on from; None for one that began by itself.
    """

    def __init__(
        self,
        logbook: Logbook,
        row: RunRow,
        plan: Plan,
        settings: Settings,
        dataset: Dataset,
        parent: RecordFacts | None,
    ) -> None:
        self.logbook = logbook
        self.row = row
        self.plan = plan
        self.settings = settings
        self.dataset = dataset
        self.parent = parent
        self._recorded: Recorded | None = None
        self._twin_of: RecordFacts | None = None

    def follow(self, earlier: RecordFacts) -> None:
        """Do not read losses again that an earlier look at the same run, which may have grown since, has read."""
        self._recorded = earlier._recorded

    @property
    def number(self) -> int:
        """Its number in the logbook, from 1."""
        return self.row.number

    def kept(self, read: Callable[[Logbook], T]) -> T:
        """Return what is read of this run in its logbook; LogbookError where it holds another one in its place."""
        # Of one moment: between the asking and the reading it may be exchanged.
        with self.logbook.moment():
            check_same(self.logbook, self.row)
            return read(self.logbook)

    @property
    def name(self) -> str:
        """What messages call it."""
        return f"run {self.row.number}" + (f" ({self.row.name})" if self.row.name else "")

    @property
    def status(self) -> str:
        """How it ended: "completed", "stopped early", "interrupted", "nonfinite"; or "running"."""
        return self.row.status

    @property
    def network(self) -> Network:
        """The network that was trained."""
        return self.settings.network

    @property
    def loss_law(self) -> Loss:
        """The loss that was minimized, as it was asked for; the plan's `lowered_loss` is how it reads the output."""
        return self.settings.loss

    @property
    def optimizer(self) -> Optimizer:
        """The optimizer that updated the weights."""
        return self.settings.optimizer

    @property
    def seed(self) -> int:
        """The seed of the initial weights and of the order."""
        return self.row.seed

    @property
    def steps(self) -> int:
        """How many weight updates were made."""
        return self.row.steps

    @cached_property
    def steps_per_epoch(self) -> int:
        """How many steps see each training row once."""
        return steps_per_epoch(len(self.dataset.training), self.plan.batch_size)

    @property
    def segment(self) -> Segment:
        """From where its own steps go on, and how they count."""
        return self.settings.segment

    @property
    def start(self) -> int:
        """The state from which its own steps go on; 0 unless it was forked."""
        return self.settings.segment.start

    @cached_property
    def chain(self: Self) -> list[Self]:
        """The runs that made its steps: the first of its family, then each fork, itself the last."""
        family = [self]
        while (before := cast("Self | None", family[-1].parent)) is not None:
            family.append(before)
        return family[::-1]

    def maker(self: Self, t: int) -> Self:
        """Return the run of its family that made step t."""
        return next((run for run in reversed(self.chain) if t > run.start), self.chain[0])

    def holder(self: Self, t: int) -> Self:
        """Return the run of its family to which state t belongs; where a fork begins it is the fork's."""
        return next((run for run in reversed(self.chain) if t >= run.start), self.chain[0])

    @property
    def recorded(self) -> Recorded:
        """What was kept of the losses of its own steps."""
        if self._twin_of is not None:
            return self._twin_of.recorded
        if self._recorded is None or self._recorded.steps != self.steps:
            known = self._recorded
            self._recorded = self.kept(lambda book: Recorded(book, self.number, self.start, self.steps, known))
        return self._recorded

    @cached_property
    def loss(self) -> NDArray[np.float64]:
        """(steps,) float64: `loss[t-1]` is what step t measured before its update.

        Raises
        ------
        OptionError : when the run is so long that not all of them were kept one by one; `losses` replays them.
        """
        pieces = []
        for run, end in zip(self.chain, self.ends, strict=True):
            if run.recorded.kept_until < end:
                raise OptionError(
                    f"of the {self.steps:,} losses of {self.name} only those up to step {run.recorded.kept_until:,} "
                    "are kept one by one: ask for a stretch, which is replayed, with losses(start, stop), or for "
                    "all of them in a few thousand numbers with loss_summary"
                )
            pieces.append(run.recorded.kept[: end - run.start])
        values = np.concatenate(pieces)
        values.flags.writeable = False
        return values

    @property
    def ends(self) -> list[int]:
        """The state at which each run of the chain hands over to the next, the last to none."""
        return [*(run.start for run in self.chain[1:]), self.steps]

    def stretches(self: Self, start: int, stop: int) -> list[tuple[Self, int, int]]:
        """Return the runs of the chain that lead from state `start` to state `stop`, each with its states there."""
        found = [(run, max(start, run.start), min(stop, end)) for run, end in zip(self.chain, self.ends, strict=True)]
        return [(run, first, last) for run, first, last in found if first < last]

    @property
    def first_loss(self) -> float | None:
        """What step 1 measured before its update; None without steps."""
        recorded = self.chain[0].recorded
        if not self.steps:
            return None
        return float(recorded.kept[0]) if len(recorded.kept) else recorded.summaries[0].first

    def loss_summaries(self) -> Iterator[Summary]:
        """Yield the losses of all steps in a few numbers for many of them; spans grow with the steps."""
        for run, end in zip(self.chain, self.ends, strict=True):
            yield from summaries_of(run.recorded.kept[: max(0, end - run.start)], run.start)
            yield from (s for s in run.recorded.summaries if s.first_step <= end)

    @cached_property
    def validation(self) -> list[MetricRow]:
        """What was measured on the validation rows, in order; empty without such rows."""
        return [row for run, end in zip(self.chain, self.ends, strict=True) for row in run.measured if row.step <= end]

    @cached_property
    def measured(self) -> list[MetricRow]:
        """What was measured on the validation rows after its own steps."""
        return self.kept(lambda book: book.metrics(self.number))

    @cached_property
    def comparable(self) -> list[MetricRow]:
        """What was measured on the validation rows under the same loss."""
        family = [run for run in reversed(self.chain) if run.parent is not None]
        begin = next((run.start for run in family if run.parent and run.loss_law != run.parent.loss_law), -1)
        return [row for row in self.validation if row.step > begin]

    @cached_property
    def memory_begins(self) -> int:
        """The state since which what the optimizer remembers followed one law, untouched."""
        for run in reversed(self.chain):
            before = run.parent
            if before is not None and (
                run.segment.values
                or (run.optimizer.law, run.optimizer.attributes) != (before.optimizer.law, before.optimizer.attributes)
            ):
                return run.start
        return 0

    @cached_property
    def events(self) -> list[Event]:
        """What happened, in order."""
        return self.kept(lambda book: book.events(self.number))

    @cached_property
    def finding(self) -> NonFinite | None:
        """Where the run first reached NaN or infinity, if it did."""
        return next((NonFinite.from_dict(e.payload) for e in self.events if e.kind == "nonfinite"), None)

    @cached_property
    def best(self) -> Best | None:
        """The best moment on the validation rows; None without such rows."""
        monitor = Monitor(self.settings.early_stopping)
        for row in self.comparable:
            monitor.see(row.epoch, row.step, row.values)
        return monitor.best

    @property
    def chosen_step(self) -> int:
        """The state that predicts: the best one with early stopping, else the last one."""
        return self.best.step if self.settings.early_stopping is not None and self.best is not None else self.steps

    @cached_property
    def keyframes(self) -> list[int]:
        """The steps whose states were kept, those of the runs it was forked from not counted."""
        steps = self.kept(lambda book: book.keyframe_steps(self.number))
        return [s for s in steps if self.start <= s <= self.steps]

    def checked_step(self, t: int, first: int = 0) -> int:
        """Return t as an int between `first` and the last step, or raise a sentence that explains steps."""
        if isinstance(t, bool) or not isinstance(t, (int, np.integer)):
            raise OptionError(f"a step is a whole number, got {t!r}")
        if first <= t <= self.steps:
            return int(t)
        if t == 0:
            raise OptionError(
                f"step 0 is no update: steps count from 1, state 0 is the initial state; {self.name} has steps "
                f"1 to {self.steps:,}, and its first update is step=1"
            )
        raise OptionError(
            f"{self.name} has no step {t:,}: it made {self.steps:,} updates, numbered 1 to {self.steps:,} "
            f"({self.steps_per_epoch:,} an epoch, epochs 0 to {max(0, self.epochs - 1):,}); "
            "state 0 is the initial state"
        )

    def last_step_of(self, epoch: int) -> int:
        """Return the last step of an epoch, counted from 0."""
        if isinstance(epoch, bool) or not isinstance(epoch, (int, np.integer)) or not 0 <= epoch < self.epochs:
            raise OptionError(
                f"{self.name} has no epoch {epoch!r}: it ran {self.epochs:,}, counted from 0 to "
                f"{max(0, self.epochs - 1):,}"
            )
        run: RecordFacts = self
        end = self.steps
        while run.parent is not None and (end == run.start or epoch < run.epoch_of(run.start + 1)):
            run, end = run.parent, run.start
        return min(run.segment.end_of(int(epoch), run.steps_per_epoch), end)

    def epoch_of(self, t: int) -> int:
        """Return the epoch of step t, from 0."""
        maker = self.maker(t)
        return maker.segment.place(t, maker.steps_per_epoch)[0]

    @property
    def epochs(self) -> int:
        """How many epochs were begun."""
        return self.epoch_of(self.steps) + 1 if self.steps else 0

"""What a run is and what it recorded, as properties."""

from __future__ import annotations

from dataclasses import fields
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engineroom.data import Dataset
from engineroom.logbook import Event, Summary
from engineroom.network import Network
from engineroom.plan import Plan
from engineroom.run import Baseline, Best, NonFinite, Record, baselines

__all__ = ["Facts"]


class Facts:
    """The facts of one run."""

    def __init__(self, record: Record) -> None:
        self.record = record

    @property
    def number(self) -> int:
        """Its number in its logbook, from 1."""
        return self.record.number

    @property
    def name(self) -> str | None:
        """The name given to `train`, if any."""
        return self.record.row.name

    @property
    def status(self) -> str:
        """How it ended: "completed", "stopped early", "interrupted" or "nonfinite"; "running" while it does."""
        return self.record.status

    @property
    def steps(self) -> int:
        """How many weight updates were made; they are numbered from 1."""
        return self.record.steps

    @property
    def epochs(self) -> int:
        """How many epochs were begun; they are numbered from 0."""
        return self.record.epochs

    @property
    def loss(self) -> NDArray[np.float64]:
        """(steps,) float64: `loss[t-1]` is what step t measured on its batch before its update.

        Past a million steps it is not kept whole: `losses` replays a stretch, `loss_summary` has all of it in short.
        """
        return self.record.loss

    @property
    def loss_summary(self) -> dict[str, NDArray[Any]]:
        """The losses of all steps in at most a few thousand numbers, however long the run; the spans grow with it.

        An array for each of `first_step`, `count`, `least`, `greatest`, `worst_step` (the step of the greatest),
        `mean`, `first` and `last`, one value a span of steps. Nothing is replayed.

        Examples
        --------
        >>> import engineroom as er
        >>> run = er.train(er.Network(er.Dense(1, bias=False, init="zeros")), [1, 2, 3], [2, 4, 6], loss="mse",
        ...                optimizer=er.SGD(lr=0.01), batch_size=None, epochs=1000, dtype="float64")
        >>> spans = run.loss_summary
        >>> int(spans["count"].sum()), round(spans["greatest"].max().item(), 4), int(spans["worst_step"][0])
        (1000, 18.6667, 1)
        """
        spans = list(self.record.loss_summaries())
        return {
            field.name: np.array([getattr(span, field.name) for span in spans])
            for field in fields(Summary)
            if field.name != "digest"
        }

    @property
    def validation(self) -> dict[str, NDArray[Any]]:
        """What was measured on the held-out rows: `epoch`, `step`, `loss` and the metrics, one value an evaluation."""
        rows = self.record.validation
        table: dict[str, NDArray[Any]] = {
            "epoch": np.array([r.epoch for r in rows], np.int64),
            "step": np.array([r.step for r in rows], np.int64),
        }
        for name in rows[0].values if rows else ():
            table[name] = np.array([r.values[name] for r in rows])
        return table

    @property
    def metrics(self) -> dict[str, float]:
        """What the weights that `predict` uses score on the held-out rows; empty without such rows."""
        step = self.best_state_step
        return next((dict(r.values) for r in self.record.validation if r.step == step), {})

    @property
    def best(self) -> Best | None:
        """The best moment on the held-out rows; None without such rows."""
        return self.record.best

    @property
    def best_state_step(self) -> int:
        """The state that `predict` uses: the best one with early stopping, else the last one."""
        return self.record.chosen_step

    @property
    def finding(self) -> NonFinite | None:
        """Where the run first reached NaN or infinity, if it did."""
        return self.record.finding

    @property
    def events(self) -> list[Event]:
        """What happened, in order."""
        return self.record.events

    @property
    def plan(self) -> Plan:
        """What one step does; `print(run.plan)` shows it."""
        return self.record.plan

    @property
    def network(self) -> Network:
        """The network that was trained."""
        return self.record.network

    @property
    def dataset(self) -> Dataset:
        """What it was trained and validated on."""
        return self.record.dataset

    @property
    def logbook(self) -> Path | None:
        """The file that keeps it; None in memory."""
        return self.record.logbook.path

    @property
    def weights(self) -> dict[str, NDArray[Any]]:
        """The weights that `predict` uses, by name."""
        return self.record.at(self.best_state_step).weights

    @cached_property
    def baselines(self) -> tuple[Baseline, Baseline]:
        """Two simple answers on the same rows: always the same one, and ridge or logistic regression."""
        return baselines(self.record)

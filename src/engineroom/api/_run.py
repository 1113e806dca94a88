"""A run as people use it: every method hands the question on to the room that answers it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engineroom.data import Dataset, prepare_inputs
from engineroom.errors import OptionError
from engineroom.lens import Hit, Why, first, query, steps_asked, why
from engineroom.logbook import Event
from engineroom.network import Network
from engineroom.ops import Loss, Optimizer, Schedule
from engineroom.plan import Plan, State
from engineroom.run import (
    Baseline,
    Best,
    Changes,
    NonFinite,
    Record,
    StepProgress,
    TrainingProgress,
    Verification,
    baselines,
    fork_run,
    predicted,
    probabilities,
    resume_run,
)

__all__ = ["Run"]

T = TypeVar("T")


class Run:
    """A trained network and everything that led to it.

    `train` and `open` give runs; nobody makes one by hand.

    Examples
    --------
    >>> import engineroom as er
    >>> run = er.train(er.Network(er.Dense(1, bias=False, init="zeros")), [1, 2, 3], [2, 4, 6],
    ...                loss="mse", optimizer=er.SGD(lr=0.01), batch_size=None, epochs=50, dtype="float64")
    >>> run.steps, run.at(50).weights["dense1.weight"].item()
    (50, 1.985092237632895)
    >>> run.trace("dense1.weight[0, 0]")[:3].round(4).tolist()
    [0.0, 0.1867, 0.3559]
    """

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
        """(steps,) float64: `loss[t-1]` is what step t measured on its batch before its update."""
        return self.record.loss

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
        """Where the run left the numbers, if it reached NaN or infinity."""
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

    def at(self, step: int | None = None, *, epoch: int | None = None) -> State:
        """Return the state after `step` updates, equal to the original to the bit.

        Parameters
        ----------
        step : from 0, the initial state, to `steps`.
        epoch : instead of a step, the end of this epoch, counted from 0.

        Returns
        -------
        State
            `state.weights["dense1.weight"]` and the like; `state.slots` is the optimizer's.

        Raises
        ------
        OptionError : when the run has no such step or epoch.
        LogbookError : when what the logbook kept no longer has its hash.

        Examples
        --------
        >>> import engineroom as er
        >>> run = er.train(er.Network(er.Dense(1, bias=False, init="zeros")), [1, 2, 3], [2, 4, 6], loss="mse",
        ...                optimizer=er.SGD(lr=0.01), batch_size=None, epochs=50, dtype="float64")
        >>> run.at(0).weights["dense1.weight"].item(), round(run.at(1).weights["dense1.weight"].item(), 4)
        (0.0, 0.1867)
        """
        if step is not None and epoch is None:
            return self.record.at(step)
        if epoch is not None and step is None:
            return self.record.at(self.record.last_step_of(epoch))
        raise OptionError("at needs a step or an epoch, such as at(120) or at(epoch=3)")

    def why(
        self,
        weight: str | None = None,
        step: int | None = None,
        *,
        epoch: int | None = None,
        prove: bool = False,
        top: int = 5,
        progress: StepProgress | None = None,
    ) -> Why:
        """Explain why a weight moved as it did in one step.

        Parameters
        ----------
        weight : such as "dense1.weight[3, 5]" or "dense1.bias[0]"; None is the one that moved most.
        step : the update to explain, counted from 1; None is the weight's largest move in the whole run.
        epoch : instead of a step, the last update of this epoch, counted from 0.
        prove : also make the step again without the example that pushed hardest.
        top : how many rows to list in each direction, and how many earlier steps and neurons.
        progress : told how far the search for the largest move is.

        Raises
        ------
        OptionError, UnknownNameError : when there is no such step, epoch or weight.

        Examples
        --------
        >>> import engineroom as er
        >>> run = er.train(er.Network(er.Dense(1, bias=False, init="zeros")), [1, 2, 3], [2, 4, 6], loss="mse",
        ...                optimizer=er.SGD(lr=0.01), batch_size=None, epochs=50, dtype="float64")
        >>> answer = run.why("dense1.weight[0, 0]", step=1)
        >>> answer.old, round(answer.new, 4), answer.residual
        (0.0, 0.1867, 0.0)
        """
        return why(self.record, weight, step=step, epoch=epoch, prove=prove, top=top, progress=progress)

    def trace(self, weight: str | Sequence[str], progress: StepProgress | None = None) -> NDArray[Any]:
        """Return the whole path of a weight: (steps + 1,) from the initial value on; (steps + 1, k) for k weights."""
        path = self.record.trace(weight, progress)
        return path[:, 0] if isinstance(weight, str) else path

    def query(
        self,
        names: str | Sequence[str],
        steps: range | slice | int | None = None,
        progress: StepProgress | None = None,
    ) -> dict[str, NDArray[Any]]:
        """Return anything that any steps computed, in one replay: an array for each name, its first axis the steps.

        Parameters
        ----------
        names : buffers of `print(run.plan)` or elements of them, such as "dense1.weight", "dense1.weight.grad[3, 5]",
            "dense1.a", "dense1.z.grad", "loss.examples" or "dense1.weight.m"; "dense1.weight.grad.norm";
            "dense1.weight.update_ratio"; "dense1.dead" or "dense1.saturated"; "loss".
        steps : which steps, from 1; None is all of them.

        Examples
        --------
        >>> import engineroom as er
        >>> run = er.train(er.Network(er.Dense(1, bias=False, init="zeros")), [1, 2, 3], [2, 4, 6], loss="mse",
        ...                optimizer=er.SGD(lr=0.01), batch_size=None, epochs=50, dtype="float64")
        >>> run.query("dense1.weight.grad.norm", range(1, 3))["dense1.weight.grad.norm"].round(4).tolist()
        [18.6667, 16.9244]
        """
        return dict(query(self.record, names, steps, progress).values)

    def map(self, function: Callable[[State], T], steps: range | slice | int | None = None) -> list[T]:
        """Return what `function` says of the state after each of some steps."""
        return [function(self.record.at(t)) for t in steps_asked(self.record, steps)]

    def first(self, predicate: Callable[[State], bool]) -> Hit | None:
        """Return the first state at which `predicate` holds, with `why` of the step that led to it; None if none."""
        return first(self.record, predicate)

    def fork(
        self,
        at: int,
        *,
        lr: float | Schedule | None = None,
        optimizer: str | Optimizer | Mapping[str, Any] | None = None,
        batch_size: int | Literal["all"] | None = None,
        loss: str | Loss | Mapping[str, Any] | None = None,
        seed: int | None = None,
        set: Mapping[str, float] | None = None,
        freeze: Sequence[str] | None = None,
        drop_examples: Sequence[int] | None = None,
        epochs: int | None = None,
        steps: int | None = None,
        name: str | None = None,
        progress: TrainingProgress | None = None,
    ) -> Run:
        """Go on from state `at` with something changed, or nothing, as a run of its own in the same logbook.

        This run stays as it is. The steps of the fork are numbered on, and the whole path can be asked of it. Where
        batch size, rows or seed change, a new epoch begins; otherwise the one under way goes on in its order.

        Parameters
        ----------
        at : the state to go on from, 0 to `steps`.
        lr : a learning rate or a schedule, which begins with the fork.
        optimizer : one of another kind begins with nothing remembered and counts its steps from 1.
        batch_size : rows a step; "all" is all of them.
        loss : a law or its name.
        seed : of the order of the rows from here on.
        set : weights, biases or optimizer slots to set, such as {"dense1.weight[3, 5]": 0.0}.
        freeze : arrays or whole layers that no step changes from here on; [] frees all.
        drop_examples : rows not to train on any more, numbered as `why` prints them.
        epochs, steps : how much further to go, one of them; None goes to where this run was to end.

        Raises
        ------
        OptionError, UnknownNameError : when there is no such state, or something cannot be changed so.
        LogbookError : when the logbook cannot be written.

        Examples
        --------
        >>> import engineroom as er
        >>> run = er.train(er.Network(er.Dense(1, bias=False, init="zeros")), [1, 2, 3], [2, 4, 6], loss="mse",
        ...                optimizer=er.SGD(lr=0.01), batch_size=None, epochs=50, dtype="float64")
        >>> twin = run.fork(at=20, lr=0.1, steps=5)
        >>> twin.number, twin.steps, twin.at(25).weights["dense1.weight"].item().__round__(4)
        (2, 25, 2.0)
        """
        changes = Changes(
            lr=lr,
            optimizer=optimizer,
            batch_size=batch_size,
            loss=loss,
            seed=seed,
            values=set,
            freeze=freeze,
            drop_examples=drop_examples,
        )
        return Run(fork_run(self.record, at, changes, epochs=epochs, steps=steps, name=name, progress=progress))

    def resume(
        self, *, epochs: int | None = None, steps: int | None = None, progress: TrainingProgress | None = None
    ) -> Run:
        """Go on from the end, an interruption or a crash, by the same bits as if training had never stopped.

        The run itself grows; what is returned is the run as it is then.

        Parameters
        ----------
        epochs, steps : how much further to go, one of them; None goes to where it was to end.

        Examples
        --------
        >>> import engineroom as er
        >>> run = er.train(er.Network(er.Dense(1)), [1, 2, 3], [2, 4, 6], optimizer=er.SGD(lr=0.01), steps=10)
        >>> run.resume(steps=5).steps
        15
        """
        return Run(resume_run(self.record, epochs=epochs, steps=steps, progress=progress))

    def predict(self, x: ArrayLike | Any) -> NDArray[Any]:
        """Return what the network says of raw rows: class labels, or numbers in the target's own unit.

        Parameters
        ----------
        x : rows as given to `train`: an array, or for a run on a table a frame, a file or a dict of columns.
        """
        return predicted(self.plan, self.dataset.target, self._outputs(x))

    def predict_proba(self, x: ArrayLike | Any) -> NDArray[Any]:
        """Return (n, K) probabilities of the classes, in the order of `dataset.target.classes`."""
        return probabilities(self.plan, self.dataset.target, self._outputs(x))

    def verify(self, progress: StepProgress | None = None) -> Verification:
        """Replay the whole run from its seed and compare it with its record."""
        return self.record.verify(progress)

    def _outputs(self, x: Any) -> NDArray[Any]:
        state = self.record.at(self.best_state_step)
        return self.record.outputs(state, prepare_inputs(self.dataset, x))

    def __repr__(self) -> str:
        place = f" in {str(self.logbook)!r}" if self.logbook else ""
        return f"<Run {self.number}{place}: {self.status}, {self.steps:,} steps>"

    def __str__(self) -> str:
        lines = [
            f"{self.record.name}: {self.status} after {self.steps:,} steps ({self.epochs:,} epochs)",
            f"network    {self.network}",
            *(
                [f"goes on    from state {self.record.start:,} of {parent.name}"]
                if (parent := self.record.parent)
                else []
            ),
            f"data       {len(self.dataset.training):,} rows to train on, {len(self.dataset.validation):,} held out",
        ]
        if self.steps:
            lines.append(f"loss       {self.loss[0]:.6g} at step 1, {self.loss[-1]:.6g} at step {self.steps:,}")
        if self.metrics:
            shown = ", ".join(f"{name} {value:.4g}" for name, value in self.metrics.items())
            lines.append(f"held out   {shown} (state {self.best_state_step:,})")
        if self.finding is not None:
            lines.append(f"finding    {self.finding}")
        return "\n".join(lines)

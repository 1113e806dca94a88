"""A run as people use it: every method hands on to the room that does the work."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from numpy.typing import ArrayLike, NDArray

from engineroom.api._page import Shown
from engineroom.api._questions import Questions
from engineroom.api._weights import WeightQuestions
from engineroom.data import prepare_inputs, prepare_targets
from engineroom.errors import names_options
from engineroom.lens import Worst, worst
from engineroom.ops import Loss, Optimizer, Schedule
from engineroom.plan import State
from engineroom.run import Changes, TrainingProgress, fork_run, predicted, probabilities, resume_run, save_weights
from engineroom.show import metrics_text

__all__ = ["Run"]


class Run(Questions, WeightQuestions, Shown):
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

    @names_options
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
        batch size, rows or seed change, a new epoch begins; otherwise the one under way goes on in its order. A state
        from before this run was itself forked is its parent's, and the fork is the parent's too.

        Parameters
        ----------
        at : the state to go on from, 0 to `steps`.
        lr : a learning rate, which stays constant, or a schedule, which begins with the fork.
        optimizer : one of another kind begins with nothing remembered and counts its steps from 1.
        batch_size : rows a step; "all" is all of them; None leaves it as it was, and all where it was all.
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

    @names_options
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

    def predict(self, x: ArrayLike | Any, *, at: int | State | None = None) -> NDArray[Any]:
        """Return what the network says of raw rows: class labels, or numbers in the target's own unit.

        Parameters
        ----------
        x : rows as given to `train`: an array, or a frame, a file or a dict of columns, which for a run on arrays has
            the same columns of numbers, found by their names where it was trained on names too.
        at : the state that predicts, or after how many updates; None is `best_state_step`.

        Examples
        --------
        >>> import engineroom as er
        >>> run = er.train(er.Network(er.Dense(1, bias=False, init="zeros")), [1, 2, 3], [2, 4, 6], loss="mse",
        ...                optimizer=er.SGD(lr=0.01), batch_size=None, epochs=50, dtype="float64")
        >>> run.predict([4]).round(2).tolist(), run.predict([4], at=1).round(2).tolist()
        ([7.94], [0.75])
        """
        return predicted(self.plan, self.dataset.target, self._outputs(x, at))

    def predict_proba(self, x: ArrayLike | Any, *, at: int | State | None = None) -> NDArray[Any]:
        """Return (n, K) probabilities of the classes, in the order of `dataset.target.classes`.

        Parameters
        ----------
        x, at : as of `predict`.

        Raises
        ------
        OptionError : when the target is a number.

        Examples
        --------
        >>> import engineroom as er
        >>> run = er.train(er.Network(er.Dense(2)), [1, 2, 3, 4], ["low", "low", "high", "high"], steps=2000)
        >>> run.predict_proba([0, 5]).round().tolist(), list(run.dataset.target.classes)
        ([[0.0, 1.0], [1.0, 0.0]], ['high', 'low'])
        """
        return probabilities(self.plan, self.dataset.target, self._outputs(x, at))

    def evaluate(
        self, x: ArrayLike | Any, y: ArrayLike | None = None, *, at: int | State | None = None
    ) -> dict[str, float]:
        """Return how good the network is on other rows whose true values are known, as `metrics` on those held out.

        Classes: `loss`, `accuracy`. Numbers: `loss`, `rmse` and `mae` in the target's own unit, and `r2`. Rows of a
        table without a value of the target, or of a class that training never saw, are left out.

        Parameters
        ----------
        x : as of `predict`.
        y : their true values; None takes them from the column of the target, if x is a table.
        at : as of `predict`.

        Raises
        ------
        DataError : when there are no true values.

        Examples
        --------
        >>> import engineroom as er
        >>> run = er.train(er.Network(er.Dense(1, bias=False, init="zeros")), [1, 2, 3], [2, 4, 6], loss="mse",
        ...                optimizer=er.SGD(lr=0.01), batch_size=None, epochs=50, dtype="float64")
        >>> run.evaluate([4, 5], [8.0, 10.0], at=0)  # 0 is predicted; (64 + 100) / 2, its root, (8 + 10) / 2
        {'loss': 82.0, 'rmse': 9.055385138137417, 'mae': 9.0, 'r2': -81.0}
        """
        rows, targets = prepare_targets(self.dataset, x, prepare_inputs(self.dataset, x), y)
        return self.record.measure(self._state(at), rows, targets)

    def worst(self, top: int = 10, *, at: int | None = None) -> Worst:
        """Return the rows that the network does worst on, of those trained on and those held out.

        They are those with the largest losses `L_b`, with their numbers, targets and predictions, largest first.

        Parameters
        ----------
        top : how many rows.
        at : after how many updates; None is `best_state_step`.

        Examples
        --------
        >>> import engineroom as er
        >>> run = er.train(er.Network(er.Dense(1, bias=False, init="zeros")), [1, 2, 3], [2, 4, 6], loss="mse",
        ...                optimizer=er.SGD(lr=0.01), batch_size=None, epochs=50, dtype="float64")
        >>> run.worst(2).rows.tolist(), run.worst(2, at=0).losses.tolist()
        ([2, 1], [36.0, 16.0])
        """
        return worst(self.record, at, top=top)

    def save(self, path: str | os.PathLike[str], *, at: int | None = None) -> Path:
        """Write the weights to a file for other programs, `.npz` or `.safetensors`, with the network as JSON.

        Weights are (I, O), so a dense layer is `x @ weight + bias`. An `.npz` has the same facts, as JSON text, under
        the name `__metadata__` that a `.safetensors` has as its metadata: `network`, `step`, `seed`, and `inputs` and
        `target`, which say how raw rows are prepared and outputs are meant.

        Parameters
        ----------
        path : its ending says which; `.safetensors` needs `engineroom[safetensors]`.
        at : after how many updates; None is `best_state_step`.

        Returns
        -------
        Path
            The file.

        Raises
        ------
        OptionError : for another ending, without safetensors, or when there is no such state.
        FileError : when the file cannot be written.

        Examples
        --------
        >>> import tempfile, numpy as np, engineroom as er
        >>> run = er.train(er.Network(er.Dense(1, bias=False, init="zeros")), [1, 2, 3], [2, 4, 6], loss="mse",
        ...                optimizer=er.SGD(lr=0.01), batch_size=None, epochs=50, dtype="float64")
        >>> with tempfile.TemporaryDirectory() as folder, np.load(run.save(f"{folder}/net.npz")) as saved:
        ...     saved["dense1.weight"].tolist()
        [[1.985092237632895]]
        """
        return save_weights(self.record, path, at)

    def _outputs(self, x: Any, at: int | State | None) -> NDArray[Any]:
        return self.record.outputs(self._state(at), prepare_inputs(self.dataset, x))

    def _state(self, at: int | State | None) -> State:
        return at if isinstance(at, State) else self.record.at(self.best_state_step if at is None else at)

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
        first, last = self.record.first_loss, self.record.last_loss
        if first is not None and last is not None:
            lines.append(f"loss       {first:.6g} at step 1, {last:.6g} at step {self.steps:,}")
        if self.metrics:
            shown = metrics_text(self.metrics, self.dataset.target)
            lines.append(f"held out   {shown} (state {self.best_state_step:,})")
        if self.finding is not None:
            lines.append(f"finding    {self.finding}")
        return "\n".join(lines)

"""What can be asked about weights: which examples made them what they are, and how the loss lies around them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import overload

from engineroom.api._facts import Facts
from engineroom.errors import OptionError
from engineroom.lens import Contributions, Landscape, WhichRows, contributions, landscape
from engineroom.run import StepProgress

__all__ = ["WeightQuestions"]


class WeightQuestions(Facts):
    """The questions about weights of one run."""

    def landscape(
        self,
        *along: str,
        step: int | None = None,
        between: Sequence[int] | None = None,
        rows: WhichRows | None = None,
        points: int | None = None,
        span: float | None = None,
        seed: int = 0,
        progress: StepProgress | None = None,
    ) -> Landscape:
        """Return the loss as a function of one weight, of two weights, or along directions through all of them.

        Along a weight w it is `L(w) = mean over the rows of loss(row)`, all other weights as step t found them, and the
        gradient of step t is its slope at the old value. Nothing of the run is touched; an engine of its own measures.

        Parameters
        ----------
        along : one or two weights such as "dense1.weight[3, 5]"; or "random", for two random directions in which each
            neuron's weights change by their own size; or "path", for the plane in which the run's path spreads most;
            nothing is the weight that made the largest move.
        step : the update t to draw on it, counted from 1; None is the weight's largest move. With "random" the state
            after so many updates; None is the last.
        between : instead of weights two states, such as (0, 50), for the line through them, or three, for the plane.
        rows : of which rows: "batch", those that the step saw; "training"; or "validation". None is the batch where
            there is a step, else the training rows.
        points : how many an axis; None is 101 for a curve and 25 for each axis of a surface.
        span : how far to look on either side of the old value, or of the centre; None shows the move and the valley.
        seed : of the random directions.
        progress : told how many points are measured.

        Returns
        -------
        Landscape
            `axes` (`values`, `slope`), `losses`, `marks` (the weight before and after the step, with their losses),
            `lowest`, and `tangent()`.

        Raises
        ------
        OptionError, UnknownNameError : when there is no such weight, step or state, or nothing to measure on.

        Source: Li, Xu, Taylor, Studer and Goldstein, Visualizing the loss landscape of neural nets, 2018.

        Examples
        --------
        >>> import engineroom as er
        >>> run = er.train(er.Network(er.Dense(1, bias=False, init="zeros")), [1, 2, 3], [2, 4, 6], loss="mse",
        ...                optimizer=er.SGD(lr=0.01), batch_size=None, epochs=50, dtype="float64")
        >>> answer = run.landscape("dense1.weight[0, 0]", step=1)
        >>> round(answer.axes[0].slope, 4), [round(mark.loss, 4) for mark in answer.marks]
        (-18.6667, [18.6667, 15.3448])
        >>> round(answer.lowest.at[0], 6)
        2.0
        """
        return landscape(
            self.record,
            *along,
            step=step,
            between=between,
            rows=rows,
            points=points,
            span=span,
            seed=seed,
            progress=progress,
        )

    @overload
    def contributions(
        self,
        weight: str,
        steps: range | slice | int | None = None,
        *,
        top: int = 5,
        prove: bool | int = False,
        progress: StepProgress | None = None,
    ) -> Contributions: ...
    @overload
    def contributions(
        self,
        weight: list[str] | tuple[str, ...],
        steps: range | slice | int | None = None,
        *,
        top: int = 5,
        prove: bool | int = False,
        progress: StepProgress | None = None,
    ) -> tuple[Contributions, ...]: ...
    def contributions(
        self,
        weight: str | list[str] | tuple[str, ...],
        steps: range | slice | int | None = None,
        *,
        top: int = 5,
        prove: bool | int = False,
        progress: StepProgress | None = None,
    ) -> Contributions | tuple[Contributions, ...]:
        """Return which training examples' pushes made a weight what it is.

        A gradient is a sum over the examples of the batch, input times error signal, so every example has a part of it
        in each step, and the optimizer's memory carries these parts on to later steps. Summed over the steps,
        `sum over examples of amount + weight_decay + older + by_hand + rounding = end - start`, exactly.

        Parameters
        ----------
        weight : such as "dense1.weight[3, 5]" or "dense1.bias[0]"; a list of them is answered in one replay.
        steps : an unbroken range of steps, from 1, such as range(100, 201); None is all of them.
        top : how many examples to list in each direction.
        prove : True also makes the steps again without the example that moved the weight most, a number without that
            row, as rows are numbered in the data as they came; `removal` is what that really gave. Nothing is recorded.
        progress : told how far the replay is.

        Returns
        -------
        Contributions
            `rows` and `amounts`, in float64, and what else moved it; for a list of weights one of them each.

        Raises
        ------
        OptionError, UnknownNameError : when there is no such weight, step or row, or numbers are not finite.

        Examples
        --------
        >>> import engineroom as er
        >>> run = er.train(er.Network(er.Dense(1, bias=False, init="zeros")), [1, 2, 3], [2, 4, 6], loss="mse",
        ...                optimizer=er.SGD(lr=0.01), batch_size=None, epochs=50, dtype="float64")
        >>> answer = run.contributions("dense1.weight[0, 0]", prove=True)
        >>> [(each.row, round(each.amount, 4)) for each in answer.up]
        [(2, 1.2761), (1, 0.5672), (0, 0.1418)]
        >>> round(float(answer.travel), 4), round(answer.removal.account, 4), round(answer.removal.really, 4)
        (1.9851, 0.709, 1.8461)
        """
        if not isinstance(weight, Iterable):
            raise OptionError(f"a weight is named by text such as 'dense1.weight[3, 5]', got {weight!r:.80}")
        names = [weight] if isinstance(weight, str) else list(weight)
        answers = contributions(self.record, names, steps, top=top, prove=prove, progress=progress)
        return answers[0] if isinstance(weight, str) else answers

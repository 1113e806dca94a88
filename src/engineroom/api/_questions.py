"""What can be asked of a run afterwards; each question is handed to the lens that answers it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from engineroom.api._facts import Facts
from engineroom.errors import OptionError
from engineroom.lens import (
    Comparison,
    FrameKind,
    Hit,
    Query,
    Stability,
    Why,
    compare,
    first,
    map_states,
    query,
    stability,
    stream,
    why,
)
from engineroom.plan import State
from engineroom.run import StepProgress, Verification

__all__ = ["Questions"]

T = TypeVar("T")


class Questions(Facts):
    """The questions to one run."""

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
        came = "neither" if step is None else f"step={step!r:.80} and epoch={epoch!r:.80}"
        raise OptionError(f"at takes a step or an epoch, such as at(120) or at(epoch=3), got {came}")

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
        weight : such as "dense1.weight[3, 5]" or "dense1.bias[0]", or with an input's name "dense1.weight[age, 5]";
            None is the one that moved most.
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
        """Return the whole path of a weight: (steps + 1,) from the initial value on; (steps + 1, k) for k weights.

        Parameters
        ----------
        weight : such as "dense1.weight[3, 5]", "dense1.bias[0]" or a slot "dense1.weight.m[3, 5]"; or a list of them,
            answered in one replay.
        progress : told how far the replay is.

        Raises
        ------
        OptionError, UnknownNameError : when there is no such weight, or it is an activation or a gradient, which
            `query` gives.

        Examples
        --------
        >>> import engineroom as er
        >>> run = er.train(er.Network(er.Dense(1, bias=False, init="zeros")), [1, 2, 3], [2, 4, 6], loss="mse",
        ...                optimizer=er.SGD(lr=0.01), batch_size=None, epochs=50, dtype="float64")
        >>> run.trace("dense1.weight[0, 0]")[[0, 1, 50]].round(4).tolist()
        [0.0, 0.1867, 1.9851]
        """
        path = self.record.trace(weight, progress)
        return path[:, 0] if isinstance(weight, str) else path

    @overload
    def query(
        self,
        names: str | Sequence[str],
        steps: range | slice | int | None = None,
        progress: StepProgress | None = None,
        *,
        as_frame: None = None,
    ) -> dict[str, NDArray[Any]]: ...
    @overload
    def query(
        self,
        names: str | Sequence[str],
        steps: range | slice | int | None = None,
        progress: StepProgress | None = None,
        *,
        as_frame: FrameKind,
    ) -> Any: ...
    def query(
        self,
        names: str | Sequence[str],
        steps: range | slice | int | None = None,
        progress: StepProgress | None = None,
        *,
        as_frame: FrameKind | None = None,
    ) -> Any:
        """Return anything that any steps computed, in one replay: an array for each name, its first axis the steps.

        Parameters
        ----------
        names : buffers of `print(run.plan)` or elements of them, such as "dense1.weight", "dense1.weight.grad[3, 5]",
            "dense1.a", "dense1.z.grad", "loss.examples" or "dense1.weight.m"; "dense1.weight.grad.norm";
            "dense1.weight.update_ratio"; "dense1.dead" or "dense1.saturated"; "loss".
        steps : which steps, from 1; None is all of them.
        progress : told how far the replay is.
        as_frame : "pandas", "polars" or "pyarrow" for a frame with a row a step: the column `step`, and one for each
            number, an array's called as its elements are.

        Examples
        --------
        >>> import engineroom as er
        >>> run = er.train(er.Network(er.Dense(1, bias=False, init="zeros")), [1, 2, 3], [2, 4, 6], loss="mse",
        ...                optimizer=er.SGD(lr=0.01), batch_size=None, epochs=50, dtype="float64")
        >>> run.query("dense1.weight.grad.norm", range(1, 3))["dense1.weight.grad.norm"].round(4).tolist()
        [18.6667, 16.9244]
        >>> run.query(["dense1.weight", "loss"], range(1, 3), as_frame="polars").columns
        ['step', 'dense1.weight[0, 0]', 'loss']
        """
        answer = query(self.record, names, steps, progress)
        return dict(answer.values) if as_frame is None else answer.to_frame(as_frame)

    def stream(
        self,
        names: str | Sequence[str],
        steps: range | slice | int | None = None,
        *,
        block: int | None = None,
        progress: StepProgress | None = None,
    ) -> Iterator[Query]:
        """Return what `query` returns in blocks, one after the other, for answers larger than memory.

        One replay makes them all; it waits while a block is looked at, and other questions may be asked meanwhile.

        Parameters
        ----------
        names, steps, progress : as of `query`.
        block : steps a block; None is as many as take 64 MiB.

        Returns
        -------
        Iterator[Query]
            `part.steps`, `part["dense1.weight"]`, `part.to_frame("polars")`.

        Examples
        --------
        >>> import engineroom as er
        >>> run = er.train(er.Network(er.Dense(1, bias=False, init="zeros")), [1, 2, 3], [2, 4, 6], loss="mse",
        ...                optimizer=er.SGD(lr=0.01), batch_size=None, epochs=50, dtype="float64")
        >>> [(part.steps, part["loss"].round(2).tolist()) for part in run.stream("loss", range(1, 4), block=2)]
        [((1, 2), [18.67, 15.34]), ((3,), [12.61])]
        """
        return stream(self.record, names, steps, block, progress)

    def map(
        self,
        function: Callable[[State], T],
        steps: range | slice | int | None = None,
        progress: StepProgress | None = None,
    ) -> list[T]:
        """Return what `function` says of the state after each of some steps, in one replay.

        Parameters
        ----------
        function : may ask the run anything meanwhile; what it raises is raised.
        steps : after which, ascending; 0 is the initial state; None is all from 1 on.
        progress : told how many states were looked at, and of how many.

        Examples
        --------
        >>> import engineroom as er
        >>> run = er.train(er.Network(er.Dense(1, bias=False, init="zeros")), [1, 2, 3], [2, 4, 6], loss="mse",
        ...                optimizer=er.SGD(lr=0.01), batch_size=None, epochs=50, dtype="float64")
        >>> run.map(lambda state: round(state["dense1.weight"].item(), 4), range(0, 3))
        [0.0, 0.1867, 0.3559]
        """
        return map_states(self.record, function, steps, progress)

    def first(
        self,
        predicate: Callable[[State], bool],
        steps: range | slice | int | None = None,
        progress: StepProgress | None = None,
    ) -> Hit | None:
        """Return the first state at which `predicate` holds, with `why` of the step that led to it; None if none.

        The run is replayed once, and no further than to that state.

        Parameters
        ----------
        predicate : may ask the run anything meanwhile, such as `run.predict(rows, at=state)`; what it raises is raised.
        steps : the states to look at, ascending; None is all of them from the initial one, 0, on.
        progress : told how many states were looked at, and of how many.

        Examples
        --------
        >>> import engineroom as er
        >>> run = er.train(er.Network(er.Dense(1, bias=False, init="zeros")), [1, 2, 3], [2, 4, 6], loss="mse",
        ...                optimizer=er.SGD(lr=0.01), batch_size=None, epochs=50, dtype="float64")
        >>> run.first(lambda state: run.predict([4], at=state)[0] > 7).step
        22
        """
        return first(self.record, predicate, steps, progress)

    def losses(self, start: int, stop: int, progress: StepProgress | None = None) -> NDArray[np.float64]:
        """Return `loss[start:stop]`, of a run of any length: what was not kept one by one is replayed.

        Parameters
        ----------
        start, stop : the states between which the steps lie; the first loss is that of step start + 1.
        progress : told how far the replay is.

        Examples
        --------
        >>> import engineroom as er
        >>> run = er.train(er.Network(er.Dense(1, bias=False, init="zeros")), [1, 2, 3], [2, 4, 6], loss="mse",
        ...                optimizer=er.SGD(lr=0.01), batch_size=None, epochs=50, dtype="float64")
        >>> run.losses(0, 2).round(4).tolist()
        [18.6667, 15.3448]
        """
        return self.record.losses(start, stop, progress)

    def stability(
        self,
        step: int | None = None,
        *,
        sample: int | None = None,
        prove: bool = False,
        steps: int = 100,
        tolerance: float = 1e-6,
        progress: StepProgress | None = None,
    ) -> Stability:
        """Return how sharply the training loss curves at a state, and the largest learning rate that is stable there.

        Where the sharpness, the largest eigenvalue of the loss's Hessian, is s, gradient descent is stable up to
        `2/s`; with momentum b up to `(2 + 2b)/s`, by Nesterov up to `(2 + 2b)/((1 + 2b) s)`, and for Adam up to
        `2(1 + beta1)/(1 - beta1)` over the sharpness in the scale in which it takes steps.

        Parameters
        ----------
        step : the state, from 0; None is the last, or where a schedule has brought the learning rate below half of its
            highest by then, the last that a step left with half of it.
        sample : look at so many training rows, drawn by the run's seed; None is all of them.
        prove : also go on from the state at 1/2, 1, 2 and 4 times the learning rate, in memory: nothing is kept.
        steps : how many steps each of these four makes.
        tolerance : how small the residual of the eigenvalue is to be beside it.
        progress : told how many steps of these four are made.

        Raises
        ------
        OptionError : when there is no such state, it is not finite, or a law of the network has no tangents.

        Examples
        --------
        >>> import engineroom as er
        >>> run = er.train(er.Network(er.Dense(1, bias=False, init="zeros")), [1, 2, 3], [2, 4, 6], loss="mse",
        ...                optimizer=er.SGD(lr=0.01), batch_size=None, epochs=50, dtype="float64")
        >>> answer = run.stability()
        >>> f"{answer.sharpness.largest:.6f} {answer.limit:.7f}", answer.stance
        ('9.333333 0.2142857', 'good pace')
        """
        return stability(
            self.record, step, sample=sample, prove=prove, steps=steps, tolerance=tolerance, progress=progress
        )

    def compare(
        self,
        other: Questions,
        *,
        points: int = 100,
        rows: int = 1000,
        top: int = 10,
        progress: StepProgress | None = None,
    ) -> Comparison:
        """Return this run and another side by side, over the steps that both have.

        At state t the weights are `distance(t) = ||w2(t) - w1(t)||` apart, `relative(t) = distance(t) / ||w1(t)||`, and
        the predictions `sqrt(mean((p2(t) - p1(t))^2))`, over rows and outputs: probabilities of classes, or numbers in
        their own unit.

        Parameters
        ----------
        other : the second run, w2: a fork of this one, its parent, or any other, in this logbook or another.
        points : at how many states, evenly spaced from the first that may differ to the last, distances are measured.
        rows : on at most how many rows, evenly spaced, predictions are compared at each of them.
        top : how many of the examples that differ most to list.
        progress : told how far both replays are: up to where the runs part, and past all points.

        Returns
        -------
        Comparison
            `parting` is the first state and weight that differ; `gaps` and `predictions` how far apart over time;
            `beside` which examples change side, at the states that the runs predict with; `cannot` says what of this
            does not apply to two such runs.

        Examples
        --------
        >>> import engineroom as er
        >>> run = er.train(er.Network(er.Dense(1, bias=False, init="zeros")), [1, 2, 3], [2, 4, 6], loss="mse",
        ...                optimizer=er.SGD(lr=0.01), batch_size=None, epochs=50, dtype="float64")
        >>> twin = run.fork(at=20, lr=0.02)
        >>> answer = run.compare(twin, points=4)
        >>> answer.parting.state, answer.points, answer.gaps[0].distance.round(4).tolist()
        (21, (20, 30, 40, 50), [0.0, 0.0701, 0.0352, 0.0143])
        """
        if not isinstance(other, Questions):
            raise OptionError(f"compare takes another run, such as er.open(path).runs[0], got {other!r:.80}")
        return compare(self.record, other.record, points=points, rows=rows, top=top, progress=progress)

    def verify(self, progress: StepProgress | None = None) -> Verification:
        """Replay the whole run from its seed and compare every loss and every keyframe with what was recorded.

        Parameters
        ----------
        progress : told how far the replay is.

        Returns
        -------
        Verification
            `ok`, and where it is not, from which step on; also printed.

        Examples
        --------
        >>> import engineroom as er
        >>> run = er.train(er.Network(er.Dense(1)), [1, 2, 3], [2, 4, 6], optimizer=er.SGD(lr=0.01), steps=10)
        >>> run.verify().ok
        True
        """
        return self.record.verify(progress)

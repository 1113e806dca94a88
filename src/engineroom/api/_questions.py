"""What can be asked of a run afterwards; each question is handed to the lens that answers it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from numpy.typing import NDArray

from engineroom.api._facts import Facts
from engineroom.errors import OptionError
from engineroom.lens import Hit, Why, first, query, steps_asked, why
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

    def verify(self, progress: StepProgress | None = None) -> Verification:
        """Replay the whole run from its seed and compare it with its record."""
        return self.record.verify(progress)

"""Whether a trained network is good for nothing: one answer for every row, or none better than a constant."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from engineroom.engine import Evaluation, make_engine
from engineroom.numerics import reduce
from engineroom.plan import State
from engineroom.run._begin import adopted
from engineroom.run._metrics import measure_for, row_misses
from engineroom.run._paired import sign_flip
from engineroom.run._record import Record
from engineroom.run._targets import engine_targets
from engineroom.run._verdict import LEVEL

__all__ = ["Shortfall", "gives_one_answer", "shortfall"]

_CURE = "try a smaller learning rate"


@dataclass(frozen=True)
class Shortfall:
    """Why a trained network is of no use.

    Attributes
    ----------
    kind : "dead layer", "one answer" (all rows get the same, but no layer is off), or "no better" than always answering
        with the mean or the commonest class of the training rows.
    layer : the one that is dead, else None.
    text : the sentence, with what to do.
    """

    kind: Literal["dead layer", "one answer", "no better"]
    layer: str | None
    text: str


def shortfall(record: Record) -> Shortfall | None:
    """Return why the weights that predict are of no use on the rows that are measured; None where they are of some.

    A layer is dead when all its units are off on all these rows. To be no better than a constant, neither the accuracy,
    or neither root mean square nor mean miss, may be better. Held-out rows may say so by chance: it is told where the
    network is no better on the rows it was trained on either, and so has learned nothing, or where the sign-flip test
    of the held-out rows finds it worse than the constant.
    """
    dataset, plan = record.dataset, record.plan
    if not dataset.has_rows or record.finding is not None or not record.steps:
        return None
    state, rows = record.at(record.chosen_step), dataset.measured
    x, y = dataset.x[rows], engine_targets(plan, dataset.y[rows])
    found = record.evaluate(state, x, y)
    if gives_one_answer(x, found.outputs):
        layer = _dead_layer(record, state, x, y)
        if layer is None:
            return Shortfall("one answer", None, f"The network gives one answer for every row: {_CURE}.")
        units = record.network.layers[record.network.names.index(layer)].units
        which = f"All {units:,} units of {layer} are" if units > 1 else f"The only unit of {layer} is"
        return Shortfall("dead layer", layer, f"{which} dead, so the network gives one answer for every row: {_CURE}.")
    answer = "mean" if dataset.target.kind == "number" and not plan.lowered_loss.yes_or_no else "commonest class"
    no_better, worse = _beside_constant(record, found, y)
    if not no_better:
        return None
    told = f"the network does no better than the {answer} for every row"
    if dataset.measured_on == "training" or _learned_nothing(record, state):
        return Shortfall("no better", None, f"T{told[1:]}: {_CURE} or more epochs.")
    if not worse:
        return None
    cure = "but on those it learned from it does: stop early, or try a smaller network."
    return Shortfall("no better", None, f"On the held-out rows {told}, {cure}")


def gives_one_answer(x: NDArray[Any], outputs: NDArray[Any]) -> bool:
    """Return whether rows of x that differ get the same outputs.

    Examples
    --------
    >>> gives_one_answer(np.array([[1.0], [2.0]]), np.array([[5.0], [5.0]]))
    True
    >>> gives_one_answer(np.array([[2.0], [2.0]]), np.array([[5.0], [5.0]]))
    False
    """
    return len(x) > 1 and bool((outputs == outputs[0]).all()) and bool((x != x[0]).any())


def _dead_layer(record: Record, state: State, x: NDArray[Any], y: NDArray[Any]) -> str | None:
    """Return the first hidden layer whose units are all off for all rows."""
    plan = replace(record.plan, batch_size=len(x), shuffle=False)
    engine = make_engine(plan, x, y, record.seed, **record.how)
    engine.load(State(plan, 0, adopted(state, plan).values))
    engine.phase("forward")
    for name, layer in zip(record.network.names[:-1], record.network.layers[:-1], strict=True):
        if layer.activation.off is not None and bool((engine.read(f"{name}.a") == layer.activation.off).all()):
            return name
    return None


def _learned_nothing(record: Record, state: State) -> bool:
    dataset = record.dataset
    y = engine_targets(record.plan, dataset.training_y)
    return _beside_constant(record, record.evaluate(state, dataset.training_x, y), y)[0]


def _beside_constant(record: Record, found: Evaluation, y: NDArray[Any]) -> tuple[bool, bool]:
    """Return whether an evaluation is no better than the constant, and whether the rows tell that it is worse."""
    plan, target = record.plan, record.dataset.target
    measure = measure_for(plan, target)
    constant = _constant_outputs(record, len(y))
    its_misses = row_misses(plan, target, constant, y)
    if not its_misses.any():
        # What never misses leaves nothing to do better.
        return False, False
    mine, its = measure(found, y), measure(Evaluation(constant, found.examples, found.loss), y)
    better = [mine["accuracy"] > its["accuracy"]] if "accuracy" in mine else [mine[k] < its[k] for k in ("rmse", "mae")]
    no_better = not any(better)
    return no_better, no_better and sign_flip(row_misses(plan, target, found.outputs, y) - its_misses) < LEVEL


def _constant_outputs(record: Record, rows: int) -> NDArray[np.float64]:
    """Return, for so many rows, outputs that stand for the commonest class, or the mean, of the training rows."""
    known, outputs = engine_targets(record.plan, record.dataset.training_y), record.dataset.target.outputs
    if known.ndim == 1:
        answer = np.zeros(outputs)
        answer[np.argmax(np.bincount(known, minlength=outputs))] = 1.0
    else:
        answer = np.array([reduce(column) for column in known.T]) / len(known)
        if record.plan.lowered_loss.yes_or_no:
            # As a probability and as a logit alike these are yes and no.
            answer = np.where(answer > 0.5, 1.0, -1.0)
    return np.tile(answer, (rows, 1))

"""The question itself: which weight, which step, and the parts of the answer put together."""

from __future__ import annotations

import numpy as np

from engineroom.errors import OptionError
from engineroom.lens._account import explain_change, value_of
from engineroom.lens._chain import explain_chain
from engineroom.lens._counts import check_counts
from engineroom.lens._exact import Amount, exact
from engineroom.lens._examples import explain_gradient, hardest
from engineroom.lens._largest import largest_move
from engineroom.lens._memory import explain_memory, looked_back, path_before
from engineroom.lens._place import locate
from engineroom.lens._proof import prove as prove_step
from engineroom.lens._rows import Rows
from engineroom.lens._sentences import in_words
from engineroom.lens._text import stored, why_text
from engineroom.lens._why import Why
from engineroom.plan import whole_buffer
from engineroom.run import Record, StepProgress

__all__ = ["why"]

_TRACED = 3
"""Rows whose error signal is followed back neuron by neuron."""


def why(
    record: Record,
    weight: str | None = None,
    step: int | None = None,
    epoch: int | None = None,
    prove: bool = False,
    top: int = 5,
    progress: StepProgress | None = None,
) -> Why:
    """Return why one weight moved in one step, every digit accounted for.

    The change is `new - old = sum of the optimizer's terms + rounding`; the gradient behind it is
    `sum over rows b of input[b] * error[b] + rounding`, exactly, in rational numbers of the stored bits.

    Parameters
    ----------
    record : the run.
    weight : such as "dense1.weight[3, 5]" or "dense1.weight.3.5"; an array's name such as "dense1.weight" means
        the weight in it that moved most; None means the weight of the network that moved most.
    step : the update to explain, counted from 1; None, without an epoch, means the run's largest move of the weight,
        which is looked for by replaying all of the run.
    epoch : explain the last step of this epoch instead, counted from 0.
    prove : make the step again without the row that pushed hardest, and show what really changed.
    top : how many rows to list in each direction, and how many earlier steps and neurons.
    progress : told how far the search for the largest move is.

    Raises
    ------
    OptionError : when there is no such step or epoch, or both are given.
    UnknownNameError : when there is no such weight.

    Examples
    --------
    >>> import engineroom as er
    >>> run = er.train(er.Network(er.Dense(1, bias=False, init="zeros")), [1, 2, 3], [2, 4, 6], loss="mse",
    ...                optimizer=er.SGD(lr=0.01), batch_size=None, epochs=50, dtype="float64")
    >>> answer = why(run.record, "dense1.weight[0, 0]", step=1)
    >>> [(e.row, e.input, round(float(e.push), 4)) for e in answer.gradient.up]
    [(2, 3.0, 0.12), (1, 2.0, 0.0533), (0, 1.0, 0.0133)]
    """
    check_counts(top=top)
    if step is None and epoch is None:
        move = largest_move(record, weight, progress)
        weight, step = move.name, move.step
    step = _chosen_step(record, step, epoch)
    # A step before a fork began is its parent's to explain.
    record = record.maker(step)
    # From here the states around the step and the steps before it are a short replay away.
    record.at(looked_back(record, step))
    place = locate(record.plan, record.dataset, _chosen_weight(record, step, weight))
    path = path_before(record, place, step)
    examination = record.examine(step)
    rows = Rows(record.plan, record.dataset, examination)

    account, law = explain_change(place, record.optimizer, record.plan.dtype, examination)
    gradient = explain_gradient(place, rows, account.per_gradient, top)
    listed = hardest(gradient)
    chain = explain_chain(place, rows, record.loss_law, gradient, listed[:_TRACED], top)
    memories = explain_memory(record, place, examination, account, law, path, top)
    proof = prove_step(record, place, examination, account, gradient, listed[0]) if prove and listed else None

    old, new = (value_of(state, place.parameter, place) for state in (examination.before, examination.after))
    change: Amount = exact(new) - exact(old)
    finding = record.finding
    found = str(finding) if finding is not None and finding.step == step else None
    sentences = in_words(place, step, old, new, account, gradient, found)
    in_epoch, loss = record.epoch_of(step), examination.loss
    dtype = record.plan.dtype
    return Why(
        name=place.name,
        parameter=place.parameter,
        index=place.index,
        place=place.words,
        step=step,
        epoch=in_epoch,
        dtype=dtype,
        loss=loss,
        old=old,
        new=new,
        change=change,
        account=account,
        gradient=gradient,
        chain=chain,
        memories=memories,
        proof=proof,
        finding=found,
        sentences=sentences,
        text=why_text(
            title=f"{place.name}, {place.words}, in step {step:,} (epoch {in_epoch:,})",
            values=f"{stored(old, dtype)} -> {stored(new, dtype)}   {dtype}, loss before the update {loss:.6g}",
            sentences=sentences,
            account=account,
            gradient=gradient,
            chain=chain,
            memories=memories,
            proof=proof,
            change=change,
            numbers=record.dataset.target.kind == "number",
        ),
    )


def _chosen_step(record: Record, step: int | None, epoch: int | None) -> int:
    if step is not None and epoch is not None:
        raise OptionError(f"give step or epoch, not both: got step={step} and epoch={epoch}")
    if epoch is not None:
        return record.last_step_of(epoch)
    return record.checked_step(record.steps if step is None else step, first=1)


def _chosen_weight(record: Record, step: int, weight: str | None) -> str:
    """Return the weight named, or the one that the step moved most in the array named or in the network."""
    names = [array.name for array in record.plan.parameters]
    if weight is not None:
        array = whole_buffer(record.plan, weight)
        if array is None or array.name not in names:
            return weight
        names = [array.name]
    before, after = record.at(step - 1).weights, record.at(step).weights
    best, best_move = "", -1.0
    for name in names:
        with np.errstate(all="ignore"):
            moves = np.abs(after[name].astype(np.float64) - before[name].astype(np.float64))
        moves[~np.isfinite(moves)] = np.inf
        flat = int(np.argmax(moves))
        if moves.flat[flat] > best_move:
            best_move = float(moves.flat[flat])
            index = np.unravel_index(flat, moves.shape)
            best = f"{name}[{', '.join(str(int(i)) for i in index)}]"
    return best

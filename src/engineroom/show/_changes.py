"""What a fork changed, in words."""

from __future__ import annotations

from engineroom.ops import Schedule
from engineroom.run import Record
from engineroom.show._numbers import number

__all__ = ["changes"]

_NAMED = 3  # so many rows left out are named, more are counted


def changes(record: Record) -> list[str]:
    """Return what a fork changed, a few words each; nothing for a run that is no fork.

    Examples
    --------
    >>> import engineroom as er
    >>> run = er.train(er.Network(er.Dense(1)), [1, 2, 3], [2, 4, 6], optimizer=er.SGD(lr=0.01), batch_size=1,
    ...                steps=9)
    >>> changes(run.fork(5, lr=0.1, drop_examples=[1]).record), changes(run.fork(5).record)
    (['lr 0.1 instead of 0.01', 'row 1 left out'], [])
    """
    if record.parent is None:
        return []
    mine, before, segment = record.settings, record.parent.settings, record.segment
    told = []
    if mine.optimizer.law != before.optimizer.law:
        told.append(f"optimizer {mine.optimizer.law} instead of {before.optimizer.law}")
    elif mine.optimizer.attributes != before.optimizer.attributes:
        told.append(f"another {mine.optimizer.law}")
    told += _rates(mine.optimizer.schedule, before.optimizer.schedule.over(before.steps))
    if mine.loss != before.loss:
        told.append(f"loss {mine.loss.law} instead of {before.loss.law}")
    if mine.batch_size != before.batch_size:
        told.append(f"batches of {mine.batch_size:,} instead of {before.batch_size:,}")
    if record.seed != record.parent.seed:
        told.append(f"seed {record.seed} instead of {record.parent.seed}")
    told += [f"{name} set to {number(value)}" for name, value in segment.values]
    held = [name for name in segment.frozen if name not in record.parent.segment.frozen]
    told += [f"{name} frozen" for name in held]
    told += [f"{name} no longer frozen" for name in record.parent.segment.frozen if name not in segment.frozen]
    dropped = [row for row in segment.dropped if row not in record.parent.segment.dropped]
    return told + _left_out([int(record.dataset.row_numbers[row]) for row in dropped])


def _rates(mine: Schedule, before: Schedule) -> list[str]:
    rates = number(mine.lr), number(before.lr)
    if mine.law == before.law:
        law = "" if mine.law == "constant" else f" {mine.law}"
        if rates[0] != rates[1]:
            return [f"lr {rates[0]}{law} instead of {rates[1]}{law}"]
        return [] if mine == before else [f"lr {mine.law} from {rates[0]} begun anew"]
    now, then = (
        f"{r} constant" if s.law == "constant" else f"{s.law} from {r}"
        for r, s in zip(rates, (mine, before), strict=True)
    )
    return [f"lr {now} instead of {then}"]


def _left_out(rows: list[int]) -> list[str]:
    if not rows:
        return []
    if len(rows) > _NAMED:
        return [f"{len(rows):,} rows left out"]
    named = ", ".join(f"{row}" for row in rows[:-1])
    return [f"rows {named} and {rows[-1]} left out" if named else f"row {rows[0]} left out"]

"""Answers asked beforehand, for a page that has no engine behind it.

The bytes are frames (`_frames.py`), each behind its length as uint32 (little-endian) and four zero bytes, and followed
by zero bytes up to a multiple of 8. A frame's header is `{"ask": ..., "args": ..., "answer": ...}`.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from typing import Any

from engineroom._version import __version__
from engineroom.errors import EngineroomError
from engineroom.numerics import NUMERICS
from engineroom.run import Record, StepProgress
from engineroom.show.page._answers import ANSWERS
from engineroom.show.page._frames import pack, plain_json
from engineroom.show.page._reading import read_ask
from engineroom.show.page._replies import Answer, Hello, Limits, RunList
from engineroom.show.page._told import described, run_row
from engineroom.show.page._wire import told

__all__ = ["bake", "coarse_to_fine"]

_MOST_STATES, _MOST_CYCLES, _MOST_TRAINED_ON = 1000, 120, 9


def bake(record: Record, room: int, progress: StepProgress | None = None) -> bytes:
    """Return answers about one run, as many as have room: first what every view needs, then ever finer steps.

    Parameters
    ----------
    record : the run.
    room : bytes that the answers may take.
    progress : told how much of the room is filled.
    """
    kept: list[bytes] = []
    size = 0
    for frame in _answers(record):
        if size and size + len(frame) > room:
            break
        kept.append(frame)
        size += len(frame)
        if progress is not None:
            progress(min(size, room), room)
    return b"".join(kept)


def _answers(record: Record) -> Iterator[bytes]:
    """Yield the frames, the most needed first."""
    number, last = record.number, record.steps
    hello = Hello(
        version=__version__,
        numerics=NUMERICS,
        logbook=None,
        newest=number,
        bundled=[],
        limits=Limits(0, 0),
        can={"train": False, "fork": False, "upload": False, "replay": False},
    )
    # Only this run is in the file; what it was forked from is told as text in its row.
    yield _frame("hello", {}, hello)
    yield _frame("runs", {}, RunList([run_row(record)]))
    yield _frame("describe", {"run": number}, described(record))
    metrics = list(record.validation[0].values) if record.validation else []
    names = ["loss", "lr", *(f"validation.{name}" for name in metrics)]
    for listed in ([names] + [[name] for name in names]) if last else []:
        yield from _asked(record, "series", names=listed, points=2048)
    yield from _asked(record, "state", step=0)
    if not last:
        return
    largest = _largest(record)
    yield from _asked(record, "health", points=48)
    stepped = coarse_to_fine(last)
    steps = [step for step, _ in zip(stepped, range(_MOST_STATES), strict=False)]
    weight = None if largest is None else largest["name"]
    if largest is not None:
        yield _frame("why", {"run": number}, largest["told"])
        yield from _step(record, largest["step"], weight)
        yield from _asked(record, "trace", weights=[weight])
    held_out = len(record.dataset.validation) > 0
    for i, step in enumerate(steps):
        yield from _asked(record, "state", step=step)
        if i < _MOST_CYCLES:
            yield from _step(record, step, weight)
        if i < _MOST_TRAINED_ON and held_out:
            yield from _asked(record, "beliefs", step=step, rows="training")


def _step(record: Record, step: int, weight: str | None) -> Iterator[bytes]:
    """Yield what is worth knowing of one step."""
    yield from _asked(record, "state", step=step)
    yield from _asked(record, "cycle", step=step)
    if weight is not None:
        yield from _asked(record, "why", step=step, weight=weight)
        yield from _asked(record, "landscape", step=step, weights=[weight])
    yield from _asked(record, "beliefs", step=step, rows=record.dataset.measured_on)
    yield from _asked(record, "pushes", step=step)
    if weight is not None:
        yield from _asked(record, "pushes", step=step, weight=weight)


def _largest(record: Record) -> dict[str, Any] | None:
    """Return the run's largest move, explained; None where there is nothing to explain."""
    try:
        found: Any = ANSWERS["why"].answer(record, read_ask({"ask": "why", "run": record.number}), _unheard)
    except EngineroomError:
        return None
    return {"told": found, "name": found.facts["name"], "step": found.facts["step"]}


def _asked(record: Record, ask: str, **args: Any) -> Iterator[bytes]:
    """Yield the answer to an ask; nothing where this run has none."""
    whole = {"run": record.number, **args}
    answer: Callable[..., Answer] = ANSWERS[ask].answer
    try:
        found = answer(record, read_ask({"ask": ask, **whole}), _unheard)
    except EngineroomError:
        return
    yield _frame(ask, whole, found)


def _frame(ask: str, args: dict[str, Any], answer: Answer) -> bytes:
    plain, columns = told(answer)
    frame = pack({"ask": ask, "args": plain_json(args), "answer": plain}, columns)
    return struct.pack("<II", len(frame), 0) + frame + bytes(-len(frame) % 8)


def _unheard(done: int, total: int) -> None:
    """Take progress that nobody waits for."""


def coarse_to_fine(last: int) -> Iterator[int]:
    """Yield the steps 1 to `last`, each once: the ends first, then always the middles of what is left out.

    Examples
    --------
    >>> list(coarse_to_fine(9))
    [9, 1, 5, 3, 7, 2, 4, 6, 8]
    """
    seen: set[int] = set()
    for step in (last, 1):
        if step not in seen:
            seen.add(step)
            yield step
    parts = 2
    while len(seen) < last:
        for k in range(1, parts, 2):
            step = 1 + round((last - 1) * k / parts)
            if step not in seen:
                seen.add(step)
                yield step
        parts *= 2

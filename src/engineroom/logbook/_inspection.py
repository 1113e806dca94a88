"""A whole run looked through: every row of it that a logbook keeps."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import numpy as np

from engineroom.errors import LogbookError
from engineroom.logbook._logbook import Logbook
from engineroom.logbook._rows import StoredKeyframe
from engineroom.numerics import digest

__all__ = ["damage_of", "is_intact"]


def damage_of(logbook: Logbook, run: int) -> tuple[str, ...]:
    """Return a sentence for each part of a run that was changed, is missing or was added; none when all is as written.

    Examples
    --------
    >>> from engineroom.logbook import Writer
    >>> with Writer.open(None) as writer:
    ...     data = writer.add_data("d1", "{}", {}, rows=False)
    ...     run = writer.begin_run(numerics=1, engineroom="0", seed=0, spec={}, plan="", data=data)
    ...     writer.commit(run, steps=0)
    ...     damage_of(writer.logbook, run)
    ()
    """
    found: list[str] = []

    def look(question: Callable[..., Any], *of: Any) -> Any:
        try:
            return question(*of)
        except LogbookError as error:
            found.append(str(error))
            return None

    look(logbook.check_file)
    row = look(logbook.run, run)
    if row is not None:
        look(logbook.data, row.data)
    look(logbook.check_scalars, run)
    look(logbook.summaries, run, "loss")
    look(logbook.metrics, run)
    look(logbook.events, run)
    look(logbook.keyframe_steps, run)
    for step in look(logbook.unchecked().keyframe_steps, run) or ():
        stored = look(logbook.keyframe, run, step)
        if stored is not None and not is_intact(stored):
            found.append(
                f"{logbook.name} is damaged: the keyframe at step {step:,} of run {run} no longer has its hash"
            )
    return tuple(found)


def is_intact(keyframe: StoredKeyframe) -> bool:
    """Whether a keyframe's bytes have its digest, be they float32 or float64, in which every NaN counts as the same."""
    content = keyframe.content
    if hashlib.blake2b(content, digest_size=16).hexdigest() == keyframe.digest:
        return True
    return any(
        len(content) % size == 0 and digest(np.frombuffer(content, f"<f{size}")) == keyframe.digest for size in (4, 8)
    )

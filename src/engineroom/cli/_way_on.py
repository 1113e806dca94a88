"""The command that goes on where a run, or the schedule of its learning rate, has come to its end."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from engineroom.cli._program import program
from engineroom.errors import EndedError, OptionError
from engineroom.ops import Cosine
from engineroom.run import Record

__all__ = ["telling_the_way_on"]

_EPOCHS = 5


@contextmanager
def telling_the_way_on(
    record: Record, file: Path, said: Mapping[str, Any], *, resumes_at: int | None = None
) -> Iterator[None]:
    """Let an error about the end of a run, or of its schedule, end in a whole command that goes on.

    Parameters
    ----------
    said : the options of the command by name, None where one was left out.
    resumes_at : the last state, where the run itself was to go on; None where it was to be forked.
    """
    try:
        yield
    except EndedError as error:
        options = dict(said)
        if said["epochs"] is None and said["steps"] is None:
            options["epochs"] = _EPOCHS
        rate = _next_rate(record, said)
        if rate is not None:
            options["lr"] = f"{rate:.4g}"
        name = "fork"
        if resumes_at is not None and rate is None:
            name = "resume"
        elif resumes_at is not None:
            # A run keeps its schedule; only a fork of it can have another one.
            options = {"at": resumes_at, **options}
        raise OptionError(f"{error.args[0]}: go on with {_command(name, file, options)}") from None


def _next_rate(record: Record, said: Mapping[str, Any]) -> float | None:
    """Return the learning rate to go on with, where the schedule ends with the run and no other one was asked for.

    A tenth of its highest does not throw about what has settled since.
    """
    schedule = record.optimizer.schedule
    asked = any(said.get(name) is not None for name in ("lr", "schedule", "optimizer"))
    return schedule.lr / 10 if isinstance(schedule, Cosine) and not asked else None


def _command(name: str, file: Path, options: Mapping[str, Any]) -> str:
    """Return a command of this program as it can be pasted, without the options that were left out.

    Examples
    --------
    >>> _command("fork", Path("my runs.logbook"), {"at": 30, "lr": None, "freeze": ["dense1", "dense2"]})
    "engineroom fork 'my runs.logbook' --at 30 --freeze dense1 --freeze dense2"
    """
    words = [name, str(file)]
    for option, value in options.items():
        for each in value if isinstance(value, list) else [value]:
            words += [] if each is None else [f"--{option.replace('_', '-')}", str(each)]
    return f"{program()} {shlex.join(words)}"

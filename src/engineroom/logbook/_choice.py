"""Which run is meant: by its number, or by the name that it was given."""

from __future__ import annotations

from engineroom.errors import LogbookError, nearest
from engineroom.logbook._logbook import Logbook
from engineroom.logbook._rows import RunRow

__all__ = ["chosen_row"]


def chosen_row(logbook: Logbook, which: int | str | None = None) -> RunRow:
    """Return the run that is meant; LogbookError where there is none, or more than one.

    Parameters
    ----------
    which : its number, counted from 1, or its name; None is the newest. Text that looks like a number is one.

    Examples
    --------
    >>> from engineroom.logbook import Writer
    >>> with Writer.open(None) as writer:
    ...     data = writer.add_data("d1", "{}", {}, rows=False)
    ...     for name in ("slow", "wild"):
    ...         run = writer.begin_run(name=name, numerics=1, engineroom="0", seed=0, spec={}, plan="", data=data)
    ...         writer.commit(run, steps=0)
    ...     chosen_row(writer.logbook, "slow").number, chosen_row(writer.logbook, "2").name
    (1, 'wild')
    """
    if which is None:
        return logbook.newest()
    if not isinstance(which, str):
        return logbook.run(which)
    try:
        number = int(which)
    except ValueError:
        pass
    else:
        return logbook.run(number)
    rows = logbook.runs()
    named = [row for row in rows if row.name == which]
    if len(named) == 1:
        return named[0]
    if named:
        numbers = ", ".join(str(row.number) for row in named[:-1])
        raise LogbookError(
            f"{logbook.name} has {len(named)} runs called {which!r}: ask one by its number, "
            f"{numbers} or {named[-1].number}"
        )
    names = list(dict.fromkeys(row.name for row in rows if row.name))
    known = nearest(which, names) if names else "; none of its runs has a name, so give a number, such as 1"
    raise LogbookError(f"{logbook.name} has no run called {which!r}{known}")

"""How far a run has come: a bar on standard error, and nothing where that is not a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from engineroom.show._numbers import number, rate

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["step_progress", "training_progress"]


@contextmanager
def training_progress(console: Console, words: str = "training") -> Iterator[Callable[[int, int, float | None], None]]:
    """Yield what to call with the steps made, the steps planned and the last loss, and draw a bar meanwhile.

    The bar disappears when training ends, because the summary says the same and stays.
    """
    if not console.is_terminal or console.is_dumb_terminal:
        yield _silence
        return
    # Imported late: without a terminal it is not needed.
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=None),
        TextColumn("{task.percentage:>3.0f} %"),
        TextColumn("{task.fields[rate]}", style="er.quiet"),
        TextColumn("{task.fields[loss]}"),
        TimeRemainingColumn(compact=True),
        console=console,
        transient=True,
        refresh_per_second=8,
        expand=True,
    )
    task = bar.add_task(words, total=None, loss="", rate="")

    def draw(done: int, planned: int, loss: float | None) -> None:
        elapsed = bar.tasks[0].elapsed or 0.0
        pace = rate(done / elapsed) if elapsed > 0.2 else ""
        said = "" if loss is None else f"loss {number(loss)}"
        bar.update(task, completed=done, total=planned, loss=said, rate=pace)

    with bar:
        yield draw


@contextmanager
def step_progress(console: Console, words: str) -> Iterator[Callable[[int, int], None]]:
    """As `training_progress`, for a replay, which has nothing to say of the loss."""
    with training_progress(console, words) as draw:
        yield lambda done, planned: draw(done, planned, None)


def _silence(done: int, planned: int, loss: float | None) -> None:
    """Draw nothing."""

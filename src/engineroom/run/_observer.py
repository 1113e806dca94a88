"""Looking on while a run is trained, and asking it to end, from another thread."""

from __future__ import annotations

from engineroom.plan import State

__all__ = ["Observer"]


class Observer:
    """Is told what a run that trains is doing; derive from it what is of interest.

    Every method is called from a thread of the training and must return at once.

    Attributes
    ----------
    stopping : set it, and training ends between two steps; the run is kept as interrupted.
    signal : the one that ended training, where one did; the training sets it.
    every : seconds of training after which it is asked at the latest what it wants.
    """

    stopping = False
    signal: int | None = None
    every = 1 / 60

    def begun(self, run: int) -> None:
        """Take note that the run has its number and can be read from the logbook."""

    def wants(self, now: float) -> bool:
        """Return whether a state is worth its copy at this moment of `perf_counter`."""
        return False

    def see(self, state: State, loss: float) -> None:
        """Look at a state, and at the loss that its last step measured."""

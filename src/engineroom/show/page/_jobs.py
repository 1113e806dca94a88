"""Training for the page: one run after the other, in a thread of its own, in the engine without Python's lock."""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import SimpleQueue
from time import perf_counter

from engineroom.errors import OptionError
from engineroom.plan import State
from engineroom.run import Observer, Record, cores

__all__ = ["Job", "Trainer", "between_pictures"]


def between_pictures(available: int) -> float:
    """Return how many seconds lie between two pictures of a run that trains, on so many available cores.

    On two cores one trains, and it slows down while the other packs and draws pictures: they come less often there.
    """
    return 1 / 60 if available > 2 else 1 / 12


_FRAME = between_pictures(cores())
_SOON = 0.75
"""Part of a frame after which the next one is due: the pieces of training do not all last equally long."""

_REPORT = 0.25
"""Seconds between two words on how far it is: nobody reads numbers that change more often."""


class Job(Observer):
    """One training: from the moment it is asked for until it has ended.

    Parameters
    ----------
    work : trains, told of this job as its observer and of its progress.
    begun : called with the run's number once the run can be read.
    failed : called with what was raised, when it failed.
    changed : called with this job when there is something new to tell of it.

    Attributes
    ----------
    run : its number; 0 before it began.
    step, total, loss, status : how far it is.
    watched : says of a run's number whether somebody looks at its weights.
    saw : called with this job and a state that somebody who looks on is to be shown.
    """

    every = _FRAME

    def __init__(
        self,
        work: Callable[[Job], Record],
        begun: Callable[[int], None],
        failed: Callable[[BaseException], None],
        changed: Callable[[Job], None],
    ) -> None:
        self._work, self._begun, self._failed, self._changed = work, begun, failed, changed
        self._looked = self._reported = 0.0
        self._began = perf_counter()
        self.run = self.step = self.total = 0
        self.loss = float("nan")
        self.status = "queued"
        self.watched: Callable[[int], bool] = lambda run: False
        self.saw: Callable[[Job, State], None] = lambda job, state: None

    @property
    def seconds(self) -> float:
        """How long it has been training."""
        return perf_counter() - self._began

    def begun(self, run: int) -> None:
        """Take note of the run's number."""
        self.run, self.status = run, "running"
        self._begun(run)
        self._changed(self)

    def wants(self, now: float) -> bool:
        """Return whether somebody sees the run and is due a new picture."""
        if now - self._looked < _SOON * _FRAME or not self.run or not self.watched(self.run):
            return False
        self._looked = now
        return True

    def see(self, state: State, loss: float) -> None:
        """Hand a state on to whoever draws it, and how far it is with it: a page shows both in one frame."""
        self.step, self.loss = state.step, loss
        self.saw(self, state)
        self._report(_REPORT)

    def progress(self, step: int, total: int, loss: float) -> None:
        """Take note of how far training is; a picture that is about to be taken tells it."""
        self.step, self.total, self.loss = step, total, loss
        self._report(_REPORT + 2 * _FRAME)

    def _report(self, after: float) -> None:
        """Tell how far it is if the last word on it is so many seconds old."""
        now = perf_counter()
        if now - self._reported >= after:
            self._reported = now
            self._changed(self)

    def go(self) -> None:
        """Train to the end, whichever it is."""
        self._began = perf_counter()
        try:
            if self.stopping:
                raise OptionError("the training was stopped before it began")
            record = self._work(self)
            self.step, self.status = record.steps, record.status
        except BaseException as error:
            self.status = "failed"
            self._failed(error)

    def ended(self) -> None:
        """Tell that it is over; the last that is heard of it."""
        self._changed(self)


class Trainer:
    """Does its jobs one after the other: a logbook has one writer at a time."""

    def __init__(self) -> None:
        self._queue: SimpleQueue[Job | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._jobs: list[Job] = []
        self._thread: threading.Thread | None = None

    def add(self, job: Job) -> int:
        """Take a job; return how many are before it."""
        with self._lock:
            before = len(self._jobs)
            self._jobs.append(job)
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="engineroom-trainer", daemon=True)
                self._thread.start()
        self._queue.put(job)
        return before

    def adopt(self, job: Job) -> None:
        """Take note of a training that somebody else does."""
        with self._lock:
            self._jobs.append(job)

    def release(self, job: Job) -> None:
        """Forget a training that has ended."""
        with self._lock:
            if job in self._jobs:
                self._jobs.remove(job)

    def job(self, run: int) -> Job | None:
        """Return the job that trains this run now, if one does."""
        with self._lock:
            return next((job for job in self._jobs if job.run == run), None)

    @property
    def idle(self) -> bool:
        """Whether nothing trains."""
        with self._lock:
            return not self._jobs

    def stop(self, run: int) -> None:
        """Ask the training of a run to end; OptionError when it does not train here."""
        job = self.job(run)
        if job is None:
            raise OptionError(f"run {run} is not training here, so there is nothing to stop")
        job.stopping = True

    def close(self, patience: float = 30.0) -> None:
        """End all training, keep what was made, and wait for it."""
        with self._lock:
            for job in self._jobs:
                job.stopping = True
            thread = self._thread
        self._queue.put(None)
        if thread is not None:
            thread.join(patience)

    def _work(self) -> None:
        while (job := self._queue.get()) is not None:
            try:
                job.go()
            finally:
                self.release(job)
                job.ended()

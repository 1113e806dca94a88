"""Who is connected, and what they are told without asking."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from engineroom.errors import EngineroomError
from engineroom.plan import State as Weights
from engineroom.show.page._frames import plain_json
from engineroom.show.page._jobs import Job, Trainer
from engineroom.show.page._lanes import Task
from engineroom.show.page._library import Library
from engineroom.show.page._mailbox import Mailbox
from engineroom.show.page._news import Notice, Progress, Push, RunsPush, StateNow
from engineroom.show.page._replies import RunRow
from engineroom.show.page._sentence import sentence
from engineroom.show.page._steps import parameters_of
from engineroom.show.page._told import run_row
from engineroom.show.page._wire import push_frame

__all__ = ["Bulletin", "Client"]

_LOOK_EVERY = 0.5


class Client:
    """One page that is connected; it may talk of more than one book, and has one mailbox for all of them."""

    def __init__(self, mailbox: Mailbox) -> None:
        self.mailbox = mailbox
        self.watches: int | None = None
        self.visible = True
        self.tasks: dict[int, Task] = {}
        self.lock = threading.Lock()
        self.practice: Client | None = None


class Bulletin:
    """Tells the clients of one logbook what is new.

    Parameters
    ----------
    library, trainer : where the runs are, and what trains here.
    book : what the pushes call the logbook; None is the one that was opened.
    """

    def __init__(self, library: Library, trainer: Trainer, book: str | None = None) -> None:
        self._library, self._trainer, self._book = library, trainer, book
        self._clients: set[Client] = set()
        self._lock = threading.Lock()
        self._told: object = None
        self._closing = threading.Event()
        self._looker = threading.Thread(target=self._look, name="engineroom-looker", daemon=True)
        self._looker.start()

    def add(self, client: Client) -> None:
        """Take a client in."""
        with self._lock:
            self._clients.add(client)

    def remove(self, client: Client) -> None:
        """Forget a client."""
        with self._lock:
            self._clients.discard(client)

    def close(self) -> None:
        """End it."""
        self._closing.set()
        self._looker.join(2.0)

    @property
    def looked_at(self) -> int | None:
        """A run that somebody sees, or None."""
        return next((c.watches for c in self._everyone() if c.visible and c.watches is not None), None)

    def notify(self, notice: Notice) -> None:
        """Tell everyone a sentence."""
        self._tell_all(notice, notice)

    def rows(self) -> list[RunRow]:
        """Return the list of runs."""
        return [run_row(record, self._trainer.job(record.number) is not None) for record in self._library.records()]

    def tell(self, client: Client, push: Push, key: object = None) -> None:
        """Tell one client; without a key nothing that comes later replaces it."""
        self._send([client], (type(push), push) if key is None else key, push)

    def forget_state(self, client: Client) -> None:
        """Take back a state that a client was to be told: it looks at another run now."""
        client.mailbox.drop((self._book, "state"))

    def _tell_all(self, key: object, push: Push) -> None:
        self._send(self._everyone(), key, push)

    def _send(self, clients: Sequence[Client], key: object, push: Push) -> None:
        frame = push_frame(push, self._book)
        for client in clients:
            client.mailbox.push((self._book, key), frame)

    def _everyone(self) -> list[Client]:
        with self._lock:
            return list(self._clients)

    def job_changed(self, job: Job) -> None:
        """Tell everyone how far a training is."""
        # The list first: whoever hears that a run has ended finds it ended there.
        if job.status != "running" or job.step == 0:
            self._tell_runs()
        if job.run:
            self._tell_all(
                ("progress", job.run),
                Progress(job.run, job.step, job.total, job.loss, job.seconds, job.status),
            )

    def is_watched(self, run: int) -> bool:
        """Whether somebody sees a run."""
        return any(client.visible and client.watches == run for client in self._everyone())

    def saw(self, job: Job, state: Weights) -> None:
        """Tell those who see a run its state."""
        watching = [client for client in self._everyone() if client.visible and client.watches == job.run]
        if watching:
            self._send(watching, "state", StateNow(job.run, state.step, job.loss, parameters_of(state)))

    def _look(self) -> None:
        """Tell everyone when the logbook has changed: another process may be writing it, or have deleted it."""
        broken = False
        while not self._closing.wait(_LOOK_EVERY):
            if not self._everyone():
                continue
            try:
                if self._library.changed() or broken:
                    self._library.records()
                    broken = False
                    self._tell_runs()
            except EngineroomError as error:
                if not broken:
                    self.notify(Notice("error", sentence(error)))
                broken = True
            except Exception as error:
                sentence(error)

    def _tell_runs(self) -> None:
        try:
            rows = self.rows()
        except EngineroomError:
            return
        told = plain_json(rows)
        if told != self._told:
            self._told = told
            self._tell_all("runs", RunsPush(rows))

"""Who is connected, and what they are told without asking."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import partial

from engineroom.errors import EngineroomError
from engineroom.plan import State
from engineroom.show.page._asks import Pictures, WatchAsk
from engineroom.show.page._frames import Columns, plain_json
from engineroom.show.page._jobs import Job, Trainer
from engineroom.show.page._lanes import Task
from engineroom.show.page._library import Library
from engineroom.show.page._mailbox import Mailbox
from engineroom.show.page._news import Notice, Progress, Push, RunsPush, StateNow
from engineroom.show.page._replies import RunRow
from engineroom.show.page._sentence import LOG, sentence
from engineroom.show.page._shades import shaded
from engineroom.show.page._steps import parameters_of
from engineroom.show.page._told import run_row
from engineroom.show.page._wire import push_frame

__all__ = ["Bulletin", "Client"]

_LOOK_EVERY = 0.5
"""Seconds between two looks whether the logbook has changed."""


class Client:
    """One page that is connected; it may talk of more than one book, and has one mailbox for all of them."""

    def __init__(self, mailbox: Mailbox) -> None:
        self.mailbox = mailbox
        self.watches: int | None = None
        self.visible = True
        self.pictures: Pictures = "exact"
        self._ahead: int | None = None
        self._under_way = 0
        self.tasks: dict[int, Task] = {}
        self.lock = threading.Lock()
        self.practice: Client | None = None

    def watch(self, ask: WatchAsk) -> None:
        """Take note of what is looked at."""
        with self.lock:
            self.watches, self.visible, self.pictures = ask.run, ask.visible, ask.pictures
            self._ahead, self._under_way = ask.ahead, 0

    def wants(self, run: int) -> bool:
        """Whether it is to be told the next state of a run: it sees it, and has drawn most of what it was sent."""
        with self.lock:
            looks = self.visible and self.watches == run and self.pictures != "none"
            return looks and (self._ahead is None or self._under_way < self._ahead)

    def sent(self) -> None:
        """Take note that a state is on its way."""
        with self.lock:
            self._under_way += 1

    def drew(self, states: int) -> None:
        """Take note that so many more states were drawn."""
        with self.lock:
            self._under_way = max(0, self._under_way - max(0, states))


class _Picture:
    """A state that is told, packed in each form when that is first taken."""

    def __init__(self, run: int, state: State, loss: float, book: str | None) -> None:
        self._run, self._state, self._loss, self._book = run, state, loss, book
        self._frames: dict[Pictures, bytes] = {}

    def taken(self, client: Client) -> bytes:
        """Return the frame for a client to which it is sent now."""
        client.sent()
        form = client.pictures
        if form not in self._frames:
            columns: Columns = parameters_of(self._state)
            told = shaded(columns) if form == "shades" else columns
            self._frames[form] = push_frame(StateNow(self._run, self._state.step, self._loss, told), self._book)
        return self._frames[form]


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
        return any(client.wants(run) for client in self._everyone())

    def saw(self, job: Job, state: State) -> None:
        """Tell those who see a run its state."""
        # What trains goes on at once: a frame is packed when the first of those who want it so takes it.
        picture = _Picture(job.run, state, job.loss, self._book)
        for client in self._everyone():
            if client.wants(job.run):
                client.mailbox.push((self._book, "state"), partial(picture.taken, client))

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
                LOG.warning("looking at the logbook failed", exc_info=error)

    def _tell_runs(self) -> None:
        try:
            rows = self.rows()
        except EngineroomError:
            return
        told = plain_json(rows)
        if told != self._told:
            self._told = told
            self._tell_all("runs", RunsPush(rows))

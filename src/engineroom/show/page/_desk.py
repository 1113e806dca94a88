"""Where the page's asks arrive and its answers leave, whatever carries them: a socket, a notebook, a test."""

from __future__ import annotations

import atexit
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, sleep
from typing import Any

from engineroom._version import __version__
from engineroom.data import BUNDLED
from engineroom.errors import CancelledError, EngineError, EngineroomError, OptionError
from engineroom.logbook import Writer
from engineroom.numerics import NUMERICS
from engineroom.run import Record, StepProgress
from engineroom.show.page._answers import ANSWERS, LaneName
from engineroom.show.page._asks import (
    Ask,
    CancelAsk,
    DescribeAsk,
    DigitsAsk,
    DrawnAsk,
    EstimateAsk,
    ForkAsk,
    HelloAsk,
    RaceAsk,
    ResumeAsk,
    RunsAsk,
    StopAsk,
    TrainAsk,
    UploadAsk,
    WatchAsk,
)
from engineroom.show.page._bulletin import Bulletin, Client
from engineroom.show.page._digits import digits_of
from engineroom.show.page._filler import Filler
from engineroom.show.page._frames import pack, unpack_header
from engineroom.show.page._glance import at_a_glance
from engineroom.show.page._jobs import Job, Trainer
from engineroom.show.page._lanes import Lane, Task
from engineroom.show.page._library import Library, Shelf
from engineroom.show.page._mailbox import Mailbox
from engineroom.show.page._news import Answering, Notice
from engineroom.show.page._reading import read_ask
from engineroom.show.page._receipts import Begun, Done, Raced
from engineroom.show.page._replies import Answer, Hello, Limits, RunList
from engineroom.show.page._sentence import sentence
from engineroom.show.page._told import described
from engineroom.show.page._training import Work, estimating, forking, racing, resuming, training
from engineroom.show.page._uploads import UPLOAD_LIMIT, Uploads
from engineroom.show.page._wire import answer_frame

__all__ = ["MESSAGE_LIMIT", "Client", "Desk"]

MESSAGE_LIMIT = 8 * 2**20
"""Bytes of a message that a page may send."""

_PRACTICE = "practice"
"""What a message calls the book of the lessons' runs."""

_LANES: Mapping[str, LaneName] = {"estimate": "long"}
"""In which lane those are answered that are about no run, where not in the brief one."""

_OUTSTANDING = 256
"""Asks of one client that may wait for their answers."""

_TELL_EVERY, _PAUSE, _WRITTEN = 0.1, 0.15, 0.02
"""Seconds between two words on an answer's progress, of quiet before gaps are filled, and between two looks whether a
step is written."""


class Desk:
    """Answers all clients of one logbook.

    Parameters
    ----------
    path : the logbook.
    named : whether it is a file of the user's, whose name the page may show.
    uploads : the tables that were sent, where another desk takes them in.
    book : what messages call the logbook; None is the one that was opened.
    """

    def __init__(
        self, path: Path, *, named: bool = True, uploads: Uploads | None = None, book: str | None = None
    ) -> None:
        self.library = Library(path)
        self.uploads = uploads or Uploads()
        self.trainer = Trainer()
        self._name = path.name if named else None
        self._book = book
        self._practice: _Practice | None = None
        self._closed = False
        self._opening = threading.Lock()
        self._bulletin = Bulletin(self.library, self.trainer, book)
        self._lanes: dict[LaneName, Lane] = {
            "brief": Lane(self.library, "brief"),
            "quick": Lane(self.library, "quick"),
            "long": Lane(self.library, "long", threads=2),
        }
        self._filler = Filler(self.library, self._looked_at)
        # A program that ends while its page trains keeps what was made.
        atexit.register(self.close)

    def join(self, wake: Callable[[], None]) -> Client:
        """Take a new client; `wake` is called from any thread when its mailbox holds something."""
        return self._joined(Client(Mailbox(wake)))

    def _joined(self, client: Client) -> Client:
        self._bulletin.add(client)
        return client

    def leave(self, client: Client) -> None:
        """Forget a client, and what it asked."""
        self._bulletin.remove(client)
        client.mailbox.close()
        if self._practice is not None and client.practice is not None:
            self._practice.leave(client.practice)
        with client.lock:
            tasks = list(client.tasks.values())
        for task in tasks:
            self._cancel(task)

    def close(self) -> None:
        """End: training stops between two steps and is kept."""
        atexit.unregister(self.close)
        with self._opening:
            self._closed = True
        if self._practice is not None:
            self._practice.close()
        self._bulletin.close()
        self._filler.close()
        self.trainer.close()
        for lane in self._lanes.values():
            lane.close()
        self.uploads.close()

    def receive(self, client: Client, frame: bytes) -> None:
        """Take a frame from a client; whatever is wrong with it is answered in a sentence."""
        given: object = None
        try:
            if len(frame) > MESSAGE_LIMIT:
                raise OptionError(f"a message may have {MESSAGE_LIMIT:,} bytes, this one has {len(frame):,}")
            header, _ = unpack_header(frame)
            given = header.get("id")
            if isinstance(given, bool) or not isinstance(given, int) or not 0 <= given < 2**53:
                given = None
                raise OptionError("an ask needs an id, a whole number by which its answer is known")
            ask = read_ask(header)
            if (book := header.get("book")) != self._book:
                if book != _PRACTICE:
                    raise OptionError(f"book must be {_PRACTICE!r}, or left out for the logbook, got {book!r:.60}")
                desk, client = self._practicing(client)
                desk.receive(client, frame)
                return
            with client.lock:
                if given in client.tasks:
                    raise OptionError(f"the id {given} is still being answered: give each ask one of its own")
                if len(client.tasks) >= _OUTSTANDING and not isinstance(ask, (CancelAsk, WatchAsk)):
                    raise OptionError(f"{_OUTSTANDING} asks are not answered yet: wait for some of them")
            self._take(client, given, ask, header)
        except Exception as error:  # a page must hear of a fault, whatever it is
            client.mailbox.answer(pack({"id": given, "error": sentence(error)}))

    def _practicing(self, client: Client) -> tuple[Desk, Client]:
        """Return the desk of the lessons' runs, opened by the first lesson that asks, and this client there."""
        with self._opening:
            if self._closed:
                raise EngineError("the page is being closed")
            if self._practice is None:
                self._practice = _Practice(self.uploads)
            else:
                self._practice.restore()
            if client.practice is None:
                client.practice = self._practice._joined(Client(client.mailbox))
            return self._practice, client.practice

    def _take(self, client: Client, given: int, ask: Ask, header: Mapping[str, Any]) -> None:
        if isinstance(ask, WatchAsk):
            client.watch(ask)
            self._bulletin.forget_state(client)
            client.mailbox.show(ask.visible)
            self._answer(client, given, Done())
            return
        if isinstance(ask, DrawnAsk):
            client.drew(ask.states)
            return
        if isinstance(ask, CancelAsk):
            with client.lock:
                task = client.tasks.get(ask.target)
            if task is not None:
                self._cancel(task)
            self._answer(client, given, Done())
            return
        name = str(header["ask"])
        lane: LaneName = ANSWERS[name].lane if name in ANSWERS else _LANES.get(name, "brief")
        scrubs = lane == "quick" and not header.get("keep")
        task = Task(
            partial(self._work, client, given, ask, name),
            partial(self._dropped, client, given),
            (client, name, getattr(ask, "run", None)) if scrubs else None,
        )
        with client.lock:
            client.tasks[given] = task
        self._lanes[lane].add(task)

    def _cancel(self, task: Task) -> None:
        for lane in self._lanes.values():
            lane.cancel(task)

    def _dropped(self, client: Client, given: int) -> None:
        self._settled(client, given)
        client.mailbox.answer(pack({"id": given, "error": "it is no longer wanted", "dropped": True}))

    def _settled(self, client: Client, given: int) -> None:
        with client.lock:
            client.tasks.pop(given, None)

    def _work(self, client: Client, given: int, ask: Ask, name: str, task: Task, shelf: Shelf) -> None:
        """Answer one ask; in a thread of a lane."""
        try:
            task.check()
            if name in ANSWERS:
                self._wait_for_step(ask, task)
                progress = self._progress(client, given, task)
                other = {"other": shelf.record(ask.other)} if ANSWERS[name].two else {}  # type: ignore[attr-defined]

                def question(record: Record) -> Answer:
                    return ANSWERS[name].answer(record, ask=at_a_glance(ask, record), progress=progress, **other)

                answer = shelf.again(ask.run, question)  # type: ignore[attr-defined]  # all of these have a run
            else:
                later = self._ordered(client, given, ask)
                if later is None:
                    return
                answer = later
            self._answer(client, given, answer)
        except CancelledError:
            self._dropped(client, given)
        except Exception as error:
            self._fail(client, given, error)

    def _wait_for_step(self, ask: Ask, task: Task) -> None:
        """Wait until a step that a training here has made is in the logbook too, which takes a second at the most."""
        run, step = getattr(ask, "run", 0), getattr(ask, "step", None)
        while step is not None and not getattr(ask, "glance", False) and (job := self.trainer.job(run)) is not None:
            if not self.library.record(run).steps < step <= job.step:
                return
            task.check()
            sleep(_WRITTEN)

    def _ordered(self, client: Client, given: int, ask: Ask) -> Answer | None:
        """Answer what needs no replay; None where the answer comes later."""
        if isinstance(ask, HelloAsk):
            return self._hello()
        if isinstance(ask, RunsAsk):
            return RunList(self._bulletin.rows())
        if isinstance(ask, DescribeAsk):
            return described(self.library.record(ask.run), self.trainer.job(ask.run) is not None)
        if isinstance(ask, UploadAsk):
            return self.uploads.look(ask.upload, ask.kinds)
        if isinstance(ask, DigitsAsk):
            return digits_of(ask)
        if isinstance(ask, StopAsk):
            self.trainer.stop(ask.run)
            return Done()
        if isinstance(ask, EstimateAsk):
            return estimating(self.uploads, ask)
        if isinstance(ask, TrainAsk):
            works = [training(self.library, self.uploads, ask)]
        elif isinstance(ask, ForkAsk):
            works = [forking(self.library, ask)]
        elif isinstance(ask, ResumeAsk):
            works = [resuming(self.library, ask)]
        elif isinstance(ask, RaceAsk):
            works = racing(self.library, ask)
        else:
            raise OptionError(f"{type(ask).__name__} cannot be answered here")
        self._start(client, given, works, isinstance(ask, RaceAsk))
        return None

    def _start(self, client: Client, given: int, works: list[Work], race: bool) -> None:
        """Queue jobs; the ask is answered when the last of them has begun, or the first has failed."""
        numbers: list[int] = []

        def begun(run: int) -> None:
            numbers.append(run)
            if len(numbers) == len(works):
                self._answer(client, given, Raced(list(numbers)) if race else Begun(run))

        waits = 0
        for work in works:
            waits = max(waits, self.trainer.add(self._job(work, begun, partial(self._failed, client, given))))
        if waits >= len(works):
            self._bulletin.tell(client, Notice("info", "It begins when the training before it has ended."))

    def _job(self, work: Work, begun: Callable[[int], None], failed: Callable[[BaseException], None]) -> Job:
        """Return a training that the clients who see it are told of."""
        job = Job(work, begun, failed, self._bulletin.job_changed)
        job.watched, job.saw = self._bulletin.is_watched, self._bulletin.saw
        return job

    @contextmanager
    def looking_on(self) -> Iterator[Job]:
        """Yield who looks on while somebody else trains into the logbook, and tells the clients of it."""
        job = self._job(_nobody, lambda run: None, lambda error: None)
        self.trainer.adopt(job)
        try:
            yield job
        finally:
            self.trainer.release(job)
            try:
                record = self.library.record(job.run)
                job.step, job.status = record.steps, record.status
            except EngineroomError:
                job.status = "failed"
            job.ended()

    def _failed(self, client: Client, given: int, error: BaseException) -> None:
        """Answer the ask of a training that failed before it began; where it is answered already, tell everyone."""
        with client.lock:
            waiting = given in client.tasks
        if waiting:
            self._fail(client, given, error)
        else:
            self._bulletin.notify(Notice("error", sentence(error)))

    def _hello(self) -> Hello:
        records = self.library.records()
        return Hello(
            version=__version__,
            numerics=NUMERICS,
            logbook=self._name,
            newest=records[-1].number if records else None,
            bundled=list(BUNDLED),
            limits=Limits(UPLOAD_LIMIT, MESSAGE_LIMIT),
            can={"train": True, "fork": True, "upload": True, "replay": True},
        )

    def _answer(self, client: Client, given: int, answer: Answer) -> None:
        self._settled(client, given)
        client.mailbox.answer(answer_frame(given, answer))

    def _fail(self, client: Client, given: int, error: BaseException) -> None:
        self._settled(client, given)
        client.mailbox.answer(pack({"id": given, "error": sentence(error)}))

    def _progress(self, client: Client, given: int, task: Task) -> StepProgress:
        told = [perf_counter()]

        def progress(done: int, total: int) -> None:
            task.check()
            if perf_counter() - told[0] >= _TELL_EVERY:
                told[0] = perf_counter()
                self._bulletin.tell(client, Answering(given, done, total), key=("answering", given))

        return progress

    def _looked_at(self) -> int | None:
        """Return a run that somebody looks at while nothing else is to be done."""
        if not self.trainer.idle or not all(lane.idle(_PAUSE) for lane in self._lanes.values()):
            return None
        return self._bulletin.looked_at


class _Practice(Desk):
    """Answers of the runs that lessons make, in a file of its own that goes with it: lessons leave no trace elsewhere.

    Parameters
    ----------
    uploads : the tables that were sent.
    """

    def __init__(self, uploads: Uploads) -> None:
        self._folder = TemporaryDirectory(prefix="engineroom-", ignore_cleanup_errors=True)
        path = Path(self._folder.name) / "practice.logbook"
        Writer.open(path).close()
        super().__init__(path, named=False, uploads=uploads, book=_PRACTICE)

    def restore(self) -> None:
        """Begin anew where the file went: temporary folders are swept now and then, and a lesson outlives its runs."""
        path = self.library.path
        if not path.exists():
            path.parent.mkdir(mode=0o700, exist_ok=True)
            Writer.open(path).close()

    def close(self) -> None:
        """End, and forget the runs."""
        super().close()
        self._folder.cleanup()


def _nobody(job: Job) -> Record:
    raise EngineError("this training is done elsewhere")

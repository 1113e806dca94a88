"""What is read within `Logbook.moment` is of one moment: nested, after an error, beside other threads, in memory."""

from __future__ import annotations

import copy
import pickle
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from engineroom.errors import LogbookError
from engineroom.logbook import Logbook, Writer
from engineroom.logbook._store import FileStore, MemoryStore


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    """A writer at work on its first run, of which no step is committed yet."""
    with Writer.open(tmp_path / "a.logbook") as writer:
        data = writer.add_data("digest", "{}", {}, rows=False)
        writer.commit(writer.begin_run(numerics=1, engineroom="0.1", seed=1, spec={}, plan="", data=data), steps=0)
        yield writer


@pytest.fixture
def logbook(writer: Writer, tmp_path: Path) -> Logbook:
    return Logbook.open(tmp_path / "a.logbook")


@pytest.fixture
def openings(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The files in the order in which they are opened from here on."""
    found: list[Path] = []
    opened: Callable[[FileStore], AbstractContextManager[object]] = FileStore._opened

    def counted(store: FileStore) -> AbstractContextManager[object]:
        found.append(store.path)
        return opened(store)

    monkeypatch.setattr(FileStore, "_opened", counted)
    return found


def test_within_a_moment_the_file_is_opened_once_and_stays_as_it_was(
    writer: Writer, logbook: Logbook, openings: list[Path]
) -> None:
    with logbook.moment():
        assert logbook.run(1).steps == 0
        writer.commit(1, steps=3)
        # A moment in a moment is the same one, and its end is not the end of the other.
        with logbook.moment():
            assert logbook.run(1).steps == 0
        assert logbook.run(1).steps == 0 and logbook.unchecked().runs()[0].steps == 0
        assert len(openings) == 1
    assert logbook.run(1).steps == 3 and len(openings) == 2


def test_after_an_error_a_moment_has_ended_and_an_inner_one_alone_leaves_the_outer(
    writer: Writer, logbook: Logbook, openings: list[Path]
) -> None:
    with logbook.moment():
        assert logbook.run(1).steps == 0
        writer.commit(1, steps=3)
        for error in (ValueError("of whoever reads"), LogbookError("of the logbook")):
            with pytest.raises(type(error), match=str(error)), logbook.moment():
                raise error
        with pytest.raises(LogbookError, match="has no run 2"):
            logbook.run(2)
        assert logbook.run(1).steps == 0 and len(openings) == 1
    for error in (ValueError("of whoever reads"), LogbookError("of the logbook")):
        with pytest.raises(type(error), match=str(error)), logbook.moment():
            assert logbook.run(1).steps == 3
            raise error
    writer.commit(1, steps=4)
    assert logbook.run(1).steps == 4


def test_each_thread_has_moments_of_its_own(writer: Writer, logbook: Logbook) -> None:
    begun, over = threading.Event(), threading.Event()

    def look() -> list[int]:
        with logbook.moment():
            seen = [logbook.run(1).steps]
            begun.set()
            assert over.wait(30)
            return [*seen, logbook.run(1).steps]

    with ThreadPoolExecutor(1) as pool:
        with logbook.moment():
            assert logbook.run(1).steps == 0
            writer.commit(1, steps=3)
            other = pool.submit(look)
            assert begun.wait(30)
            writer.commit(1, steps=5)
            assert logbook.run(1).steps == 0
        # The end of one leaves the other, which began later and still lasts.
        assert logbook.run(1).steps == 5
        over.set()
        assert other.result(30) == [3, 3]


@pytest.mark.parametrize("fails", [False, True], ids=["to its end", "up to an error"])
def test_a_moment_of_a_logbook_in_memory_keeps_other_threads_out(fails: bool) -> None:
    with Writer.open(None) as writer, ThreadPoolExecutor(1) as pool:
        logbook = writer.logbook
        with logbook.moment(), logbook.moment():
            assert logbook.runs() == []
        other = None
        try:
            with logbook.moment(), logbook.moment():
                other = pool.submit(logbook.runs)
                assert not wait([other], timeout=0.2).done
                assert logbook.runs() == []
                if fails:
                    raise ValueError
        except ValueError:
            pass
        assert other is not None and other.result(30) == []


def test_a_copy_of_where_a_file_lies_has_no_part_in_a_moment(writer: Writer, logbook: Logbook) -> None:
    copies: list[Callable[[Logbook], Logbook]] = [
        copy.deepcopy,
        lambda book: pickle.loads(pickle.dumps(book)),
        lambda book: Logbook(copy.copy(book.store)),
    ]
    with logbook.moment():
        assert logbook.run(1).steps == 0
        writer.commit(1, steps=3)
        for copied in copies:
            twin = copied(logbook)
            assert isinstance(twin.store, FileStore) and twin.store is not logbook.store
            assert (twin.path, twin.name) == (logbook.path, logbook.name)
            assert twin.run(1).steps == 3
        assert logbook.run(1).steps == 0


def test_what_lies_in_memory_is_not_pickled_and_a_copy_is_the_same() -> None:
    store = MemoryStore()
    assert copy.deepcopy(store) is store
    with pytest.raises(TypeError, match="a run whose logbook lies in memory cannot be pickled"):
        pickle.dumps(store)

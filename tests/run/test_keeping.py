"""How runs are entered in a logbook and taken out again: whose rows are kept, and what is read anew."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import engineroom as er
from engineroom.errors import DataError, OptionError
from engineroom.logbook import Logbook
from engineroom.run import _keeping as keeping
from engineroom.run import records_of

X, Y = np.arange(8.0), 2 * np.arange(8.0)


def lesson(path: Path | None, x: Any = X, **options: Any) -> er.Run:
    return er.train(er.Network(er.Dense(1)), x, 2 * x, optimizer=er.SGD(lr=0.01), steps=9, logbook=path, **options)


@pytest.mark.parametrize(("spare", "kept"), [(0, True), (-1, False)])
def test_rows_are_kept_in_a_file_that_they_fit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spare: int, kept: bool
) -> None:
    whole = lesson(None).dataset
    monkeypatch.setattr(keeping, "EMBED_LIMIT", whole.x.nbytes + whole.y.nbytes + spare)
    assert keeping.fits_a_file(whole) is kept
    path = tmp_path / "a.logbook"
    lesson(path)
    assert Logbook.open(path).contains_rows is kept
    assert records_of(Logbook.open(path))[0].dataset.has_rows is kept


def test_rows_are_not_kept_where_that_was_not_wanted_nor_in_memory(tmp_path: Path) -> None:
    lesson(tmp_path / "a.logbook", include_rows=False)
    assert not Logbook.open(tmp_path / "a.logbook").contains_rows
    run = lesson(None)
    assert not run.record.logbook.contains_rows and run.dataset.has_rows


def test_what_has_not_changed_is_not_read_again(tmp_path: Path) -> None:
    path = tmp_path / "a.logbook"
    run = lesson(path)
    run.fork(at=4, lr=0.02, drop_examples=[2], steps=5)
    book = Logbook.open(path)
    first = records_of(book)
    assert [id(record) for record in records_of(book, known=first)] == [id(record) for record in first]
    run.resume(steps=3)
    grown, fork = records_of(book, known=first)
    assert fork is first[1] and grown is not first[0] and grown.steps == 12 and grown.dataset is first[0].dataset
    # A fork that dropped a row does not stand for the data of its parent, and no other run's losses for this one's.
    run.fork(at=2, lr=0.03, steps=1)
    *_, newest = records_of(book, known=[fork])
    assert len(newest.dataset.training) == len(first[0].dataset.training) == len(fork.dataset.training) + 1
    assert np.array_equal(newest.losses(0, 2), first[0].loss[:2])


def test_data_that_are_given_serve_the_runs_that_were_trained_on_them(tmp_path: Path) -> None:
    path = tmp_path / "a.logbook"
    for x in (X, X + 1):
        lesson(path, x, include_rows=False)
    book = Logbook.open(path)
    for x, whole in ((X, [True, False]), (X + 1, [False, True])):
        assert [record.dataset.has_rows for record in records_of(book, (x, 2 * x))] == whole
    with pytest.raises(DataError):
        records_of(book, (X + 2, 2 * X + 4))


@pytest.mark.parametrize("name", ["two\nlines", "\x1b[31mred", 7])
def test_a_run_is_called_by_text_that_can_be_printed(name: Any) -> None:
    with pytest.raises(OptionError) as refused:
        lesson(None, name=name)
    assert str(refused.value) == f"name must be printable text, or None, got {name!r}"


def test_a_run_is_not_called_by_a_book() -> None:
    assert lesson(None, name="x" * 1000).record.row.name == "x" * 1000
    with pytest.raises(OptionError, match="name may have at most 1,000 characters, got 1,001: choose a shorter one"):
        lesson(None, name="x" * 1001)

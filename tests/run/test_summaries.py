"""Losses past those that are kept one by one: summaries, and replays that are held against them."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import engineroom as er
from engineroom.errors import LogbookError, OptionError
from engineroom.logbook import Logbook, Writer, damage_of, repair
from engineroom.numerics import canonical_bytes
from engineroom.run import Record, records_of
from engineroom.run import _summaries as summaries
from engineroom.run._recorded import Recorded

KEPT, STEPS = 1500, 4000


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep 1,500 losses one by one, where it would be a million."""
    monkeypatch.setattr(summaries, "KEPT", KEPT)


def train(path: Path | None, steps: int = STEPS) -> er.Run:
    x = np.random.default_rng(1).normal(size=(40, 2))
    net = er.Network(er.Dense(3, "tanh"), er.Dense(1))
    law = er.Adam(lr=0.01)
    return er.train(
        net, x, x[:, :1] - x[:, 1:], optimizer=law, steps=steps, batch_size=7, seed=2, validation=None, logbook=path
    )


@pytest.fixture(scope="module")
def losses() -> np.ndarray:
    """All losses of the run, as a run that keeps them gives them."""
    return train(None).loss.copy()


def changed(path: Path, statement: str) -> Record:
    with closing(sqlite3.connect(path)) as database, database:
        assert database.execute(statement).rowcount
    database.close()
    return records_of(Logbook.open(path))[0]


@pytest.mark.parametrize("piece", [1, 7, 100_000])
def test_a_summary_is_that_of_its_losses_however_they_come(piece: int) -> None:
    values = np.random.default_rng(3).normal(size=2999) ** 2
    values[-1] = np.nan
    summarizer = summaries.Summarizer(1000)
    found = [s for a in range(0, 2999, piece) for s in summarizer.add(values[a : a + piece])]
    assert summarizer.open is not None
    found.append(summarizer.open)
    at = 1000
    for summary in found:
        own = values[at - 1000 : at - 1000 + summary.count]
        assert summary.first_step == at + 1
        assert (summary.least, summary.greatest) == (np.nanmin(own), np.nanmax(own))
        if not np.isnan(own).any():
            assert summary.worst_step == at + 1 + np.argmax(own)
            assert summary.mean == pytest.approx(own.mean(), rel=1e-12)
        assert summary.first == own[0]
        assert summary.digest == hashlib.sha256(canonical_bytes(own)).hexdigest()[:32]
        at = summary.last_step
    assert at == 3999 and found[-1].worst_step == 3999 and np.isnan(found[-1].mean)


def test_a_run_of_any_length_has_a_few_thousand_summaries() -> None:
    step = count = 0
    while step < 10**12:
        step, count = summaries.span_end(step + 1), count + 1
    assert count < 9000
    assert summaries.span_end(1_000_000) <= 1_001_472


def test_a_long_run_keeps_its_first_losses_and_replays_the_others(tmp_path: Path, losses: np.ndarray) -> None:
    run = train(tmp_path / "r.logbook")
    record = run.record
    assert record.recorded.kept_until == KEPT < record.steps == STEPS
    np.testing.assert_array_equal(run.losses(0, STEPS), losses)
    np.testing.assert_array_equal(run.losses(KEPT - 3, KEPT + 3), losses[KEPT - 3 : KEPT + 3])
    np.testing.assert_array_equal(run.losses(3990, 3991), losses[3990:3991])
    assert (record.first_loss, record.last_loss) == (losses[0], losses[-1])
    with pytest.raises(OptionError, match=r"of the 4,000 losses of run 1 only those up to step 1,500 .*losses\(start"):
        _ = run.loss
    assert f"{losses[-1]:.6g} at step 4,000" in str(run)
    assert run.verify().ok
    spans = run.loss_summary
    assert spans["count"].sum() == STEPS
    assert spans["greatest"].max() == losses.max()
    assert losses[spans["worst_step"][np.argmax(spans["greatest"])] - 1] == losses.max()
    assert run.why("dense1.weight[0, 0]", step=3000).loss == losses[2999]


def test_losses_are_replayed_in_the_midst_of_another_replay(losses: np.ndarray) -> None:
    record = train(None).record
    for walked in record.walk(range(2000, 2010)):
        assert walked.loss == losses[walked.step - 1]
        assert record.losses(3000, 3001)[0] == losses[3000]


def test_a_run_that_stops_and_goes_on_sums_up_what_it_would_have(tmp_path: Path, losses: np.ndarray) -> None:
    path = tmp_path / "r.logbook"
    run = train(path, 1000).resume(steps=1301).resume(steps=1699)
    assert run.steps == STEPS
    np.testing.assert_array_equal(run.losses(0, STEPS), losses)
    assert run.verify().ok
    counts = [s.count for s in run.record.recorded.summaries]
    assert sum(counts) == STEPS - KEPT and any(s.last_step == 2301 for s in run.record.recorded.summaries)
    fork = run.fork(at=2500, steps=700)
    np.testing.assert_array_equal(fork.losses(0, 2500), losses[:2500])
    assert fork.verify().ok
    assert fork.losses(2490, 3200)[:10].tolist() == losses[2490:2500].tolist()
    assert damage_of(Logbook.open(path), 1) == damage_of(Logbook.open(path), 2) == ()


def test_a_summary_that_is_not_complete_is_replaced(losses: np.ndarray) -> None:
    with Writer.open(None) as writer:
        data = writer.add_data("d", "{}", {}, rows=False)
        run = writer.begin_run(numerics=1, engineroom="0", seed=0, spec={}, plan="", data=data)
        summarizer = summaries.Summarizer(3000)
        for a in range(3000, 3030, 10):
            for whole in summarizer.add(losses[a : a + 10]):
                writer.put_summary(run, "loss", whole)
            if summarizer.open is not None:
                writer.put_summary(run, "loss", summarizer.open)
            writer.commit(run, steps=a + 10)
            kept = writer.logbook.summaries(run, "loss")
            assert [s.first_step for s in kept] == sorted({3001, *range(3009, a + 11, 8)})
            assert kept[-1].last_step == a + 10
        assert damage_of(writer.logbook, run) == ()


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE summaries SET digest = '00' WHERE first_step > 3000", "the summaries of run 1 were changed"),
        ("UPDATE summaries SET greatest = greatest * 2 WHERE first_step > 3000", "the summaries of run 1 were changed"),
        ("DELETE FROM summaries WHERE first_step > 3990", "summaries of run 1, and it holds"),
    ],
)
def test_a_changed_summary_is_noticed(tmp_path: Path, statement: str, said: str) -> None:
    path = tmp_path / "r.logbook"
    train(path)
    record = changed(path, statement)
    assert any(said in sentence for sentence in damage_of(Logbook.open(path), 1))
    with pytest.raises(LogbookError, match=said):
        record.at(3500)


def test_a_replay_that_differs_within_a_span_is_noticed(losses: np.ndarray) -> None:
    class Kept:
        name = "the book"

        def last_scalar(self, run: int, name: str) -> int:
            return 1000

        def scalars(self, run: int, name: str, first: int, last: int) -> np.ndarray:
            return losses[first - 1 : last].copy()

        def summaries(self, run: int, name: str) -> list[er.logbook.Summary]:
            return list(summaries.summaries_of(losses[1000:], 1000))

    recorded = Recorded(Kept(), 1, 0, STEPS)  # type: ignore[arg-type]
    for wrong, first, last in ((500, 500, 500), (2050, 2049, 2056), (3999, 3993, 4000)):
        made = losses.copy()
        assert recorded.comparison(0).see(made) is None
        made[wrong - 1] = np.nextafter(made[wrong - 1], made[wrong - 2] if wrong > 1000 else 9)
        comparison = recorded.comparison(0)
        found = [d for a in range(0, STEPS, 33) if (d := comparison.see(made[a : a + 33]))]
        assert (found[0].first, found[0].last) in ((first, last), (wrong, wrong))
        made[wrong - 1] = 1e9
        found_at = recorded.comparison(wrong - 2).see(made[wrong - 2 : wrong + 1])  # far outside, in a part of a span
        assert found_at is not None and (found_at.first, found_at.last) == (wrong, wrong)
        assert f"loss 1000000000.0 at step {wrong:,}, recorded " in found_at.text
    with pytest.raises(LogbookError, match="the loss of step 4,001 of run 1 is missing"):
        Recorded(Kept(), 1, 0, STEPS + 1)  # type: ignore[arg-type]


def test_a_run_that_grows_is_read_on_and_not_again(
    tmp_path: Path, losses: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "r.logbook"
    train(path)
    whole = records_of(Logbook.open(path))[0]

    def earlier(steps: int, **other: object) -> Record:
        row = replace(whole.row, steps=steps, status="running", **other)  # type: ignore[arg-type]
        return Record(whole.logbook, row, whole.plan, whole.settings, whole.dataset)

    asked: list[tuple[int, int]] = []
    plain = Logbook.scalars

    def scalars(book: Logbook, run: int, name: str, first: int, last: int) -> np.ndarray:
        asked.append((first, last))
        return plain(book, run, name, first, last)

    monkeypatch.setattr(Logbook, "scalars", scalars)
    short, unread, later = earlier(700), earlier(900), earlier(KEPT + 700)
    assert len(short.recorded.kept) == 700
    unread.follow(short)  # nobody asked it for its losses, and it holds on to what is known
    later.follow(unread)
    assert len(later.recorded.kept) == KEPT
    full = records_of(Logbook.open(path), known=[later])[0]
    assert full.recorded.kept.tobytes() == losses[:KEPT].tobytes() == later.recorded.kept.tobytes()
    assert [pair for pair in asked if pair[0] <= pair[1]] == [(1, 700), (701, KEPT)]
    # What was read of another run under its number is not taken for its own.
    forged = earlier(700, seed=3)
    forged._recorded = short.recorded
    other = records_of(Logbook.open(path), known=[forged])[0]
    assert other.recorded.kept.tobytes() == losses[:KEPT].tobytes() and asked[-1] == (1, KEPT)
    # Where less is kept than was known, as after a repair, all of it is read.
    with Writer.open(path) as writer:
        shrunk = Recorded(writer.logbook, 1, 0, 300, known=short.recorded)
    assert len(shrunk.kept) == 300 and asked[-1] == (1, 300)


def test_verify_says_where_a_forged_summary_differs(tmp_path: Path) -> None:
    path = tmp_path / "r.logbook"
    train(path)
    with Writer.open(path) as writer:
        old = next(s for s in writer.logbook.summaries(1, "loss") if s.first_step > 3000)
        writer.put_summary(1, "loss", type(old)(**{**vars(old), "digest": "0" * 32}))
        writer.commit(1, steps=STEPS, status="completed")
    found = records_of(Logbook.open(path))[0].verify()
    assert not found.ok and (found.loss_step, found.loss_by) == (old.first_step, old.last_step)
    assert f"already differ in steps {old.first_step:,} to {old.last_step:,}" in str(found)


def test_repair_takes_summaries_over_and_cuts_the_run_where_one_is_lost(tmp_path: Path, losses: np.ndarray) -> None:
    path = tmp_path / "r.logbook"
    train(path)
    done = repair(path, tmp_path / "whole.logbook")
    assert done.lost == () and records_of(Logbook.open(done.output))[0].verify().ok
    first = Logbook.open(path).summaries(1, "loss")[100].first_step
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE summaries SET least = 0 WHERE first_step = ?", (first,))
    database.close()
    done = repair(path, tmp_path / "cut.logbook")
    assert any(f"steps {first:,} to {STEPS:,} of run 1 are lost" in said for said in done.lost)
    record = records_of(Logbook.open(done.output))[0]
    assert (record.steps, record.status) == (first - 1, "interrupted") and record.verify().ok
    np.testing.assert_array_equal(record.losses(0, record.steps), losses[: record.steps])

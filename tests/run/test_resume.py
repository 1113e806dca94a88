"""A run goes on from an end, an interruption or a crash by the same bits as if it had never stopped."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import engineroom as er
from engineroom.errors import LogbookError, OptionError
from engineroom.logbook import Logbook, Writer
from engineroom.ops import SGD, Adam, Cosine
from engineroom.run import Changes, Record, Settings, fork_run, records_of, resume_run

Trained = Callable[..., Record]

CRASH = """
import os, sys, time
import numpy as np
import engineroom as er
x = np.random.default_rng(5).normal(size=(120, 4))
def progress(done, total, loss, calls=[]):
    calls.append(done)
    if len(calls) == 1:
        time.sleep(1.1)  # so that what was made is committed
    if len(calls) == 3:
        os._exit(9)
er.train(er.Network(er.Dense(4, "tanh"), er.Dense(1)), x, x @ [1.0, -2.0, 0.5, 0.0], optimizer=er.Adam(lr=0.001),
         steps=int(sys.argv[2]), logbook=sys.argv[1], progress=progress if sys.argv[3] == "crash" else None)
"""


def equal(a: Record, b: Record) -> None:
    assert a.steps == b.steps
    np.testing.assert_array_equal(a.loss, b.loss)
    assert a.at(a.steps).same_bits(b.at(b.steps))
    assert a.validation == b.validation
    assert a.status == b.status
    assert a.verify().ok


def test_from_the_end(trained: Trained, settings: Settings) -> None:
    short = resume_run(trained(settings=replace(settings, steps=83)), steps=117)
    whole = trained()
    np.testing.assert_array_equal(short.loss, whole.loss)
    assert short.at(200).same_bits(whole.at(200))
    assert (short.number, short.status) == (1, "completed")
    assert short.verify().ok
    assert resume_run(short, epochs=2).steps == 210


@pytest.mark.parametrize("law", [Adam(lr=0.002), SGD(lr=Cosine(0.02), momentum=0.9)])
def test_from_an_interruption(trained: Trained, settings: Settings, tmp_path: Path, law: Adam | SGD) -> None:
    long = replace(settings, steps=20_000, optimizer=law)

    class UnpluggedError(Exception):
        pass

    def unplug(done: int, total: int, loss: float) -> None:
        raise UnpluggedError

    path = tmp_path / "runs.logbook"
    with pytest.raises(UnpluggedError):
        trained(path, settings=long, progress=unplug)
    (stopped,) = records_of(Logbook.open(path))
    assert stopped.status == "interrupted"
    assert 0 < stopped.steps < 20_000
    equal(resume_run(stopped), trained(settings=long))


def test_from_a_crash(tmp_path: Path) -> None:
    crashed, whole = tmp_path / "crashed.logbook", tmp_path / "whole.logbook"
    for path, how in ((crashed, "crash"), (whole, "whole")):
        subprocess.run([sys.executable, "-c", CRASH, str(path), "300000", how], check=how == "whole")
    (record,) = records_of(Logbook.open(crashed))
    assert record.status == "interrupted"
    assert record.steps < 300_000
    equal(resume_run(record), records_of(Logbook.open(whole))[0])


def test_a_fork_is_resumed(trained: Trained) -> None:
    parent = trained()
    part = fork_run(parent, 52, Changes(batch_size=36), steps=7)
    whole = fork_run(parent, 52, Changes(batch_size=36), steps=30)
    grown = resume_run(part, steps=23)
    np.testing.assert_array_equal(grown.loss, whole.loss)
    assert grown.at(82).same_bits(whole.at(82))
    assert grown.verify().ok


def test_what_cannot_be_resumed_is_said(trained: Trained, settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="made all the steps"):
        resume_run(trained())
    with pytest.raises(OptionError, match="cosine schedule ends at step 50"):
        resume_run(trained(settings=replace(settings, steps=50, optimizer=Adam(lr=Cosine(0.1)))), steps=1)
    broken = trained(settings=replace(settings, optimizer=SGD(lr=3e38)))
    with pytest.raises(OptionError, match="reached NaN or infinity in step"):
        resume_run(broken)
    record = trained(tmp_path / "runs.logbook")
    with Writer.open(tmp_path / "runs.logbook"), pytest.raises(Exception, match="another process"):
        resume_run(record, steps=1)


def lesson(path: Path, seed: int) -> er.Run:
    x = np.random.default_rng(5).normal(size=(20, 2))
    return er.train(er.Network(er.Dense(1)), x, x[:, 0], optimizer=SGD(lr=0.01), steps=30, seed=seed, logbook=path)


@pytest.mark.parametrize("ask", [lambda run: run.resume(steps=3), lambda run: run.fork(at=0, steps=3)])
def test_nothing_goes_on_in_a_logbook_that_is_gone_or_another(tmp_path: Path, ask: Callable[[er.Run], er.Run]) -> None:
    path, other = tmp_path / "a.logbook", tmp_path / "b.logbook"
    run = lesson(path, 0)
    lesson(other, 1)
    path.unlink()
    with pytest.raises(LogbookError, match="there is no file"):
        ask(run)
    assert not path.exists()
    other.rename(path)
    with pytest.raises(LogbookError, match="was exchanged since it was opened, and its run 1 is another one"):
        ask(run)
    (there,) = er.open(path).runs
    assert there.steps == 30 and there.verify().ok

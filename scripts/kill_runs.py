"""Kill training at random moments (SIGKILL), and look whether its logbook kept all that it had said was kept.

    python scripts/kill_runs.py 300 [--seed 0]

Each round trains a run, forks one or resumes one in the same file, with commits and thinning as often as can be, and is
killed: while it opens the file, trains, commits, thins, or closes. Every tenth round begins with a fresh file, or with
one of schema 1 or 2, so that making and migrating are hit too. Then: the file opens, every step whose commit had
returned is there, no run is said to be running, and the newest run is replayed from its seed and equal in every loss,
keyframe and row. The same work is then done without being killed in a copy of the file as it was before, and the run
that was killed is resumed: both end in the same losses, measurements and state, to the bit.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import struct
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import engineroom as er
from engineroom.logbook import Logbook, Writer
from engineroom.run import Changes, _recorder, _summaries, fork_run, records_of, resume_run

FILES = Path(__file__).parent.parent / "tests" / "logbook" / "files"
STEPS, KEPT = 12_000, 3_000
"""How long the runs are, and from where on their losses are summed up, which would be after a million steps."""

LASTING = 0.5
"""Seconds after which the work is killed at the latest; some rounds end before."""


def in_a_child(work: Callable[[int], None]) -> tuple[int, int]:
    """Start `work` in a process of its own; return its id and a pipe that it writes to."""
    reading, writing = os.pipe()
    child = os.fork()
    if child:
        os.close(writing)
        return child, reading
    code = 0
    try:
        os.close(reading)
        work(writing)
    except BaseException:
        traceback.print_exc()
        code = 1
    os._exit(code)


def do(path: Path, seed: int) -> None:
    """Train a run into the file, or fork or resume one that is there."""
    choose = random.Random(seed)
    runs = er.open(path, threads=1).runs if path.exists() else []
    run = runs[-1] if runs else None
    how = choose.choice(("train", "fork", "resume")) if run is not None and len(run.dataset.training) == 48 else "train"
    if run is None or how == "train":
        x = np.random.default_rng(seed).normal(size=(60, 3))
        net = er.Network(er.Dense(8, "tanh"), er.Dense(1))
        options: Any = {"batch_size": 6, "seed": seed, "validation": 0.2, "max_wait": "1ms", "max_size": "20kB"}
        law = er.Adam(lr=0.01)
        er.train(net, x, x[:, :1] * 2, optimizer=law, steps=STEPS, logbook=path, threads=1, **options)
    elif how == "fork":
        options = {"max_wait": "1ms", "max_size": "20kB"}
        changes = Changes(lr=choose.choice((None, 0.02)), batch_size=choose.choice((None, 7)))
        fork_run(run.record, choose.randrange(run.steps + 1), changes, steps=STEPS, **options)
    else:
        unfinished = run.steps < run.record.settings.steps and run.status == "interrupted"
        left: Any = {} if unfinished else {"steps": STEPS // 2}
        resume_run(run.record, **left, max_wait="1ms", max_size="20kB")


def working(path: Path, seed: int, said: int) -> None:
    """Do the work, and say after each commit how far it is."""
    commit = Writer.commit

    def committing(self: Writer, run: int, *, steps: int, status: str = "running") -> None:
        commit(self, run, steps=steps, status=status)
        os.write(said, struct.pack("<qq", run, steps))

    Writer.commit = committing  # type: ignore[method-assign]
    _recorder._COMMIT_EVERY = 0.003
    _recorder.share_for_recording = lambda seconds: 0.5  # type: ignore[assignment]
    do(path, seed)


def look(path: Path, said: dict[int, int]) -> None:
    """Raise unless the file kept all that was said to be committed."""
    records = records_of(Logbook.open(path), threads=1)
    steps = {r.number: r.steps for r in records}
    for run, committed in said.items():
        if steps.get(run, -1) < committed:
            raise AssertionError(f"run {run} had committed step {committed}, and the file has {steps.get(run)}")
    if any(r.status == "running" for r in records):
        raise AssertionError("a run is said to be running")
    if records:
        found = records[-1].verify()
        if not found.ok:
            raise AssertionError(str(found))


def look_further(path: Path, before: Path, seed: int) -> None:
    """Raise unless the run that was killed, when resumed, ends as the same work ends that nobody killed."""
    do(before, seed)
    whole = records_of(Logbook.open(before), threads=1)[-1]
    killed = next((r for r in records_of(Logbook.open(path), threads=1) if r.number == whole.number), None)
    if killed is None:
        return
    if killed.steps < whole.steps:
        killed = resume_run(killed, steps=whole.steps - killed.steps)
    same = (
        killed.losses(0, whole.steps).tobytes() == whole.losses(0, whole.steps).tobytes()
        and killed.at(whole.steps).values.tobytes() == whole.at(whole.steps).values.tobytes()
        and repr(killed.validation) == repr(whole.validation)
    )
    if killed.steps != whole.steps or not same or not killed.verify().ok:
        raise AssertionError(f"{killed.name} was resumed and is not what it would have been")


def main() -> int:
    """Kill as often as asked, and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kills", type=int)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    _summaries.KEPT = KEPT
    _ = er.open, er.train  # loaded once, here, so that it is the work that is killed
    choose = random.Random(asked.seed)
    kills = rounds = hit = bad = 0
    with tempfile.TemporaryDirectory() as folder:
        path, before = Path(folder) / "runs.logbook", Path(folder) / "before" / "runs.logbook"
        before.parent.mkdir()
        said: dict[int, int] = {}
        while kills < asked.kills:
            if rounds % 10 == 0:
                for file in Path(folder).glob("runs.logbook*"):
                    file.unlink()
                said = {}
                if rounds % 30:
                    shutil.copy(FILES / f"schema{rounds // 10 % 3}.logbook", path)
            rounds += 1
            for file in before.parent.iterdir():
                file.unlink()
            for file in Path(folder).glob("runs.logbook*"):
                shutil.copy(file, before.with_name(file.name))
            seed = asked.seed * 1_000_000 + rounds
            child, pipe = in_a_child(lambda out, seed=seed: working(path, seed, out))  # type: ignore[misc]
            # A third of the moments lies where the file is opened, made or migrated.
            time.sleep(choose.uniform(0.0, LASTING if rounds % 3 else LASTING / 8))
            os.kill(child, signal.SIGKILL)
            with os.fdopen(pipe, "rb") as file_:
                told = file_.read()
            told = told[: len(told) // 16 * 16]
            newest = dict(struct.iter_unpack("<qq", told))
            said.update(newest)
            _, status = os.waitpid(child, 0)
            kills += os.WIFSIGNALED(status)
            hit += bool(newest)
            bad += os.WIFEXITED(status) and os.WEXITSTATUS(status) != 0
            if path.exists() and path.stat().st_size:
                bad += not goes_well(lambda said=said: look(path, said))  # type: ignore[misc]
                bad += not goes_well(lambda seed=seed: look_further(path, before, seed))  # type: ignore[misc]
    print(
        f"seed {asked.seed}: {kills} kills in {rounds} rounds, {hit} of them after commits of the run that was killed; "
        f"{bad} files failed"
    )
    return 1 if bad else 0


def goes_well(work: Callable[[], None]) -> bool:
    """Whether something can be done, in a process of its own, without an error."""
    child, pipe = in_a_child(lambda _: work())
    os.close(pipe)
    return os.waitpid(child, 0)[1] == 0


if __name__ == "__main__":
    sys.exit(main())

"""Kill training at random moments (SIGKILL), and look whether its logbook kept all that it had said was kept.

    python scripts/kill_runs.py 100 [--seed 0]

Each round trains another run into the same file, with commits and thinning as often as can be, and is killed: while it
opens the file, trains, commits, thins, or closes. Every tenth round begins with a fresh file, or with one of schema 1,
so that making and migrating are hit too. Then: the file opens, every step whose commit had returned is there, no run is
said to be running, and the newest run is replayed from its seed and equal in every loss, keyframe and row.
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
from engineroom.run import _recorder, records_of

OLD = Path(__file__).parent.parent / "tests" / "logbook" / "files" / "schema1.logbook"
LASTING = 0.5
"""Seconds after which training is killed at the latest; some rounds end before."""


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


def train(path: Path, seed: int, said: int) -> None:
    """Train into the file, and say after each commit how far it was."""
    commit = Writer.commit

    def committing(self: Writer, run: int, *, steps: int, status: str = "running") -> None:
        commit(self, run, steps=steps, status=status)
        os.write(said, struct.pack("<qq", run, steps))

    Writer.commit = committing  # type: ignore[method-assign]
    _recorder._COMMIT_EVERY = 0.003
    _recorder.share_for_recording = lambda seconds: 0.5  # type: ignore[assignment]
    x = np.random.default_rng(seed).normal(size=(60, 3))
    options: Any = {"batch_size": 6, "seed": seed, "validation": 0.2, "max_wait": "1ms", "max_size": "6kB"}
    er.train(
        er.Network(er.Dense(8, "tanh"), er.Dense(1)), x, x[:, :1] * 2, steps=40_000, logbook=path, threads=1, **options
    )


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


def main() -> int:
    """Kill as often as asked, and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kills", type=int)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    choose = random.Random(asked.seed)
    kills = rounds = hit = bad = 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "runs.logbook"
        said: dict[int, int] = {}
        while kills < asked.kills:
            if rounds % 10 == 0:
                for file in Path(folder).iterdir():
                    file.unlink()
                said = {}
                if rounds % 20:
                    shutil.copy(OLD, path)
            rounds += 1
            child, pipe = in_a_child(lambda out, seed=rounds: train(path, seed, out))  # type: ignore[misc]
            # A third of the moments lies where the file is opened, made or migrated.
            time.sleep(choose.uniform(0.0, LASTING if rounds % 3 else LASTING / 8))
            os.kill(child, signal.SIGKILL)
            with os.fdopen(pipe, "rb") as file:
                told = file.read()
            told = told[: len(told) // 16 * 16]
            newest = dict(struct.iter_unpack("<qq", told))
            said.update(newest)
            _, status = os.waitpid(child, 0)
            kills += os.WIFSIGNALED(status)
            hit += bool(newest)
            if os.WIFEXITED(status) and os.WEXITSTATUS(status):
                bad += 1
            if path.exists() and path.stat().st_size:
                checker, pipe = in_a_child(lambda _, said=said: look(path, said))  # type: ignore[misc]
                os.close(pipe)
                bad += os.waitpid(checker, 0)[1] != 0
    print(
        f"seed {asked.seed}: {kills} kills in {rounds} rounds, {hit} of them after commits of the run that was killed; "
        f"{bad} files failed"
    )
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())

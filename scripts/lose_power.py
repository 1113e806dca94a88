"""Cut the power at random moments while runs are trained, forked, resumed and brought forward; look what is left.

    python scripts/lose_power.py 100 [--seed 0]

No power is cut. A library that is loaded before all others (`lose_power.c`, compiled with the C compiler of this
machine) writes down everything a training process does to the files of its folder: writes, truncations, what it makes
and removes, and when it waits for the disk (fsync). A loss of power is a moment in that list, and a disk that kept
everything that had been waited for, and of everything else what chance left of it: each 512 bytes of each write by
themselves, each truncation, and of the names made and removed since the folder was last waited for the first few.

Then: the file opens, every step whose commit had returned is there, no run is said to be running, and every run is
replayed from its seed and equal in every loss, keyframe and row.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

import engineroom as er
from engineroom.errors import EngineroomError
from engineroom.logbook import Logbook, Writer, _writer
from engineroom.run import _recorder, _summaries, records_of

HERE = Path(__file__).parent
OLD = HERE.parent / "tests" / "logbook" / "files" / "schema1.logbook"
BOOK, SAID = "runs.logbook", "said"
OPEN, WRITE, SYNC, TRUNCATE, UNLINK, CREATE = range(1, 7)
SECTOR = 512

KINDS = ("network", "new", "fork", "resume", "old", "again")


def work(folder: Path, kind: str, seed: int) -> None:
    """Train in this process, and say after each commit how far each run is."""
    commit, path = Writer.commit, folder / BOOK
    said = os.open(folder / SAID, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def committing(self: Writer, run: int, *, steps: int, status: str = "running") -> None:
        commit(self, run, steps=steps, status=status)
        os.write(said, struct.pack("<qq", run, steps))

    Writer.commit = committing  # type: ignore[method-assign]
    _recorder._COMMIT_EVERY = 0.01
    _summaries.KEPT = 1500
    _recorder.share_for_recording = lambda seconds: 0.5  # type: ignore[assignment]
    if kind == "network":
        # As on a file system of other machines, where there is no WAL.
        vars(_writer)["lies_on_network"] = lambda path: True
    if kind == "fork":
        er.open(path, threads=1).runs[-1].fork(at=1000, steps=4000, progress=None)
    elif kind == "resume":
        er.open(path, threads=1).runs[-1].resume(steps=4000)
    else:
        # The wide net has keyframes of more than a megabyte, which take another way into the file.
        width = 300 if (seed - 1) // len(KINDS) % 2 else 8
        train(path, seed, steps=100 if width == 300 else 6000, width=width)


def train(path: Path, seed: int, steps: int, width: int = 8) -> None:
    """Train into the file, with commits and thinning as often as can be."""
    x = np.random.default_rng(seed).normal(size=(60, 3))
    net = er.Network(er.Dense(width, "tanh"), er.Dense(width, "tanh"), er.Dense(1))
    options: Any = {"batch_size": 6, "seed": seed, "validation": 0.2, "max_wait": "1ms", "max_size": "200kB"}
    er.train(net, x, x[:, :1] * 2, optimizer=er.Adam(lr=0.01), steps=steps, logbook=path, threads=1, **options)


@dataclass
class Disk:
    """The content of one file: what is sure to be there, and what came since."""

    sure: bytes = b""
    since: list[tuple[int, int, bytes]] = field(default_factory=list)

    def settled(self, choose: random.Random | None) -> bytes:
        """Return the content with what chance leaves of it; None leaves all."""
        content = bytearray(self.sure)
        kept = 1.0 if choose is None else choose.random()
        for what, offset, data in self.since:
            if what == TRUNCATE:
                if choose is None or choose.random() < kept:
                    del content[offset:]
                    content.extend(bytes(offset - len(content)))
                continue
            at = 0
            while at < len(data):
                piece = data[at : at + SECTOR - (offset + at) % SECTOR]
                if choose is None or choose.random() < kept:
                    content.extend(bytes(max(0, offset + at + len(piece) - len(content))))
                    content[offset + at : offset + at + len(piece)] = piece
                at += len(piece)
        return bytes(content)

    def sync(self) -> None:
        """Wait for the disk."""
        self.sure, self.since = self.settled(None), []


def records_in(log: bytes) -> Iterator[tuple[int, int, int, bytes]]:
    """Yield the operations of the log: what, file, offset, data."""
    at = 0
    while at < len(log):
        what, file, offset, size = struct.unpack_from("<qqqq", log, at)
        yield what, file, offset, log[at + 32 : at + 32 + size]
        at += 32 + size


def left_behind(
    before: dict[str, bytes], operations: list[tuple[int, int, int, bytes]], choose: random.Random | None
) -> tuple[dict[str, bytes], bytes]:
    """Return the files after a loss of power, and what had been said by then.

    Parameters
    ----------
    before : the files before the first operation, all of them safe.
    operations : what was done until then.
    choose : chance; None loses nothing.
    """
    now = {name: Disk(content) for name, content in before.items()}
    sure = dict(now)
    changes: list[tuple[str, Disk | None]] = []
    names: dict[int, str] = {}
    opened: dict[int, Disk] = {}
    said = b""
    for what, file, offset, data in operations:
        if what in (OPEN, CREATE):
            names[file] = name = data.decode()
            if what == CREATE:
                now[name] = Disk()
                changes.append((name, now[name]))
            if name != ".":
                opened[file] = now[name]
        elif what == UNLINK:
            if now.pop(data.decode(), None) is not None:
                changes.append((data.decode(), None))
        elif what == SYNC and names[file] == ".":
            sure, changes = dict(now), []
        elif what == SYNC:
            opened[file].sync()
        elif names[file] == SAID:
            said += data
        else:
            opened[file].since.append((what, offset, data))
    for name, disk in changes[: None if choose is None else choose.randrange(len(changes) + 1)]:
        if disk is None:
            sure.pop(name, None)
        else:
            sure[name] = disk
    sure.pop(SAID, None)
    return {name: disk.settled(choose) for name, disk in sure.items()}, said


def look(folder: Path, said: dict[int, int]) -> str | None:
    """Return what is wrong with the file, or None."""
    path = folder / BOOK
    if not said and (not path.exists() or not path.stat().st_size):
        return None
    try:
        records = records_of(Logbook.open(path), threads=1)
    except EngineroomError as error:
        # A new file in which nothing was ever committed holds nothing that could be lost.
        return f"it cannot be opened: {error}" if said else None
    steps = {r.number: r.steps for r in records}
    for run, committed in said.items():
        if steps.get(run, -1) < committed:
            return f"run {run} had committed step {committed}, and the file has {steps.get(run)}"
    if any(r.status == "running" for r in records):
        return "a run is said to be running"
    for record in records:
        found = record.verify()
        if not found.ok:
            return str(found)
    beside = [p.name for p in folder.iterdir() if p.name != BOOK and not p.name.startswith(BOOK)]
    return f"{beside} is left" if beside else None


def compiled(folder: Path) -> Path:
    """Return the library that writes operations down."""
    compiler = os.environ.get("CC") or shutil.which("cc") or shutil.which("gcc")
    if compiler is None or sys.platform != "linux":
        raise SystemExit("losing power needs Linux and a C compiler: set CC to one")
    library = folder / "lose_power.so"
    subprocess.run(
        [compiler, "-shared", "-fPIC", "-O1", "-o", str(library), str(HERE / "lose_power.c"), "-ldl"], check=True
    )
    return library


def main() -> int:
    """Lose power as often as asked, and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("losses", type=int)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--each", type=int, default=10, help="moments tried of each training")
    parser.add_argument("--work", nargs=3, metavar=("FOLDER", "KIND", "SEED"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.work:
        work(Path(asked.work[0]), asked.work[1], int(asked.work[2]))
        return 0
    choose = random.Random(asked.seed)
    losses = after = bad = unsafe = trainings = 0
    with tempfile.TemporaryDirectory() as made:
        library = compiled(Path(made))
        while losses < asked.losses:
            kind = KINDS[trainings % len(KINDS)]
            trainings += 1
            folder = Path(made) / f"training{trainings}"
            folder.mkdir()
            if kind == "old":
                shutil.copy(OLD, folder / BOOK)
            elif kind != "new":
                train(folder / BOOK, 1, steps=2000)
            before = {p.name: p.read_bytes() for p in folder.iterdir()}
            log = Path(made) / "log"
            log.unlink(missing_ok=True)
            told = {**os.environ, "LD_PRELOAD": str(library), "POWER_FOLDER": str(folder), "POWER_LOG": str(log)}
            subprocess.run(
                [sys.executable, __file__, "0", "--work", str(folder), kind, str(trainings)], env=told, check=True
            )
            operations = list(records_in(log.read_bytes()))
            for _ in range(min(asked.each, asked.losses - losses)):
                moment = choose.randrange(len(operations) + 1)
                files, said = left_behind(before, operations[:moment], choose)
                place = Path(made) / "left"
                shutil.rmtree(place, ignore_errors=True)
                place.mkdir()
                for name, content in files.items():
                    (place / name).write_bytes(content)
                kept = dict(struct.iter_unpack("<qq", said))
                losses += 1
                after += bool(kept)
                unsafe += files != left_behind(before, operations[:moment], None)[0]
                wrong = look(place, kept)
                if wrong is not None:
                    bad += 1
                    print(
                        f"training {trainings} ({kind}), operation {moment} of {len(operations)}: {wrong}", flush=True
                    )
            shutil.rmtree(folder)
    print(
        f"seed {asked.seed}: {losses} losses of power in {trainings} trainings, {after} of them after commits of the "
        f"run under way, {unsafe} of them with something lost that was not waited for; {bad} files failed"
    )
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())

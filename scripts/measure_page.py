"""Measure the page's server: a scrub to any step of a long run, and what a page that looks on costs training."""

from __future__ import annotations

import argparse
import tempfile
import threading
from pathlib import Path
from statistics import median
from time import perf_counter, sleep

import numpy as np

import engineroom as er
from engineroom.show.page import Desk, pack, unpack


class Talk:
    """A client of a desk."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.ready, self.next, self.states = desk, threading.Event(), 0, 0
        self.client = desk.join(self.ready.set)

    def ask(self, ask: str, **args: object) -> dict[str, object]:
        """Return the header of the answer."""
        self.next += 1
        self.desk.receive(self.client, pack({"id": self.next, "ask": ask, **args}))
        while True:
            self.ready.wait()
            self.ready.clear()
            while (frame := self.client.mailbox.take()) is not None:
                header, _ = unpack(frame)
                self.states += header.get("push") == "state"
                if header.get("id") == self.next:
                    return header


def scrub(steps: int, moves: int) -> None:
    """Print how long a move to a random step takes, at once and after the gaps were filled."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "digits.logbook"
        er.train(None, "digits", target="digit", steps=steps, logbook=path)
        desk = Desk(path)
        talk, rng = Talk(desk), np.random.default_rng(0)
        talk.ask("watch", run=1, visible=True)
        for label, wait in (("at once", 0.0), ("after 10 s", 10.0)):
            sleep(wait)
            for ask in ("state", "cycle"):
                took = []
                for step in rng.integers(1, steps, moves).tolist():
                    began = perf_counter()
                    talk.ask(ask, run=1, step=step)
                    took.append(1e3 * (perf_counter() - began))
                took.sort()
                tail = took[int(0.95 * moves)]
                print(f"{ask} of {steps:,} steps, {label}: median {median(took):.0f} ms, 95 % {tail:.0f} ms")
        desk.close()


def cost(steps: int, rounds: int) -> None:
    """Print how much longer training takes while a page looks on; the two take turns."""
    times: dict[bool, list[float]] = {True: [], False: []}
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(_empty(Path(folder) / "digits.logbook"))
        talk = Talk(desk)
        for _ in range(rounds):
            for visible in (False, True):
                newest = (talk.ask("hello")["answer"] or {})["newest"] or 0  # type: ignore[index]
                talk.ask("watch", run=newest + 1, visible=visible)
                began = perf_counter()
                talk.ask("train", data={"bundled": "digits"}, steps=steps)
                while not desk.trainer.idle:
                    sleep(0.002)
                    while (frame := talk.client.mailbox.take()) is not None:
                        talk.states += unpack(frame)[0].get("push") == "state"
                times[visible].append(perf_counter() - began)
        desk.close()
    alone, watched = median(times[False]), median(times[True])
    least = min(times[True]) / min(times[False]) - 1
    print(
        f"training {steps:,} steps: {alone:.2f} s alone, {watched:.2f} s watched "
        f"({100 * (watched / alone - 1):+.1f} % by medians, {100 * least:+.1f} % by the quickest), "
        f"{talk.states / sum(times[True]):.0f} pictures a second"
    )


def _empty(path: Path) -> Path:
    er.train(er.Network(er.Dense(1)), [1, 2, 3], [2, 4, 6], steps=1, logbook=path)
    return path


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=100_000)
    parser.add_argument("--moves", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    scrub(given.steps, given.moves)
    cost(given.steps // 10, given.rounds)

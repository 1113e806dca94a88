"""The page in a real browser: how soon it is there, how soon it scrubs, how smoothly it shows training, at what cost.

The server is a process of its own, started as a person starts it; the browser is Chromium without a window, driven by
Playwright. What is timed in the page is timed by the page's own clock, to the frame after the new numbers were drawn.
A run that trains is looked at by a page that no debugger follows.
"""

from __future__ import annotations

import contextlib
import gzip
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import engineroom as er
from bench._onlooker import Onlooker
from bench._race import ROOT, environment
from bench._report import Report
from engineroom.show.page import pack, unpack

__all__ = ["measure"]

STATIC = Path(er.__file__).parent / "show" / "static"
BUNDLE = ("index.html", "page.js", "page.css")
CLIENTS = 10
HIDDEN = 705
"""Units between the 61 pixels of the digits that ever change and their ten classes: 50,000 weights and some."""

# Counts the pictures that a page is sent, where its own code hears nothing of it.
COUNTED = """
const Plain = WebSocket;
window.pictures = 0;
window.WebSocket = class extends Plain {
    constructor(...args) {
        super(...args);
        this.addEventListener("message", ({ data }) => {
            const length = new DataView(data).getUint32(0, true);
            const head = new TextDecoder().decode(new Uint8Array(data, 4, Math.min(length, 60)));
            if (head.includes('"push":"state"') || head.includes('"push": "state"')) window.pictures += 1;
        });
    }
};
"""

# Resolves once the picture's own description speaks of the step that the timeline shows, and a frame has passed.
MOVED = """
window.moves = [];
addEventListener("pointerdown", (event) => {
    const began = event.timeStamp;
    const look = () => {
        const track = document.querySelector("[role=slider][aria-label=Step]");
        const label = document.querySelector("[role=application]")?.getAttribute("aria-label") ?? "";
        const drawn = Number(/Step (\\d+),/.exec(label)?.[1]);
        if (drawn !== Number(track.getAttribute("aria-valuenow"))) return requestAnimationFrame(look);
        requestAnimationFrame(() => setTimeout(() => window.moves.push(performance.now() - began)));
    };
    setTimeout(look);
}, { capture: true });
"""

READY = "!!document.querySelector(\"[role=application][aria-label*='Step ']\")"

TRACK = """
(({ left, top, width, height }) => [left, top, width, height])(
    document.querySelector("[role=slider][aria-label=Step]").getBoundingClientRect())
"""

FRAMES = """
new Promise((done) => {
    const seconds = %f;
    const times = [];
    const pictures = window.pictures;
    const tick = (now) => {
        times.push(now);
        if (now - times[0] < 1000 * seconds) requestAnimationFrame(tick);
        else done({ times, pictures: window.pictures - pictures });
    };
    requestAnimationFrame(tick);
})
"""


def measure(report: Report, threads: int, quick: bool) -> None:
    """Add the tables of the page."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        report.progress("page: playwright is not installed, so nothing is measured")
        return
    found = next(
        (place for name in ("chromium", "chromium-browser", "google-chrome") if (place := shutil.which(name))), None
    )
    if found is None:
        report.progress("page: there is no Chromium, so nothing is measured")
        return
    facts: dict[str, Any] = {"load before": os.getloadavg()}
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        path = Path(folder) / "digits.logbook"
        report.progress("page: 100,000 steps of the digits")
        er.train(None, "digits", target="digit", steps=100_000, batch_size=32, threads=threads, logbook=path)
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        rows = []
        with _served(path, threads) as url:
            rows.append(["bundle, gzipped", f"{_bundle(facts) / 1000:.0f} kB", "under 300 kB"])
            report.progress("page: first paint")
            rows += _paint(browser, url, facts, 3 if quick else 9)
            report.progress("page: scrubbing")
            rows += _scrub(browser, url, facts, 20 if quick else 100)
            report.progress("page: a live run")
            rows += _live(browser, url, facts, 4.0 if quick else 15.0)
            report.progress("page: what looking on costs")
            # A short run pays for the opening of its view, which a long one does not feel.
            for pairs, steps in ((2, 2_000),) if quick else ((7, 10_000), (5, 50_000)):
                rows += _cost(browser, url, facts, pairs, steps)
        browser.close()
    facts["load after"] = os.getloadavg()
    before, after = facts["load before"][0], facts["load after"][0]
    report.table(
        f"The page in Chromium (load of the machine {before:.1f} before, {after:.1f} after, {os.cpu_count()} cores)",
        ["what", "measured", "promised"],
        rows,
    )
    report.facts["page"] = facts


@contextlib.contextmanager
def _served(path: Path, threads: int) -> Iterator[str]:
    """Serve a logbook as `engineroom show` does, and yield its link."""
    command = [sys.executable, "-m", "engineroom", "show", str(path), "--no-open", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment(threads), cwd=ROOT) as process:
        try:
            assert process.stdout is not None
            told = ""
            while not told.rstrip().endswith("}"):
                line = process.stdout.readline()
                if not line:
                    raise RuntimeError(f"engineroom show ended and said {told!r}")
                told += line
            yield json.loads(told)["page"].partition("#")[0]
        finally:
            process.terminate()


def _bundle(facts: dict[str, Any]) -> int:
    facts["bundle"] = {name: len(gzip.compress((STATIC / name).read_bytes(), 9, mtime=0)) for name in BUNDLE}
    return sum(facts["bundle"].values())


def _paint(browser: Any, url: str, facts: dict[str, Any], times: int) -> list[list[str]]:
    first, whole = [], []
    for _ in range(times):
        page = Onlooker(browser, f"{url}#/run/1/cycle")
        page.until(READY)
        whole.append(float(page.evaluate("performance.now()")))
        first.append(float(page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")))
        page.close()
    facts["first paint ms"], facts["network drawn ms"] = first, whole
    return [
        ["first paint", _spread(first), "under 1,000 ms"],
        ["until the network of the run is drawn", _spread(whole), ""],
    ]


def _scrub(browser: Any, url: str, facts: dict[str, Any], moves: int) -> list[list[str]]:
    """Click here and there on the timeline, at once and after the server has had ten quiet seconds."""
    page = Onlooker(browser, f"{url}#/run/1/cycle", MOVED)
    page.until(READY)
    left, top, width, height = page.evaluate(TRACK)
    rows = []
    for label, quiet in (("at once", 0.0), ("after 10 s", 10.0)):
        time.sleep(quiet)
        page.evaluate("window.moves = []")
        for k in range(moves):
            # The golden section visits every part of the run, and no place twice: the page keeps what it was answered.
            part = (len(rows) * moves + k + 1) * 0.6180339887 % 1
            page.click(left + part * width, top + height / 2)
            page.until(f"window.moves.length > {k}")
        took = sorted(page.evaluate("window.moves"))
        facts[f"scrub {label} ms"] = took
        tail = took[min(int(0.95 * len(took)), len(took) - 1)]
        text = f"{statistics.median(took):.0f} ms, 95 % under {tail:.0f} ms"
        rows.append([f"a move over 100,000 steps until its numbers are drawn, {label}", text, "under 100 ms"])
    page.close()
    return rows


class Client:
    """A client of the server that does not look, and keeps count of what it is sent all the same."""

    def __init__(self, url: str) -> None:
        from websockets.exceptions import ConnectionClosed
        from websockets.sync.client import connect
        from websockets.typing import Origin

        parts = urlsplit(url)
        self.socket = connect(
            f"ws://{parts.netloc}/socket?{parts.query}",
            origin=Origin(f"http://{parts.netloc}"),
            max_size=None,
            compression=None,
        )
        self.closed = ConnectionClosed
        self.next, self.pushed = 0, 0
        self.answers: dict[int, dict[str, Any]] = {}
        self.ended: dict[int, float] = {}
        self.changed = threading.Condition()
        threading.Thread(target=self._hear, daemon=True).start()

    def _hear(self) -> None:
        with contextlib.suppress(self.closed):
            for frame in self.socket:
                header, _ = unpack(frame if isinstance(frame, bytes) else frame.encode())
                with self.changed:
                    self.pushed += "push" in header
                    if header.get("push") == "progress" and header["status"] not in ("queued", "running"):
                        self.ended[header["run"]] = time.perf_counter()
                    elif "id" in header:
                        self.answers[header["id"]] = header
                    self.changed.notify_all()

    def ask(self, ask: str, **args: Any) -> dict[str, Any]:
        """Return the answer."""
        self.next += 1
        given = self.next
        self.socket.send(pack({"id": given, "ask": ask, **args}))
        with self.changed:
            self.changed.wait_for(lambda: given in self.answers, 60)
            answer = self.answers.pop(given)
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return dict(answer["answer"])

    def wait(self, run: int, seconds: float = 600.0) -> float | None:
        """Return when the last word on a training came; None when it did not."""
        with self.changed:
            self.changed.wait_for(lambda: run in self.ended, seconds)
            return self.ended.get(run)


def _train(client: Client, steps: int) -> int:
    return int(
        client.ask(
            "train",
            data={"bundled": "digits"},
            network=[{"units": HIDDEN, "activation": "relu"}, {"units": 10}],
            batch_size=32,
            steps=steps,
        )["run"]
    )


def _live(browser: Any, url: str, facts: dict[str, Any], seconds: float) -> list[list[str]]:
    client = Client(url)
    run = _train(client, 10_000_000)
    page = Onlooker(browser, f"{url}#/run/{run}/cycle", COUNTED)
    page.until(READY)
    time.sleep(1.0)
    told = page.evaluate(FRAMES % seconds)
    page.close()
    shapes = [it["shape"] for it in client.ask("describe", run=run)["parameters"]]
    weights = sum(shape[0] * shape[1] for shape in shapes if len(shape) == 2)
    client.ask("stop", run=run)
    client.wait(run)
    client.socket.close()
    gaps = sorted(b - a for a, b in zip(told["times"], told["times"][1:], strict=False))
    whole = (told["times"][-1] - told["times"][0]) / 1000
    facts["live frames ms"], facts["live pictures"] = gaps, told["pictures"]
    tail = gaps[min(int(0.95 * len(gaps)), len(gaps) - 1)]
    return [
        [
            f"frames a second while {weights:,} weights are drawn and trained",
            f"{len(gaps) / whole:.0f}, 95 % of the gaps under {tail:.0f} ms",
            "60",
        ],
        ["of those with new weights", f"{told['pictures'] / whole:.0f} a second", ""],
    ]


def _cost(browser: Any, url: str, facts: dict[str, Any], pairs: int, steps: int) -> list[list[str]]:
    """Train alone and looked at, in turn, ten more clients connected in both; what comes first changes."""
    orders = Client(url)
    hidden = [Client(url) for _ in range(CLIENTS)]
    for client in hidden:
        client.ask("watch", run=None, visible=False)
    page = Onlooker(browser, f"{url}#/lessons")
    took: dict[bool, list[float]] = {True: [], False: []}
    before = [client.pushed for client in hidden]
    run = 0
    for pair in range(pairs):
        for watched in (False, True) if pair % 2 else (True, False):
            newest = len(orders.ask("runs")["runs"]) + 1
            page.evaluate(f"location.hash = '{f'/run/{newest}/cycle' if watched else '/lessons'}'")
            time.sleep(0.5)
            began = time.perf_counter()
            run = _train(orders, steps)
            ended = orders.wait(run)
            if ended is None:
                raise RuntimeError(f"nobody was told how run {run} ended")
            took[watched].append(ended - began)
    pushed = sum(client.pushed for client in hidden) - sum(before)
    told = 0
    for client in hidden:
        client.ask("watch", run=run, visible=True)
        told += client.wait(run, 5.0) is not None
    page.close()
    for client in (orders, *hidden):
        client.socket.close()
    facts[f"{steps} steps"] = {"alone": took[False], "watched": took[True], "pushed to hidden": pushed, "told": told}
    more = 100 * (statistics.median(took[True]) / statistics.median(took[False]) - 1)
    least = 100 * (min(took[True]) / min(took[False]) - 1)
    return [
        [
            f"training {steps:,} steps slower when a page looks on and {CLIENTS} more are connected",
            f"{more:+.1f} % by medians of {pairs} pairs, {least:+.1f} % by the quickest",
            "at most 5 %",
        ],
        [f"messages pushed to the {CLIENTS} while nobody looks at them", f"{pushed}", "none"],
        ["told how the last training ended once they are looked at", f"{told} of {CLIENTS}", "all"],
    ]


def _spread(values: list[float]) -> str:
    return f"{statistics.median(values):.0f} ms ({min(values):.0f} to {max(values):.0f})"

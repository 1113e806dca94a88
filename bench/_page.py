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
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import engineroom as er
from bench._onlooker import READY, Onlooker
from bench._race import ROOT, environment, percentile95
from bench._report import Report
from bench._watched import cost, live, pace

__all__ = ["measure"]

STATIC = Path(er.__file__).parent / "show" / "static"
BUNDLE = ("index.html", "page.js", "page.css")

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

TRACK = """
(({ left, top, width, height }) => [left, top, width, height])(
    document.querySelector("[role=slider][aria-label=Step]").getBoundingClientRect())
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
        with _served(path, threads) as (url, server):
            rows.append(["bundle, gzipped", f"{_bundle(facts) / 1000:.0f} kB", "under 300 kB"])
            report.progress("page: first paint")
            rows += _paint(browser, url, facts, 3 if quick else 9)
            report.progress("page: scrubbing")
            rows += _scrub(browser, url, facts, 20 if quick else 100)
            report.progress("page: a live run")
            rows += live(browser, url, facts, 4.0 if quick else 15.0)
            report.progress("page: what looking on costs")
            rows += cost(browser, url, facts, *((2, 2_000) if quick else (7, 10_000)))
            rows += pace(browser, url, server, facts, *((1, 2.0) if quick else (5, 5.0)))
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
def _served(path: Path, threads: int) -> Iterator[tuple[str, int]]:
    """Serve a logbook as `engineroom show` does, and yield its link and the number of the server's process."""
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
            yield json.loads(told)["page"].partition("#")[0], process.pid
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
        text = f"{statistics.median(took):.0f} ms, 95 % under {percentile95(took):.0f} ms"
        rows.append([f"a move over 100,000 steps until its numbers are drawn, {label}", text, "under 100 ms"])
    page.close()
    return rows


def _spread(values: list[float]) -> str:
    return f"{statistics.median(values):.0f} ms ({min(values):.0f} to {max(values):.0f})"

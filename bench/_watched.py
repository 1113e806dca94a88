"""A run that trains while a page looks on: how smoothly it is drawn, and what looking costs it."""

from __future__ import annotations

import contextlib
import itertools
import os
import statistics
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench._client import Client
from bench._onlooker import READY, Onlooker
from bench._race import percentile95

__all__ = ["cost", "live", "pace"]

VIEWS = ("cycle", "weight", "neuron", "rate", "data", "health")
"""The views of a run, which ask for this and that while it trains."""

CLIENTS = 10
LONG = 10_000_000
"""Steps of a run that does not end before it is stopped."""

HIDDEN = 705
"""Units between the 61 pixels of the digits that ever change and their ten classes: 50,000 weights and some."""

# Counts the states that a page is sent, each of which it draws as a picture, without changing the page's own code.
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


def _hidden(url: str) -> list[Client]:
    """Return clients that say, as a page in a hidden tab does, that nobody sees them."""
    clients = [Client(url) for _ in range(CLIENTS)]
    for client in clients:
        client.ask("watch", run=None, visible=False)
    return clients


def live(browser: Any, url: str, facts: dict[str, Any], seconds: float) -> list[list[str]]:
    """Measure how many frames a second a page draws while the run that it shows trains."""
    client = Client(url)
    run = _train(client, LONG)
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
    return [
        [
            f"frames a second while {weights:,} weights are drawn and trained",
            f"{len(gaps) / whole:.0f}, 95 % of the gaps under {percentile95(gaps):.0f} ms",
            "60",
        ],
        ["of those with new weights", f"{told['pictures'] / whole:.0f} a second", ""],
    ]


def cost(browser: Any, url: str, facts: dict[str, Any], pairs: int, steps: int) -> list[list[str]]:
    """Train with no page that looks on and with one, in turn, the first of a pair changing; ten more are connected."""
    orders, hidden = Client(url), _hidden(url)
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


@dataclass(frozen=True)
class _Stretch:
    """Some seconds of a training.

    Attributes
    ----------
    rate : steps a second.
    waited : how long its thread was ready to run and had no core, in per cent of the time.
    stolen : how long cores of this machine wanted to run and the hypervisor ran others, in per cent of one core's time.
    """

    rate: float
    waited: float
    stolen: float


def _stretch(orders: Client, server: int, seconds: float) -> _Stretch:
    waited, stolen, since = _waited(server), _stolen(), time.perf_counter()
    begun = orders.progress
    time.sleep(seconds)
    ended = orders.progress
    per_cent = 100 / (time.perf_counter() - since)
    return _Stretch(
        (ended["step"] - begun["step"]) / (ended["seconds"] - begun["seconds"]),
        per_cent * (_waited(server) - waited),
        per_cent * (_stolen() - stolen),
    )


def pace(browser: Any, url: str, server: int, facts: dict[str, Any], looks: int, seconds: float) -> list[list[str]]:
    """Look at one long training and away again, in turn, and compare its pace with that right before and right after.

    Each look is at the next view, and begins with its opening, which costs more than all that follows. The pace of a
    machine that others share moves by more than what is looked for, so there have to be many looks; and where the
    kernel counts what others took, as Linux does, that is told too.

    Parameters
    ----------
    server : the number of the server's process.
    looks : how many at each view.
    seconds : how long each third of a look is, and each time between two looks.
    """
    orders, hidden = Client(url), _hidden(url)
    page = Onlooker(browser, f"{url}#/lessons")
    run = _train(orders, LONG)
    time.sleep(2.0)
    alone = [_stretch(orders, server, seconds)]
    looked: list[list[_Stretch]] = []
    for turn in range(looks * len(VIEWS)):
        page.evaluate(f"location.hash = '/run/{run}/{VIEWS[turn % len(VIEWS)]}'")
        looked.append([_stretch(orders, server, seconds) for _ in range(3)])
        page.evaluate("location.hash = '/lessons'")
        time.sleep(1.0)  # what the browser does to show something else is no part of training alone
        alone.append(_stretch(orders, server, seconds))
    orders.ask("stop", run=run)
    orders.wait(run)
    page.close()
    for client in (orders, *hidden):
        client.socket.close()
    usual = [(before.rate + after.rate) / 2 for before, after in itertools.pairwise(alone)]
    # The stretches of a look last equally long, so that the mean of their rates is that of the whole.
    slower = [
        100 * (rate / statistics.mean(s.rate for s in look) - 1) for rate, look in zip(usual, looked, strict=True)
    ]
    first = [100 * (rate / look[0].rate - 1) for rate, look in zip(usual, looked, strict=True)]
    later = [100 * (2 * rate / (look[1].rate + look[2].rate) - 1) for rate, look in zip(usual, looked, strict=True)]
    views = {view: statistics.median(slower[k :: len(VIEWS)]) for k, view in enumerate(VIEWS)}
    facts["looks"] = {
        "seconds": seconds,
        "views": VIEWS,
        "alone": [asdict(s) for s in alone],
        "looked at": [[asdict(s) for s in look] for look in looked],
    }
    rows = [
        [
            f"a long training slower in the {3 * seconds:g} s in which a page opens one of its views and looks on",
            f"{statistics.median(slower):+.1f} % by {len(slower)} looks, {_half(slower, '+.1f')}",
            "at most 5 %",
        ],
        [
            f"in the first {seconds:g} s of them, and in the rest",
            f"{statistics.median(first):+.1f} %, then {statistics.median(later):+.1f} %",
            "",
        ],
        [
            f"the same by view, medians of {looks} looks",
            ", ".join(f"{view} {more:+.1f}" for view, more in views.items()) + " %",
            "",
        ],
    ]
    for name, what in (
        ("waited", "its thread was ready to run and had no core, in per cent of the time of a look"),
        ("stolen", "the hypervisor ran others on cores that this machine wanted, in per cent of one core's time"),
    ):
        during = [statistics.mean(getattr(s, name) for s in look) for look in looked]
        if any(during):
            usually = statistics.median(getattr(s, name) for s in alone)
            text = f"{statistics.median(during):.1f} %, {_half(during, '.1f')}; alone {usually:.1f} %"
            rows.append([what, text, ""])
    return rows


def _half(values: list[float], style: str) -> str:
    """Tell between what the middle half of some values lies."""
    low, _, high = statistics.quantiles(values, n=4)
    return f"half of them {low:{style}} to {high:{style}} %"


def _waited(process: int) -> float:
    """Return how many seconds a process's busiest thread has been ready to run and had no core, or 0 if nobody says.

    The first two figures of a thread's ``schedstat`` are the nanoseconds that it ran and that it waited.
    """
    told = []
    for path in Path(f"/proc/{process}/task").glob("*/schedstat"):
        with contextlib.suppress(OSError):  # the thread has ended meanwhile
            told.append(path.read_text().split())
    return max(((int(ran), int(waited)) for ran, waited, _ in told), default=(0, 0))[1] / 1e9


def _stolen() -> float:
    """Return how many seconds the cores of this machine wanted to run and the hypervisor ran something else, or 0."""
    with contextlib.suppress(OSError, IndexError):
        return int(Path("/proc/stat").read_text().split()[8]) / os.sysconf("SC_CLK_TCK")
    return 0.0

"""What every test stands on: Hypothesis without surprise, and the peers' tests only where the peers are."""

from __future__ import annotations

import os
import signal
from importlib.util import find_spec

from hypothesis import settings

# The same cases on every machine and every day; EXAMPLES=10 tries ten times as many.
FACTOR = int(os.environ.get("EXAMPLES", "1"))
settings.register_profile("engineroom", derandomize=True, deadline=None, print_blob=True, max_examples=100 * FACTOR)
settings.load_profile("engineroom")

# Started in the background or under nohup, the tests would hand on to what they start that signals are ignored.
for number, handler in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
    if signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, handler)

# `make check-all` names this folder, so that there a missing peer is an error (no test was run) and not a silence.
collect_ignore = [] if find_spec("torch") else ["peers"]


def pytest_report_header() -> str:
    peers = [name for name in ("torch", "jax", "sklearn") if find_spec(name)]
    return f"hypothesis: derandomized, EXAMPLES={FACTOR}; peers: {', '.join(peers) or 'none'}"

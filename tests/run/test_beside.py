"""A run is read, replayed and asked why while another process still trains it; that process alone writes."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

import engineroom as er
from engineroom.errors import LogbookError
from engineroom.run import _summaries as summaries

TRAINS = """
import sys
import numpy as np
import engineroom as er
from engineroom.run import _recorder, _summaries
_recorder._COMMIT_EVERY = 0.02
_summaries.KEPT = 3000
x = np.random.default_rng(1).normal(size=(40, 2))
net = er.Network(er.Dense(3, "tanh"), er.Dense(1))
er.train(net, x, x[:, :1], optimizer=er.Adam(lr=0.01), steps=10**9, batch_size=8, validation=0.2, seed=2, threads=1,
         max_wait="5ms", logbook=sys.argv[1])
"""


@pytest.fixture
def trained(tmp_path: Path) -> Iterator[Path]:
    """A logbook into which another process trains a run without an end."""
    path = tmp_path / "r.logbook"
    process = subprocess.Popen([sys.executable, "-c", TRAINS, str(path)])
    try:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                if er.open(path).runs[-1].steps > 5000:
                    break
            except (LogbookError, IndexError):
                pass
            assert process.poll() is None
            time.sleep(0.05)
        yield path
    finally:
        process.kill()
        process.wait()


def test_a_run_is_asked_while_another_process_trains_it(trained: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(summaries, "KEPT", 3000)
    seen = []

    def ask(_: int) -> tuple[int, bytes, str]:
        run = er.open(trained, threads=1).runs[-1]
        assert run.status == "running"
        seen.append(run.steps)
        at = min(run.steps, 4000)
        return run.steps, run.at(at).values.tobytes(), str(run.why("dense1.weight[0, 0]", step=at))

    first = ask(0)
    with ThreadPoolExecutor(4) as readers:
        others = list(readers.map(ask, range(8)))
    assert {state for _, state, _ in others} == {first[1]} and {why for *_, why in others} == {first[2]}
    run = er.open(trained, threads=1).runs[-1]
    assert run.verify().ok
    assert len(run.losses(2900, 3100)) == 200 and np.isfinite(run.losses(0, 5000)).all()
    assert er.open(trained).runs[-1].steps > seen[0]  # it went on meanwhile
    for write in (run.resume, lambda: run.fork(at=10)):
        with pytest.raises(LogbookError, match=r"another process is writing .*: wait until it ends, or train into"):
            write()

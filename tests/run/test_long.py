"""A long run holds no more memory than a short one; `scripts/run_long.py` trains longer ones."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from engineroom.network import Network
from engineroom.ops import Dense, loss, optimizer
from engineroom.run import EarlyStopping, Settings
from engineroom.run._segment import Segment
from engineroom.run._training import rounds_of

SCRIPT = Path(__file__).parents[2] / "scripts" / "run_long.py"


@pytest.mark.parametrize(
    ("steps", "stopping", "rounds"),
    [(50, None, 5), (5_000, None, 5), (100_000_000, None, 100_000), (50, 3, 5), (500_000, 3, 5), (10**9, 3, 10_000)],
)
def test_measurements_are_bounded_however_long_a_run(steps: int, stopping: int | None, rounds: int) -> None:
    early = None if stopping is None else EarlyStopping(patience=stopping)
    settings = Settings(
        network=Network(Dense(1)), loss=loss("mse"), optimizer=optimizer("sgd"), batch_size=10, steps=steps,
        early_stopping=early,
    )  # fmt: skip
    assert rounds_of(settings, 10, 50) == rounds
    assert steps // rounds <= (1000 if stopping is None else 100_000)


def test_a_fork_counts_the_epochs_that_its_order_counts() -> None:
    # 5 steps an epoch: from state 4,998 on an epoch begins anew, number 1000, so that step 5,000 lies in number 1000.
    settings = Settings(
        network=Network(Dense(1)), loss=loss("mse"), optimizer=optimizer("sgd"), batch_size=10, steps=5_000
    )
    anew = Segment(start=4_998, order=4_998, epoch=1_000)
    assert rounds_of(settings, 10, 50) == 5
    assert rounds_of(replace(settings, segment=anew), 10, 50) == 10


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux says how much memory a process holds")
def test_three_million_steps_are_recorded_and_verified_in_flat_memory() -> None:
    done = subprocess.run(
        [sys.executable, SCRIPT, "lesson", "3000000"], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3,000,000 steps of lesson" in done.stdout and "every loss and every state is equal" in done.stdout

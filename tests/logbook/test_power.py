"""The power is cut while a logbook is written: what was committed is there. `scripts/lose_power.py` does more of it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "lose_power.py"


@pytest.mark.skipif(sys.platform != "linux" or shutil.which("cc") is None, reason="it takes Linux and a C compiler")
def test_a_loss_of_power_loses_nothing_committed() -> None:
    done = subprocess.run(
        [sys.executable, SCRIPT, "24", "--each", "12", "--seed", "1"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "24 losses of power in 2 trainings" in done.stdout
    assert "; 0 files failed" in done.stdout

"""A killed run loses nothing that was committed, as the script says it; a few kills here, hundreds by hand."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "kill_runs.py"


@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")
def test_a_few_kills() -> None:
    done = subprocess.run(
        [sys.executable, str(SCRIPT), "6", "--seed", "4"], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "seed 4: 6 kills" in done.stdout and done.stdout.endswith("0 files failed\n")

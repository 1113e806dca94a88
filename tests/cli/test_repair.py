"""repair: what was saved, what was lost, and an exit code that says which."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import engineroom as er


def test_repair(ask, logbook: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    new = tmp_path / "new.logbook"
    answer = ask("repair", logbook, "--output", new)
    assert answer.code == 0 and "nothing is lost" in " ".join(answer.out.split())
    assert len(er.open(new).runs) == len(er.open(logbook).runs)
    damaged = tmp_path / "damaged.logbook"
    shutil.copy(logbook, damaged)
    database = sqlite3.connect(damaged, isolation_level=None)
    database.execute("UPDATE runs SET seed = 12345 WHERE number = 1")
    database.close()
    refused = ask("runs", damaged)
    assert refused.code == 2 and "`engineroom repair` saves what is intact" in " ".join(refused.err.split())
    answer = ask("repair", damaged, "--json")
    assert answer.code == 1 and answer.facts["repair"]["lost"] == ["run 1 is lost, because its entry is not intact"]
    saved = tmp_path / "damaged.repaired.logbook"
    assert [run.number for run in er.open(saved).runs] == [2]
    assert ask("verify", saved).code == 0
    assert ask("repair", damaged).code == 2  # the new file is there already

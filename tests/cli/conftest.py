"""What the command line's tests share: a small table, a logbook trained on it, and a strict reader of JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engineroom.cli import main


@dataclass(frozen=True)
class Answer:
    """An exit code and what was printed."""

    code: int
    out: str
    err: str

    @property
    def facts(self) -> Any:
        """Standard output as JSON, without the literals that JSON does not have."""

        def refuse(literal: str) -> None:
            raise AssertionError(f"{literal} is not JSON")

        return json.loads(self.out, parse_constant=refuse)


Ask = Callable[..., Answer]


@pytest.fixture
def ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Ask:
    """Run a command in an empty folder, on a page of 80 columns."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.delenv("NO_COLOR", raising=False)

    def run(*words: str | Path | int) -> Answer:
        code = main([str(word) for word in words])
        said = capsys.readouterr()
        return Answer(code, said.out, said.err)

    return run


def write_table(path: Path, rows: Sequence[Sequence[Any]], head: Sequence[str]) -> Path:
    path.write_text("\n".join([",".join(head), *(",".join(map(str, row)) for row in rows)]) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def houses(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A table of 80 houses whose price follows from size and town, but for a little noise."""
    rng = np.random.default_rng(4)
    rows = []
    for _ in range(80):
        size, town = int(rng.integers(40, 200)), str(rng.choice(["Ulm", "Bonn", "Kiel"]))
        price = 1500 * size + {"Ulm": 0, "Bonn": 40_000, "Kiel": 90_000}[town] + int(rng.normal(0, 2_000))
        rows.append([size, town, f"${price}"])
    return write_table(tmp_path_factory.mktemp("tables") / "houses.csv", rows, ["size", "town", "price"])


@pytest.fixture(scope="session")
def logbook(houses: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs on the houses."""
    path = tmp_path_factory.mktemp("logbooks") / "houses.logbook"
    for seed in ("0", "1"):
        words = ["train", str(houses), "--target", "price", "--steps", "60", "--seed", seed, "--hidden", "8"]
        assert main([*words, "--logbook", str(path), "--json"]) == 0
    return path

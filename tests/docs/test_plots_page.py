"""docs/plots.md: the code runs in order, the pictures are there, small, and said in words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytest.importorskip("matplotlib")

PAGE = Path(__file__).parents[2] / "docs" / "plots.md"


def test_the_code_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    exec("\n".join(re.findall(r"```python\n(.*?)\n```", PAGE.read_text("utf-8"), re.DOTALL)), {})
    assert {path.name for path in tmp_path.iterdir()} == {"landscape.pdf", "lesson.svg", "net.npz"}


def test_the_pictures_are_there_and_small() -> None:
    named = re.findall(r"!\[(.*?)\]\((.*?)\)", PAGE.read_text("utf-8"))
    assert {PAGE.parent / path for _, path in named} == set((PAGE.parent / "pictures").glob("*.png"))
    for words, path in named:
        assert (PAGE.parent / path).stat().st_size < 60_000 and len(words) > 40

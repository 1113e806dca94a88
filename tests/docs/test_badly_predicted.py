"""docs/contributions.md leads from a badly predicted row to the weights behind it; its commands are run here."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from engineroom.cli import main

PAGE = (Path(__file__).parents[2] / "docs" / "contributions.md").read_text("utf-8")


def test_every_command_gives_what_the_page_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    block = re.search(r"```console\n(.*?)```", PAGE, re.DOTALL)
    assert block is not None
    said = {}
    for part in re.split(r"^\$ ", block[1], flags=re.MULTILINE)[1:]:
        command, _, wanted = part.partition("\n")
        words = shlex.split(command)
        assert main(words[1:]) == 0, command
        said[words[1]] = capsys.readouterr().out
        assert wanted in said[words[1]]
    assert "the bias of the output for class Adelie" in said["contributions"]
    rows = {line.split()[0]: line.split()[2] for line in said["contributions"].splitlines() if "  445  " in line}
    assert (rows["306"], rows["37"]) == ("-2.195", "+2.041") and "pulled that bias down by 2.195" in PAGE
    assert "Trained again without row 306" in said["contributions"]
    assert "1 of 344 examples change side" in said["compare"] and "Chinstrap  Chinstrap  Adelie" in said["compare"]

"""The README's code is run and its output compared, so that what a newcomer pastes does what is printed there.

A ```python block is run after those before it; a ```text block right after it is what it prints. In a ```console
block the lines after `$ ` are commands; a line of three dots stands for any lines, and three dots in a line for
what differs from machine to machine (a time, a speed). Commands in an ```sh block are run where they stand, but for
those that open a page.
"""

from __future__ import annotations

import contextlib
import io
import re
import shlex
from pathlib import Path

import pytest

from engineroom.cli import main

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text("utf-8")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks() -> list[tuple[str, str]]:
    return BLOCK.findall(README)


def matches(wanted: str, got: str) -> bool:
    """Whether `got` is `wanted` with something for each `...`; trailing spaces do not matter."""
    pattern = ""
    for line in wanted.rstrip().split("\n"):
        if line.strip() == "...":
            pattern += r"(?:[^\n]*\n)*?"
        else:
            pattern += r"[^\n]*?".join(map(re.escape, line.rstrip().split("..."))) + r"[ ]*\n"
    return re.fullmatch(pattern, "\n".join(line.rstrip() for line in got.rstrip().split("\n")) + "\n") is not None


def test_the_comparison_sees_a_wrong_digit() -> None:
    assert matches("a 1.25 in ... s\n...\nend", "a 1.25 in 0.31 s\nmore\nmore\nend\n")
    assert matches("a\n...\nend", "a\nend")
    assert not matches("a 1.25", "a 1.26")
    assert not matches("a\nend", "a\nmore\nend")


def test_python_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    names: dict[str, object] = {}
    found = blocks()
    compared = 0
    for place, (kind, code) in enumerate(found):
        if kind != "python":
            continue
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            exec(compile(code, f"README.md block {place}", "exec"), names)
        if place + 1 < len(found) and found[place + 1][0] == "text":
            compared += 1
            assert matches(found[place + 1][1], said.getvalue()), f"{code}\nprinted\n{said.getvalue()}"
    assert compared >= 2


def test_console_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    compared = 0
    for kind, text in blocks():
        for line in text.splitlines() if kind == "sh" else ():
            words = shlex.split(line, comments=True)
            if words[:1] == ["engineroom"] and words[1] not in ("demo", "show"):
                assert main(words[1:]) == 0, line
        if kind != "console":
            continue
        for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
            command, _, wanted = part.partition("\n")
            words = shlex.split(command)
            assert words[0] == "engineroom", f"cannot run {command!r}"
            capsys.readouterr()
            assert main(words[1:]) == 0, command
            got = capsys.readouterr().out
            if wanted.strip():
                compared += 1
                assert matches(wanted, got), f"$ {command}\nprinted\n{got}"
    assert compared >= 1


def test_what_make_test_leaves_out_is_told() -> None:
    (recipe,) = re.findall(r"^test:.*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
    left_out = sorted(re.findall(r"--ignore=(\S+)", recipe))
    told = re.search(r"It leaves out (.*?), which `make check-all`", README)
    assert told is not None and re.findall(r"`(.*?)`", told[1]) == left_out

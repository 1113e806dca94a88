"""The exported file: what is in it, how large it is, and that nothing else runs in it."""

from __future__ import annotations

import base64
import gzip
import hashlib
import re
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import engineroom as er
from engineroom.errors import EngineroomError
from engineroom.show.page import unpack
from engineroom.show.page._bake import coarse_to_fine


def baked(path: Path) -> list[tuple[dict[str, Any], dict[str, np.ndarray]]]:
    """Read an exported file as the page does."""
    page = path.read_text("utf-8")
    found = re.search(r'<script type="text/plain" id="engineroom-export">([^<]*)</script>', page)
    assert found
    whole = gzip.decompress(base64.b64decode(found[1]))
    frames, at = [], 0
    while at < len(whole):
        length, zero = struct.unpack_from("<II", whole, at)
        assert zero == 0
        frames.append(unpack(whole[at + 8 : at + 8 + length]))
        at += 8 + length + -length % 8
    return frames


def test_a_small_run_is_in_it_whole(tmp_path: Path, book: Path) -> None:
    run = er.open(book).run(1)
    written = run.export(tmp_path / "lesson.html", max_size="4MB")
    assert written.size == (tmp_path / "lesson.html").stat().st_size < 4e6
    frames = baked(written.path)
    asked = {}
    for header, columns in frames:
        asked.setdefault(header["ask"], {})[str(header["args"].get("step"))] = header, columns
    for t in range(51):
        assert asked["state"][str(t)][1]["dense1.weight"].item() == run.at(t).weights["dense1.weight"].item()
    assert all(str(t) in asked["cycle"] for t in range(1, 51))
    assert {"hello", "runs", "describe", "series", "health", "trace", "why", "landscape", "beliefs", "pushes"} <= set(
        asked
    )
    hello = asked["hello"]["None"][0]["answer"]
    assert hello["newest"] == 1 and hello["can"] == {"train": False, "fork": False, "upload": False, "replay": False}
    assert asked["why"]["20"][0]["answer"]["text"] == str(run.why("dense1.weight[0, 0]", step=20))


def test_rows_trained_on_are_told_apart_from_rows_held_out(tmp_path: Path, book: Path) -> None:
    for number, parts in ((1, {"training"}), (2, {"validation", "training"})):
        written = er.open(book).run(number).export(tmp_path / f"{number}.html", max_size="4MB")
        found = [header for header, _ in baked(written.path) if header["ask"] == "beliefs"]
        assert {header["args"]["rows"] for header in found} == parts
        assert all(header["args"]["rows"] == header["answer"]["part"] for header in found)
        assert {header["args"]["step"] for header in found if header["args"]["rows"] == "training"} >= {1, 40}


def test_it_keeps_to_its_size_and_holds_the_ends_first(tmp_path: Path, book: Path) -> None:
    run = er.open(book).run(2)
    page = er.open(book).run(1).export(tmp_path / "least.html", max_size="2MB").size
    sizes = []
    for most in (page + 300_000, page + 900_000):
        written = run.export(tmp_path / "birds.html", max_size=most)
        assert written.size <= most
        states = {h["args"]["step"] for h, _ in baked(written.path) if h["ask"] == "state"}
        assert {0, 40} <= states
        sizes.append(len(baked(written.path)))
    assert sizes[0] <= sizes[1]


def test_nothing_else_runs_in_it(tmp_path: Path, book: Path) -> None:
    written = er.open(book).run(1).export(tmp_path / "lesson.html", max_size="2MB")
    page = written.path.read_text("utf-8")
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    assert policy and "default-src 'none'" in policy[1]
    scripts = re.findall(r"<script type=\"module\">(.*?)</script>", page, re.DOTALL)
    for code in scripts:
        digest = base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy[1]
    rest = re.sub(r"<script type=\"module\">.*?</script>", "", page, flags=re.DOTALL)
    assert "<script" not in rest.replace('<script type="text/plain" id="engineroom-export">', "")
    assert not re.search(r"(?:src|href)=\"(?!data:)", rest)


def test_a_name_is_text_in_it(tmp_path: Path) -> None:
    trap = "</script><script>alert(1)</script>"
    run = er.train(er.Network(er.Dense(1)), [1, 2, 3], [2, 4, 6], steps=3, name=trap)
    page = run.export(tmp_path / "x.html", max_size="2MB").path.read_text("utf-8")
    assert trap not in page and "<script>alert" not in page


@pytest.mark.parametrize(
    ("name", "size", "said"),
    [
        ("x.pdf", "1MB", "a file such as lesson.html"),
        ("x.html", "1kB", "leave room"),
        ("no/x.html", "2MB", "cannot be written"),
    ],
)
def test_what_cannot_be_exported(tmp_path: Path, book: Path, name: str, size: str, said: str) -> None:
    with pytest.raises(EngineroomError, match=said):
        er.open(book).run(1).export(tmp_path / name, max_size=size)


def test_coarse_to_fine_is_every_step_once() -> None:
    for last in (1, 2, 3, 10, 97):
        assert sorted(coarse_to_fine(last)) == list(range(1, last + 1))
    first = [step for step, _ in zip(coarse_to_fine(1000), range(9), strict=False)]
    assert sorted(first) == [1, 126, 251, 376, 501, 625, 750, 875, 1000]

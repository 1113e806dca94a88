"""The exported file: what is in it, how large it is, and that nothing else runs in it."""

from __future__ import annotations

import base64
import gzip
import hashlib
import re
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import engineroom as er
from engineroom.errors import EngineroomError
from engineroom.show.page import unpack
from engineroom.show.page._bake import bake, coarse_to_fine
from engineroom.show.page._baker import Held
from engineroom.show.page._parcel import Parcel


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
    assert asked["why"]["20"][0]["answer"]["text"] == str(run.why("dense1.weight[0, 0]", step=20, prove=True, top=6))
    assert written.held == Held(steps=(50, 50), weights=(1, 1), neurons=(1, 1), rows=(3, 3)) and written.held.whole
    assert "needs the logbook" not in str(written)


def test_rows_trained_on_are_told_apart_from_rows_held_out(tmp_path: Path, book: Path) -> None:
    for number, parts in ((1, {"training"}), (2, {"validation", "training"})):
        written = er.open(book).run(number).export(tmp_path / f"{number}.html", max_size="1.5MB")
        found = [header for header, _ in baked(written.path) if header["ask"] == "beliefs"]
        assert {header["args"]["rows"] for header in found} == parts
        assert all(header["args"]["rows"] == header["answer"]["part"] for header in found)
        assert {header["args"]["step"] for header in found if header["args"]["rows"] == "training"} >= {1, 40}


def test_the_paths_of_a_long_run_are_its_outline(tmp_path: Path, book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engineroom.show.page._bake._TRACED", 10)
    run, name = er.open(book).run(1), "dense1.weight[0, 0]"
    frames = baked(run.export(tmp_path / "lesson.html", max_size="4MB").path)
    assert not any(header["ask"] == "trace" for header, _ in frames)
    (columns,) = [columns for header, columns in frames if header["args"].get("names") == [name]]
    # As few steps as these are all there, one in each span.
    assert columns[f"{name}.x"].tolist() == list(range(1, 51))
    np.testing.assert_allclose(columns[f"{name}.last"], run.trace(name)[1:], rtol=1e-6)


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
    assert sizes[0] < sizes[1]


Asked = dict[tuple[Any, ...], tuple[dict[str, Any], dict[str, np.ndarray]]]


def by_ask(path: Path) -> Asked:
    """Return what a file holds, by what is asked for."""
    found: Asked = {}
    for header, columns in baked(path):
        args = header["args"]
        weights = (args.get("weights") or [None])[0]
        key = [args.get(name) for name in ("step", "layer", "index", "row", "weight")]
        found[(header["ask"], *key, weights)] = header["answer"], columns
    return found


def test_what_each_view_opens_with_is_in_it_however_small(tmp_path: Path, book: Path) -> None:
    run = er.open(book).run(2)
    page = er.open(book).run(1).export(tmp_path / "least.html", max_size="2MB")
    written = run.export(tmp_path / "birds.html", max_size=page.size + 200_000)
    found = by_ask(written.path)

    def held(ask: str, **args: Any) -> Any:
        key = [args.get(name) for name in ("step", "layer", "index", "row", "weight")]
        return found[(ask, *key, (args.get("weights") or [None])[0])]

    for step in (1, 40):
        held("cycle", step=step)
        held("pushes", step=step)
        held("health", step=step)
        held("stability", step=step if step == 40 else 0)
        largest = held("why", step=step)[0]["name"]
        held("why", step=step, weight=largest)
        held("landscape", step=step, weights=[largest])
        held("trace", weights=[largest])
    # Each weight is explained that the picture of the first step lists: into the output for its first row's class.
    target = int(held("cycle", step=1)[1]["y"][0])
    for name in [*(f"dense2.weight[{i}, {target}]" for i in range(8)), f"dense2.bias[{target}]"]:
        why = held("why", step=1, weight=name)[0]
        for one in (*why["gradient"]["up"], *why["gradient"]["down"]):
            held("example", step=0, row=one["row"])
    neuron, columns = held("neuron", step=40, layer="dense1", index=0)
    for at in (*columns["best"][:6], *columns["least"][:6]):
        held("example", step=40, row=neuron["rows"][at])
    beliefs, columns = held("beliefs", step=40)
    for at in columns["hardest"]:
        held("example", step=40, row=beliefs["rows"][at])


def test_with_room_every_neuron_row_and_step_is_in_it(tmp_path: Path, book: Path) -> None:
    run = er.open(book).run(2)
    written = run.export(tmp_path / "birds.html", max_size="5MB")
    held, found = written.held, by_ask(written.path)
    rows = run.record.dataset.size
    neurons = {(key[2], key[3]) for key in found if key[0] == "neuron"}
    assert neurons == {("dense1", i) for i in range(8)} | {("dense2", i) for i in range(3)}
    assert held.neurons == (11, 11) and held.rows == (rows, rows) and held.steps[1] == 40
    assert held.steps[0] == len({key[1] for key in found if key[0] == "cycle"})
    assert held.weights[0] == len({key[5] for key in found if key[0] == "why" and key[5]})
    # A picture of a step opens with the weights into the output for its first row's class.
    opens = {step: int(found["cycle", step, None, None, None, None, None][1]["y"][0]) for step in (1, 40, 6)}
    assert len(set(opens.values())) > 1
    for step, target in opens.items():
        for name in [*(f"dense2.weight[{i}, {target}]" for i in range(8)), f"dense2.bias[{target}]"]:
            assert ("why", step, None, None, None, name, None) in found


def test_it_says_what_it_holds_and_what_it_does_not(tmp_path: Path, book: Path) -> None:
    page = er.open(book).run(1).export(tmp_path / "least.html", max_size="2MB")
    written = er.open(book).run(2).export(tmp_path / "birds.html", max_size=page.size + 200_000)
    said = str(written)
    assert f"It holds {written.held.steps[0]} of 40 steps" in said and not written.held.whole
    assert "what it does not hold needs the logbook" in said


def test_nothing_more_is_asked_when_the_time_is_over(book: Path) -> None:
    record = er.open(book).run(2).record
    told: list[tuple[int, int]] = []
    _, little = bake(record, 900_000, lambda done, total: told.append((done, total)), seconds=1e-6)
    _, more = bake(record, 900_000)
    assert little.steps[0] < more.steps[0] and little.rows[0] < more.rows[0] and little.neurons[0] == 1
    assert told[-1] == (900_000, 900_000)


def test_the_room_is_used_up(tmp_path: Path, book: Path) -> None:
    run = er.open(book).run(2)
    for most in (1_500_000, 2_000_000):
        size = run.export(tmp_path / "birds.html", max_size=most).size
        assert most - 20_000 < size <= most


@pytest.mark.parametrize("room", [200, 5_000, 60_000])
def test_a_parcel_never_has_more_than_its_room(room: int) -> None:
    rng = np.random.default_rng(0)
    parcel, kept = Parcel(room), []
    for _ in range(200):
        frame = rng.integers(0, 64, rng.integers(1, 2000), np.uint8).tobytes()
        if parcel.add(frame):
            kept.append(frame)
    assert gzip.decompress(parcel.packed()) == b"".join(kept) and kept
    assert room * 0.8 < len(parcel.packed()) <= room


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


def test_a_size_that_holds_no_answers_is_told_with_what_was_asked_for(tmp_path: Path, book: Path) -> None:
    with pytest.raises(er.EngineroomError, match=r"beside the page itself, which has \d\.\d MB, got '300kB': give 1MB"):
        er.open(book).run(1).export(tmp_path / "small.html", max_size="300kB")
    assert not (tmp_path / "small.html").exists()


def test_the_map_of_a_step_is_of_the_rows_trained_on_before_it_and_after_it(tmp_path: Path) -> None:
    x = np.random.default_rng(0).normal(size=(60, 2))
    net = er.Network(er.Dense(4, "tanh"), er.Dense(2))
    run = er.train(net, x, (x[:, 0] > x[:, 1]).astype(int), loss="cross_entropy", epochs=3, seed=1)
    found = {
        (header["ask"], header["args"].get("step"), header["args"].get("rows")): columns
        for header, columns in baked(run.export(tmp_path / "plane.html", max_size="3MB").path)
    }
    steps = [step for ask, step, _ in found if ask == "cycle"]
    assert len(steps) > 3
    for step in steps:
        for state in (step - 1, step):
            kept, told = found["beliefs", state, "training"]["grid"], er.lens.beliefs(run.record, state).answers
            # As fine as colours are, and packed a small part of the bytes.
            assert np.abs(kept - told).max() <= 1 / 512 and len(np.unique(kept)) <= 257
            assert len(zlib.compress(kept.tobytes())) < len(zlib.compress(told.astype(np.float32).tobytes())) / 4

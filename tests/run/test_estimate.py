"""What a run is said to cost before it is trained, beside what it costs."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import engineroom as er
from engineroom.logbook import EMPTY, Writer, bytes_of_keyframe
from engineroom.numerics import digest
from engineroom.plan import Plan, State
from engineroom.run import Estimate, _summaries
from engineroom.run._estimate import kept_in_time
from engineroom.run._recorder import Recorder

PLAN = Plan(1, "float32", 1, False, "z", (), (), None)  # type: ignore[arg-type]
TOLERANCE = 1 / 6


def data(rows: int, width: int) -> tuple[np.ndarray, np.ndarray]:
    draw = np.random.default_rng(0)
    return draw.normal(size=(rows, width)).astype(np.float32), draw.integers(0, 10, rows)


@pytest.mark.parametrize(
    ("net", "options"),
    [
        ((er.Dense(64, "relu"), er.Dense(10)), {"steps": 400}),
        ((er.Dense(64, "relu"), er.Dense(10)), {"steps": 3000, "max_size": "2MB", "max_wait": "2ms"}),
        ((er.Dense(700, "relu"), er.Dense(10)), {"steps": 300, "include_rows": False}),
        ((er.Dense(2), er.Dense(10)), {"steps": 6000, "batch_size": 8, "validation": None}),
        ((er.Dense(2), er.Dense(10)), {"steps": 600, "batch_size": "all"}),  # measured after every step
    ],
)
def test_the_file_is_as_large_as_was_said(
    tmp_path: Path, net: tuple[er.Dense, ...], options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_summaries, "KEPT", 5000)
    x, y = data(1000, 64)
    said = er.estimate(er.Network(*net), x, y, **options)
    run = er.train(er.Network(*net), x, y, logbook=tmp_path / "r.logbook", **options)
    # How many keyframes there are is a matter of time: a busy machine keeps fewer. All else is arithmetic.
    kept = len(run.record.keyframes)
    assert said.keyframes_bytes == said.keyframes * bytes_of_keyframe(said.state)
    expected = said.bytes + (kept - said.keyframes) * bytes_of_keyframe(said.state)
    real = (tmp_path / "r.logbook").stat().st_size
    assert abs(expected - real) <= TOLERANCE * real, (expected, real, str(said))
    with closing(sqlite3.connect(tmp_path / "r.logbook")) as database, database:
        (content,) = database.execute("SELECT sum(length(content)) FROM blobs").fetchone()
        (description,) = database.execute("SELECT sum(length(payload)) FROM data").fetchone()
    database.close()
    assert said.data_bytes == content + description
    assert said.state == run.at(0).values.nbytes
    assert said.every_step == said.state * run.steps


@pytest.mark.parametrize("nbytes", [8, 3000, 9000, 70_000])
def test_a_file_stays_within_its_size_when_keyframes_are_thinned(tmp_path: Path, nbytes: int) -> None:
    room = 60 * bytes_of_keyframe(nbytes)
    path = tmp_path / "r.logbook"
    with Writer.open(path) as writer:
        number = writer.add_data("d", "{}", {}, rows=False)

        def enter() -> int:
            return writer.begin_run(numerics=1, engineroom="0", seed=0, spec={}, plan="", data=number)

        with Recorder(writer, enter, wait=1.0, room=room) as keeper:
            for step in range(700):
                keeper.step = step
                keeper.add_keyframe(State(PLAN, step, np.full(nbytes // 4, step, np.float32)), trained=float(step))
                if step % 20 == 0:
                    keeper.commit("running")
            keeper.commit("completed")
        kept = writer.logbook.keyframe_steps(1)
        assert writer.logbook.keyframe(1, 699).digest == digest(np.full(nbytes // 4, 699, np.float32))
    assert 30 <= len(kept) <= 60 and (kept[0], kept[-1]) == (0, 699)
    assert path.stat().st_size <= room * 1.05 + 20 * 16384


@pytest.mark.parametrize(
    ("steps", "step", "wait", "cost", "late", "most"),
    [
        (100_000, 1e-4, 0.05, 1e-5, 1, 1000),
        (100_000, 1e-4, 0.05, 1e-5, 1, 100),
        (100_000, 1e-4, 0.05, 3e-3, 1, 1000),
        (5_000, 2e-2, 0.05, 3e-3, 1, 1000),
        (2_000_000, 1e-6, 0.01, 2e-5, 1, 100_000),
        (200, 1e-5, 0.05, 1e-5, 1, 1000),
        (2_000, 1e-2, 0.05, 3e-3, 20, 1000),
        (400, 1e-2, 0.05, 3e-3, 20, 1000),
    ],
)
def test_as_many_keyframes_are_kept_as_were_said(
    steps: int, step: float, wait: float, cost: float, late: int, most: int
) -> None:
    said, gap, _ = kept_in_time(steps, step, wait=wait, cost=cost, last=late * cost, most=most)

    state = State(PLAN, 0, np.zeros(2, np.float32))
    with (
        Writer.open(None) as writer,
        Recorder(writer, lambda: 1, wait=wait, room=most * bytes_of_keyframe(8), price=1 / late) as keeper,
    ):
        keeper._clerk.do = lambda task: None  # type: ignore[method-assign]
        made = 0
        while made < steps:
            piece = min(0.02, wait / 2, keeper.due_in(made * step))
            made = min(made + max(1, int(piece / step)), steps)
            keeper.step, keeper._writing = made, cost * keeper._taken
            if not keeper._steps or keeper.due_in(made * step) <= step / 2:
                keeper.add_keyframe(State(PLAN, made, state.values), made * step)
                keeper._written = keeper._committed = keeper._taken
        kept = [*keeper._steps]
    assert said / 2 - 2 <= len(kept) <= 1.35 * said + 2, (said, len(kept))
    gaps = np.diff(kept) * step
    assert not len(gaps) or gap / 2.1 <= np.max(gaps) <= 2.1 * gap, (gap, np.max(gaps))


def test_a_folder_for_temporary_files_that_is_gone_keeps_nobody_from_training(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "gone"))
    assert er.estimate(er.Network(er.Dense(1)), [1, 2, 3], [2, 4, 6]).keyframes > 1


def test_what_it_says() -> None:
    text = str(Estimate(10_000, 40.0, 12_000_000, 21, 252_000_000, 80_000, 180_000, 327_680, 2.5, "max_size"))
    assert text.startswith("about 252.6 MB on disk: 252.0 MB for 21 keyframes, 0.1 MB for losses, 0.2 MB for data, ")
    assert text.endswith("any step within 2.5 s, as max_size allows")
    brief = Estimate(10_000, 40.0, 12_000_000, 21, 252_000_000, 80_000, 180_000, 327_680, 2.5, "max_size").brief
    assert brief == "about 250 MB on disk; any step within 2.5 s, as max_size allows"
    assert str(Estimate(50, 1e-4, 8, 2, 600, 400, 10, 0, 1e-4, "max_wait")).endswith("any step within 0.1 ms")
    waits = {
        0.0996: "100 ms",
        0.00996: "10 ms",
        9.97: "10 s",
        1.6: "1.6 s",
        99: "99 s",
        119: "119 s",
        120: "2 min",
        860: "14 min",
        7199: "120 min",
        7200: "2 h",
        8e6: "2,222 h",
    }
    for taken, said in waits.items():
        assert str(Estimate(50, 1.0, 8, 2, 600, 400, 10, 0, taken, "max_wait")).endswith(f"any step within {said}")


@pytest.mark.parametrize("seed", range(40))
def test_the_parts_that_are_printed_add_up(seed: int) -> None:
    random = np.random.default_rng(seed)
    parts = (10 ** random.uniform(0, random.uniform(1, 11), 4)).astype(int).tolist()
    text = str(Estimate(50, 1e-4, 8, 2, *parts, 1e-4, "max_wait"))
    whole, told = text.partition(" on disk: ")[0], text.partition(" on disk: ")[2].partition(";")[0]
    sizes = re.findall(r"([\d,]+(?:\.\d)?) (bytes|kB|MB|GB) for", told)
    said, unit = whole.removeprefix("about ").split()
    assert {u for _, u in sizes} == {unit} and all(float(size.replace(",", "")) > 0 for size, _ in sizes)
    added = sum(round(10 * float(size.replace(",", ""))) for size, _ in sizes)
    assert added == round(10 * float(said.replace(",", ""))), text
    # It is the sum of all bytes, but for a rounding of each part.
    one = {"bytes": 1, "kB": 1e3, "MB": 1e6, "GB": 1e9}[unit]
    assert abs(added / 10 - sum(parts) / one) <= 4 * 0.05


def test_a_million_weights_with_adam_are_120_gigabytes_in_10000_states() -> None:
    net = er.Network(er.Dense(1000, "relu"), er.Dense(997))
    said = er.estimate(net, [[0.0]], [[0.0] * 997], steps=10_000, threads=1)
    assert said.every_step == 10_000 * 3 * 4 * (1000 + 1000 + 1000 * 997 + 997)
    assert round(said.every_step / 1e9) == 120
    assert said.keyframes_bytes <= 256e6


def test_an_empty_file_has_a_page_for_each_table_and_index(tmp_path: Path) -> None:
    Writer.open(tmp_path / "r.logbook").close()
    assert (tmp_path / "r.logbook").stat().st_size == EMPTY

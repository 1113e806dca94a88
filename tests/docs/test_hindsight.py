"""docs/query.md and docs/compare.md: the code runs in order, and what is shown is what is printed."""

from __future__ import annotations

import re
from pathlib import Path

import pandas
import pytest

import engineroom as er

DOCS = Path(__file__).parents[2] / "docs"


def blocks(page: str, kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)\n```", (DOCS / page).read_text(encoding="utf-8"), re.DOTALL)


@pytest.fixture(scope="module")
def run() -> er.Run:
    return er.train(
        er.Network(er.Dense(1, bias=False, init="zeros")), [1, 2, 3], [2, 4, 6],
        loss="mse", optimizer=er.SGD(lr=0.01), batch_size=None, epochs=50, dtype="float64",
    )  # fmt: skip


def test_queries(capsys: pytest.CaptureFixture[str]) -> None:
    code = "\n".join(blocks("query.md", "python"))
    exec(code, {})
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "(50, 3, 1)" and said[1] == "['step', 'loss', 'dense1.weight[0, 0]']" and len(said) == 5


def test_every_name_on_the_page_can_be_asked() -> None:
    names = re.findall(
        r"^\| (`.*?) \|", (DOCS / "query.md").read_text(encoding="utf-8").split("## As a frame")[0], re.M
    )
    asked = [name for cell in names for name in re.findall(r"`(.*?)`", cell)]
    x = pandas.DataFrame([[0.1 * i, 0.2, 0.3, -0.1 * i] for i in range(8)], columns=["age", "b", "c", "d"])
    y = [[float(i)] for i in range(8)]
    laws = {"relu": [er.Adam(), er.SGD(momentum=0.9), er.RMSProp()], "tanh": [er.Adam()]}
    runs = [
        er.train(er.Network(er.Dense(6, kind), er.Dense(1)), x, y, optimizer=law, steps=3, validation=None)
        for kind, optimizers in laws.items()
        for law in optimizers
    ]
    kept = {name for name in asked if not name.startswith(".")} | {
        f"dense1.weight{name}" for name in asked if name.startswith(".")
    }
    assert len(kept) > 18
    for name in kept:
        answers = []
        for run in runs:
            try:
                answers.append(run.query(name)[name])
            except er.EngineroomError:
                continue
        assert answers and answers[0].shape[0] == 3, name


def test_the_comparison(run: er.Run, capsys: pytest.CaptureFixture[str]) -> None:
    twin = run.fork(at=20, set={"dense1.weight[0, 0]": 3.0})
    (shown,) = blocks("compare.md", "text")
    assert shown == str(run.compare(twin))
    (code,) = blocks("compare.md", "python")
    exec(code, {})
    assert capsys.readouterr().out == "20 (20, 30, 40, 50) [1.2818 0.4812 0.1806 0.0678]\n"


def test_the_code_about_tables_runs_as_it_stands(capsys: pytest.CaptureFixture[str]) -> None:
    scope: dict[str, object] = {}
    exec("\n".join(blocks("data.md", "python")), scope)
    assert "species" in capsys.readouterr().out and scope["er"] is er

"""landscape and contributions: the same facts as the Python API gives, in text and in JSON."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

import engineroom as er


def test_landscape(ask, logbook: Path) -> None:
    run = er.open(logbook).run(1)
    wanted = run.landscape("dense1.weight[2, 5]", step=7)
    facts = ask("landscape", logbook, "dense1.weight.2.5", "--step", 7, "--run", 1, "--json").facts
    assert facts["losses"] == wanted.losses.tolist() and facts["axes"][0]["values"] == wanted.axes[0].values.tolist()
    assert facts["marks"][0]["loss"]["value"] == run.loss[6]
    out = ask("landscape", logbook, "dense1.weight.2.5", "--step", 7, "--run", 1).out
    assert out.startswith("The loss over dense1.weight[2, 5] in step 7\n") and max(map(len, out.splitlines())) <= 80
    assert "  b  before" in out and "  a  after" in out and "  x  lowest" in out


def test_surfaces(ask, logbook: Path) -> None:
    run = er.open(logbook).runs[-1]
    words = ["landscape", logbook, "dense1.weight.2.5", "dense1.bias.5", "--step", 3, "--rows", "validation"]
    facts = ask(*words, "--points", 5, "--span", 0.5, "--json").facts
    wanted = run.landscape("dense1.weight[2, 5]", "dense1.bias[5]", step=3, rows="validation", points=5, span=0.5)
    assert facts["losses"] == wanted.losses.tolist() and facts["rows"] == "validation"
    for more in (["path"], ["random", "--seed", 3], ["--between", "0,30,60"]):
        out = ask("landscape", logbook, *more, "--points", 6).out
        assert "to the right: " in out and max(map(len, out.splitlines())) <= 80
    line = ask("landscape", logbook, "--between", "0,60", "--json").facts
    assert line["losses"] == run.landscape(between=(0, 60)).losses.tolist()


def test_contributions(ask, logbook: Path) -> None:
    run = er.open(logbook).run(1)
    wanted = run.contributions("dense1.weight[2, 5]", range(5, 31))
    words = ["contributions", logbook, "dense1.weight.2.5", "--steps", "5:30", "--run", 1]
    assert ask(*words).out == str(wanted) + "\n"
    facts = ask(*words, "--json").facts
    assert facts["rows"] == wanted.rows.tolist() and facts["amounts"] == wanted.amounts.tolist()
    assert Fraction(facts["rounding"]["exact"]) == wanted.rounding
    hardest = int(wanted.rows[np.argmax(np.abs(wanted.amounts))])
    proved = ask(*words, "--prove", "hardest", "--json").facts
    assert proved["removal"]["row"] == hardest
    assert ask(*words, "--prove", hardest, "--json").facts == proved
    assert len(er.open(logbook).runs) == 2, "nothing was recorded"
    several = run.contributions(["dense1.weight[2, 5]", "dense1.bias[0]"], range(5, 31))
    assert [each.name for each in several] == ["dense1.weight[2, 5]", "dense1.bias[0]"]
    assert several[0].amounts.tolist() == pytest.approx(wanted.amounts.tolist(), rel=1e-12)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["landscape", "BOOK", "dense1.wieght.0.0", "--step", "1"], "'dense1.weight'"),
        (["landscape", "BOOK", "--between", "1;2"], "--between must be"),
        (["landscape", "BOOK", "dense1.weight.0.0", "--step", "1", "--rows", "some"], "rows must be"),
        (["landscape", "BOOK", "dense1.weight.0.0", "--step", "1", "--points", "1"], "points"),
        (["contributions", "BOOK", "dense1.weight.0.0", "--steps", "61:"], "steps"),
        (["contributions", "BOOK", "dense1.weight.0.0", "--steps", ":61"], "no step 61"),
        (["contributions", "BOOK", "dense1.weight.0.0", "--prove", "half"], "whole number"),
        (["contributions", "BOOK", "dense1.weight.0.0", "--prove", "1000"], "row 1000"),
        (["contributions", "BOOK", "dense1.weight.0.0", "--top", "0"], "top"),
        (["contributions", "BOOK"], "WEIGHT"),
    ],
)
def test_bad_questions_get_one_sentence(ask, logbook: Path, words: list[str], said: str) -> None:
    answer = ask(*(str(logbook) if word == "BOOK" else word for word in words))
    assert answer.code == 2 and answer.out == ""
    assert said in answer.err and answer.err.startswith("engineroom: ") and answer.err.count("\n") == 1

"""`engineroom stability`: the facts of `run.stability`, in text and in JSON, and the file stays as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

import engineroom as er


def test_text_and_facts_are_those_of_python(ask, logbook: Path) -> None:
    run = er.open(logbook).run(1)
    wanted = run.stability(7, sample=30)
    assert ask("stability", logbook, "--run", 1, "--step", 7, "--sample", 30).out == str(wanted) + "\n"
    facts = ask("stability", logbook, "--run", 1, "--step", 7, "--sample", 30, "--json").facts
    assert facts["limit"] == wanted.limit and facts["stance"] == wanted.stance and facts["rows"] == 30
    assert facts["sharpness"]["largest"] == wanted.sharpness.largest and "direction" not in facts["sharpness"]
    assert facts["step"] == 7 and facts["trials"] == [] and facts["share"] == wanted.share


def test_proof_keeps_nothing(ask, logbook: Path) -> None:
    before = logbook.read_bytes()
    answer = ask("stability", logbook, "--prove", "--json")
    assert answer.code == 0 and [t["factor"] for t in answer.facts["trials"]] == [0.5, 1, 2, 4]
    assert logbook.read_bytes() == before
    assert "Tried from here, in memory" in ask("stability", logbook, "--prove").out


@pytest.mark.parametrize(("words", "said"), [(("--step", 61), "no step 61"), (("--sample", 0), "from 1 to 64, got")])
def test_slips_are_told(ask, logbook: Path, words: tuple[str, int], said: str) -> None:
    answer = ask("stability", logbook, *words)
    assert answer.code == 2 and said in " ".join(answer.err.split())
